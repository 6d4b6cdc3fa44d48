import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker, ChannelError, ConnectionError, type EmbeddedQueue } from "../../mod.ts";
import { FakeClock, settled } from "../fake_clock.ts";
import { SlowStore } from "../slow_store.ts";

const hasCode = (code: number) => (error: unknown): boolean =>
  (error instanceof ChannelError || error instanceof ConnectionError) && error.code === code;

async function takeAll(queue: EmbeddedQueue): Promise<string[]> {
  const texts: string[] = [];
  for (let delivery; (delivery = await queue.get({ noAck: true })) !== undefined;) texts.push(delivery.text());
  return texts;
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));

describe("publishing by plain calls", () => {
  it("takes text and bytes as bodies, and keeps their order", async () => {
    const queue = new Broker().vhost("/").queue("q");
    const texts = ["", "short", "ü and 兎", "兎".repeat(40), "x".repeat(100), "x".repeat(70_000), "ü".repeat(20_000)];
    for (const text of texts) queue.publish(text);
    for (const text of texts) queue.publish(new TextEncoder().encode(text));
    await queue.publish({ body: "last", properties: { contentType: "text/plain" } });
    assert.deepEqual(await takeAll(queue), [...texts, ...texts, "last"]);
  });

  it("settles receipts without anybody awaiting them", async () => {
    const queue = new Broker().vhost("/").queue("q");
    const receipts = numbers(3).map((body) => queue.publish(body));
    assert.deepEqual(receipts.map(({ isSettled, outcome }) => [isSettled, outcome]), Array(3).fill([false, undefined]));
    await settled();
    assert.deepEqual(
      receipts.map(({ isSettled, outcome }) => [isSettled, outcome]),
      Array(3).fill([true, "confirmed"]),
    );
    assert.equal(await receipts[1], "confirmed");
  });

  it("ends turns in a loop that never pauses, so that the broker keeps up", () => {
    const queue = new Broker().vhost("/").queue("q");
    let received = 0;
    const first = queue.publish("first");
    for (const body of numbers(5000)) {
      queue.publish(body);
      if (first.isSettled) received++;
    }
    assert.ok(received > 3900, `the first receipt was settled for ${received} of 5000 publishes`);
  });

  it("reports what had no route and what was refused, each with its receipt", async () => {
    const vhost = new Broker().vhost("/");
    const full = vhost.queue("full", { arguments: { "x-max-length": 1, "x-overflow": "reject-publish" } });
    const receipts = [
      full.publish("fits"),
      full.publish("does not"),
      vhost.publish({ routingKey: "nobody", mandatory: true, body: "x" }),
      vhost.publish({ routingKey: "nobody", body: "x" }),
    ];
    assert.deepEqual(await Promise.all(receipts), ["confirmed", "refused", "returned", "confirmed"]);
  });

  it("throws for what can't be published, and goes on", async () => {
    const vhost = new Broker().vhost("/");
    const queue = vhost.queue("q");
    assert.throws(() => vhost.publish({ exchange: "nowhere", body: "" }), hasCode(404));
    assert.throws(() => queue.publish({ body: "", properties: { expiration: "soon" } }), hasCode(406));
    assert.throws(() => queue.publish({ body: "", properties: { type: "x".repeat(256) } }), RangeError);
    assert.throws(() => queue.publish({ body: "", delayMs: -1 }), RangeError);
    assert.throws(() => queue.publish({ body: "", delayMs: 5 }), hasCode(406));
    assert.equal(await queue.publish("after"), "confirmed");
    queue.delete();
    assert.throws(() => queue.publish("gone"), hasCode(404));
    assert.throws(() => queue.publishBatch(["gone"]), hasCode(404));
  });

  it("does not mix up the properties of messages, even if an object is changed and used again", async () => {
    const queue = new Broker().vhost("/").queue("q");
    const properties = { messageId: "1", headers: undefined };
    queue.publish({ body: "first", properties });
    properties.messageId = "2";
    queue.publish({ body: "second", properties });
    queue.publish({ body: "third", headers: { tall: true } });
    await queue.publish("fourth");
    const got = [];
    for (let i = 0; i < 4; i++) got.push((await queue.get({ noAck: true }))!);
    assert.deepEqual(got.map(({ properties: { messageId } }) => messageId), ["1", "2", undefined, undefined]);
    assert.deepEqual(got.map(({ headers }) => ({ ...headers })), [{}, {}, { tall: true }, {}]);
  });

  it("settles the receipts of persistent messages when the store has them", async () => {
    const store = new SlowStore();
    const queue = new Broker({ store }).vhost("/").queue("q");
    const receipt = queue.publish({ body: "x", properties: { deliveryMode: 2 } });
    const batch = queue.publishBatch([{ body: "y", properties: { deliveryMode: 2 } }, { body: "z" }]);
    await settled();
    assert.deepEqual([receipt.isSettled, batch.isSettled], [false, false]);
    store.sync();
    assert.deepEqual([await receipt, (await batch).confirmed], ["confirmed", 2]);
  });
});

