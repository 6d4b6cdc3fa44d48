import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel } from "amqplib";
import type { VirtualHost } from "../../src/broker/topology/vhost.ts";
import { type BrokerUnderTest, productUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { closeQuietly, connect, openChannel, refusal, unique } from "./client.ts";

let broker: BrokerUnderTest;
let connection: ChannelModel;

before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());
beforeEach(async () => {
  connection = await connect(broker);
});
afterEach(() => closeQuietly(connection));

describe("a queue that is declared without a type", () => {
  it("is a classic queue, whether or not a second declaration names the type", async () => {
    const queue = unique("q");
    const channel = await openChannel(connection);
    for (const type of [undefined, "classic", undefined]) {
      await channel.assertQueue(queue, { exclusive: true, arguments: type && { "x-queue-type": type } });
    }
    await channel.deleteQueue(queue);
    for (const type of ["classic", undefined]) {
      await channel.assertQueue(queue, { exclusive: true, arguments: type && { "x-queue-type": type } });
    }
  });

  it("can't be declared again with another type", async () => {
    const queue = unique("q");
    const channel = await openChannel(connection);
    await channel.assertQueue(queue, { durable: true });
    const again = (await openChannel(connection)).assertQueue(queue, { arguments: { "x-queue-type": "quorum" } });
    const { replyCode, replyText } = await refusal(again);
    await channel.deleteQueue(queue);
    assert.equal(replyCode, 406);
    const inequivalent = `PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue '${queue}' in vhost '/'`;
    // RabbitMQ 3 does not store the type of a declaration without one.
    const rabbitmq3 = `${inequivalent}: received the value 'quorum' of type 'longstr' but current is none`;
    if (broker.product === "rabbitmq" && replyText === rabbitmq3) return;
    assert.equal(replyText, `${inequivalent}: received 'quorum' but current is 'classic'`);
  });
});

// Setting it for a virtual host is outside AMQP, and RabbitMQ's own interfaces for that are not tested here.
if (productUnderTest === "haremq") {
  describe("the default queue type of a virtual host", () => {
    let vhost: VirtualHost;
    before(() => {
      vhost = broker.embedded!.node.vhosts.get("/")!;
      vhost.metadata.setDefaultQueueType("quorum");
    });
    after(() => vhost.metadata.setDefaultQueueType(undefined));

    const typeOf = (queue: string) => vhost.queues.get(queue)?.arguments.get("x-queue-type")?.value;

    it("applies to queues declared without one, and is among their arguments", async () => {
      const queue = unique("q");
      const channel = await openChannel(connection);
      await channel.assertQueue(queue, { durable: true });
      assert.equal(typeOf(queue), "quorum");
      await channel.assertQueue(queue, { durable: true, arguments: { "x-queue-type": "quorum" } });
      await channel.deleteQueue(queue);
    });

    it("does not apply to queues that can't have this type, or that have another", async () => {
      const channel = await openChannel(connection);
      for (
        const options of [
          { exclusive: true },
          { durable: false },
          { durable: true, autoDelete: true },
          { durable: true, arguments: { "x-queue-type": "classic" } },
        ]
      ) {
        const queue = unique("q");
        await channel.assertQueue(queue, options);
        assert.equal(typeOf(queue), "classic");
        await channel.deleteQueue(queue);
      }
    });

    it("prevents durable queues named by the server", async () => {
      const { replyText } = await refusal((await openChannel(connection)).assertQueue("", { durable: true }));
      assert.equal(
        replyText,
        "PRECONDITION_FAILED - Cannot declare a server-named queue for type rabbit_quorum_queue",
      );
    });

    it("prevents a second declaration, without a type, of a queue declared as classic", async () => {
      const queue = unique("q");
      const channel = await openChannel(connection);
      await channel.assertQueue(queue, { durable: true, arguments: { "x-queue-type": "classic" } });
      const { replyText } = await refusal((await openChannel(connection)).assertQueue(queue, { durable: true }));
      assert.match(replyText, /received 'quorum' but current is 'classic'$/);
      await channel.deleteQueue(queue);
    });

    it("must exist", () => {
      const { metadata } = vhost;
      assert.throws(() => metadata.setDefaultQueueType("odd"), /^ParameterError: odd is not a valid queue type$/);
      assert.throws(() => metadata.setDefaultQueueType(""), /default_queue_type must not be an empty string/);
      assert.equal(metadata.defaultQueueType, "quorum");
    });
  });

  describe("the default queue type of a node", () => {
    it("applies to queues in virtual hosts without one of their own", async () => {
      const quorum = await startBrokerUnderTest({ defaultQueueType: "quorum" });
      const { node } = quorum.embedded!;
      const connection = await connect(quorum);
      const channel = await openChannel(connection);
      await channel.assertQueue("a", { durable: true });
      node.vhosts.get("/")!.metadata.setDefaultQueueType("classic");
      await channel.assertQueue("b", { durable: true });
      const { queues } = node.vhosts.get("/")!;
      const types = ["a", "b"].map((queue) => queues.get(queue)!.arguments.get("x-queue-type")?.value);
      await connection.close();
      await quorum.close();
      assert.deepEqual(types, ["quorum", "classic"]);
    });
  });
}
