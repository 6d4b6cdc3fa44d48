import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { methodFrame, publishFrames, RawClient, uniqueName } from "../raw_client.ts";

let broker: BrokerUnderTest;
before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());

// In each test the answer to a later request comes first, which shows that the earlier one has none.
describe("with nowait", () => {
  it("a queue is declared without declare-ok", async () => {
    await using client = await RawClient.open(broker);
    const queue = uniqueName("queue");
    client.send(1, "queue.declare", { queue, exclusive: true, nowait: true });
    assert.equal((await client.request(1, "queue.declare", { queue, passive: true })).queue, queue);
  });

  it("a queue is declared passively without declare-ok", async () => {
    await using client = await RawClient.open(broker);
    const { queue } = await client.request(1, "queue.declare", { exclusive: true });
    client.send(1, "queue.declare", { queue, passive: true, nowait: true });
    await client.request(1, "channel.flow", { active: true });
  });

  it("a queue named by the server is the channel's last queue, although its name is not sent", async () => {
    await using client = await RawClient.open(broker);
    client.send(1, "queue.declare", { exclusive: true, nowait: true });
    client.send(1, "queue.bind", { exchange: "amq.fanout", nowait: true });
    const { messageCount } = await client.request(1, "queue.purge");
    assert.equal(messageCount, 0);
  });

  it("an exchange is declared without declare-ok, bound without bind-ok, unbound and deleted", async () => {
    await using client = await RawClient.open(broker);
    const exchange = uniqueName("exchange");
    const source = uniqueName("exchange");
    const { queue } = await client.request(1, "queue.declare", { exclusive: true });
    client.write(
      methodFrame(1, "exchange.declare", { exchange, type: "fanout", nowait: true }),
      methodFrame(1, "exchange.declare", { exchange: source, type: "fanout", nowait: true }),
      methodFrame(1, "exchange.declare", { exchange, type: "fanout", passive: true, nowait: true }),
      methodFrame(1, "exchange.bind", { destination: exchange, source, nowait: true }),
      methodFrame(1, "queue.bind", { queue, exchange, routingKey: "k", nowait: true }),
      publishFrames(1, { exchange: source, body: "through both" }),
      methodFrame(1, "basic.get", { queue, noAck: true }),
    );
    assert.equal((await client.receiveContent(1, "basic.get-ok")).text, "through both");
    client.write(
      methodFrame(1, "exchange.unbind", { destination: exchange, source, nowait: true }),
      publishFrames(1, { exchange: source, body: "nowhere" }),
      methodFrame(1, "exchange.delete", { exchange, nowait: true }),
      methodFrame(1, "exchange.delete", { exchange: source, nowait: true }),
      methodFrame(1, "exchange.delete", { exchange: uniqueName("missing"), nowait: true }),
      methodFrame(1, "basic.get", { queue, noAck: true }),
    );
    await client.receive(1, "basic.get-empty");
    client.send(1, "exchange.declare", { exchange, passive: true });
    assert.equal((await client.receiveClose(1))[0], 404);
  });

  it("a queue is purged and deleted without an answer", async () => {
    await using client = await RawClient.open(broker);
    const { queue } = await client.request(1, "queue.declare", { exclusive: true });
    client.publish(1, { routingKey: queue, body: "gone" });
    client.send(1, "queue.purge", { queue, nowait: true });
    assert.equal((await client.request(1, "queue.declare", { queue, passive: true })).messageCount, 0);
    client.send(1, "queue.delete", { queue, nowait: true });
    client.send(1, "queue.delete", { queue: uniqueName("missing"), nowait: true });
    client.send(1, "queue.declare", { queue, passive: true });
    assert.equal((await client.receiveClose(1))[0], 404);
  });

  it("a consumer starts without consume-ok and is cancelled without cancel-ok", async () => {
    await using client = await RawClient.open(broker);
    const { queue } = await client.request(1, "queue.declare", { exclusive: true });
    client.send(1, "basic.consume", { queue, consumerTag: "quiet", noAck: true, nowait: true });
    client.publish(1, { routingKey: queue, body: "delivered" });
    assert.equal((await client.receiveContent(1, "basic.deliver")).method.consumerTag, "quiet");
    client.send(1, "basic.cancel", { consumerTag: "quiet", nowait: true });
    client.send(1, "basic.cancel", { consumerTag: "never was", nowait: true });
    assert.equal((await client.request(1, "queue.declare", { queue, passive: true })).consumerCount, 0);
  });

  it("a consumer whose tag the server chooses gets messages under that tag", async () => {
    await using client = await RawClient.open(broker);
    const { queue } = await client.request(1, "queue.declare", { exclusive: true });
    client.send(1, "basic.consume", { queue, noAck: true, nowait: true });
    client.publish(1, { routingKey: queue, body: "delivered" });
    assert.match((await client.receiveContent(1, "basic.deliver")).method.consumerTag, /^amq\.ctag-[\w-]{22}$/);
  });

  it("confirms start without select-ok", async () => {
    await using client = await RawClient.open(broker);
    client.send(1, "confirm.select", { nowait: true });
    client.publish(1, { routingKey: uniqueName("nowhere"), body: "confirmed" });
    assert.equal((await client.receive(1, "basic.ack")).deliveryTag, 1n);
  });

  it("a failure still closes the channel", async () => {
    await using client = await RawClient.open(broker);
    const queue = uniqueName("missing");
    client.send(1, "basic.consume", { queue, nowait: true });
    assert.deepEqual(await client.receiveClose(1), [404, `NOT_FOUND - no queue '${queue}' in vhost '/'`, 60, 20]);
  });
});
