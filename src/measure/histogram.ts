/**
 * Counts values in buckets with fixed upper bounds. Observing one makes no object and takes a few nanoseconds: bounds
 * should be such that most values are in the first buckets.
 */
export class Histogram {
  /** Upper bounds of the buckets, which include them, in rising order. Larger values count in one more bucket. */
  readonly bounds: Readonly<Float64Array>;
  /** Numbers of values in each bucket alone. */
  readonly counts: Float64Array;
  /** Sum of all values. */
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = Float64Array.from(bounds);
    this.counts = new Float64Array(bounds.length + 1);
  }

  /** Number of values. */
  get count(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  observe(value: number): void {
    const { bounds } = this;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]) bucket++;
    this.counts[bucket]++;
    this.sum += value;
  }
}
