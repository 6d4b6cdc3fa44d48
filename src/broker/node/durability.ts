/** Minimum number of finished waiters that are removed together. */
const FORGOTTEN_AT_ONCE = 64;

/**
 * Callbacks that wait until the store has everything up to a position, in order of position, and of arrival where
 * positions are equal. Positions mostly rise, so a waiter is mostly added at the end. Some wait for an older one: for
 * example for the last change of the topology, while others wait for later messages.
 */
export class Durability {
  /**
   * Two lists and no object per waiter: there may be one for each channel and turn. The first {@linkcode #done} are
   * finished.
   */
  readonly #positions: number[] = [];
  readonly #callbacks: ((() => void) | undefined)[] = [];
  #done = 0;
  #awaited = 0;

  /** Highest position that was ever waited for. */
  get awaited(): number {
    return this.#awaited;
  }

  /** Number of waiters. */
  get count(): number {
    return this.#positions.length - this.#done;
  }

  /** Calls back once, in the first {@linkcode resume} with this position or a higher one. */
  when(position: number, callback: () => void): void {
    const positions = this.#positions;
    if (this.count === 0 || position >= positions[positions.length - 1]) {
      positions.push(position);
      this.#callbacks.push(callback);
      this.#awaited = Math.max(this.#awaited, position);
      return;
    }
    const index = this.#firstAbove(position);
    positions.splice(index, 0, position);
    this.#callbacks.splice(index, 0, callback);
  }

  /** Returns the index of the first waiter for a higher position, which must exist. */
  #firstAbove(position: number): number {
    const positions = this.#positions;
    let low = this.#done;
    let high = positions.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (positions[middle] > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Calls back the waiters for everything up to `durable`. */
  resume(durable: number): void {
    while (this.#done < this.#positions.length && this.#positions[this.#done] <= durable) {
      const callback = this.#callbacks[this.#done]!;
      this.#callbacks[this.#done++] = undefined;
      callback();
    }
    this.#forgetDone();
  }

  #forgetDone(): void {
    const done = this.#done;
    if (done < this.#positions.length && (done < FORGOTTEN_AT_ONCE || done * 2 < this.#positions.length)) return;
    this.#positions.splice(0, done);
    this.#callbacks.splice(0, done);
    this.#done = 0;
  }
}
