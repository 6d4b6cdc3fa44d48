import type { Message } from "../../message/messages.ts";
import type { PositionedMessages } from "../paging/ring_totals.ts";

const CAPACITY_MIN = 16;

/** The newest messages of a stream, at consecutive offsets, which the store can't read back yet. */
export class Tail implements PositionedMessages {
  #ring = new Int32Array(CAPACITY_MIN);
  #head = 0;
  #count = 0;
  /** Offset of the first one; without any, that of the next message to come. */
  first = 0;

  /** Offset of the next message to come. */
  get end(): number {
    return this.first + this.#count;
  }

  /** Returns the message at an offset, which must be in the tail. */
  at(offset: number): Message {
    return this.#ring[(this.#head + offset - this.first) & (this.#ring.length - 1)] as Message;
  }

  /** Adds a message, and returns its offset. */
  push(message: Message): number {
    if (this.#count === this.#ring.length) this.#resize(this.#ring.length * 2);
    this.#ring[(this.#head + this.#count) & (this.#ring.length - 1)] = message;
    return this.first + this.#count++;
  }

  /** Drops the messages before an offset, and calls `release` for each. */
  dropBefore(offset: number, release: (message: Message) => void): void {
    while (this.#count > 0 && this.first < offset) {
      const message = this.#ring[this.#head] as Message;
      this.#head = (this.#head + 1) & (this.#ring.length - 1);
      this.#count--;
      this.first++;
      release(message);
    }
    if (this.#ring.length > 4096 && this.#count < this.#ring.length >> 3) this.#resize(this.#ring.length >> 1);
  }

  /** Continues at an offset. There must be no messages. */
  startAt(offset: number): void {
    this.first = offset;
  }

  #resize(capacity: number): void {
    const resized = new Int32Array(capacity);
    for (let i = 0; i < this.#count; i++) resized[i] = this.#ring[(this.#head + i) & (this.#ring.length - 1)];
    this.#ring = resized;
    this.#head = 0;
  }
}
