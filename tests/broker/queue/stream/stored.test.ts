import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker, type EmbeddedQueue } from "../../../../mod.ts";
import { fieldTable, type PlainTable } from "../../../../src/wire/field_table.ts";
import { openFileStore } from "../../../../src/store/file_store.ts";
import { MemoryFiles } from "../../../../src/store/memory_files.ts";
import { seededRandom } from "../../../store/seeded_random.ts";
import { FakeClock } from "../../../fake_clock.ts";

const SIZES = { batchBytes: 16 * 1024, journalFileBytes: 64 * 1024, segmentBytes: 64 * 1024, blockBytes: 8 * 1024 };
const BODY = "x".repeat(200);

/** Files that can't be read while a test says so. */
class UnreadableFiles extends MemoryFiles {
  isUnreadable = false;
  readCount = 0;

  override async open(...given: Parameters<MemoryFiles["open"]>): ReturnType<MemoryFiles["open"]> {
    const file = await super.open(...given);
    const read = file.read.bind(file);
    file.read = (at, into) => {
      this.readCount++;
      return this.isUnreadable ? Promise.reject(new Error("the disk is gone")) : read(at, into);
    };
    return file;
  }
}

/** A broker over a disk in memory, whose time advances by itself between messages. */
class Running {
  readonly files: UnreadableFiles;
  readonly clock: FakeClock;
  readonly broker: Broker;
  readonly lines: string[];

  private constructor(files: UnreadableFiles, clock: FakeClock, broker: Broker, lines: string[]) {
    this.files = files;
    this.clock = clock;
    this.broker = broker;
    this.lines = lines;
  }

  static async open(files = new UnreadableFiles(), clock = new FakeClock()): Promise<Running> {
    const after = (delayMs: number, callback: () => void) => clock.after(delayMs, callback);
    const store = await openFileStore({ files, after, ...SIZES, diskFreeLimitBytes: 0 });
    const lines: string[] = [];
    return new Running(files, clock, new Broker({ store, clock, log: (_, line) => lines.push(line) }), lines);
  }

  async restart(): Promise<Running> {
    await this.while(this.broker.close());
    return Running.open(this.files, this.clock);
  }

  declare(queueArguments: PlainTable = {}): void {
    this.broker.vhost("/").queue("log", { arguments: { "x-queue-type": "stream", ...queueArguments } });
  }

  get stream(): EmbeddedQueue {
    return this.broker.vhost("/").queue("log");
  }

  /** Advances the time until something has happened. */
  async while<T>(happening: Promise<T>): Promise<T> {
    let hasHappened = false;
    const happened = happening.finally(() => hasHappened = true);
    while (!hasHappened) await this.clock.advance(10);
    return happened;
  }

  /** Publishes `count` messages, ten each second. */
  async publish(count: number, body: string = BODY, headers: PlainTable = {}): Promise<void> {
    const writer = this.stream.publisher().getWriter();
    for (let i = 0; i < count; i += 10) {
      await this.while(
        Promise.all(range(0, 10).map(() => writer.write({ body, properties: { headers: fieldTable(headers) } }))),
      );
      await this.clock.advance(1000);
    }
  }

