/** Waiters that were called back are forgotten in lots of at least this number. */
const FORGOTTEN_AT_ONCE = 64;

/**
 * Those who wait until the store has what was appended up to a position, in order of position, and of arrival where
 * positions are equal. Positions mostly rise, so a waiter mostly goes to the end. Some wait for an older one: the last
 * change of the topology, say, while others wait for the messages that came after it.
 */
export class Durability {
  /** Two lists and no object per waiter: there may be one per channel and turn. The first {@linkcode #done} are over. */
  readonly #positions: number[] = [];
  readonly #callbacks: ((() => void) | undefined)[] = [];
  #done = 0;
  #awaited = 0;

  /** The highest position that was ever waited for. */
  get awaited(): number {
    return this.#awaited;
  }

  /** Number of those who wait. */
  get count(): number {
    return this.#positions.length - this.#done;
  }

  /** Calls back once, by the first {@linkcode resume} with a position that is not lower. */
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

  /** Index of the first waiter for a higher position; there is one. */
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

  /** Calls back those who wait for what is safe now: everything up to `durable`. */
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
