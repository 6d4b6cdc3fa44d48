/** Number of series that share an array. */
const SERIES_TOGETHER = 64;

/** Bytes that the samples of all objects may take together. */
const SAMPLE_BYTES_MAX = 64 * 1024 * 1024;

/** The bound of the memory for samples, which all histories share. */
export class SampleBudget {
  readonly #maxBytes: number;
  usedBytes = 0;

  constructor(maxBytes: number = SAMPLE_BYTES_MAX) {
    this.#maxBytes = maxBytes;
  }

  /** Returns whether that many bytes more may be used; if so, they count as used. */
  take(bytes: number): boolean {
    if (this.usedBytes + bytes > this.#maxBytes) return false;
    this.usedBytes += bytes;
    return true;
  }
}

/** Series of the same number of samples, in few large arrays. A series is known by its index. */
export class SampleMemory {
  readonly #length: number;
  readonly #budget: SampleBudget;
  readonly #arrays: Float64Array[] = [];
  readonly #free: number[] = [];

  constructor(length: number, budget: SampleBudget) {
    this.#length = length;
    this.#budget = budget;
  }

  /** Number of series in use. */
  get count(): number {
    return this.#arrays.length * SERIES_TOGETHER - this.#free.length;
  }

  /** Returns a free series; -1 when there is no memory left for it. */
  allocate(): number {
    if (this.#free.length === 0 && !this.#grow()) return -1;
    return this.#free.pop()!;
  }

  #grow(): boolean {
    const samples = SERIES_TOGETHER * this.#length;
    if (!this.#budget.take(samples * Float64Array.BYTES_PER_ELEMENT)) return false;
    this.#arrays.push(new Float64Array(samples));
    const end = this.#arrays.length * SERIES_TOGETHER;
    for (let series = end - 1; series >= end - SERIES_TOGETHER; series--) this.#free.push(series);
    return true;
  }

  free(series: number): void {
    this.#free.push(series);
  }

  /** Returns the samples of a series, as an array that is valid until the series is freed. */
  samplesOf(series: number): Float64Array {
    const start = series % SERIES_TOGETHER * this.#length;
    return this.#arrays[Math.floor(series / SERIES_TOGETHER)].subarray(start, start + this.#length);
  }

  write(series: number, index: number, sample: number): void {
    this.#arrays[Math.floor(series / SERIES_TOGETHER)][series % SERIES_TOGETHER * this.#length + index] = sample;
  }
}
