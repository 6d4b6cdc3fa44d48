import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  Broker,
  ChannelError,
  ConnectionError,
  type Delivery,
  type DeliveryBatch,
  type EmbeddedQueue,
} from "../../mod.ts";
import { FakeClock, settled } from "../fake_clock.ts";

const hasCode = (code: number) => (error: unknown): boolean =>
  (error instanceof ChannelError || error instanceof ConnectionError) && error.code === code;

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));

async function filled(count: number): Promise<EmbeddedQueue> {
  const queue = new Broker().vhost("/").queue("q");
  await queue.publishBatch(numbers(count));
  return queue;
}

describe("a delivery", () => {
  it("has its body as bytes, text and JSON", async () => {
    const queue = new Broker().vhost("/").queue("q");
    const texts = ["", "short", "ü", "兎".repeat(30), JSON.stringify({ ears: [2, 2] }), "x".repeat(50_000)];
    queue.publishBatch(texts);
    const deliveries: Delivery[] = [];
    for await (const delivery of queue.consume({ noAck: true })) if (deliveries.push(delivery) === texts.length) break;
    assert.deepEqual(deliveries.map((delivery) => delivery.text()), texts);
    assert.deepEqual(deliveries.map(({ body }) => new TextDecoder().decode(body)), texts);
    assert.deepEqual(
      deliveries.map(({ bodyBytes }) => bodyBytes),
      texts.map((text) => new TextEncoder().encode(text).length),
    );
    assert.deepEqual(deliveries[4].json(), { ears: [2, 2] });
    assert.throws(() => deliveries[1].json(), SyntaxError);
    assert.equal(deliveries[1].body, deliveries[1].body);
    // The program may do with a body what it likes.
    deliveries[1].body.fill(0x2a);
    assert.deepEqual([deliveries[0].text(), deliveries[1].text(), deliveries[2].text()], ["", "*****", "ü"]);
  });

  it("has exchange, routing key, properties and headers", async () => {
    const vhost = new Broker().vhost("/");
    const queue = vhost.queue("q").bind("amq.topic", "a.#");
    const properties = { messageId: "7", deliveryMode: 2 };
    await vhost.publish({ exchange: "amq.topic", routingKey: "a.b", body: "x", properties, headers: { tall: 1 } });
    const delivery = (await queue.get({ noAck: true }))!;
    assert.deepEqual([delivery.exchange, delivery.routingKey, delivery.redelivered], ["amq.topic", "a.b", false]);
    assert.deepEqual([delivery.properties.messageId, delivery.properties.deliveryMode], ["7", 2]);
    assert.deepEqual({ ...delivery.headers }, { tall: 1 });
  });
});

