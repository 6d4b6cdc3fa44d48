import type { Range } from "./range.ts";
import type { Resolution } from "./retention.ts";
import { type SampleBudget, SampleMemory } from "./sample_memory.ts";
import type { Ticks } from "./ticks.ts";

const CAPACITY_MIN = 64;
const NO_SERIES = -1;
const NO_ROW = -1;

/** A sample at a time of a range. */
export interface Sample {
  readonly sample: number;
  /** In milliseconds since 1970. */
  readonly timestamp: number;
}

/**
 * Samples of the counts of all objects of a kind. Each object has a row of the latest and the previous values, from which
 * its rates follow; a count of it that changes has a series of samples besides, until it was unchanged for the whole
 * time that samples are kept. Without memory for that, there are rates but no samples.
 */
export class History<Key extends object> {
  /** Number of counts of an object. */
  readonly width: number;
  readonly #resolutions: readonly Resolution[];
  readonly #ticks: Ticks;
  readonly #memory: SampleMemory;
  /** Row of each object. */
  readonly #rows = new Map<Key, number>();
  readonly #freeRows: number[] = [];
  #capacity = 0;
  #latest = new Float64Array(0);
  #previous = new Float64Array(0);
  #series = new Int32Array(0);
  /** Tick at which each count changed last. */
  #changed = new Uint32Array(0);
  /** By row: ticks of the first and of the latest sample. */
  #since = new Uint32Array(0);
  #sampled = new Uint32Array(0);

  constructor(width: number, resolutions: readonly Resolution[], ticks: Ticks, budget: SampleBudget) {
    this.width = width;
    this.#resolutions = resolutions;
    this.#ticks = ticks;
    this.#memory = new SampleMemory(resolutions.reduce((sum, { count }) => sum + count, 0), budget);
  }

  /** Number of objects. */
  get size(): number {
    return this.#rows.size;
  }

  /** Number of series of samples. */
  get seriesCount(): number {
    return this.#memory.count;
  }