describe("publishing in batches", () => {
  it("publishes all in order, and confirms them with one receipt", async () => {
    const queue = new Broker().vhost("/").queue("q");
    const outcome = await queue.publishBatch([...numbers(3000), { body: "last", properties: { messageId: "l" } }]);
    assert.deepEqual(outcome, { confirmed: 3001, returned: [], refused: [] });
    assert.deepEqual(await takeAll(queue), [...numbers(3000), "last"]);
    assert.deepEqual(await queue.publishBatch([]), { confirmed: 0, returned: [], refused: [] });
  });

  it("reports which messages were returned and refused", async () => {
    const vhost = new Broker().vhost("/");
    vhost.queue("full", { arguments: { "x-max-length": 1, "x-overflow": "reject-publish" } });
    const [some, none] = [{ routingKey: "full", body: "x" }, { routingKey: "nobody", mandatory: true, body: "x" }];
    const outcome = await vhost.publishBatch([some, none, some, some, none]);
    assert.deepEqual(outcome, { confirmed: 1, returned: [1, 4], refused: [2, 3] });
  });

  it("publishes what comes before a message that is wrong, and throws", async () => {
    const queue = new Broker().vhost("/").queue("q");
    const wrong = { body: "", properties: { expiration: "soon" } };
    assert.throws(() => queue.publishBatch(["a", "b", wrong, "c"]), hasCode(406));
    assert.equal(await queue.publish("d"), "confirmed");
    assert.deepEqual(await takeAll(queue), ["a", "b", "d"]);
  });
});

describe("publishing while memory is low", () => {
  /** A broker with a full memory, and a function that frees it. */
  async function fullBroker(clock?: FakeClock) {
    const broker = new Broker({ memoryHighWatermarkBytes: 1024 * 1024, clock });
    const vhost = broker.vhost("/");
    const ballast = vhost.queue("ballast");
    for (let i = 0; i < 11; i++) await ballast.publish(new Uint8Array(100_000));
    await settled();
    return { broker, vhost, queue: vhost.queue("q"), free: () => ballast.purge() };
  }

  it("waits, and publishes in order once there is room again", async () => {
    const { queue, free } = await fullBroker();
    const receipts = [queue.publish("a"), queue.publish("b")];
    const batch = queue.publishBatch(["c", "d"]);
    await settled();
    assert.deepEqual([queue.messageCount, receipts[0].isSettled, batch.isSettled], [0, false, false]);
    free();
    assert.deepEqual(await Promise.all([...receipts, batch]), [
      "confirmed",
      "confirmed",
      { confirmed: 2, returned: [], refused: [] },
    ]);
    assert.deepEqual(await takeAll(queue), ["a", "b", "c", "d"]);
  });

  it("continues a batch that it interrupted", async () => {
    const broker = new Broker({ memoryHighWatermarkBytes: 1024 * 1024 });
    const queue = broker.vhost("/").queue("q");
    const batch = queue.publishBatch(numbers(30).map((text) => new Uint8Array(100_000).fill(Number(text))));
    await settled();
    const published = queue.messageCount;
    assert.ok(published >= 9 && published <= 12, `${published} messages of 100 KB were taken with a limit of 1 MiB`);
    let next = 0;
    for await (const delivery of queue.consume({ prefetch: 1 })) {
      assert.equal(delivery.body[99_999], next++);
      delivery.ack();
      if (next === 30) break;
    }
    assert.equal((await batch).confirmed, 30);
  });

  it("takes a message back when its signal is aborted", async () => {
    const { queue, free } = await fullBroker();
    const abort = new AbortController();
    const receipts = [queue.publish("a"), queue.publish("b", { signal: abort.signal }), queue.publish("c")];
    abort.abort(new Error("no longer needed"));
    await assert.rejects(Promise.resolve(receipts[1]), /no longer needed/);
    free();
    await receipts[2];
    assert.deepEqual(await takeAll(queue), ["a", "c"]);
    assert.throws(() => queue.publish("d", { signal: abort.signal }), /no longer needed/);
  });

  it("refuses messages when too many wait", async () => {
    const { queue, free } = await fullBroker();
    const batch = queue.publishBatch(numbers(9999));
    const last = queue.publish("last");
    assert.throws(() => queue.publish("one too many"), hasCode(506));
    free();
    await Promise.all([batch, last]);
    assert.equal(queue.messageCount, 10_000);
    assert.equal(await queue.publish("again"), "confirmed");
  });

  it("refuses messages when too many bytes wait", async () => {
    const { queue } = await fullBroker();
    queue.publish(new Uint8Array(10 * 1024 * 1024));
    assert.throws(() => queue.publish(new Uint8Array(7 * 1024 * 1024)), hasCode(506));
  });

  it("fails what waits when the broker is closed", async () => {
    const clock = new FakeClock();
    const { broker, queue } = await fullBroker(clock);
    const receipt = queue.publish("a");
    await Promise.all([broker.close(), assert.rejects(Promise.resolve(receipt), hasCode(320)), clock.advance(3000)]);
    assert.throws(() => queue.publish("b"), hasCode(320));
    assert.equal(clock.timerCount, 0);
  });
});

