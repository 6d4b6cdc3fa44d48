import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type ChannelModel, type ConfirmChannel, connect as connectAmqplib, type Options } from "amqplib";
import { type BrokerUnderTest, productUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { channelClosed, closeQuietly, connect, openConfirmChannel, publish, unique } from "./client.ts";
import { canMakeUsers, makeUsers } from "./users.ts";

let broker: BrokerUnderTest;
let adminConnection: ChannelModel;
let admin: ConfirmChannel;

if (canMakeUsers) {
  before(async () => {
    broker = await startBrokerUnderTest();
    adminConnection = await connect(broker);
    admin = await openConfirmChannel(adminConnection);
  });
  after(async () => {
    await closeQuietly(adminConnection);
    await broker.close();
  });

  describe("a topic permission", () => {
    const user = unique("topic");
    const everything = { configure: ".*", write: ".*", read: ".*" };
    let connection: ChannelModel;
    before(async () => {
      const topic = { write: "^{username}\\.", read: "^(a|b)\\.{vhost}" };
      await makeUsers(broker, [{ name: user, ...everything, topic }]);
      connection = await connectAmqplib(`amqp://${user}:crunch@${broker.host}:${broker.port}`, { noDelay: true });
    });
    after(() => closeQuietly(connection));

    /** Returns whether an operation is refused, with the text. */
    async function textOf(act: (channel: ConfirmChannel) => Promise<unknown>): Promise<string> {
      const channel = await openConfirmChannel(connection);
      const closed = channelClosed(channel);
      closed.catch(() => {});
      const result = await Promise.race([closed, act(channel).then(() => undefined, () => closed)]);
      await closeQuietly(channel);
      return result === undefined ? "permitted" : result.replyText;
    }

    it("to write is needed for each routing key of its exchange", async () => {
      const write = (exchange: string, key: string) => textOf((channel) => publish(channel, exchange, key, "message"));
      assert.equal(await write("amq.topic", `${user}.a`), "permitted");
      assert.equal(await write("amq.direct", "anything"), "permitted");
      const text = await write("amq.topic", "other.a");
      assert.match(
        text,
        /^ACCESS_REFUSED - (write )?access to topic 'other\.a' in exchange 'amq\.topic' in vhost '\/' refused for user '/,
      );
    });

    it("to read is needed for each binding key", async () => {
      const queue = unique("q");
      await admin.assertQueue(queue, { durable: false });
      const bind = (key: string) => textOf((channel) => channel.bindQueue(queue, "amq.topic", key));
      assert.equal(await bind("a./"), "permitted");
      assert.equal(await bind("b./.x"), "permitted");
      assert.match(await bind("c./"), /access to topic 'c\.\/' in exchange/);
      assert.match(await textOf((channel) => channel.unbindQueue(queue, "amq.topic", "#")), /access to topic '#'/);
      // It is needed even if the queue does not exist.
      for (const act of ["bindQueue", "unbindQueue"] as const) {
        assert.match(await textOf((channel) => channel[act](unique("none"), "amq.topic", "#")), /access to topic '#'/);
      }
      await admin.deleteQueue(queue);
    });

    it("to read is needed for the binding key of an exchange, at its source only", async () => {
      const exchange = unique("x");
      await admin.assertExchange(exchange, "topic", { durable: false });
      const bind = (key: string) => textOf((channel) => channel.bindExchange(exchange, "amq.topic", key));
      assert.equal(await bind("a./"), "permitted");
      assert.match(await bind("c./"), /access to topic 'c\.\/' in exchange 'amq\.topic'/);
      assert.match(
        await textOf((channel) => channel.unbindExchange(exchange, "amq.topic", "c")),
        /access to topic 'c' in exchange 'amq\.topic'/,
      );
      assert.equal(await textOf((channel) => channel.bindExchange("amq.topic", exchange, "c")), "permitted");
      await admin.deleteExchange(exchange);
    });

    it("to write is needed for each routing key in the headers", {
      skip: productUnderTest === "rabbitmq" && "RabbitMQ 3 looks at the routing key alone",
    }, async () => {
      const own = `${user}.a`;
      const write = (exchange: string, options: Options.Publish) =>
        textOf((channel) => publish(channel, exchange, own, "message", options));
      assert.equal(await write("amq.topic", { CC: [`${user}.b`], BCC: [`${user}.c`] }), "permitted");
      assert.match(await write("amq.topic", { CC: [own, "other.a"] }), /access to topic 'other\.a' in exchange/);
      assert.match(await write("amq.topic", { CC: [own], BCC: ["other.b"] }), /access to topic 'other\.b' in exchange/);
      assert.equal(await write("amq.direct", { CC: ["other.a"], BCC: ["other.b"] }), "permitted");
    });
  });
}
