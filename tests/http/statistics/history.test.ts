import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { History } from "../../../src/http/statistics/history.ts";
import { DEFAULT_STATISTICS_OPTIONS, resolutionsOf } from "../../../src/http/statistics/retention.ts";
import { SampleBudget } from "../../../src/http/statistics/sample_memory.ts";
import { Ticks } from "../../../src/http/statistics/ticks.ts";

const { intervalMs: TICK_MS, policies } = DEFAULT_STATISTICS_OPTIONS;
const RESOLUTIONS = resolutionsOf(policies.basic, TICK_MS);
const START_MS = 1_800_000_000_000;
const OBJECT = { name: "an object" };

/** Histories of objects with one count, and the ticks at which they are sampled. */
class Samples {
  readonly ticks = new Ticks(TICK_MS, RESOLUTIONS);
  readonly budget: SampleBudget;
  readonly history: History<object>;

  constructor(budget = new SampleBudget()) {
    this.budget = budget;
    this.history = new History<object>(1, RESOLUTIONS, this.ticks, budget);
  }

  tick(...counts: (readonly [object, number])[]): void {
    const elapsedMs = this.ticks.latest * TICK_MS;
    this.ticks.begin(elapsedMs, START_MS + elapsedMs + 3);
    for (const [object, count] of counts) this.history.sample(object, [count]);
    for (const _ of this.history.forgetOthers());
  }

  /** Returns the samples of the object at the last times of a step, newest first. */
  last(count: number, stepMs = TICK_MS): number[] {
    const lastMs = START_MS + (this.ticks.latest - 1) * TICK_MS;
    const range = { firstMs: lastMs - (count - 1) * stepMs, lastMs, stepMs };
    return this.history.samplesOf(OBJECT, 0, range).map(({ sample }) => sample);
  }
}

describe("the history of an object's counts", () => {
  it("has the change in a second, from the second sample on", () => {
    const samples = new Samples();
    samples.tick([OBJECT, 100]);
    assert.equal(samples.history.rateOf(OBJECT, 0), 0);
    samples.tick([OBJECT, 150]);
    assert.equal(samples.history.rateOf(OBJECT, 0), 10);
    samples.tick([OBJECT, 140]);
    assert.equal(samples.history.rateOf(OBJECT, 0), -2);
    samples.tick([OBJECT, 140]);
    assert.equal(samples.history.rateOf(OBJECT, 0), 0);
  });

  it("has a sample for each tick, and 0 before the first", () => {
    const samples = new Samples();
    samples.tick();
    for (const count of [5, 5, 7, 9, 9]) samples.tick([OBJECT, count]);
    assert.deepEqual(samples.last(7), [9, 9, 7, 5, 5, 0, 0]);
    assert.deepEqual(samples.last(3, 2 * TICK_MS), [9, 7, 5]);
  });

  it("has a constant count without taking memory for samples", () => {
    const samples = new Samples();
    for (let i = 0; i < 4; i++) samples.tick([OBJECT, 3]);
    assert.deepEqual(samples.last(5), [3, 3, 3, 3, 0]);
    assert.deepEqual([samples.history.seriesCount, samples.budget.usedBytes], [0, 0]);
  });

  it("has coarser samples of a longer time", () => {
    const samples = new Samples();
    for (let count = 1; count <= 1000; count++) samples.tick([OBJECT, count]);
    assert.deepEqual(samples.last(3, 600_000), [996, 876, 756]);
    assert.deepEqual(samples.last(3), [1000, 999, 998]);
  });

  it("begins a series with the value that a count had before", () => {
    const samples = new Samples();
    for (let i = 0; i < 300; i++) samples.tick([OBJECT, 7]);
    samples.tick([OBJECT, 8]);
    assert.deepEqual(samples.last(3), [8, 7, 7]);
    assert.equal(samples.history.seriesCount, 1);
  });

  it("gives the memory of a series back when its count was unchanged for as long as samples are kept", () => {
    const samples = new Samples();
    samples.tick([OBJECT, 1]);
    for (let i = 0; i < 740; i++) samples.tick([OBJECT, 2]);
    assert.equal(samples.history.seriesCount, 0);
    assert.deepEqual(samples.last(2), [2, 2]);
  });

  it("forgets an object that is gone", () => {
    const samples = new Samples();
    samples.tick([OBJECT, 1]);
    samples.tick([OBJECT, 2]);
    samples.tick();
    assert.deepEqual([samples.history.size, samples.history.seriesCount], [0, 0]);
    assert.deepEqual([samples.history.rateOf(OBJECT, 0), samples.last(2)], [0, []]);
  });

  it("forgets all objects", () => {
    const samples = new Samples();
    samples.tick([OBJECT, 1]);
    samples.tick([OBJECT, 2]);
    for (const _ of samples.history.forgetAll());
    assert.deepEqual([samples.history.size, samples.history.seriesCount], [0, 0]);
    samples.tick([OBJECT, 3]);
    assert.deepEqual([samples.history.rateOf(OBJECT, 0), samples.last(1)], [0, [3]]);
  });

  it("keeps the samples of many objects apart, and within its memory", () => {
    const samples = new Samples(new SampleBudget(64 * 181 * 8));
    const objects = Array.from({ length: 100 }, (_, index) => ({ index }));
    for (let tick = 0; tick < 3; tick++) {
      samples.tick(...objects.map((object) => [object, object.index * tick] as const));
    }
    const range = { firstMs: START_MS, lastMs: START_MS + 2 * TICK_MS, stepMs: TICK_MS };
    const samplesOf = (index: number) =>
      samples.history.samplesOf(objects[index], 0, range).map(({ sample }) => sample);
    assert.deepEqual([samplesOf(1), samplesOf(64)], [[2, 1, 0], [128, 64, 0]]);
    assert.equal(samples.history.seriesCount, 64);
    assert.equal(samples.history.rateOf(objects[99], 0), 99 / 5);
  });
});
