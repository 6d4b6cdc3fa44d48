import { type Message, NO_MESSAGE } from "../../message/messages.ts";

const CAPACITY_MIN = 64;
const LOOKS_MAX = 1024;

/**
 * Messages ordered by due time, and by arrival where that is equal. A binary heap in typed arrays: 20 bytes for each
 * message, and no work for the garbage collector.
 */
export class DueIndex {
  size = 0;
  /** Due times in milliseconds since 1970. */
  #dueMs = new Float64Array(CAPACITY_MIN);
  #positions = new Float64Array(CAPACITY_MIN);
  #messages = new Int32Array(CAPACITY_MIN);

  /** Due time of the first message, in milliseconds since 1970; `Infinity` when there is none. */
  get firstDueMs(): number {
    return this.size === 0 ? Infinity : this.#dueMs[0];
  }
  /** Position of the first message, which must exist. */
  get firstPosition(): number {
    return this.#positions[0];
  }

  /** The first message, which must exist, or {@linkcode NO_MESSAGE}. */
  get firstMessage(): Message {
    return this.#messages[0] as Message;
  }

  /** Calls `visit` for all messages, in any order. */
  forEach(visit: (message: Message) => void): void {
    for (let at = 0; at < this.size; at++) visit(this.#messages[at] as Message);
  }

  /** Adds a message; {@linkcode NO_MESSAGE} for one that is not in memory. */
  push(dueMs: number, position: number, message: Message): void {
    if (this.size === this.#dueMs.length) this.#resize(this.size + (this.size >> 1));
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(dueMs, position, parent)) break;
      this.#copy(parent, at);
      at = parent;
    }
    this.#put(at, dueMs, position, message);
  }

  /** Removes the first message, which must exist, and returns it or {@linkcode NO_MESSAGE}. */
  shift(): Message {
    const message = this.#messages[0] as Message;
    const last = --this.size;
    const dueMs = this.#dueMs[last];
    const position = this.#positions[last];
    let at = 0;
    for (let child = 1; child < last; child = 2 * at + 1) {
      const right = child + 1;
      if (right < last && this.#isBefore(this.#dueMs[right], this.#positions[right], child)) child = right;
      if (this.#isBefore(dueMs, position, child)) break;
      this.#copy(child, at);
      at = child;
    }
    this.#put(at, dueMs, position, this.#messages[last] as Message);
    if (last > CAPACITY_MIN && last < this.#dueMs.length / 4) this.#resize(last * 2);
    return message;
  }

  /**
   * Returns the position of the message that is due first among those due by a time and found neither in memory nor
   * elsewhere; `undefined` when there is none. Looks at no more than {@linkcode LOOKS_MAX} messages, so it may miss
   * some.
   */
  firstAbsent(byMs: number, isElsewhere: (position: number) => boolean): number | undefined {
    let first: number | undefined;
    let firstMs = byMs;
    const toLookAt = [0];
    for (let looks = 0; looks < LOOKS_MAX && toLookAt.length > 0; looks++) {
      const at = toLookAt.pop()!;
      // Everything below it in the heap is due later.
      if (at >= this.size || this.#dueMs[at] > firstMs) continue;
      if (this.#messages[at] === NO_MESSAGE && !isElsewhere(this.#positions[at])) {
        firstMs = this.#dueMs[at];
        first = this.#positions[at];
      } else toLookAt.push(2 * at + 2, 2 * at + 1);
    }
    return first;
  }

  /**
   * Drops the messages before a position that are due after a time, but keeps their due times. Calls `release` for each
   * that is in memory.
   */
  forget(before: number, afterMs: number, release: (message: Message) => void): void {
    for (let at = 0; at < this.size; at++) {
      const message = this.#messages[at] as Message;
      if (message === NO_MESSAGE || this.#positions[at] >= before || this.#dueMs[at] <= afterMs) continue;
      this.#messages[at] = NO_MESSAGE;
      release(message);
    }
  }

  clear(): void {
    this.size = 0;
    this.#resize(CAPACITY_MIN);
  }

  #isBefore(dueMs: number, position: number, other: number): boolean {
    return dueMs < this.#dueMs[other] || (dueMs === this.#dueMs[other] && position < this.#positions[other]);
  }

  #copy(from: number, to: number): void {
    this.#put(to, this.#dueMs[from], this.#positions[from], this.#messages[from] as Message);
  }

  #put(at: number, dueMs: number, position: number, message: Message): void {
    this.#dueMs[at] = dueMs;
    this.#positions[at] = position;
    this.#messages[at] = message;
  }

  #resize(capacity: number): void {
    const [dueMs, positions, messages] = [this.#dueMs, this.#positions, this.#messages];
    this.#dueMs = new Float64Array(capacity);
    this.#positions = new Float64Array(capacity);
    this.#messages = new Int32Array(capacity);
    this.#dueMs.set(dueMs.subarray(0, this.size));
    this.#positions.set(positions.subarray(0, this.size));
    this.#messages.set(messages.subarray(0, this.size));
  }
}
