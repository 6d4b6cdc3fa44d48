import { markedAddressBytes, markedDied, markedTimeBytes, readTime } from "./marks.ts";
import { ENQUEUED_AT, ENQUEUED_QUEUE_BYTES, FLAG_CONTENT_BEFORE, RECORD, RECORD_HEAD_BYTES } from "./record.ts";
import { recordBytes, recordFlags, recordNumber, recordType } from "./record.ts";
import type { MessageContent } from "./message_content.ts";

/** Finds the content of the messages in a journal file, of which large ones are spread over several records. */
export class ContentReader implements MessageContent {
  bytes = new Uint8Array(0);
  /** Offset of the content. */
  offset = 0;
  addressBytes = 0;
  headerBytes = 0;
  bodyBytes = 0;
  time = 0;
  hasDied = false;
  /** True when all parts of it were there. */
  isWhole = true;
  #parts = new Uint8Array(0);
  #partsBytes = 0;

  /** Takes a record in. Returns whether it was a message, whose content is now to be found here. */
  read(bytes: Uint8Array, view: DataView, at: number): boolean {
    const type = recordType(view, at);
    if (type === RECORD.content) {
      this.#addPart(bytes.subarray(at + RECORD_HEAD_BYTES, at + recordBytes(view, at)));
      return false;
    }
    if (type !== RECORD.enqueued) return false;
    const marks = view.getUint16(at + ENQUEUED_AT.marks, true);
    const queuesEnd = at + ENQUEUED_AT.queues + recordNumber(view, at) * ENQUEUED_QUEUE_BYTES;
    this.time = readTime(view, queuesEnd, marks);
    this.hasDied = markedDied(marks);
    this.addressBytes = markedAddressBytes(marks);
    this.headerBytes = view.getUint32(at + ENQUEUED_AT.headerBytes, true);
    this.bodyBytes = view.getUint32(at + ENQUEUED_AT.bodyBytes, true);
    const isBefore = (recordFlags(view, at) & FLAG_CONTENT_BEFORE) !== 0;
    this.bytes = isBefore ? this.#parts : bytes as Uint8Array<ArrayBuffer>;
    this.offset = isBefore ? 0 : queuesEnd + markedTimeBytes(marks);
    this.isWhole = !isBefore || this.#partsBytes === this.addressBytes + this.headerBytes + this.bodyBytes;
    this.#partsBytes = 0;
    if (!isBefore && this.#parts.length > 0) this.#parts = new Uint8Array(0);
    return true;
  }

  #addPart(part: Uint8Array): void {
    const length = this.#partsBytes + part.length;
    if (length > this.#parts.length) {
      const grown = new Uint8Array(Math.max(length, this.#parts.length * 2));
      grown.set(this.#parts.subarray(0, this.#partsBytes));
      this.#parts = grown;
    }
    this.#parts.set(part, this.#partsBytes);
    this.#partsBytes = length;
  }
}
