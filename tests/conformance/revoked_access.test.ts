import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type ChannelModel, connect as connectAmqplib } from "amqplib";
import { type BrokerUnderTest, productUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { closeQuietly, connectionClosed, openChannel, refusal, unique } from "./client.ts";
import { administration, canMakeUsers, makeUsers } from "./users.ts";

const EVERYTHING = { configure: ".*", write: ".*", read: ".*" };

/** Text of amqplib's error for reply code 530. */
const NOT_OPENED = /Expected ConnectionOpenOk; got <ConnectionClose/;

let broker: BrokerUnderTest;
const connections: ChannelModel[] = [];

async function connectAs(username: string, vhost = "/"): Promise<ChannelModel> {
  const { host: hostname, port } = broker;
  const connection = await connectAmqplib({ hostname, port, username, password: "crunch", vhost }, { noDelay: true });
  connection.on("error", () => {});
  connections.push(connection);
  return connection;
}

const isReset = (reason: string): boolean => productUnderTest === "rabbitmq" && /ECONNRESET/.test(reason);

/** Checks that a connection can still be used. */
async function assertServed(connection: ChannelModel): Promise<void> {
  const channel = await openChannel(connection);
  const { queue } = await channel.assertQueue("", { exclusive: true });
  await channel.deleteQueue(queue);
  await channel.close();
}

if (canMakeUsers) {
  before(async () => {
    broker = await startBrokerUnderTest();
  });
  after(async () => {
    for (const connection of connections) await closeQuietly(connection);
    await broker.close();
  });

  describe("on open connections", () => {
    it("a deleted user is closed out with 320, and nobody else", async () => {
      const [user, other] = [unique("deleted"), unique("other")];
      await makeUsers(broker, [{ name: user, ...EVERYTHING }, { name: other, ...EVERYTHING }]);
      const [one, two, neighbour] = [await connectAs(user), await connectAs(user), await connectAs(other)];
      const closed = Promise.all([connectionClosed(one), connectionClosed(two)]);
      await administration.deleteUser(broker, user);
      for (const { replyCode, replyText } of await closed) {
        assert.deepEqual([replyCode, replyText], [320, `CONNECTION_FORCED - user '${user}' is deleted`]);
      }
      await assertServed(neighbour);
      await assert.rejects(connectAs(user), /403 \(ACCESS-REFUSED\)/);
    });

    it("a deleted virtual host closes its connections with 320, and no others", async () => {
      const [user, vhost] = [unique("user"), unique("vhost")];
      await makeUsers(broker, [{ name: user, ...EVERYTHING }]);
      await administration.addVirtualHost(broker, vhost, user);
      const [inside, outside] = [await connectAs(user, vhost), await connectAs(user)];
      await assertServed(inside);
      const closed = new Promise<string>((resolve) => {
        inside.on("error", (error) => resolve(error.message));
        inside.on("close", (error?: Error) => resolve(error?.message ?? "ECONNRESET"));
      });
      await administration.deleteVirtualHost(broker, vhost);
      const reason = await closed;
      // RabbitMQ may reset the connection before its reason is read.
      if (!isReset(reason)) {
        const text = `CONNECTION_FORCED - vhost '${vhost}' is deleted`;
        assert.equal(reason, `Connection closed: 320 (CONNECTION-FORCED) with message "${text}"`);
      }
      await assertServed(outside);
      await assert.rejects(connectAs(user, vhost), NOT_OPENED);
    });

    it("cleared permissions count for the next channel, and the next connection is refused", async () => {
      const user = unique("cleared");
      await makeUsers(broker, [{ name: user, ...EVERYTHING }]);
      const connection = await connectAs(user);
      await assertServed(connection);
      await administration.clearPermissions(broker, user, "/");
      const channel = await openChannel(connection);
      const { replyCode, replyText } = await refusal(channel.assertQueue("q", { durable: false }));
      assert.equal(replyCode, 403);
      assert.match(replyText, new RegExp(`access to queue 'q' in vhost '/' refused for user '${user}'$`));
      await assert.rejects(connectAs(user), NOT_OPENED);
    });

    it("a changed password changes nothing, and the old one is refused to the next one", async () => {
      const user = unique("changed");
      await makeUsers(broker, [{ name: user, ...EVERYTHING }]);
      const connection = await connectAs(user);
      await administration.changePassword(broker, user, "munch");
      await assertServed(connection);
      await assert.rejects(connectAs(user), /403 \(ACCESS-REFUSED\)/);
    });
  });
}
