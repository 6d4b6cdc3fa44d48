import assert from "node:assert/strict";
import * as fc from "fast-check";
import { LOG_START, type LogPosition } from "../../../src/store/log/position.ts";
import type { LogPlace } from "./log_places.ts";
import { type KnownBatch, TestLog } from "./test_log.ts";

/** Maximum number of sections of a log, as for an index. */
const SECTIONS_MAX = 4;

/** An operation on a log. */
export type LogOperation =
  | { readonly type: "append"; readonly bytes: number; readonly startsSection: boolean }
  | { readonly type: "pass"; readonly events: number }
  | { readonly type: "settle" | "trim" | "disturb" | "close" | "kill" | "take over" }
  | { readonly type: "read"; readonly from: number; readonly before: number };

/** Arbitrary operations in any order. */
export const operations = fc.array(
  fc.oneof(
    {
      weight: 10,
      arbitrary: fc.record({ type: fc.constant("append" as const), bytes: fc.nat(5000), startsSection: sometimes(5) }),
    },
    { weight: 8, arbitrary: fc.record({ type: fc.constant("pass" as const), events: fc.nat(10) }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant("settle" as const) }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant("trim" as const) }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant("disturb" as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constantFrom("close" as const, "kill" as const, "take over" as const) }),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constant("read" as const), from: fc.nat(), before: fc.nat() }) },
  ),
  { maxLength: 80 },
);

function sometimes(oneIn: number) {
  return fc.nat(oneIn - 1).map((number: number) => number === 0);
}

/** Carries out operations on the log of a place, and checks what it says and has. */
export async function runOperations(place: LogPlace, all: readonly LogOperation[]): Promise<void> {
  const run = new Run(place);
  await run.open();
  for (const operation of all) await run.do(operation);
  place.kill();
  await run.reopen();
}

class Run {
  readonly #place: LogPlace;
  #test!: TestLog;
  /** Number of batches appended so far. */
  #number = 0;
  /** Position before which all is trimmed. */
  #start: LogPosition = LOG_START;

  constructor(place: LogPlace) {
    this.#place = place;
  }

  async open(): Promise<void> {
    this.#test = await TestLog.open(this.#place, this.#start);
  }

  async do(operation: LogOperation): Promise<void> {
    const test = this.#test;
    switch (operation.type) {
      case "append": {
        const startsSection = test.appended.length === 0 || (operation.startsSection && this.#sections < SECTIONS_MAX);
        test.append(++this.#number, operation.bytes, startsSection);
        return;
      }
      case "pass":
        for (let event = 0; event < operation.events; event++) await this.#place.events.next();
        return;
      case "settle":
        return await test.settle();
      case "trim":
        return this.#trim();
      case "disturb":
        return this.#place.disturb();
      case "read":
        return await this.#read(operation.from, operation.before);
      case "close":
        await test.close();
        return await this.reopen();
      case "kill":
        this.#place.kill();
        return await this.reopen();
      case "take over":
        return await (this.#place.isShared ? this.#takeOver() : undefined);
    }
  }

  get #known(): readonly KnownBatch[] {
    return this.#test.durable.filter(({ position }) => position >= this.#start);
  }

  get #sections(): number {
    const pending = this.#test.appended.slice(this.#test.durable.length - this.#test.found.length);
    return [...this.#known, ...pending].filter(({ startsSection }) => startsSection).length;
  }

  /** Trims up to the second section that is durable. */
  #trim(): void {
    const second = this.#known.filter(({ startsSection }) => startsSection)[1];
    if (second === undefined) return;
    this.#start = second.position;
    this.#test.log.trim(second.position);
  }

  async #read(from: number, before: number): Promise<void> {
    const known = this.#known;
    if (known.length === 0) return;
    const first = from % known.length;
    const end = first + before % (known.length - first);
    const read = await this.#test.read(known[first].position, known[end].position);
    assert.deepEqual(read, known.slice(first, end));
  }

  /** Another process takes over, and this one is fenced when it appends. */
  async #takeOver(): Promise<void> {
    const old = this.#test;
    await this.reopen();
    old.append(++this.#number, 10);
    await old.settle();
    assert.equal(old.fencedCount, 1);
    // It may hear late of what was durable before that.
    const durable = old.durable.filter(({ position }) => position >= this.#start);
    assert.deepEqual(this.#test.found.slice(0, durable.length), durable);
    assert.deepEqual(old.faults, []);
  }

  /** Opens the log for another process, and checks that it has what it must have. */
  async reopen(): Promise<void> {
    const old = this.#test;
    await this.open();
    const { found } = this.#test;
    // What the old process heard until now was so before the new one had the log.
    const durable = old.durable.filter(({ position }) => position >= this.#start);
    assert.deepEqual(found.slice(0, durable.length), durable);
    const more = old.appended.slice(old.durable.length - old.found.length);
    const rest = found.slice(durable.length);
    assert.ok(rest.length <= more.length, "there is more than was appended");
    assert.deepEqual(
      rest.map(({ content, startsSection }) => ({ content, startsSection })),
      more.slice(0, rest.length).map(({ content, startsSection }) => ({ content, startsSection })),
    );
    for (let index = 1; index < found.length; index++) assert.ok(found[index].position > found[index - 1].position);
    assert.deepEqual(old.faults, []);
  }
}
