import type { MessageContent } from "./message_content.ts";

/**
 * Marks of a message, in the 16 bits that hold the length of its address: two short strings take at most 512 bytes. The time
 * follows only where there is one, in {@linkcode TIME_BYTES}, so others cost nothing.
 */
const ADDRESS_BYTES_MASK = 0x3ff;
const DIED = 0x4000;
const TIMED = 0x8000;
/** Size of a time on disk: milliseconds since 1970 as a 64-bit float. In bytes. */
const TIME_BYTES = 8;

export const marksOf = ({ addressBytes, time, hasDied }: MessageContent): number =>
  addressBytes | (time === 0 ? 0 : TIMED) | (hasDied ? DIED : 0);

/** Returns the size of the time of a message, if it has one. In bytes. */
export const timeBytes = ({ time }: MessageContent): number => time === 0 ? 0 : TIME_BYTES;

export const markedAddressBytes = (marks: number): number => marks & ADDRESS_BYTES_MASK;
export const markedDied = (marks: number): boolean => (marks & DIED) !== 0;
export const markedTimeBytes = (marks: number): number => (marks & TIMED) === 0 ? 0 : TIME_BYTES;

/** Writes the time of a message, unless it has none. Returns the offset behind it. */
export function writeTime(view: DataView, at: number, time: number): number {
  if (time === 0) return at;
  view.setFloat64(at, time, true);
  return at + TIME_BYTES;
}

/** Reads the time at an offset; 0 if there is none. */
export const readTime = (view: DataView, at: number, marks: number): number =>
  (marks & TIMED) === 0 ? 0 : view.getFloat64(at, true);
