import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { type Message, Messages } from "../../../src/broker/message/messages.ts";
import { SLAB_BYTES } from "../../../src/broker/message/slab.ts";
import { Turn } from "../../../src/broker/turn/turn.ts";
import { cachedViewOf } from "../../../src/wire/copy.ts";

const MEBIBYTE = 1024 * 1024;
const ADDRESS = Uint8Array.of(0, 5, ...new TextEncoder().encode("queue"));

/** Returns bytes that depend on `seed`. */
function pattern(seed: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = seed * 31 + i * 7 + (i >> 8);
  return bytes;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function create(messages: Messages, bodyBytes: number, seed = 0): Message {
  const header = pattern(seed, 14);
  const message = messages.create(cachedViewOf(ADDRESS), header, 0, header.length, bodyBytes);
  messages.write(message, 0, pattern(seed, bodyBytes), 0, bodyBytes);
  return message;
}

/** The expected contents of a message. */
interface Held {
  readonly message: Message;
  readonly address: Uint8Array;
  readonly header: Uint8Array;
  readonly body: Uint8Array;
  writtenBytes: number;
  references: number;
  isPersistent: boolean;
  time: number;
  hasDied: boolean;
}

type Step =
  | { readonly do: "create"; readonly addressBytes: number; readonly headerBytes: number; readonly bodyBytes: number }
  | { readonly do: "write"; readonly which: number; readonly length: number }
  | { readonly do: "share" | "release" | "persist" | "die"; readonly which: number }
  | { readonly do: "time"; readonly which: number; readonly time: number }
  | { readonly do: "release most" | "compact" };

const which = fc.nat();
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("create" as const),
      addressBytes: fc.integer({ min: 2, max: 512 }),
      headerBytes: fc.oneof(fc.integer({ min: 14, max: 80 }), fc.integer({ min: 14, max: 5000 })),
      bodyBytes: fc.oneof(
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 0, max: 64 * 1024 }),
        fc.integer({ min: 30_000, max: 64 * 1024 }),
        fc.integer({ min: 60_000, max: 300_000 }),
      ),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("write" as const),
      which,
      length: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 131_072 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("share" as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("persist" as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("die" as const), which }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("time" as const), which, time: fc.integer({ min: 1, max: 2e12 }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("release" as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("release most" as const, "compact" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("compact" as const) }) },
);

function carryOut(step: Step, messages: Messages, held: Held[], seed: number): void {
  const one = "which" in step && held.length > 0 ? held[step.which % held.length] : undefined;
  switch (step.do) {
    case "create": {
      const address = pattern(seed, step.addressBytes);
      const header = pattern(seed + 1, step.headerBytes);
      const source = new Uint8Array(step.headerBytes + 9);
      source.set(header, 5);
      const message = messages.create(cachedViewOf(address), source, 5, step.headerBytes, step.bodyBytes);
      const body = pattern(seed + 2, step.bodyBytes);
      const kept = { isPersistent: false, time: 0, hasDied: false };
      held.push({ message, address, header, body, writtenBytes: 0, references: 1, ...kept });
      break;
    }
    case "write": {
      if (one === undefined) break;
      const length = Math.min(step.length, one.body.length - one.writtenBytes);
      messages.write(one.message, one.writtenBytes, one.body, one.writtenBytes, length);
      one.writtenBytes += length;
      break;
    }
    case "share":
      if (one !== undefined) messages.references[one.message] = ++one.references;
      break;
    case "persist":
      if (one === undefined) break;
      messages.setPersistent(one.message);
      one.isPersistent = true;
      break;
    case "die":
      if (one === undefined) break;
      messages.setDied(one.message);
      one.hasDied = true;
      break;
    case "time":
      if (one === undefined) break;
      messages.setTime(one.message, one.time = step.time);
      break;
    case "release":
      if (one !== undefined) release(messages, held, one);
      break;
    case "release most":
      for (const each of [...held]) {
        if (each.message % 4 !== 0) release(messages, held, each);
      }
      break;
    case "compact":
      messages.compact();
  }
}

function release(messages: Messages, held: Held[], one: Held): void {
  messages.release(one.message);
  if (--one.references === 0) held.splice(held.indexOf(one), 1);
}

function assertIntact(messages: Messages, held: readonly Held[]): void {
  messages.checkCounts();
  assert.equal(messages.count, held.length);
  let liveBytes = 0;
  for (const { message, address, header, body, writtenBytes, references, isPersistent, time, hasDied } of held) {
    assert.equal(messages.references[message], references);
    assert.equal(messages.isPersistent(message), isPersistent);
    assert.equal(messages.bodyBytes(message), body.length);
    assert.equal(messages.time(message), time);
    assert.equal(messages.hasDied(message), hasDied);
    const located = messages.locate(message);
    assert.deepEqual([located.time, located.hasDied], [time, hasDied]);
    assert.ok(isEqual(messages.address(message), address), "the address has changed");
    assert.ok(isEqual(messages.header(message), header), "the content header has changed");
    const written = messages.body(message).subarray(0, writtenBytes);
    assert.ok(isEqual(written, body.subarray(0, writtenBytes)), "the body has changed");
    liveBytes += 8 * Math.ceil((16 + address.length + header.length + body.length) / 8);
  }
  assert.equal(messages.liveBytes, liveBytes);
  const slabs = messages.slabs.filter((slab) => slab !== undefined);
  assert.equal(messages.slabBytes, slabs.reduce((sum, slab) => sum + slab.capacity, 0));
  assert.equal(liveBytes, slabs.reduce((sum, slab) => sum + slab.liveBytes, 0));
}