  /** Returns the offsets of the next messages for a consumer with these arguments. */
  async read(count: number, consumerArguments: PlainTable): Promise<(number | undefined)[]> {
    const reader = this.stream.consume({ arguments: consumerArguments }).getReader();
    const offsets: (number | undefined)[] = [];
    while (offsets.length < count) {
      const { value: delivery } = await this.while(reader.read());
      offsets.push(delivery!.offset);
      delivery!.ack();
    }
    await reader.cancel();
    return offsets;
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe("a stream on disk", () => {
  it("is read from any offset on, on disk and in memory", async () => {
    const running = await Running.open();
    running.declare();
    await running.publish(500, "x".repeat(2000));
    assert.ok(running.broker.messageBytes < 800_000);

    assert.deepEqual(await running.read(500, { "x-stream-offset": "first" }), range(0, 500));
    assert.deepEqual(await running.read(100, { "x-stream-offset": 250 }), range(250, 350));
    assert.deepEqual(await running.read(1, { "x-stream-offset": "last" }), [499]);
    await running.while(running.broker.close());
  });

  it("continues its offsets after a restart, and all of it can be read", async () => {
    let running = await Running.open();
    running.declare();
    await running.publish(300);
    running = await running.restart();
    assert.equal(running.stream.messageCount, 300);
    await running.publish(20);

    assert.deepEqual(await running.read(320, { "x-stream-offset": "first" }), range(0, 320));
    running = await running.restart();
    assert.deepEqual(await running.read(20, { "x-stream-offset": 300 }), range(300, 320));
    await running.while(running.broker.close());
  });

  it("is read from a time on, wherever the message is", async () => {
    let running = await Running.open();
    running.declare();
    const startedMs = running.clock.time();
    await running.publish(1000);
    running = await running.restart();
    await running.publish(10);
    const offsetAt = async (second: number) => {
      const [offset] = await running.read(1, { "x-stream-offset": new Date(startedMs + second * 1000) });
      return offset;
    };

    // Publishing itself takes some of the time.
    for (const second of [0, 1, 25, 50, 77, 99]) {
      const offset = (await offsetAt(second))!;
      assert.ok(offset <= second * 10 + 10 && offset >= second * 8, `${offset} at ${second} s`);
    }
    const [minuteAgo] = await running.read(1, { "x-stream-offset": "1m" });
    assert.ok(minuteAgo! > 300 && minuteAgo! < 1000, `${minuteAgo}`);
    await running.while(running.broker.close());
  });

  it("takes no memory for messages when it is read from far back", async () => {
    const running = await Running.open();
    running.declare();
    await running.publish(1000);
    const { messageBytes } = running.broker;

    await running.read(1000, { "x-stream-offset": "first" });

    assert.equal(running.broker.messageBytes, messageBytes);
    await running.while(running.broker.close());
  });

  it("is read once for several consumers of the same messages", async () => {
    let running = await Running.open();
    running.declare();
    await running.publish(500);
    running = await running.restart();
    const { files } = running;

    const before = files.readCount;
    await running.read(500, { "x-stream-offset": "first" });
    const alone = files.readCount - before;
    await Promise.all(range(0, 10).map(() => running.read(500, { "x-stream-offset": "first" })));

    assert.ok(alone > 10);
    assert.equal(files.readCount, before + alone);
    await running.while(running.broker.close());
  });

  it("continues to be read as soon as the disk can be read again", async () => {
    let running = await Running.open();
    running.declare();
    await running.publish(300);
    running = await running.restart();
    running.files.isUnreadable = true;

    const reading = running.read(300, { "x-stream-offset": "first" });
    await running.clock.advance(5000);
    assert.equal(running.lines.filter((line) => line.includes("stream 'log' are held up")).length, 1);
    running.files.isUnreadable = false;

    assert.deepEqual(await reading, range(0, 300));
    await running.while(running.broker.close());
  });
});

describe("a stream and a plain list", () => {
  for (const seed of [1, 2]) {
    it(`agree whatever happens to the stream, with seed ${seed}`, async () => {
      const random = seededRandom(seed);
      const upTo = (count: number) => Math.floor(random() * count);
      const values = [undefined, "a", "b"];
      const list: (string | undefined)[] = [];
      let running = await Running.open();
      running.declare();
      for (let step = 0; step < 40; step++) {
        const what = random();
        if (what < 0.1) running = await running.restart();
        else if (what < 0.6) {
          const value = values[upTo(3)];
          const count = 10 * (1 + upTo(8));
          await running.publish(count, BODY, value === undefined ? {} : { "x-stream-filter-value": value });
          list.push(...new Array(count).fill(value));
        } else if (list.length > 0) {
          const from = upTo(list.length);
          const filter = values[upTo(3)];
          const expected = range(from, list.length).filter((offset) => filter === undefined || list[offset] === filter);
          const count = upTo(expected.length + 1);
          const consumerArguments = { "x-stream-offset": from, ...(filter && { "x-stream-filter": filter }) };
          assert.deepEqual(await running.read(count, consumerArguments), expected.slice(0, count));
        }
      }
      assert.equal(running.stream.messageCount, list.length);
      await running.while(running.broker.close());
    });
  }
});

describe("a filter", () => {
  const FRUIT = ["apple", "pear", "plum", undefined];

  /** Makes a stream with fruit, a hundred of a kind one after the other; the n-th hundred is of the n-th kind. */
  async function fruitStream(hundreds: number): Promise<Running> {
    const running = await Running.open();
    running.declare();
    for (let i = 0; i < hundreds; i++) {
      const value = FRUIT[i % FRUIT.length];
      await running.publish(100, BODY, value === undefined ? {} : { "x-stream-filter-value": value });
    }
    return running.restart();
  }

  const offsetsOf = (hundreds: readonly number[]) => hundreds.flatMap((i) => range(i * 100, i * 100 + 100));

  it("finds all messages with a value, on disk and in memory", async () => {
    const running = await fruitStream(12);
    await running.publish(100, BODY, { "x-stream-filter-value": "apple" });

    const apples = { "x-stream-offset": "first", "x-stream-filter": "apple" };
    assert.deepEqual(await running.read(400, apples), offsetsOf([0, 4, 8, 12]));
    const two = { "x-stream-offset": 500, "x-stream-filter": ["plum", "pear"] };
    assert.deepEqual(await running.read(400, two), offsetsOf([5, 6, 9, 10]));
    const unfiltered = { ...apples, "x-stream-match-unfiltered": true };
    assert.deepEqual(await running.read(700, unfiltered), offsetsOf([0, 3, 4, 7, 8, 11, 12]));
    await running.while(running.broker.close());
  });

  it("reads no blocks without matching messages", async () => {
    let running = await fruitStream(12);
    const readsOf = async (count: number, consumerArguments: PlainTable) => {
      running = await running.restart();
      const { readCount } = running.files;
      await running.read(count, { "x-stream-offset": "first", ...consumerArguments });
      return running.files.readCount - readCount;
    };

    const all = await readsOf(1200, {});
    const apples = await readsOf(300, { "x-stream-filter": "apple" });

    // Blocks have fruit of two kinds where one kind follows another.
    assert.ok(apples < all * 0.45, `${apples} of ${all} blocks`);
    await running.while(running.broker.close());
  });
});

describe("retention", () => {
  it("removes what exceeds the limit, a segment's worth at a time", async () => {
    const running = await Running.open();
    running.declare({ "x-max-length-bytes": 50_000, "x-stream-max-segment-size-bytes": 10_000 });
    await running.publish(1000);

    const [first] = await running.read(1, { "x-stream-offset": "first" });

    const kept = 1000 - first!;
    // Each takes some 50 bytes beside its body.
    assert.ok(kept * 250 <= 61_000 && kept * 250 >= 40_000, `${kept} messages`);
    assert.equal(running.stream.messageCount, kept);
    assert.deepEqual(await running.read(kept, { "x-stream-offset": 0 }), range(first!, 1000));
    await running.while(running.broker.close());
  });

  it("frees the disk space of removed messages, even after a restart", async () => {
    let running = await Running.open();
    running.declare({ "x-max-length-bytes": 20_000, "x-stream-max-segment-size-bytes": 5000 });
    for (let i = 0; i < 5; i++) {
      await running.publish(400);
      running = await running.restart();
    }

    const segments = (await running.files.list()).filter((name) => name.startsWith("segment-"));
    assert.ok(segments.length <= 3, segments.join());
    const [first] = await running.read(1, { "x-stream-offset": "first" });
    assert.ok(first! > 1850, `${first}`);
    await running.while(running.broker.close());
  });

  it("removes messages over the maximum age, but never the last ones", async () => {
    let running = await Running.open();
    running.declare({ "x-max-age": "30s" });
    await running.publish(600);
    const [first] = await running.read(1, { "x-stream-offset": "first" });
    // Retention runs once a minute, and has then removed all older ones.
    assert.ok(first! >= 250 && first! <= 350, `${first}`);

    await running.clock.advance(3600_000);
    running = await running.restart();
    const [last] = await running.read(1, { "x-stream-offset": "first" });
    // On disk, that is the last block.
    assert.ok(last! > 560, `${last}`);
    await running.while(running.broker.close());
  });

  it("moves a consumer whose next message was removed to the first remaining one", async () => {
    const running = await Running.open();
    running.declare({ "x-max-length-bytes": 20_000, "x-stream-max-segment-size-bytes": 5000 });
    await running.publish(10);
    const reader = running.stream.consume({ prefetch: 1, arguments: { "x-stream-offset": "first" } }).getReader();
    const { value: delivery } = await running.while(reader.read());
    await running.publish(500);

    delivery!.ack();

    const { value: next } = await running.while(reader.read());
    assert.ok(next!.offset! > 400);
    await running.while(running.broker.close());
  });
});
