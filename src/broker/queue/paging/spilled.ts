import { BLOCK_HEAD_BYTES, messageBytes, StoredBlock, writeMessageHead } from "../../../store/block.ts";
import type { MessageContent } from "../../../store/message_content.ts";

/** Size up to which messages are spilled together. In bytes. */
const SPILL_BYTES = 256 * 1024;

/** Gathers messages to be spilled, in the format of the store's blocks. */
export class SpillWriter {
  count = 0;
  #bytes = new Uint8Array(SPILL_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #length = BLOCK_HEAD_BYTES;

  get isFull(): boolean {
    return this.#length >= SPILL_BYTES;
  }

  add(position: number, message: MessageContent): void {
    const { bytes, offset } = message;
    const at = this.#length;
    const end = at + messageBytes(message);
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(end);
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    const content = writeMessageHead(this.#view, at, position, message);
    this.#bytes.set(bytes.subarray(offset, offset + end - content), content);
    this.#length = end;
    this.count++;
  }

  /** Returns the gathered messages, of which there must be some. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}

/** Filter that accepts all messages. */
const ALL = { has: () => true };

/** Reads the result of {@linkcode SpillWriter.written}, with the positions of its first and last message. */
export function readSpilled(bytes: Uint8Array, first: number, last: number): StoredBlock {
  return new StoredBlock(bytes, { first, last }, ALL);
}
