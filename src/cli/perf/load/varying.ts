/** A value and for how long it is valid. */
export interface Span {
  readonly value: number;
  readonly seconds: number;
}

/** A value that changes with the time, in spans that begin again after the last one. */
export class Varying {
  readonly #spans: readonly Span[];
  readonly #cycleMs: number;

  constructor(spans: readonly Span[]) {
    this.#spans = spans;
    this.#cycleMs = spans.reduce((sum, { seconds }) => sum + seconds * 1000, 0);
  }

  /** Largest value that it takes. */
  get largest(): number {
    return this.#spans.reduce((largest, { value }) => Math.max(largest, value), 0);
  }

  /** Returns the value at a time since the start. In milliseconds. */
  at(elapsedMs: number): number {
    let left = elapsedMs % this.#cycleMs;
    for (const { value, seconds } of this.#spans) {
      left -= seconds * 1000;
      if (left < 0) return value;
    }
    return this.#spans[0].value;
  }
}

/** Returns the value at a time since the start, also of a number that never changes. */
export const valueAt = (value: number | Varying, elapsedMs: number): number =>
  typeof value === "number" ? value : value.at(elapsedMs);
