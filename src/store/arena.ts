import { BLOCK_MESSAGE_BYTES, writeMessageHead } from "./block.ts";
import { END_OF_BLOCK, type Gathered } from "./segment.ts";

/** So much is gathered before a segment is written. In bytes. */
export const SEGMENT_BYTES = 16 * 1024 * 1024;

/** Where messages are gathered, in the form that they have in blocks, until a segment of them is written. */
export class Arena implements Gathered {
  bytes = new Uint8Array(0);
  view = new DataView(this.bytes.buffer);
  readonly queues = new Map<number, number[]>();
  readonly #capacity: number;
  #length = 0;

  /** @param capacity so much is gathered, unless one message is longer. In bytes. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** Whether so many bytes of content fit. The first message always does. */
  hasRoomFor(contentBytes: number): boolean {
    return this.#length === 0 || this.#length + BLOCK_MESSAGE_BYTES + contentBytes <= this.#capacity;
  }

  /** Adds a message, whose content lies at an offset. */
  add(
    queueId: number,
    position: number,
    source: Uint8Array,
    offset: number,
    addressBytes: number,
    headerBytes: number,
    bodyBytes: number,
  ): void {
    const contentBytes = addressBytes + headerBytes + bodyBytes;
    const at = this.#length;
    this.#length = at + BLOCK_MESSAGE_BYTES + contentBytes;
    if (this.#length > this.bytes.length) this.#grow();
    writeMessageHead(this.view, at, position, addressBytes, headerBytes, bodyBytes);
    this.bytes.set(source.subarray(offset, offset + contentBytes), at + BLOCK_MESSAGE_BYTES);
    const offsets = this.queues.get(queueId);
    if (offsets === undefined) this.queues.set(queueId, [at]);
    else offsets.push(at);
  }

  /** The next message of the queue begins another block. */
  endBlock(queueId: number): void {
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
