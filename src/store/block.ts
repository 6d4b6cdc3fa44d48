import type { Crc32 } from "./crc32.ts";
import { markedAddressBytes, markedDied, markedTimeBytes, marksOf, readTime, timeBytes, writeTime } from "./marks.ts";
import { getUint48, setUint48, viewOf } from "./record.ts";
import type { MessageContent } from "./message_content.ts";
import { type Position, readSequenceId, type SequenceId } from "./sequence.ts";

/**
 * Size at which a block ends: with the message that reaches it. A block is what is read at once, messages of one sequence
 * that follow one another. In bytes.
 */
export const BLOCK_BYTES = 128 * 1024;
export const BLOCK_HEAD_BYTES = 32;
/**
 * Size of a message's head in a block: position, marks with the bytes of the address, bytes of content header and body.
 * The time follows where there is one.
 */
const MESSAGE_HEAD_BYTES = 16;
const AT_MARKS = 6;
const AT_HEADER_BYTES = 8;
const AT_BODY_BYTES = 12;

const MAGIC = 0x4b514d48; // "HMQK"
const AT_BYTES = 4;
const AT_CRC = 8;
/** The checksum is of everything from here on. */
const AT_CHECKED = 12;
const AT_QUEUE_ID = 12;
const AT_FIRST = 16;
const AT_LAST = 22;
const AT_COUNT = 28;

/** The head of a block. On disk: magic, bytes, checksum, sequence, first and last position, count of messages. */
export interface BlockHead {
  readonly bytes: number;
  readonly queueId: SequenceId;
  readonly first: Position;
  readonly last: Position;
  readonly count: number;
}

/** Writes the head of a block whose messages are there already. */
export function writeBlockHead(bytes: Uint8Array, view: DataView, at: number, head: BlockHead, crc32: Crc32): void {
  view.setUint32(at, MAGIC, true);
  view.setUint32(at + AT_BYTES, head.bytes, true);
  view.setUint32(at + AT_QUEUE_ID, head.queueId, true);
  setUint48(view, at + AT_FIRST, head.first);
  setUint48(view, at + AT_LAST, head.last);
  view.setUint32(at + AT_COUNT, head.count, true);
  view.setUint32(at + AT_CRC, crc32(bytes.subarray(at + AT_CHECKED, at + head.bytes)), true);
}

/** Reads the head of a block; `undefined` where there is none. */
export function readBlockHead(view: DataView, at: number): BlockHead | undefined {
  if (at + BLOCK_HEAD_BYTES > view.byteLength || view.getUint32(at, true) !== MAGIC) return undefined;
  return {
    bytes: view.getUint32(at + AT_BYTES, true),
    queueId: readSequenceId(view, at + AT_QUEUE_ID),
    first: getUint48(view, at + AT_FIRST),
    last: getUint48(view, at + AT_LAST),
    count: view.getUint32(at + AT_COUNT, true),
  };
}

/** Returns whether a block of `length` bytes is as it was written. */
export function isBlockWhole(bytes: Uint8Array, view: DataView, at: number, length: number, crc32: Crc32): boolean {
  return length >= BLOCK_HEAD_BYTES && at + length <= bytes.length && view.getUint32(at, true) === MAGIC &&
    view.getUint32(at + AT_BYTES, true) === length &&
    crc32(bytes.subarray(at + AT_CHECKED, at + length)) === view.getUint32(at + AT_CRC, true);
}

/** Returns the size of a message in a block. In bytes. */
export const messageBytes = (message: MessageContent): number =>
  MESSAGE_HEAD_BYTES + timeBytes(message) + message.addressBytes + message.headerBytes +
  message.bodyBytes;

/** Writes the part of a message before its content. Returns the offset of the content. */
export function writeMessageHead(view: DataView, at: number, position: Position, message: MessageContent): number {
  setUint48(view, at, position);
  view.setUint16(at + AT_MARKS, marksOf(message), true);
  view.setUint32(at + AT_HEADER_BYTES, message.headerBytes, true);
  view.setUint32(at + AT_BODY_BYTES, message.bodyBytes, true);
  return writeTime(view, at + MESSAGE_HEAD_BYTES, message.time);
}

/** Sets `message` to the place of the content of the message at an offset, and to what is kept beside it. */
export function readMessageHead(view: DataView, at: number, message: MessageContent): void {
  const marks = view.getUint16(at + AT_MARKS, true);
  message.offset = at + MESSAGE_HEAD_BYTES + markedTimeBytes(marks);
  message.addressBytes = markedAddressBytes(marks);
  message.headerBytes = view.getUint32(at + AT_HEADER_BYTES, true);
  message.bodyBytes = view.getUint32(at + AT_BODY_BYTES, true);
  message.time = readTime(view, at + MESSAGE_HEAD_BYTES, marks);
  message.hasDied = markedDied(marks);
}

/** Returns the size of the message at an offset. In bytes. */
export function messageBytesAt(view: DataView, at: number): number {
  const marks = view.getUint16(at + AT_MARKS, true);
  return MESSAGE_HEAD_BYTES + markedTimeBytes(marks) + markedAddressBytes(marks) +
    view.getUint32(at + AT_HEADER_BYTES, true) + view.getUint32(at + AT_BODY_BYTES, true);
}

/** Returns the size of the body of the message at an offset. In bytes. */
export const messageBodyBytesAt = (view: DataView, at: number): number => view.getUint32(at + AT_BODY_BYTES, true);

/** Returns the time of the message at an offset; 0 where that is not kept. */
export const messageTimeAt = (view: DataView, at: number): number =>
  readTime(view, at + MESSAGE_HEAD_BYTES, view.getUint16(at + AT_MARKS, true));

export const messagePositionAt = (view: DataView, at: number): Position => getUint48(view, at);

/** A block that was read, and a cursor over the messages in it that the queue still has. */
export class StoredBlock implements MessageContent {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** The positions of its first and last message. */
  readonly first: Position;
  readonly last: Position;
  /** Of the message at the cursor. */
  position = -1;
  /** Offset of its address; behind it are content header and body. */
  offset = 0;
  addressBytes = 0;
  headerBytes = 0;
  bodyBytes = 0;
  time = 0;
  hasDied = false;

  readonly #live: { has(position: Position): boolean };
  #next = BLOCK_HEAD_BYTES;

  constructor(
    bytes: Uint8Array,
    head: { readonly first: Position; readonly last: Position },
    live: { has(position: Position): boolean },
  ) {
    this.bytes = bytes;
    this.view = viewOf(bytes);
    this.first = head.first;
    this.last = head.last;
    this.#live = live;
  }

  /** Returns another cursor over the same block, before its first message. */
  fromStart(): StoredBlock {
    return new StoredBlock(this.bytes, this, this.#live);
  }

  /** Moves to the next message. Returns whether there is one. */
  next(): boolean {
    const { view } = this;
    while (this.#next < this.bytes.length) {
      const at = this.#next;
      this.#next = at + messageBytesAt(view, at);
      const position = messagePositionAt(view, at);
      if (!this.#live.has(position)) continue;
      this.position = position;
      readMessageHead(view, at, this);
      return true;
    }
    return false;
  }
}