describe("a stream of messages to publish", () => {
  it("takes bodies, messages, and arrays of both", async () => {
    const queue = new Broker().vhost("/").queue("q");
    const writer = queue.publisher({ properties: { contentType: "text/plain" } }).getWriter();
    await writer.write("a");
    await writer.write(["b", { body: "c", properties: { contentType: "text/html" } }]);
    await writer.write(new TextEncoder().encode("d"));
    await writer.close();
    const types = [];
    for (let i = 0; i < 4; i++) types.push((await queue.get({ noAck: true }))!.properties.contentType);
    assert.deepEqual(types, ["text/plain", "text/plain", "text/html", "text/plain"]);
  });

  it("is done with a write when its message is safe", async () => {
    const store = new SlowStore();
    const queue = new Broker({ store }).vhost("/").queue("q");
    const writer = queue.publisher({ properties: { deliveryMode: 2 } }).getWriter();
    let done = 0;
    for (const body of ["a", "b"]) writer.write(body).then(() => done++);
    await settled();
    assert.deepEqual([done, queue.messageCount], [0, 1]);
    store.sync();
    await settled();
    assert.deepEqual([done, queue.messageCount], [1, 2]);
  });

  it("lets several messages be unconfirmed on request, and waits for all when it is closed", async () => {
    const store = new SlowStore();
    const queue = new Broker({ store }).vhost("/").queue("q");
    const writer = queue.publisher({ properties: { deliveryMode: 2 }, unconfirmed: 3 }).getWriter();
    for (const body of numbers(5)) writer.write(body);
    let isClosed = false;
    const closed = writer.close().then(() => isClosed = true);
    await settled();
    assert.deepEqual([queue.messageCount, isClosed], [3, false]);
    store.sync();
    await settled();
    assert.deepEqual([queue.messageCount, isClosed], [5, false]);
    store.sync();
    await closed;
  });

  it("fails when a message is refused or has no route", async () => {
    const vhost = new Broker().vhost("/");
    const full = vhost.queue("full", { arguments: { "x-max-length": 0, "x-overflow": "reject-publish" } });
    await assert.rejects(full.publisher().getWriter().write("x"), hasCode(506));
    const exchange = vhost.exchange("e", { type: "fanout" });
    await assert.rejects(exchange.publisher({ mandatory: true }).getWriter().write("x"), hasCode(312));
    await exchange.publisher().getWriter().write("x");
  });
});

describe("consumers that are far behind", () => {
  it("hold back those who await receipts, for a while", async () => {
    const clock = new FakeClock();
    const queue = new Broker({ clock }).vhost("/").queue("q");
    queue.subscribe(() => new Promise(() => {}));
    const published = queue.publishBatch(numbers(5000));
    let isDone = false;
    published.then(() => isDone = true);
    await settled();
    assert.deepEqual([published.isSettled, isDone], [true, false]);
    await clock.advance(1000);
    assert.equal(isDone, true);
  });
});
