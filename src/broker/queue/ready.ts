import type { Message } from "../messages.ts";

const CAPACITY_MIN = 16;

/**
 * The messages of a queue that wait for a consumer, in the queue's order. Each has a position, which it keeps for as long
 * as the queue has it; a message that is returned goes back to its old one.
 *
 * Never delivered messages lie in a ring, their positions following one another. Returned ones are in a heap beside it:
 * each of their positions is before the ring's first, so the heap is served first.
 */
export class ReadyMessages {
  #ring = new Int32Array(CAPACITY_MIN);
  #head = 0;
  #ringCount = 0;
  /** The position of the ring's first message. */
  #headPosition = 0;
  /** A binary heap by position: positions[0] is the least. */
  readonly #returnedPositions: number[] = [];
  readonly #returned: Message[] = [];
  /** How many messages wait. */
  count = 0;

  /** Whether the next message has been delivered before. */
  get isNextRedelivered(): boolean {
    return this.#returned.length > 0;
  }

  /** The position of the next message. There must be one. */
  get nextPosition(): number {
    return this.#returned.length > 0 ? this.#returnedPositions[0] : this.#headPosition;
  }

  /** Adds a message at the end, and returns its position. */
  push(message: Message): number {
    if (this.#ringCount === this.#ring.length) this.#resize(this.#ring.length * 2);
    this.#ring[(this.#head + this.#ringCount) & (this.#ring.length - 1)] = message;
    this.count++;
    return this.#headPosition + this.#ringCount++;
  }

  /** Takes the next message out. There must be one. */
  shift(): Message {
    this.count--;
    if (this.#returned.length > 0) return this.#shiftReturned();
    const ring = this.#ring;
    const message = ring[this.#head];
    this.#head = (this.#head + 1) & (ring.length - 1);
    this.#headPosition++;
    if (--this.#ringCount < ring.length >> 3 && ring.length > 4096) this.#resize(ring.length >> 1);
    return message;
  }

  /** Puts a message that was taken out back to where it was. */
  putBack(message: Message, position: number): void {
    this.count++;
    const positions = this.#returnedPositions;
    const messages = this.#returned;
    let at = positions.length;
    positions.push(position);
    messages.push(message);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (positions[parent] <= position) break;
      positions[at] = positions[parent];
      messages[at] = messages[parent];
      at = parent;
    }
    positions[at] = position;
    messages[at] = message;
  }

  #shiftReturned(): Message {
    const positions = this.#returnedPositions;
    const messages = this.#returned;
    const first = messages[0];
    const position = positions.pop()!;
    const message = messages.pop()!;
    const length = positions.length;
    if (length === 0) return first;
    let at = 0;
    for (let child = 1; child < length; child = 2 * at + 1) {
      if (child + 1 < length && positions[child + 1] < positions[child]) child++;
      if (position <= positions[child]) break;
      positions[at] = positions[child];
      messages[at] = messages[child];
      at = child;
    }
    positions[at] = position;
    messages[at] = message;
    return first;
  }

  #resize(capacity: number): void {
    const resized = new Int32Array(capacity);
    const mask = this.#ring.length - 1;
    for (let i = 0; i < this.#ringCount; i++) resized[i] = this.#ring[(this.#head + i) & mask];
    this.#ring = resized;
    this.#head = 0;
  }
}
