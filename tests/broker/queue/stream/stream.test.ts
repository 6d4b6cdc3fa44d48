import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ByteWriter } from "../../../../src/wire/byte_writer.ts";
import { fieldTable, type PlainTable } from "../../../../src/wire/field_table.ts";
import { writeContentHeader } from "../../../../src/wire/properties.ts";
import type { Stream } from "../../../../src/broker/queue/stream/stream.ts";
import { settingsOf } from "../../../../src/broker/queue/settings.ts";
import { cachedViewOf } from "../../../../src/wire/copy.ts";
import { SlowStore } from "../../../slow_store.ts";
import { consumption, TestHost, TestReceiver } from "../host.ts";

function consume(stream: Stream, consumerArguments: PlainTable = {}, receiver = new TestReceiver()): TestReceiver {
  stream.consume(receiver, consumption({ prefetch: 10, arguments: fieldTable(consumerArguments) }));
  return receiver;
}

const offsetsOf = (receiver: TestReceiver) => receiver.logged.map(({ offset }) => offset);

/** Puts `count` messages into a stream, like a publisher, and ends the turn. */
function publish(host: TestHost, stream: Stream, count: number): void {
  for (let i = 0; i < count; i++) {
    const message = host.message();
    const position = stream.enqueue(message);
    host.store.enqueue(host.messages.locate(message), [stream.id], [position], 1);
  }
  host.endTurn();
}