describe("a stream of deliveries", () => {
  it("takes from the queue what its strategy has room for", async () => {
    const queue = await filled(100);
    const reader = queue.consume({ noAck: true }, { highWaterMark: 3 }).getReader();
    await settled();
    assert.equal(queue.messageCount, 97);
    await reader.read();
    await reader.cancel();
    await queue.publishBatch(numbers(100 - queue.messageCount));
    const bySize = queue.consume({}, { highWaterMark: 10, size: ({ bodyBytes }) => bodyBytes });
    await settled();
    // "3" to "9", "10" and "11".
    assert.equal(queue.messageCount, 100 - 9);
    await bySize.cancel();
    assert.equal(queue.messageCount, 100);
  });

  it("takes nothing in advance with a high water mark of 0", async () => {
    const queue = await filled(10);
    const reader = queue.consume({ noAck: true }, { highWaterMark: 0 }).getReader();
    await settled();
    assert.equal(queue.messageCount, 10);
    for (let i = 0; i < 10; i++) {
      assert.equal((await reader.read()).value!.text(), String(i));
      assert.equal(queue.messageCount, 9 - i);
    }
    const late = reader.read();
    queue.publish("late");
    assert.equal((await late).value!.text(), "late");
  });

  it("takes 1 MiB in advance at most, and one larger message", async () => {
    const queue = new Broker().vhost("/").queue("q");
    await queue.publishBatch(Array(5).fill(new Uint8Array(600_000)));
    const reader = queue.consume().getReader();
    await settled();
    assert.equal(queue.messageCount, 3);
    await reader.cancel();
    queue.purge();
    await queue.publishBatch(Array(3).fill(new Uint8Array(2_000_000)));
    queue.consume();
    await settled();
    assert.equal(queue.messageCount, 2);
  });

  it("can be read by a loop after a reader, and by a reader after a loop", async () => {
    const queue = await filled(10);
    const stream = queue.consume({ noAck: true });
    const first = stream.getReader();
    const got = [(await first.read()).value!.text()];
    first.releaseLock();
    for await (const delivery of stream.values({ preventCancel: true })) {
      got.push(delivery.text());
      if (got.length === 5) break;
    }
    assert.equal(stream.locked, false);
    const last = stream.getReader();
    while (got.length < 10) got.push((await last.read()).value!.text());
    assert.deepEqual(got, numbers(10));
    // A reader that went away while it waited loses no message, and changes no order.
    const waiting = last.read();
    last.releaseLock();
    await assert.rejects(waiting, TypeError);
    queue.publishBatch(["a", "b", "c"]);
    for await (const delivery of stream) {
      got.push(delivery.text());
      if (got.length === 13) break;
    }
    assert.deepEqual(got.slice(10), ["a", "b", "c"]);
    assert.equal(queue.consumerCount, 0);
  });

  it("is locked by a loop over it", async () => {
    const stream = (await filled(1)).consume();
    const loop = stream[Symbol.asyncIterator]();
    assert.throws(() => stream.getReader(), TypeError);
    await loop.return();
    assert.equal(stream.locked, false);
    assert.equal((await loop.next()).done, true);
  });

  it("can be piped", async () => {
    const [from, to] = [await filled(500), new Broker().vhost("/").queue("copy")];
    const copy = new TransformStream<Delivery, Uint8Array>({
      transform(delivery, controller) {
        controller.enqueue(delivery.body);
        delivery.ack();
      },
    });
    const copied = from.consume().pipeThrough(copy).pipeTo(to.publisher());
    while (from.messageCount + from.unackedCount > 0 || to.messageCount < 500) await settled();
    from.delete();
    await copied;
    assert.equal(to.messageCount, 500);
    assert.equal((await to.get())!.text(), "0");
  });

  it("ends with what has come when the queue is deleted", async () => {
    const queue = await filled(5);
    const stream = queue.consume();
    await settled();
    queue.delete();
    const got = [];
    for await (const delivery of stream) {
      got.push(delivery.text());
      delivery.ack();
    }
    assert.deepEqual(got, numbers(5));
  });

  it("fails when its signal is aborted, and returns what was not settled", async () => {
    const queue = await filled(5);
    const abort = new AbortController();
    const got: string[] = [];
    const reading = (async () => {
      for await (const delivery of queue.consume({ signal: abort.signal })) {
        got.push(delivery.text());
        if (got.length < 3) delivery.ack();
      }
    })();
    await settled();
    abort.abort(new Error("enough"));
    await assert.rejects(reading, /enough/);
    assert.deepEqual([got.length, queue.messageCount, queue.unackedCount, queue.consumerCount], [5, 3, 0, 0]);
    assert.throws(() => queue.consume({ signal: abort.signal }), /enough/);
    assert.equal(queue.consumerCount, 0);
  });

  it("ends where it is disposed of", async () => {
    const queue = await filled(5);
    {
      await using stream = queue.consume();
      assert.equal((await stream.getReader().read()).value!.text(), "0");
    }
    assert.deepEqual([queue.messageCount, queue.consumerCount], [5, 0]);
  });

  it("refuses what the queue refuses, and leaves nothing behind", async () => {
    const broker = new Broker();
    const vhost = broker.vhost("/");
    const queue = vhost.queue("q");
    const stream = queue.consume({ exclusive: true, consumerTag: "mine", priority: 3 });
    assert.equal(stream.consumerTag, "mine");
    assert.throws(() => queue.consume(), hasCode(403));
    assert.throws(
      () => vhost.queue("s", { arguments: { "x-queue-type": "stream" } }).consume({ prefetch: 0 }),
      hasCode(406),
    );
    await stream.cancel();
    assert.equal(queue.consumerCount, 0);
    queue.delete();
    assert.throws(() => queue.consume(), hasCode(404));
  });

  it("gives others a turn in a loop that never has to wait", async () => {
    const queue = new Broker().vhost("/").queue("q");
    let hasFired = false;
    setTimeout(() => hasFired = true, 0);
    let count = 0;
    queue.publish("once");
    for await (const delivery of queue.consume()) {
      delivery.ack();
      queue.publish("again");
      if (++count > 2_000_000 || hasFired) break;
    }
    assert.ok(hasFired, `no timer has fired while ${count} messages went round`);
  });
});

