import { messageBytes, writeMessageHead } from "./block.ts";
import { END_OF_BLOCK, type Gathered } from "./segment.ts";
import type { MessageContent } from "./message_content.ts";
import type { Position, SequenceId } from "./sequence.ts";

/** Size of what is gathered before a segment is written. In bytes. */
export const SEGMENT_BYTES = 16 * 1024 * 1024;

/** Messages in the form that they have in blocks, gathered until a segment of them is written. */
export class Arena implements Gathered {
  bytes = new Uint8Array(0);
  view = new DataView(this.bytes.buffer);
  readonly queues = new Map<SequenceId, number[]>();
  readonly #capacity: number;
  #length = 0;

  /** @param capacity so much is gathered, unless one message is longer. In bytes. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** Returns whether a message fits. The first one always does. */
  hasRoomFor(message: MessageContent): boolean {
    return this.#length === 0 || this.#length + messageBytes(message) <= this.#capacity;
  }

  add(queueId: SequenceId, position: Position, message: MessageContent): void {
    const { bytes, offset } = message;
    const at = this.#length;
    this.#length = at + messageBytes(message);
    if (this.#length > this.bytes.length) this.#grow();
    const content = writeMessageHead(this.view, at, position, message);
    this.bytes.set(bytes.subarray(offset, offset + this.#length - content), content);
    const offsets = this.queues.get(queueId);
    if (offsets === undefined) this.queues.set(queueId, [at]);
    else offsets.push(at);
  }

  /** The next message of the queue begins another block. */
  endBlock(queueId: SequenceId): void {
    this.queues.get(queueId)?.push(END_OF_BLOCK);
  }

  #grow(): void {
    const grown = new Uint8Array(
      Math.max(this.#length + (this.#length >> 3), Math.min(this.bytes.length * 4, this.#capacity), 64 * 1024),
    );
    grown.set(this.bytes);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }

  clear(): void {
    this.#length = 0;
    this.queues.clear();
    // A message larger than all else is not worth keeping the memory for.
    if (this.bytes.length > this.#capacity) this.bytes = new Uint8Array(0);
    if (this.bytes.length === 0) this.view = new DataView(this.bytes.buffer);
  }
}
