import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { COMPRESSING_MS } from "../../../src/http/listing/gzipped_list.ts";
import { IDLE_MAX_MS, SENDING_MS } from "../../../src/http/listing/kept_list.ts";
import { ListCache, type ListLimits, LISTS_MAX, OBJECTS_MIN } from "../../../src/http/listing/list_cache.ts";
import { FakeClock, settled } from "../../fake_clock.ts";

const PART = "part ".repeat(20);
const PART_COUNT = 10;
const LENGTH = PART.length * PART_COUNT;

/** A cache that is asked for lists of ten parts, each of which takes ten milliseconds. */
class Asked {
  readonly clock = new FakeClock();
  readonly cache: ListCache;
  objectCount = OBJECTS_MIN;
  /** Number of lists that were begun. */
  made = 0;
  /** Number of slices of time that were asked for. */
  rounds = 0;
  spentMs = 0;
  /** Number of parts that were made. */
  parts = 0;

  constructor(multiplier = 5, limits?: ListLimits) {
    const slices = {
      clock: this.clock,
      // deno-lint-ignore require-await
      run: async <Result>(steps: Iterator<unknown, Result>) => {
        this.rounds++;
        return steps.next().value as Result;
      },
      spend: (ms: number) => void (this.spentMs += ms),
    };
    this.cache = new ListCache(slices, multiplier, limits);
  }

  ask(key = "queues", scope: readonly unknown[] = [], acceptsGzip = false): Promise<Response> {
    return this.cache.reply({ key, scope, acceptsGzip, make: () => this.#make() });
  }

  askGzipped = (key = "queues"): Promise<Response> => this.ask(key, [], true);

  async text(...list: Parameters<Asked["ask"]>): Promise<string> {
    return await (await this.ask(...list)).text();
  }

  #make() {
    const head = `${++this.made}: `;
    let left = PART_COUNT;
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (left-- === 0) return controller.close();
        this.clock.sleep(10);
        this.parts++;
        controller.enqueue(encoder.encode(left === PART_COUNT - 1 ? head + PART.slice(head.length) : PART));
      },
    }, { highWaterMark: 0 });
    const response = new Response(body, { headers: { "content-type": "application/json" } });
    return Promise.resolve({ response, objectCount: this.objectCount });
  }
}

const numberOf = (text: string): number => {
  assert.equal(text.length, LENGTH);
  return parseInt(text);
};

describe("the cache of lists", () => {
  it("makes a list once for all who ask for it meanwhile", async () => {
    const asked = new Asked();
    const texts = await Promise.all(Array.from({ length: 10 }, () => asked.text()));
    assert.deepEqual(texts.map(numberOf), new Array(10).fill(1));
    assert.equal(asked.parts, PART_COUNT);
  });

  it("tells the type and the length of a list", async () => {
    const asked = new Asked();
    await asked.text();
    const { headers } = await asked.ask();
    assert.deepEqual(Object.fromEntries(headers), {
      "content-type": "application/json",
      "content-length": `${LENGTH}`,
    });
  });

  it("keeps a list for the multiple of the time that it took, as RabbitMQ does", async () => {
    const asked = new Asked(5);
    assert.equal(numberOf(await asked.text()), 1);
    await asked.clock.advance(5 * 100 - 1);
    assert.equal(numberOf(await asked.text()), 1);
    await asked.clock.advance(1);
    assert.equal(numberOf(await asked.text()), 2);
  });

  it("sends each part of a list in a slice of time, of which it takes some", async () => {
    const asked = new Asked();
    const reader = (await asked.ask()).body!.getReader();
    assert.equal(asked.rounds, 0);
    for (let part = 1; part <= PART_COUNT; part++) {
      await reader.read();
      assert.equal(asked.rounds, part);
      assert.ok(Math.abs(asked.spentMs - part * SENDING_MS) < 1e-9);
    }
  });

  it("never uses a list that was made with another scope, or for another key", async () => {
    const asked = new Asked();
    const vhost = {};
    assert.equal(numberOf(await asked.text("queues", [vhost, 1])), 1);
    assert.equal(numberOf(await asked.text("queues", [vhost, 1])), 1);
    assert.equal(numberOf(await asked.text("queues", [vhost, 2])), 2);
    assert.equal(numberOf(await asked.text("queues", [vhost])), 3);
    assert.equal(numberOf(await asked.text("queues", [{}])), 4);
    assert.equal(numberOf(await asked.text("channels", [vhost])), 5);
    const [first, second] = await Promise.all([asked.text("queues", [6]), asked.text("queues", [7])]);
    assert.deepEqual([numberOf(first), numberOf(second)], [6, 7]);
  });

  it("neither keeps nor shares a list of few objects", async () => {
    const asked = new Asked();
    asked.objectCount = OBJECTS_MIN - 1;
    assert.deepEqual((await Promise.all([asked.text(), asked.text()])).map(numberOf), [1, 2]);
    assert.equal(numberOf(await asked.text()), 3);
    assert.equal(asked.cache.memoryBytes, 0);
  });

  it("neither keeps nor shares a list when the multiplier is 0", async () => {
    const asked = new Asked(0);
    assert.deepEqual((await Promise.all([asked.text(), asked.text()])).map(numberOf), [1, 2]);
  });

  it("rejects with the reason why a list can't be made, and makes the next one", async () => {
    const asked = new Asked();
    const make = () => Promise.reject(new Error("no such page"));
    const failed = [1, 2].map(() => asked.cache.reply({ key: "queues", scope: [], acceptsGzip: true, make }));
    for (const reply of failed) await assert.rejects(reply, { message: "no such page" });
    assert.equal(numberOf(await asked.text()), 1);
  });
});

