import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { bodyFrame, concat, headerFrame, methodFrame, publishFrames, RawClient, uniqueName } from "../raw_client.ts";
import { Neighbour } from "./neighbour.ts";

let broker: BrokerUnderTest;
before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());

describe("a message", () => {
  for (const bodyBytes of [536_870_913, 2 ** 52]) {
    it(`of ${bodyBytes} bytes is refused when its content header comes`, async () => {
      await using client = await RawClient.open(broker);
      client.write(methodFrame(1, "basic.publish", { routingKey: "nowhere" }), headerFrame(1, bodyBytes));
      // RabbitMQ 3 waits for the body, and then checks its size; the method shows that it waits.
      if (broker.product === "rabbitmq") client.send(1, "channel.flow", { active: true });
      const reason = await client.receiveClose(0);
      if (broker.product === "rabbitmq" && reason[0] === 505) return;
      const text = `FRAME_ERROR - content body size ${bodyBytes} exceeds maximum allowed size 536870912`;
      assert.deepEqual(reason, [501, text, 60, 40]);
    });
  }

  it("over the server's limit closes its channel, and the rest of it is skipped", async () => {
    // RabbitMQ 3 takes 128 MiB by default, RabbitMQ 4 and HareMQ 16 MiB.
    if (broker.product === "rabbitmq") return;
    await using client = await RawClient.open(broker, { channels: [1, 2] });
    const chunk = bodyFrame(1, new Uint8Array(131_064));
    const chunks = 129;
    const bodyBytes = chunks * 131_064;
    client.write(methodFrame(1, "basic.publish", { routingKey: "nowhere" }), headerFrame(1, bodyBytes));
    for (let n = 0; n < chunks; n++) client.write(chunk);
    const text = `PRECONDITION_FAILED - message size ${bodyBytes} is larger than configured max size 16777216`;
    assert.deepEqual(await client.receiveClose(1), [406, text, 60, 40]);
    client.send(1, "channel.close-ok");
    await client.request(1, "channel.open");
    await client.request(2, "channel.flow", { active: true });
  });
});

describe("a client that does not read", () => {
  it("stops its own deliveries, but nobody else's work, and gets everything in order when it reads again", async () => {
    const neighbour = await Neighbour.start(broker);
    await using publisher = await RawClient.open(broker);
    const queue = uniqueName("shared");
    await publisher.request(1, "queue.declare", { queue });
    await publisher.request(1, "confirm.select");
    await using reader = await RawClient.open(broker);
    await reader.request(1, "basic.consume", { queue, noAck: true });
    reader.pause();
    const count = 512;
    const body = new Uint8Array(65_536);
    for (let n = 0; n < count; n++) {
      publisher.publish(1, { routingKey: queue, body, properties: { messageId: `${n}` } });
    }
    for (let confirmed = 0n; confirmed < count;) {
      const ack = await publisher.receive(1, "basic.ack");
      confirmed = ack.multiple ? ack.deliveryTag : confirmed + 1n;
    }
    const { messageCount } = await publisher.request(1, "queue.declare", { queue, passive: true });
    // RabbitMQ passes all of them to the connection's writer, which holds them in memory.
    if (broker.product === "haremq") assert.ok(messageCount >= count / 2, `only ${messageCount} of ${count} wait`);
    reader.resume();
    for (let n = 0; n < count; n++) {
      const delivered = await reader.receiveContent(1, "basic.deliver");
      assert.deepEqual([delivered.properties.messageId, delivered.body.length], [`${n}`, body.length]);
    }
    await reader.request(0, "connection.close", { replyCode: 200 });
    await publisher.request(1, "queue.delete", { queue });
    assert.ok(await neighbour.stop() > 0);
  });

  it("may send any number of requests meanwhile, and gets every answer", async () => {
    const neighbour = await Neighbour.start(broker);
    await using client = await RawClient.open(broker);
    const queue = "q".repeat(200) + uniqueName("");
    await client.request(1, "queue.declare", { queue, exclusive: true });
    client.pause();
    const asked = 20_000;
    const ask = methodFrame(1, "queue.declare", { queue, passive: true });
    for (let n = 0; n < asked; n += 100) client.write(concat(...Array.from({ length: 100 }, () => ask)));
    await using other = await RawClient.open(broker);
    await other.request(1, "channel.flow", { active: true });
    client.resume();
    for (let n = 0; n < asked; n++) await client.receive(1, "queue.declare-ok");
    assert.deepEqual(client.unread(1), []);
    assert.ok(await neighbour.stop() > 0);
  });

  it("and leaves returns its messages", async () => {
    await using publisher = await RawClient.open(broker, { channels: [1, 2] });
    const queue = uniqueName("shared");
    await publisher.request(1, "queue.declare", { queue });
    const reader = await RawClient.open(broker);
    await reader.request(1, "basic.consume", { queue });
    reader.pause();
    const count = 128;
    const body = new Uint8Array(65_536);
    publisher.write(...Array.from({ length: count }, () => publishFrames(1, { routingKey: queue, body })));
    await publisher.request(1, "queue.declare", { queue, passive: true });
    await reader[Symbol.asyncDispose]();
    await publisher.request(2, "basic.consume", { queue, noAck: true });
    for (let n = 0; n < count; n++) {
      assert.equal((await publisher.receiveContent(2, "basic.deliver")).body.length, body.length);
    }
    assert.equal((await publisher.request(1, "queue.delete", { queue })).messageCount, 0);
  });
});
