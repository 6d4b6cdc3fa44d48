import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { BATCH_BYTES_MAX } from "../../../src/store/log/batch.ts";
import { LOG_START, type LogPosition } from "../../../src/store/log/position.ts";
import type { LogPlace } from "./log_places.ts";
import { type LogOperation, operations, runOperations } from "./log_operations.ts";
import { TestLog } from "./test_log.ts";

/** Default number of random runs. */
const ROUNDS = 100;

/** A write has failed in part when the log is closed, so that the next process cuts it off. */
const DISTURBED_BEFORE_CLOSE: readonly LogOperation[] = [
  { type: "append", bytes: 0, startsSection: true },
  { type: "settle" },
  { type: "disturb" },
  { type: "disturb" },
  { type: "append", bytes: 147, startsSection: false },
  { type: "disturb" },
  { type: "close" },
];

/** Tests of every implementation of `Log`. */
export function describeLog(name: string, make: (seed: number) => LogPlace, rounds = ROUNDS): void {
  describe(`a log ${name}`, () => {
    it("has nothing at first", async () => {
      const { log, found } = await TestLog.open(make(1), LOG_START);
      assert.deepEqual(found, []);
      assert.equal(log.synced, log.durable);
      assert.ok(log.end > log.durable);
    });

    it("tells that a batch is durable, and where it is, but not before append has returned", async () => {
      const test = await TestLog.open(make(2), LOG_START);
      const { durable, end } = test.log;
      const first = test.append(1, 100);
      const second = test.append(2, 100);
      assert.equal(test.log.durable, durable);
      await test.settle();
      assert.ok(test.durableCount > 0);
      assert.ok(end <= first.position && first.position < second.position);
      assert.equal(test.log.durable, second.position);
      assert.deepEqual(test.faults, []);
    });

    it("has what was durable for the next process, in order and once", async () => {
      const place = make(3);
      const test = await TestLog.open(place, LOG_START);
      for (let number = 0; number < 20; number++) test.append(number, number * 100, number % 8 === 0);
      await test.settle();
      place.kill();
      const again = await TestLog.open(place, LOG_START);
      assert.deepEqual(again.found, test.durable);
      assert.equal(again.found.length, 20);
      assert.ok(again.log.durable >= test.log.durable);
    });

    it("takes batches of the greatest length", async () => {
      const place = make(4);
      const test = await TestLog.open(place, LOG_START);
      test.append(1, BATCH_BYTES_MAX);
      test.append(2, BATCH_BYTES_MAX);
      await test.settle();
      await test.close();
      assert.deepEqual((await TestLog.open(place, LOG_START)).found, test.durable);
    });

    it("reads from a position on and up to before another one", async () => {
      const test = await TestLog.open(make(5), LOG_START);
      for (let number = 0; number < 30; number++) test.append(number, 50, number % 10 === 0);
      await test.settle();
      const { durable } = test;
      assert.deepEqual(await test.read(durable[10].position), durable.slice(10));
      assert.deepEqual(await test.read(durable[10].position, durable[20].position), durable.slice(10, 20));
      assert.deepEqual(await test.read(durable[3].position, durable[7].position), durable.slice(3, 7));
      assert.deepEqual(await test.read(test.log.end), []);
    });

    it("gives up what is before the beginning of a section, and goes on", async () => {
      const place = make(6);
      const test = await TestLog.open(place, LOG_START);
      for (let number = 0; number < 30; number++) test.append(number, 50, number % 10 === 0);
      await test.settle();
      const { position } = test.durable[20];
      test.log.trim(position);
      test.append(30, 50, true);
      await test.settle();
      assert.deepEqual(await test.read(position), test.durable.slice(20));
      await test.close();
      assert.deepEqual((await TestLog.open(place, position)).found, test.durable.slice(20));
    });

    it("is empty behind its end, and begins the next section there or later", async () => {
      const place = make(7);
      const test = await TestLog.open(place, LOG_START);
      test.append(1, 50);
      await test.settle();
      const { end } = test.log;
      test.log.trim(end);
      await test.close();
      const again = await TestLog.open(place, end);
      assert.deepEqual(again.found, []);
      const batch = again.append(2, 50);
      await again.settle();
      assert.ok(batch.position >= end);
      place.kill();
      assert.deepEqual((await TestLog.open(place, end)).found, again.durable);
    });

    it("gets over what fails", async () => {
      const test = await TestLog.open(make(8), LOG_START);
      for (let number = 0; number < 20; number++) {
        test.append(number, 50);
        if (number % 5 === 0) test.place.disturb();
        if (number % 7 === 0) await test.settle();
      }
      await test.settle();
      assert.deepEqual(await test.read(LOG_START), test.durable);
      assert.equal(test.durable.length, 20);
      assert.equal(test.log.failure, undefined);
      assert.deepEqual(test.faults, []);
    });

    it("does what a model does, whatever happens to it and in whatever order", { timeout: 120_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(1_000_000), operations, async (seed: number, all: readonly LogOperation[]) => {
          await runOperations(make(seed), all);
        }),
        { numRuns: rounds, examples: [[0, DISTURBED_BEFORE_CLOSE]] },
      );
    });

    if (make(0).isShared) describeTakeover(make);
  });
}

function describeTakeover(make: (seed: number) => LogPlace): void {
  it("refuses a writer that was replaced, and tells it once", async () => {
    const place = make(9);
    const first = await TestLog.open(place, LOG_START);
    first.append(1, 50);
    await first.settle();
    const second = await TestLog.open(place, LOG_START);
    assert.deepEqual(second.found, first.durable);
    first.append(2, 50);
    first.append(3, 50);
    await first.settle();
    for (let event = 0; event < 100; event++) await place.events.next();
    assert.equal(first.fencedCount, 1);
    assert.equal(first.durable.length, 1);
    assert.deepEqual(first.faults, []);
    assert.deepEqual(await second.read(LOG_START), first.durable);
    assert.equal(second.fencedCount, 0);
  });

  it("keeps what a writer that was replaced would trim", async () => {
    const place = make(10);
    const first = await TestLog.open(place, LOG_START);
    first.append(1, 50);
    first.append(2, 50, true);
    await first.settle();
    const second = await TestLog.open(place, LOG_START);
    first.log.trim(first.durable[1].position as LogPosition);
    for (let event = 0; event < 100; event++) await place.events.next();
    assert.deepEqual(await second.read(LOG_START), first.durable);
  });
}
