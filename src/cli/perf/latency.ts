/** Number of buckets for each power of two: values are told at most 1/64 too high. */
const PARTS = 64;
const PARTS_BITS = 6;

/** Counts latencies of up to 2³² microseconds, in a fixed memory. */
export class Latencies {
  readonly #counts = new Float64Array(PARTS * (32 - PARTS_BITS + 1));
  #count = 0;
  #minimum = Infinity;
  #maximum = 0;

  note(us: number): void {
    this.#counts[bucketOf(us)]++;
    this.#count++;
    if (us < this.#minimum) this.#minimum = us;
    if (us > this.#maximum) this.#maximum = us;
  }

  /** Returns minimum, median, 75th, 95th and 99th percentile, and maximum, in microseconds; zeros without values. */
  summary(): readonly number[] {
    if (this.#count === 0) return [0, 0, 0, 0, 0, 0];
    const percentiles = PERCENTILES.map((part) => this.#percentile(part));
    return [this.#minimum, ...percentiles, this.#maximum];
  }

  clear(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#minimum = Infinity;
    this.#maximum = 0;
  }

  #percentile(part: number): number {
    let left = Math.ceil(this.#count * part);
    let bucket = 0;
    while ((left -= this.#counts[bucket]) > 0) bucket++;
    return Math.min(this.#maximum, Math.max(this.#minimum, highestOf(bucket)));
  }
}

const PERCENTILES = [0.5, 0.75, 0.95, 0.99];

function bucketOf(us: number): number {
  const power = Math.max(0, 31 - PARTS_BITS - Math.clz32(us));
  return PARTS * power + (us >>> power);
}

function highestOf(bucket: number): number {
  // Beyond the first ones, each power has the upper half of twice as many parts.
  const power = Math.max(0, Math.floor(bucket / PARTS) - 1);
  return (bucket - PARTS * power + 1) * 2 ** power - 1;
}