const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());

async function unzipped(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

describe("a list in the cache that clients take compressed", () => {
  it("is compressed once for all of them, also for those who ask before it is", async () => {
    const asked = new Asked();
    const readers = await Promise.all(Array.from({ length: 3 }, () => asked.askGzipped()));
    const bodies = await Promise.all(readers.map(bytesOf));
    for (const body of bodies) assert.deepEqual(body, bodies[0]);
    assert.equal(numberOf(await unzipped(bodies[0])), 1);
    // Compressing takes a round for each part, and one that finds none left.
    const sendingMs = (asked.rounds - PART_COUNT - 1) * SENDING_MS;
    assert.ok(Math.abs(asked.spentMs - sendingMs - PART_COUNT * COMPRESSING_MS) < 1e-9, `${asked.spentMs}`);
    const later = await asked.askGzipped();
    assert.equal(later.headers.get("content-encoding"), "gzip");
    assert.equal(later.headers.get("content-length"), `${bodies[0].length}`);
    assert.deepEqual(await bytesOf(later), bodies[0]);
    assert.equal(numberOf(await asked.text()), 1);
  });

  it("takes as much memory as the list until it is compressed, and then its own length", async () => {
    const asked = new Asked();
    const answers = [await asked.askGzipped(), await asked.askGzipped()];
    assert.equal(asked.cache.memoryBytes, 2 * LENGTH);
    const { length } = await bytesOf(answers[0]);
    assert.equal(asked.cache.memoryBytes, LENGTH + length);
    await asked.clock.advance(500);
    await answers[1].body!.cancel();
    assert.equal(asked.cache.memoryBytes, 0);
  });

  it("takes no memory once nobody reads it any more", async () => {
    const asked = new Asked();
    const reader = (await asked.askGzipped()).body!.getReader();
    const reading = reader.read();
    asked.cache.close();
    await reader.cancel();
    await reading;
    await settled();
    assert.equal(asked.cache.memoryBytes, 0);
  });

  it("is not compressed where there is no memory for that", async () => {
    const asked = new Asked(5, { lengthMax: LENGTH, memoryMax: 2 * LENGTH - 1 });
    const answer = await asked.askGzipped();
    assert.equal(answer.headers.get("content-encoding"), null);
    assert.equal(numberOf(await answer.text()), 1);
    assert.equal(asked.cache.memoryBytes, LENGTH);
  });
});

describe("the memory of the cache of lists", () => {
  it("is freed when a list is neither kept nor read any more", async () => {
    const asked = new Asked();
    const answers = [await asked.ask(), await asked.ask()];
    assert.equal(asked.cache.memoryBytes, LENGTH);
    await asked.clock.advance(500);
    assert.equal(asked.cache.memoryBytes, LENGTH);
    assert.equal(numberOf(await answers[0].text()), 1);
    assert.equal(asked.cache.memoryBytes, LENGTH);
    await answers[1].body!.cancel();
    assert.equal(asked.cache.memoryBytes, 0);
  });

  it("is freed when nobody reads an answer for a minute", async () => {
    const asked = new Asked();
    const reader = (await asked.ask()).body!.getReader();
    await reader.read();
    await asked.clock.advance(IDLE_MAX_MS - 1);
    assert.equal(asked.cache.memoryBytes, LENGTH);
    await asked.clock.advance(1);
    assert.equal(asked.cache.memoryBytes, 0);
    await assert.rejects(reader.read());
  });

  it("is freed by closing the cache", async () => {
    const asked = new Asked();
    await asked.text();
    asked.cache.close();
    assert.deepEqual([asked.cache.memoryBytes, asked.clock.timerCount], [0, 0]);
  });

  it("does not take a list that is too long, of which each reader gets its own", async () => {
    const lengthMax = LENGTH - 1;
    const asked = new Asked(5, { lengthMax, memoryMax: 10 * LENGTH });
    assert.deepEqual((await Promise.all([asked.text(), asked.text()])).map(numberOf), [1, 2]);
    assert.equal(asked.cache.memoryBytes, 0);
    assert.equal(numberOf(await asked.text()), 3);
  });

  it("has a limit, above which lists are made while they are read", async () => {
    const asked = new Asked(5, { lengthMax: LENGTH, memoryMax: LENGTH });
    const kept = await asked.ask("queues");
    const other = (await asked.ask("channels")).body!.getReader();
    assert.equal(asked.parts, PART_COUNT + 1);
    assert.equal(asked.cache.memoryBytes, LENGTH + PART.length);
    await other.read();
    await other.read();
    assert.equal(asked.parts, PART_COUNT + 2);
    await other.cancel();
    assert.equal(numberOf(await kept.text()), 1);
    assert.equal(asked.cache.memoryBytes, LENGTH);
  });

  it("holds a limited number of lists, of which the oldest is forgotten", async () => {
    const asked = new Asked(1000);
    for (let index = 0; index <= LISTS_MAX; index++) await asked.text(`list ${index}`);
    assert.equal(asked.cache.memoryBytes, LISTS_MAX * LENGTH);
    assert.equal(numberOf(await asked.text("list 1")), 2);
    assert.equal(numberOf(await asked.text("list 0")), LISTS_MAX + 2);
  });
});