  /** Bytes of the rows of all objects, without the series. */
  get rowBytes(): number {
    const perCount = [this.#latest, this.#previous, this.#series, this.#changed];
    const perRow = [this.#since, this.#sampled];
    return [...perCount, ...perRow].reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** Notes the counts of an object at the present tick. */
  sample(key: Key, counts: ArrayLike<number>): void {
    const tick = this.#ticks.latest;
    let row = this.#rows.get(key);
    if (row === undefined) {
      row = this.#add(key);
      this.#since[row] = tick;
      for (let i = 0; i < this.width; i++) this.#latest[row * this.width + i] = counts[i];
    }
    this.#sampled[row] = tick;
    for (let i = 0, at = row * this.width; i < this.width; i++, at++) {
      const count = counts[i];
      const previous = this.#previous[at] = this.#latest[at];
      this.#latest[at] = count;
      if (count !== previous) {
        this.#changed[at] = tick;
        if (this.#series[at] === NO_SERIES) this.#series[at] = this.#beginSeries(previous);
      }
      if (this.#series[at] !== NO_SERIES) this.#write(at, count);
    }
  }

  #add(key: Key): number {
    if (this.#freeRows.length === 0) this.#grow();
    const row = this.#freeRows.pop()!;
    this.#rows.set(key, row);
    this.#changed.fill(0, row * this.width, (row + 1) * this.width);
    return row;
  }

  #grow(): void {
    const { width } = this;
    const from = this.#capacity;
    const capacity = Math.max(CAPACITY_MIN, from * 2);
    const grown = <Numbers extends Float64Array | Int32Array | Uint32Array>(longer: Numbers, old: Numbers): Numbers => {
      longer.set(old);
      return longer;
    };
    this.#latest = grown(new Float64Array(capacity * width), this.#latest);
    this.#previous = grown(new Float64Array(capacity * width), this.#previous);
    this.#series = grown(new Int32Array(capacity * width).fill(NO_SERIES), this.#series);
    this.#changed = grown(new Uint32Array(capacity * width), this.#changed);
    this.#since = grown(new Uint32Array(capacity), this.#since);
    this.#sampled = grown(new Uint32Array(capacity), this.#sampled);
    for (let row = capacity - 1; row >= from; row--) this.#freeRows.push(row);
    this.#capacity = capacity;
  }

  /** Begins the series of a count that had the same value since its object was first sampled, or for very long. */
  #beginSeries(constant: number): number {
    const series = this.#memory.allocate();
    if (series === NO_SERIES) return NO_SERIES;
    this.#memory.samplesOf(series).fill(constant);
    return series;
  }

  #write(at: number, count: number): void {
    const series = this.#series[at];
    const tick = this.#ticks.latest;
    let start = 0;
    for (const { everyTicks, count: length } of this.#resolutions) {
      if (tick % everyTicks === 0) this.#memory.write(series, start + tick / everyTicks % length, count);
      start += length;
    }
    const { everyTicks, count: length } = this.#resolutions[this.#resolutions.length - 1];
    if (tick - this.#changed[at] > everyTicks * (length + 1)) this.#endSeries(at);
  }

  #endSeries(at: number): void {
    if (this.#series[at] === NO_SERIES) return;
    this.#memory.free(this.#series[at]);
    this.#series[at] = NO_SERIES;
  }

  /** Forgets, in short steps, the objects that were not sampled at the present tick: they no longer exist. */
  *forgetOthers(): Generator<void> {
    for (const [key, row] of this.#rows) {
      if (this.#sampled[row] !== this.#ticks.latest) this.#forget(key, row);
      yield;
    }
  }

  /** Forgets all objects, in short steps. */
  *forgetAll(): Generator<void> {
    for (const [key, row] of this.#rows) {
      this.#forget(key, row);
      yield;
    }
  }

  #forget(key: Key, row: number): void {
    for (let at = row * this.width; at < (row + 1) * this.width; at++) this.#endSeries(at);
    this.#rows.delete(key);
    this.#freeRows.push(row);
  }

  /** Returns the change of a count in a second, at the present time. */
  rateOf(key: Key, count: number): number {
    return this.rateIn(this.rowOf(key), count);
  }

  /** Returns the row of an object, which is its own until the present turn ends; -1 for one that was never sampled. */
  rowOf(key: Key): number {
    return this.#rows.get(key) ?? NO_ROW;
  }

  /** Returns the change of a count in a second, of the object in a row; 0 in none. */
  rateIn(row: number, count: number): number {
    if (row === NO_ROW) return 0;
    const at = row * this.width + count;
    return (this.#latest[at] - this.#previous[at]) * 1000 / this.#ticks.intervalMs;
  }

  /**
   * Returns the time since which no count of an object has changed, or since which it is known; `undefined` for one that
   * has changed lately. In milliseconds since 1970.
   */
  unchangedSinceMs(key: Key): number | undefined {
    const row = this.#rows.get(key);
    if (row === undefined) return undefined;
    let changed = this.#since[row];
    for (let at = row * this.width; at < (row + 1) * this.width; at++) changed = Math.max(changed, this.#changed[at]);
    return changed === this.#ticks.latest ? undefined : this.#ticks.dateOf(changed);
  }

  /**
   * Returns the sample for each step of a range, newest first: the latest one that was taken by then, and 0 before the
   * object existed. Returns none of an object that was never sampled.
   */
  samplesOf(key: Key, count: number, range: Range): Sample[] {
    const row = this.#rows.get(key);
    if (row === undefined) return [];
    const at = row * this.width + count;
    const samples: Sample[] = [];
    const kept = this.#read(row, at, range);
    let last = kept.next();
    for (let timestamp = range.lastMs; timestamp >= range.firstMs; timestamp -= range.stepMs) {
      while (!last.done && last.value.timestamp > timestamp) last = kept.next();
      samples.push({ sample: last.done ? last.value : last.value.sample, timestamp });
    }
    return samples;
  }

  /** Reads the kept samples of a count, newest first. Returns the value at any time before. */
  *#read(row: number, at: number, range: Range): Generator<Sample, number> {
    const { resolution, start } = this.#resolutionFor(range);
    const { everyTicks, count: length } = resolution;
    const series = this.#series[at] === NO_SERIES ? undefined : this.#memory.samplesOf(this.#series[at]);
    const latest = Math.floor(this.#sampled[row] / everyTicks);
    const since = Math.ceil(this.#since[row] / everyTicks);
    const first = Math.max(since, latest - length + 1);
    let sample = 0;
    for (let index = latest; index >= first; index--) {
      sample = series === undefined ? this.#latest[at] : series[start + index % length];
      yield { sample, timestamp: this.#ticks.timeOf(index * everyTicks, resolution) };
    }
    return first > since ? sample : 0;
  }

  /** Returns the finest resolution that covers a range, or else the coarsest, and where it begins in a series. */
  #resolutionFor({ firstMs, lastMs }: Range): { readonly resolution: Resolution; readonly start: number } {
    let start = 0;
    for (const resolution of this.#resolutions) {
      const coveredMs = resolution.everyTicks * resolution.count * this.#ticks.tickMs;
      if (coveredMs >= lastMs - firstMs || resolution === this.#resolutions.at(-1)) return { resolution, start };
      start += resolution.count;
    }
    throw new RangeError("a history has at least one resolution");
  }
}