describe("messages", () => {
  it("stay unchanged while others come and go and slabs are compacted", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 120, size: "max" }), (steps) => {
        const messages = new Messages();
        const held: Held[] = [];
        steps.forEach((step, index) => {
          carryOut(step, messages, held, index);
          if (step.do === "compact" || index % 16 === 0) assertIntact(messages, held);
        });
        assertIntact(messages, held);
        for (const one of [...held]) while (held.includes(one)) release(messages, held, one);
        assertIntact(messages, []);
        assert.ok(messages.slabBytes <= SLAB_BYTES, "the memory of messages that are gone is kept");
      }),
      { numRuns: 60 },
    );
  });

  it("keep their times when the table of times grows", () => {
    const messages = new Messages();
    const capacity = messages.locations.length;
    const held = Array.from({ length: capacity + 1 }, (_, i) => {
      const message = create(messages, 10);
      if (i % 2 === 0) messages.setTime(message, i + 1);
      return message;
    });
    assert.ok(messages.locations.length > capacity);
    held.forEach((message, i) => assert.equal(messages.time(message), i % 2 === 0 ? i + 1 : 0));
  });

  it("have no time left over from an earlier one with the same number", () => {
    const messages = new Messages();
    const first = create(messages, 10);
    messages.setTime(first, 5);
    messages.setDied(first);
    messages.release(first);
    const second = create(messages, 10);
    assert.equal(second, first);
    assert.deepEqual([messages.time(second), messages.hasDied(second)], [0, false]);
  });

  it("free their memory when the last of them is released", () => {
    const messages = new Messages();
    for (let round = 0; round < 3; round++) {
      const held: Message[] = [];
      for (let i = 0; i < 5000; i++) held.push(create(messages, i % 1000 === 0 ? 200_000 : 1000));
      assert.ok(messages.slabBytes > 5 * MEBIBYTE);
      for (const message of held) messages.release(message);
      assert.equal(messages.count, 0);
      assert.equal(messages.liveBytes, 0);
      assert.ok(messages.slabBytes <= SLAB_BYTES);
    }
  });

  it("reuse the slabs of released ones before new ones are made", () => {
    const messages = new Messages();
    const memory = new Set<ArrayBufferLike>();
    const waiting: Message[] = [];
    for (let i = 0; i < 20_000; i++) {
      waiting.push(create(messages, 1000));
      if (waiting.length > 500) messages.release(waiting.shift()!);
      if (i % 100 === 0) { for (const slab of messages.slabs) if (slab !== undefined) memory.add(slab.bytes.buffer); }
    }
    assert.ok(messages.slabs.length <= 5, `${messages.slabs.length} slabs for 500 KB of messages`);
    assert.ok(memory.size <= 6, `${memory.size} different slabs were made for 500 KB of messages`);
  });

  it("reuse the numbers of released ones, so that their tables don't grow", () => {
    const messages = new Messages();
    for (let i = 0; i < 10_000; i++) messages.release(create(messages, 10));
    assert.equal(messages.locations.length, new Messages().locations.length);
  });

  it("exist until the last reference is released", () => {
    const messages = new Messages();
    const message = create(messages, 100, 7);
    messages.references[message] = 3;
    messages.release(message);
    messages.release(message);
    assert.equal(messages.count, 1);
    assert.ok(isEqual(messages.body(message), pattern(7, 100)));
    messages.release(message);
    assert.equal(messages.count, 0);
  });

  it("of 16 MiB that were announced and not sent cost 64 KiB", () => {
    const messages = new Messages();
    const header = new Uint8Array(14);
    for (let i = 0; i < 100; i++) messages.create(cachedViewOf(ADDRESS), header, 0, header.length, 16 * MEBIBYTE);
    assert.ok(messages.slabBytes <= 100 * 65 * 1024, `${messages.slabBytes / 100} bytes for each`);
  });

  it("that are large take no more than twice what has arrived of them", () => {
    const messages = new Messages();
    const header = new Uint8Array(14);
    const body = pattern(3, 16 * MEBIBYTE);
    const message = messages.create(cachedViewOf(ADDRESS), header, 0, header.length, body.length);
    for (let at = 0; at < body.length; at += 131_064) {
      const length = Math.min(131_064, body.length - at);
      messages.write(message, at, body, at, length);
      assert.ok(messages.slabBytes <= Math.max(65 * 1024, 2 * (at + length) + 1024), `${messages.slabBytes} at ${at}`);
    }
    assert.ok(isEqual(messages.body(message), body));
    assert.ok(messages.slabBytes < body.length + 1024);
    messages.release(message);
    assert.equal(messages.slabBytes, 0);
  });
});

