import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import type { ChannelModel } from "amqplib";
import type { Node } from "../../src/broker/node/node.ts";
import { type BrokerUnderTest, productUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { type CloseReason, RawClient } from "../raw_client.ts";
import { connect, connectionClosed, Inbox, openChannel, refusal, socketOf, unique, within } from "./client.ts";

let broker: BrokerUnderTest;
let node: Node;
const connections: ChannelModel[] = [];

async function open(where = broker): Promise<ChannelModel> {
  const connection = await connect(where);
  connections.push(connection);
  return connection;
}

/** Returns the reason for which `connection.open` is refused, which amqplib hides. */
async function refusedConnection(where = broker): Promise<CloseReason> {
  await using client = await RawClient.connect(where);
  await client.logIn();
  const { channelMax, frameMax } = await client.receive(0, "connection.tune");
  client.send(0, "connection.tune-ok", { channelMax, frameMax });
  client.send(0, "connection.open", { virtualHost: "/" });
  return await client.receiveClose(0);
}

const notAllowed = (text: string): CloseReason => [530, `NOT_ALLOWED - ${text}`, 10, 40];
const overVirtualHost = (limit: number): CloseReason =>
  notAllowed(`access to vhost '/' refused for user 'guest': connection limit (${limit}) is reached`);
/** Resolves when the broker has no more connections than this. */
async function untilConnections(count: number): Promise<void> {
  while (node.admission.connectionCount > count) await new Promise((resolve) => setTimeout(resolve, 5));
}

// Limits are outside AMQP, and RabbitMQ's own interfaces for them are not tested here.
if (productUnderTest === "haremq") {
  before(async () => {
    broker = await startBrokerUnderTest();
    node = broker.embedded!.node;
  });
  after(() => broker.close());
  afterEach(async () => {
    node.vhostLimits.clear("/");
    node.userLimits.clear("guest");
    for (const connection of connections.splice(0)) socketOf(connection).destroy();
    await within("the broker to notice", untilConnections(0));
    assert.equal(node.admission.channelCount, 0);
  });

  describe("max-connections of a virtual host", () => {
    it("refuses a further connection with 530", async () => {
      node.vhostLimits.set("/", { "max-connections": 1 });
      await open();
      assert.deepEqual(await refusedConnection(), overVirtualHost(1));
    });

    it("allows one when another was closed, lost or ended by the broker", async () => {
      node.vhostLimits.set("/", { "max-connections": 1 });
      await (await open()).close();
      const lost = await open();
      socketOf(lost).destroy();
      await within("the broker to notice", untilConnections(0));
      const thrownOut = await open();
      const closed = connectionClosed(thrownOut);
      const channel = await openChannel(thrownOut);
      const { queue } = await channel.assertQueue("", { exclusive: true });
      await channel.consume(queue, () => {}, { consumerTag: "once" });
      channel.consume(queue, () => {}, { consumerTag: "once" }).catch(() => {});
      assert.equal((await closed).replyCode, 530);
      await open();
      assert.deepEqual(await refusedConnection(), overVirtualHost(1));
      assert.deepEqual(
        [node.admission.connectionCount, node.admission.connectionCountOf({ vhost: "/" })],
        [1, 1],
      );
    });

    it("of 0 allows none, a negative one any number", async () => {
      node.vhostLimits.set("/", { "max-connections": 0 });
      assert.deepEqual(await refusedConnection(), overVirtualHost(0));
      node.vhostLimits.set("/", { "max-connections": -1 });
      await open();
    });
  });

  describe("max-queues of a virtual host", () => {
    it("refuses a further queue with 406, and allows one to be declared again", async () => {
      const connection = await open();
      const queue = unique("q");
      await (await openChannel(connection)).assertQueue(queue, { exclusive: true });
      node.vhostLimits.set("/", { "max-queues": 1 });
      const { replyCode, replyText } = await refusal(
        (await openChannel(connection)).assertQueue("another", { exclusive: true }),
      );
      assert.equal(replyCode, 406);
      assert.equal(
        replyText,
        "PRECONDITION_FAILED - cannot declare queue 'another': queue limit in vhost '/' (1) is reached",
      );
      const channel = await openChannel(connection);
      await channel.assertQueue(queue, { exclusive: true });
      await channel.deleteQueue(queue);
      await channel.assertQueue("another", { exclusive: true });
    });

    it("does not count queues for direct reply-to", async () => {
      node.vhostLimits.set("/", { "max-queues": 1 });
      const channel = await openChannel(await open());
      await Inbox.open(channel, "amq.rabbitmq.reply-to", { noAck: true });
      await channel.assertQueue("", { exclusive: true });
    });
  });

  describe("limits of a user", () => {
    it("refuse a further connection with 530", async () => {
      node.userLimits.set("guest", { "max-connections": 1 });
      await open();
      const reached = "connection refused for user 'guest': user connection limit (1) is reached";
      assert.deepEqual(await refusedConnection(), notAllowed(reached));
    });

    it("refuse a further channel with 530, which closes the connection", async () => {
      node.userLimits.set("guest", { "max-channels": 2 });
      const [first, second] = [await open(), await open()];
      await openChannel(first);
      const channel = await openChannel(second);
      const closed = connectionClosed(second);
      await assert.rejects(second.createChannel());
      const { replyCode, replyText } = await closed;
      const reached = "number of channels opened for user 'guest' has reached the maximum allowed user limit of 2";
      assert.deepEqual([replyCode, replyText], [530, `NOT_ALLOWED - ${reached}`]);
      await assert.rejects(channel.close());
      await openChannel(first);
    });

    it("no longer count a channel that was closed from either side", async () => {
      node.userLimits.set("guest", { "max-channels": 1 });
      const connection = await open();
      await (await openChannel(connection)).close();
      await refusal((await openChannel(connection)).checkQueue("nowhere"));
      await openChannel(connection);
      assert.equal(node.admission.channelCountOf("guest"), 1);
    });
  });

  describe("limits of the node", () => {
    let small: BrokerUnderTest;
    before(async () => {
      const limits = { connectionMax: 1, channelMaxPerNode: 2, consumerMaxPerChannel: 1 };
      small = await startBrokerUnderTest({ ...limits, clusterQueueLimit: 1, clusterExchangeLimit: 8, vhostMax: 2 });
    });
    after(() => small.close());

    it("refuse further connections, channels, consumers, queues and exchanges", async () => {
      const connection = await open(small);
      const reached = "connection refused: node connection limit (1) is reached";
      assert.deepEqual(await refusedConnection(small), notAllowed(reached));
      const channel = await openChannel(connection);
      const queue = unique("q");
      await channel.assertQueue(queue, { exclusive: true });
      const full = await refusal((await openChannel(connection)).assertQueue("another", { exclusive: true }));
      assert.equal(
        full.replyText,
        "PRECONDITION_FAILED - cannot declare queue 'another': queue limit in cluster (1) is reached",
      );
      await channel.assertExchange("x", "fanout", { durable: false });
      await channel.assertExchange("x", "fanout", { durable: false });
      const refused = await refusal((await openChannel(connection)).assertExchange("y", "fanout", { durable: false }));
      assert.equal(
        refused.replyText,
        "PRECONDITION_FAILED - cannot declare exchange 'y' in vhost '/': exchange limit of 8 is reached",
      );
      await Inbox.open(channel, queue);
      const closed = connectionClosed(connection);
      channel.consume(queue, () => {}).catch(() => {});
      assert.deepEqual(await closed, {
        replyCode: 530,
        replyText: "NOT_ALLOWED - reached maximum (1) of consumers per channel",
      });

      const again = await open(small);
      await openChannel(again);
      await openChannel(again);
      const refusedChannel = connectionClosed(again);
      await assert.rejects(again.createChannel());
      assert.match(
        (await refusedChannel).replyText,
        /^NOT_ALLOWED - number of channels opened on node '.*' has reached/,
      );
    });

    it("refuse further virtual hosts", () => {
      const { node } = small.embedded!;
      node.addVirtualHost("second");
      assert.throws(
        () => node.addVirtualHost("third"),
        /^ParameterError: cannot create vhost 'third': vhost limit of 2/,
      );
      node.addVirtualHost("second");
    });
  });
}
