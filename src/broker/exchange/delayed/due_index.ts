import type { Message } from "../../message/messages.ts";

/** Stands for a message that is not in memory. */
export const ABSENT: Message = -1;

const CAPACITY_MIN = 64;
const LOOKS_MAX = 1024;

/**
 * When which messages are due, the first one first; of those that are due at the same time, the one that came first. A
 * binary heap in typed arrays: 20 bytes for each message, and nothing for the garbage collector to look at.
 */
export class DueIndex {
  size = 0;
  /** In milliseconds since 1970. */
  #dueMs = new Float64Array(CAPACITY_MIN);
  #positions = new Float64Array(CAPACITY_MIN);
  #messages = new Int32Array(CAPACITY_MIN);

  /** When the first one is due, in milliseconds since 1970; `Infinity` when there is none. */
  get firstDueMs(): number {
    return this.size === 0 ? Infinity : this.#dueMs[0];
  }
  /** The position of the first one, which there must be. */
  get firstPosition(): number {
    return this.#positions[0];
  }

  /** The message of the first one, which there must be, or {@linkcode ABSENT}. */
  get firstMessage(): Message {
    return this.#messages[0];
  }

  /** `message` is {@linkcode ABSENT} for one that is not in memory. */
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

  /** Takes the first one out, which there must be, and returns its message or {@linkcode ABSENT}. */
  shift(): Message {
    const message = this.#messages[0];
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
    this.#put(at, dueMs, position, this.#messages[last]);
    if (last > CAPACITY_MIN && last < this.#dueMs.length / 4) this.#resize(last * 2);
    return message;
  }

  /**
   * The position of the message that is due first of those that are due by a time, are not in memory, and are not anywhere
   * else; `undefined` when there is none. It looks at {@linkcode LOOKS_MAX} messages at most, and may miss some then.
   */
  firstAbsent(byMs: number, isElsewhere: (position: number) => boolean): number | undefined {
    let first: number | undefined;
    let firstMs = byMs;
    const toLookAt = [0];
    for (let looks = 0; looks < LOOKS_MAX && toLookAt.length > 0; looks++) {
      const at = toLookAt.pop()!;
      // What is below it in the heap is due later still.
      if (at >= this.size || this.#dueMs[at] > firstMs) continue;
      if (this.#messages[at] === ABSENT && !isElsewhere(this.#positions[at])) {
        firstMs = this.#dueMs[at];
        first = this.#positions[at];
      } else toLookAt.push(2 * at + 2, 2 * at + 1);
    }
    return first;
  }

  /**
   * Forgets the messages before a position that are due after a time, but not when they are due. Calls `release` with each
   * that is in memory.
   */
  forget(before: number, afterMs: number, release: (message: Message) => void): void {
    for (let at = 0; at < this.size; at++) {
      const message = this.#messages[at];
      if (message === ABSENT || this.#positions[at] >= before || this.#dueMs[at] <= afterMs) continue;
      this.#messages[at] = ABSENT;
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
    this.#put(to, this.#dueMs[from], this.#positions[from], this.#messages[from]);
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