describe("compaction", () => {
  /** Keeps one message of every `every`, like a queue whose consumer leaves some unacknowledged. */
  function keepOneOf(every: number, count: number, messages: Messages, afterEach: () => void): Message[] {
    const kept: Message[] = [];
    for (let i = 0; i < count; i++) {
      const message = create(messages, 1000, i);
      if (i % every === 0) kept.push(message);
      else messages.release(message);
      afterEach();
    }
    return kept;
  }

  it("frees the slabs of a thousand messages of which one is kept", () => {
    const messages = new Messages();
    let deferred: (() => void)[] = [];
    const turn = new Turn(messages, (callback) => deferred.push(callback));
    let peakBytes = 0;
    const kept = keepOneOf(200, 200_000, messages, () => {
      turn.end();
      peakBytes = Math.max(peakBytes, messages.slabBytes);
    });
    while (deferred.length > 0) {
      const callbacks = deferred;
      deferred = [];
      for (const callback of callbacks) callback();
    }
    assert.equal(messages.count, kept.length);
    assert.ok(kept.every((message, index) => isEqual(messages.body(message), pattern(index * 200, 1000))));
    assert.ok(messages.liveBytes < 1.1 * MEBIBYTE);
    // 200 MB were published; 16 MiB may be dead, and there is a slab to fill and one to empty.
    assert.ok(peakBytes < 18 * MEBIBYTE, `${peakBytes} bytes at the most`);
    assert.ok(messages.slabBytes < 18 * MEBIBYTE, `${messages.slabBytes} bytes in the end`);
  });

  it("leaves no more than a quarter of the live size dead", () => {
    const messages = new Messages();
    const kept = keepOneOf(3, 210_000, messages, () => {});
    assert.ok(messages.slabBytes > 200 * MEBIBYTE);
    let steps = 0;
    for (; messages.isCompactionDue; steps++) messages.compact();
    assert.ok(messages.slabBytes < messages.liveBytes * 1.26, `${messages.slabBytes} for ${messages.liveBytes}`);
    assert.ok(kept.every((message, index) => messages.body(message)[1] === pattern(index * 3, 2)[1]));
    // Each step empties a slab, or finds that another one need not be emptied.
    assert.ok(steps < 2 * 850, `${steps} steps`);
  });

  it("ends when each slab alone is just full enough to stay", () => {
    const messages = new Messages();
    // Five fit into a slab, and one of them is released: nearly the maximum is dead.
    const held: Message[] = [];
    for (let i = 0; i < 5 * 400 + 3; i++) held.push(create(messages, 51_000));
    held.forEach((message, index) => {
      if (index % 5 === 0 || index === 5 * 400 + 1) messages.release(message);
    });
    assert.equal(messages.isCompactionDue, true);
    for (let steps = 0; steps < 1000 && messages.isCompactionDue; steps++) messages.compact();
    assert.equal(messages.isCompactionDue, false);
  });

  it("moves one slab in each step, the emptiest first", () => {
    const messages = new Messages();
    const held: Message[] = [];
    for (let i = 0; i < 2550; i++) held.push(create(messages, 1000));
    // The fourth of the ten slabs keeps the least.
    held.forEach((message, index) => {
      const inSlab = index % 250;
      if (inSlab >= (Math.floor(index / 250) === 3 ? 5 : 100)) messages.release(message);
    });
    const before = messages.slabs.length;
    const live = messages.slabs.map((slab) => slab.liveBytes);
    const emptiest = live.indexOf(Math.min(...live.slice(0, -1)));
    messages.compact();
    assert.equal(messages.slabs.filter((slab) => slab !== undefined).length, before - 1);
    assert.equal(messages.slabs[emptiest], undefined);
  });

  it("is not due for dead messages beside many live ones", () => {
    const messages = new Messages();
    keepOneOf(1, 100_000, messages, () => {});
    keepOneOf(1000, 20_000, messages, () => {});
    assert.equal(messages.isCompactionDue, false);
  });

  it("keeps a message together that is still arriving", () => {
    const messages = new Messages();
    const header = new Uint8Array(14);
    const body = pattern(5, 1000);
    const arriving = messages.create(cachedViewOf(ADDRESS), header, 0, header.length, body.length);
    messages.write(arriving, 0, body, 0, 400);
    keepOneOf(1000, 1000, messages, () => {});
    messages.write(arriving, 400, body, 400, 100);
    const before = messages.locations[arriving];
    messages.compact();
    assert.notEqual(messages.locations[arriving], before);
    messages.write(arriving, 500, body, 500, 500);
    assert.ok(isEqual(messages.body(arriving), body));
  });
});