describe("a stream", () => {
  it("delivers no message before it is durable", () => {
    const store = new SlowStore();
    const host = new TestHost(store);
    const stream = host.stream();
    const receiver = consume(stream);

    publish(host, stream, 2);
    assert.deepEqual(offsetsOf(receiver), []);
    store.durable = 1;
    host.safe();
    assert.deepEqual(offsetsOf(receiver), []);
    publish(host, stream, 1);
    store.durable = 2;
    host.safe();
    assert.deepEqual(offsetsOf(receiver), [0, 1]);

    store.durable = 3;
    host.safe();
    assert.deepEqual(offsetsOf(receiver), [0, 1, 2]);
  });

  it("delivers what a blocked consumer missed once it can take more", () => {
    const host = new TestHost();
    const stream = host.stream();
    const receiver = new TestReceiver(2);
    const consumer = stream.consume(receiver, consumption({ prefetch: 10, arguments: fieldTable({}) }));

    publish(host, stream, 5);
    assert.deepEqual(offsetsOf(receiver), [0, 1]);
    receiver.capacity = 2;
    stream.resume(consumer);
    host.endTurn();

    assert.deepEqual(offsetsOf(receiver), [0, 1, 2, 3]);
  });

  it("keeps its messages when they are settled or returned, and delivers none twice to one consumer", () => {
    const host = new TestHost();
    const stream = host.stream();
    const receiver = consume(stream);
    publish(host, stream, 3);

    stream.settle();
    stream.requeue();
    host.endTurn();

    assert.equal(stream.readyCount, 3);
    assert.deepEqual(offsetsOf(receiver), [0, 1, 2]);
    const another = consume(stream, { "x-stream-offset": "first" });
    host.endTurn();
    assert.deepEqual(offsetsOf(another), [0, 1, 2]);
  });

  it("does not ask a consumer that waits for an acknowledgement when another one makes room", () => {
    const host = new TestHost();
    const stream = host.stream();
    const [blocked, free] = [new TestReceiver(0), new TestReceiver(1)];
    consume(stream, {}, blocked);
    const consumer = stream.consume(free, consumption({ prefetch: 1, arguments: fieldTable({}) }));
    publish(host, stream, 3);
    const { asked } = blocked;

    free.capacity = 1;
    stream.resume(consumer);
    host.endTurn();

    assert.deepEqual(offsetsOf(free), [0, 1]);
    assert.equal(blocked.asked, asked);
  });

  it("begins in the middle of the messages in memory, by time", async () => {
    const host = new TestHost();
    const stream = host.stream();
    for (let i = 0; i < 10; i++) {
      publish(host, stream, 3);
      await host.clock.advance(1000);
    }
    const startedMs = host.clock.time() - 10_000;

    const seconds = [0, 4.5, 9, 20].map((second) => {
      const at = new Date(startedMs + second * 1000);
      // A timestamp has whole seconds.
      const receiver = consume(stream, { "x-stream-offset": at });
      host.endTurn();
      return offsetsOf(receiver)[0];
    });

    assert.deepEqual(seconds, [0, 12, 27, undefined]);
  });

  it("never goes back in time, even if the clock does", () => {
    const host = new TestHost();
    const stream = host.stream();
    let timeMs = 1000;
    Object.defineProperty(host, "timeMs", { get: () => timeMs });
    publish(host, stream, 1);
    timeMs = 500;
    publish(host, stream, 1);
    timeMs = 3000;
    publish(host, stream, 1);

    const receiver = consume(stream, { "x-stream-offset": new Date(1000) });
    const later = consume(stream, { "x-stream-offset": new Date(2000) });
    host.endTurn();

    assert.deepEqual(offsetsOf(receiver), [0, 1, 2]);
    assert.deepEqual(offsetsOf(later), [2]);
  });

  it("examines many unwanted messages in several turns", async () => {
    const host = new TestHost();
    const stream = host.stream();
    publish(host, stream, 10_000);
    const header = new ByteWriter();
    writeContentHeader(header, 0, { headers: fieldTable({ "x-stream-filter-value": "wanted" }) });
    const wanted = host.messages.create(cachedViewOf(Uint8Array.of(0, 0)), header.written(), 0, header.length, 0);
    stream.enqueue(wanted);
    host.store.enqueue(host.messages.locate(wanted), [stream.id], [10_000], 1);

    const receiver = consume(stream, { "x-stream-offset": "first", "x-stream-filter": "wanted" });
    host.endTurn();
    assert.deepEqual(offsetsOf(receiver), []);

    await host.clock.advance(0);
    assert.deepEqual(offsetsOf(receiver), [10_000]);
  });

  it("is cut at once when its limit is lowered, for example by a policy, and tells the store", () => {
    const store = new SlowStore();
    const host = new TestHost(store);
    const stream = host.stream();
    publish(host, stream, 10);
    // A message with no body takes 40 bytes.
    const few = new Map([["max-length-bytes", 100]]);

    stream.apply(settingsOf(few));

    assert.equal(stream.readyCount, 2);
    assert.deepEqual(store.records.at(-1), { type: "settled", queueId: stream.id, first: 0, count: 8 });
    assert.equal(host.messages.count, 2);
    const receiver = consume(stream, { "x-stream-offset": "first" });
    store.durable = store.appended;
    host.endTurn();
    assert.deepEqual(offsetsOf(receiver), [8, 9]);
  });

  it("releases all its messages and tells its consumers when it is deleted", () => {
    const host = new TestHost();
    const stream = host.stream();
    const receiver = consume(stream, {}, new TestReceiver(1));
    publish(host, stream, 3);

    stream.delete();

    assert.equal(host.messages.count, 0);
    assert.equal(receiver.deletedConsumers.length, 1);
    assert.equal(stream.consumers.size, 0);
  });

  it("makes publishers wait for the consumer that is furthest, but not for one far back", () => {
    const host = new TestHost();
    const stream = host.stream();
    publish(host, stream, 10);
    assert.equal(stream.behindCount, 0);
    const [first, second] = [new TestReceiver(2), new TestReceiver(5)];
    consume(stream, { "x-stream-offset": "first" }, first);
    const consumer = stream.consume(
      second,
      consumption({
        prefetch: 10,
        arguments: fieldTable({ "x-stream-offset": "first" }),
      }),
    );
    host.endTurn();

    assert.equal(stream.behindCount, 5);
    assert.ok(stream.isBehindBy(4) && !stream.isBehindBy(5));
    let wokenCount = 0;
    stream.whenBelow(2, () => wokenCount++);
    second.capacity = 2;
    stream.resume(consumer);
    host.endTurn();
    assert.equal(wokenCount, 0);
    second.capacity = 1;
    stream.resume(consumer);
    host.endTurn();
    assert.equal(wokenCount, 1);
    stream.cancel(consumer);
    assert.equal(stream.behindCount, 8);
    // Messages that left memory are not waited for.
    stream.leaveMemory(5);
    assert.equal(stream.behindCount, 0);
  });

  it("serves no cancelled consumer", () => {
    const host = new TestHost();
    const stream = host.stream();
    const receiver = new TestReceiver();
    const consumer = stream.consume(receiver, consumption({ prefetch: 10, arguments: fieldTable({}) }));
    host.endTurn();

    stream.cancel(consumer);
    publish(host, stream, 1);

    assert.deepEqual(offsetsOf(receiver), []);
  });
});
