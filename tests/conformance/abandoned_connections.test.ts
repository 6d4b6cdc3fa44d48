import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import {
  CLIENT_PROPERTIES,
  concat,
  HEADER_0_9_1,
  headerFrame,
  methodFrame,
  plainResponse,
  publishFrames,
  RawClient,
  uniqueName,
} from "../raw_client.ts";
import { Neighbour } from "./neighbour.ts";

let broker: BrokerUnderTest;
before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());

describe("a connection that is dropped in the middle of a publish", () => {
  it("at whatever byte, leaves nothing of it behind, and everything confirmed before it", async () => {
    const neighbour = await Neighbour.start(broker);
    await using observer = await RawClient.open(broker, { channels: [1, 2] });
    const queue = uniqueName("shared");
    await observer.request(1, "queue.declare", { queue });
    const publish = publishFrames(1, {
      routingKey: queue,
      body: "cut off",
      properties: { contentType: "text/plain", deliveryMode: 2, messageId: "cut off" },
    });
    const cuts = Array.from({ length: publish.length }, (_, cut) => cut);
    await inTurns(cuts, 8, async (cut) => {
      await using client = await RawClient.open(broker);
      await client.request(1, "confirm.select");
      client.publish(1, { routingKey: queue, body: "complete" });
      await client.receive(1, "basic.ack");
      await client.flush(publish.slice(0, cut));
      // Either in order, or without: then unread input is lost.
      if (cut % 2 === 0) return client.drop();
      client.finish();
      await client.waitForEnd();
    });
    await observer.request(2, "basic.consume", { queue, noAck: true });
    for (let n = 0; n < cuts.length; n++) {
      assert.equal((await observer.receiveContent(2, "basic.deliver")).text, "complete");
    }
    const { messageCount } = await observer.request(1, "queue.delete", { queue });
    assert.equal(messageCount, 0);
    assert.ok(await neighbour.stop() > 0);
  });

  it("in a transaction, leaves nothing of the transaction behind", async () => {
    await using observer = await RawClient.open(broker);
    const queue = uniqueName("shared");
    await observer.request(1, "queue.declare", { queue });
    for (let round = 0; round < 10; round++) {
      await using client = await RawClient.open(broker);
      await client.request(1, "tx.select");
      client.publish(1, { routingKey: queue, body: "held" });
      await client.request(1, "channel.flow", { active: true });
      client.finish();
      await client.waitForEnd();
    }
    assert.equal((await observer.request(1, "queue.delete", { queue })).messageCount, 0);
  });
});

describe("connections that are opened and abandoned by the thousand", () => {
  const login = methodFrame(0, "connection.start-ok", {
    clientProperties: CLIENT_PROPERTIES,
    mechanism: "PLAIN",
    response: plainResponse("guest", "guest"),
  });
  const tuneOk = methodFrame(0, "connection.tune-ok", { channelMax: 10, frameMax: 4096, heartbeat: 60 });
  const open = methodFrame(0, "connection.open", { virtualHost: "/" });
  const opened = concat(HEADER_0_9_1, login, tuneOk, open, methodFrame(1, "channel.open"));

  /** Stages of a connection: the bytes that it sends, and a method on a channel that it awaits before it is dropped. */
  const stages = (
    queue: string,
  ): readonly (readonly [Uint8Array, ...([number, "connection.start" | "basic.deliver"] | [])])[] => [
    [new Uint8Array(0)],
    [HEADER_0_9_1.slice(0, 5)],
    [HEADER_0_9_1],
    [HEADER_0_9_1, 0, "connection.start"],
    [concat(HEADER_0_9_1, login.slice(0, 30))],
    [concat(HEADER_0_9_1, login)],
    [concat(HEADER_0_9_1, login, tuneOk)],
    [concat(HEADER_0_9_1, login, tuneOk, open)],
    [opened],
    [concat(opened, methodFrame(1, "queue.declare", { exclusive: true }).slice(0, 9))],
    [concat(opened, methodFrame(1, "queue.declare", { exclusive: true }), methodFrame(1, "queue.bind"))],
    [concat(opened, methodFrame(1, "basic.publish", { routingKey: queue }), headerFrame(1, 1_000_000))],
    [concat(opened, methodFrame(1, "tx.select"), publishFrames(1, { routingKey: queue, body: "never committed" }))],
    [concat(opened, methodFrame(1, "basic.consume", { queue }))],
    [concat(opened, methodFrame(1, "channel.close", { replyCode: 200 }))],
    [concat(opened, methodFrame(1, "basic.ack", { deliveryTag: 99n }))],
    [concat(opened, methodFrame(1, "channel.open"))],
  ];

  it("harm nobody, and return what they were delivered", { timeout: 120_000 }, async () => {
    const connections = broker.product === "haremq" ? 10_000 : 2_000;
    const neighbour = await Neighbour.start(broker);
    await using observer = await RawClient.open(broker, { channels: [1, 2] });
    const queue = uniqueName("shared");
    await observer.request(1, "queue.declare", { queue });
    await observer.request(1, "confirm.select");
    const messages = ["a", "b", "c", "d", "e"];
    observer.write(...messages.map((body) => publishFrames(1, { routingKey: queue, body })));
    for (let confirmed = 0n; confirmed < messages.length;) {
      ({ deliveryTag: confirmed } = await observer.receive(1, "basic.ack"));
    }
    const all = stages(queue);
    await inTurns(Array.from({ length: connections }, (_, n) => n), 32, async (n) => {
      await using client = await RawClient.connect(broker);
      const [bytes, channel, method] = all[n % all.length];
      await client.flush(bytes);
      if (channel !== undefined) await client.receive(channel, method!);
      if (n % 3 === 0) client.finish();
    });
    // Each message comes when the last connection that had it is gone, redelivered or not.
    await observer.request(2, "basic.consume", { queue });
    const received = new Map<string, bigint>();
    while (received.size < messages.length) {
      const { method, text } = await observer.receiveContent(2, "basic.deliver");
      assert.ok(!received.has(text), `"${text}" came twice`);
      received.set(text, method.deliveryTag);
    }
    assert.deepEqual([...received.keys()].sort(), messages);
    assert.deepEqual(observer.unread(2), []);
    await observer.request(1, "queue.delete", { queue });
    assert.ok(await neighbour.stop() > 0);
  });
});

/** Does something for each item, for several at a time. */
async function inTurns<T>(items: readonly T[], atATime: number, act: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  await Promise.all(Array.from({ length: atATime }, async () => {
    for (const item of waiting) await act(item);
  }));
}