describe("a stream of batches", () => {
  it("has all messages that have come, which are settled together", async () => {
    const queue = await filled(600);
    const lengths: number[] = [];
    for await (const batch of queue.consumeBatches({ prefetch: 100 })) {
      lengths.push(batch.length);
      batch.ack();
      if (queue.messageCount === 0) break;
    }
    assert.deepEqual(lengths, Array(6).fill(100));
    assert.equal(queue.unackedCount, 0);
  });

  it("settles what its messages have not settled themselves", async () => {
    const queue = await filled(4);
    const reader = queue.consumeBatches().getReader();
    const { value: batch } = await reader.read();
    const [first, , third] = [...batch!];
    first.ack();
    third.reject();
    batch!.nack();
    const again = (await reader.read()).value!;
    assert.deepEqual([...again].map((delivery) => delivery.text()), ["1", "3"]);
    again.ack();
    again.nack();
    await settled();
    assert.deepEqual([queue.messageCount, queue.unackedCount], [0, 0]);
  });

  it("does not settle an earlier batch", async () => {
    const queue = await filled(2);
    const reader = queue.consumeBatches({ prefetch: 10 }, { highWaterMark: 1 }).getReader();
    const batches: DeliveryBatch[] = [(await reader.read()).value!, (await reader.read()).value!];
    batches[1].ack();
    await settled();
    assert.equal(queue.unackedCount, 1);
    await reader.cancel();
    assert.equal((await queue.get())!.text(), "0");
  });
});

describe("a consumer with a function", () => {
  it("calls it with one batch after the other, and not while it is busy", async () => {
    const queue = await filled(1000);
    const got: string[] = [];
    let busy = 0;
    const consumer = queue.subscribe(async (batch) => {
      assert.equal(++busy, 1);
      await settled();
      for (const delivery of batch) got.push(delivery.text());
      batch.ack();
      busy--;
    });
    while (got.length < 1000) await settled();
    assert.deepEqual(got, numbers(1000));
    queue.publish("more");
    while (got.length < 1001) await settled();
    consumer.cancel();
    await consumer.closed;
    assert.deepEqual([queue.consumerCount, queue.unackedCount], [0, 0]);
  });

  it("ends when the function throws, and returns what was not settled", async () => {
    const queue = await filled(3);
    const consumer = queue.subscribe(([first]) => {
      first.ack();
      throw new Error("broken");
    });
    await assert.rejects(consumer.closed, /broken/);
    await settled();
    assert.deepEqual([queue.messageCount, queue.consumerCount], [2, 0]);
  });

  it("ends with its queue, its signal, and where it is disposed of", async () => {
    const queue = await filled(0);
    const abort = new AbortController();
    const consumer = queue.subscribe(() => {}, { signal: abort.signal });
    abort.abort(new Error("enough"));
    await consumer.closed;
    assert.equal(queue.consumerCount, 0);
    {
      await using _consumer = queue.subscribe(() => {});
      assert.equal(queue.consumerCount, 1);
    }
    assert.equal(queue.consumerCount, 0);
    const last = queue.subscribe(() => {});
    queue.delete();
    await last.closed;
  });
});

describe("fetching one message", () => {
  it("returns it until there is none, and settles it later", async () => {
    const queue = await filled(2);
    const first = (await queue.get())!;
    assert.equal((await queue.get({ noAck: true }))!.text(), "1");
    assert.equal(await queue.get(), undefined);
    assert.equal(queue.unackedCount, 1);
    first.nack();
    const again = (await queue.get())!;
    assert.deepEqual([again.text(), again.redelivered], ["0", true]);
    again.ack();
    again.nack();
    assert.deepEqual([queue.messageCount, queue.unackedCount], [0, 0]);
  });
});

describe("a stream by offset", () => {
  it("is read from its start, an offset, and its end", async () => {
    const log = new Broker().vhost("/").queue("log", { arguments: { "x-queue-type": "stream" } });
    await log.publishBatch(numbers(10));
    const read = async (offset: number | "first" | "last", count: number) => {
      const got: [string, number | undefined][] = [];
      for await (const delivery of log.consume({ offset })) {
        got.push([delivery.text(), delivery.offset]);
        delivery.ack();
        if (got.length === count) break;
      }
      return got;
    };
    assert.deepEqual(await read("first", 2), [["0", 0], ["1", 1]]);
    assert.deepEqual(await read(7, 3), [["7", 7], ["8", 8], ["9", 9]]);
    const next = log.consume({ offset: "next" }).getReader();
    const delivery = next.read();
    log.publish("ten");
    assert.deepEqual([(await delivery).value!.text(), (await delivery).value!.offset], ["ten", 10]);
    await assert.rejects(log.get(), hasCode(540));
    assert.throws(() => log.consume({ offset: "yesterday" }), hasCode(406));
  });
});

describe("a broker with a clock of its own", () => {
  it("delivers to the program without any timer", async () => {
    const queue = new Broker({ clock: new FakeClock() }).vhost("/").queue("q");
    queue.publishBatch(numbers(2000));
    let count = 0;
    for await (const delivery of queue.consume({ prefetch: 10 })) {
      assert.equal(delivery.text(), String(count++));
      delivery.ack();
      if (count === 2000) break;
    }
  });
});
