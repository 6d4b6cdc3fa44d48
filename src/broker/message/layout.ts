import { alignedBytes, type Slab } from "./slab.ts";

/**
 * Size of a message's head of four 32-bit words, which precedes its address, content header and body in the slab. The
 * address is the exchange and the routing key as two short strings, as in `basic.deliver`. In bytes.
 */
export const HEAD_BYTES = 16;
export const WORD_MESSAGE = 0;
/** Word with the size of the address and the flags {@linkcode PERSISTENT}, {@linkcode DIED}, {@linkcode TIMED}. */
export const WORD_ADDRESS = 1;
export const WORD_HEADER_BYTES = 2;
export const WORD_BODY_BYTES = 3;
/** Mask of the address's size: two short strings take at most 512 bytes. */
export const ADDRESS_BYTES_MASK = 0xffff;
/** Flag of a message that the store knows. */
export const PERSISTENT = 0x10000;
/** Flag of a message that the broker has dead-lettered. */
export const DIED = 0x20000;
/** Flag of a message whose time is in an array of its own. */
export const TIMED = 0x40000;

/** Returns the size of the message at an offset in a slab. In bytes. */
export function bytesAt({ words }: Slab, offset: number): number {
  const word = offset >> 2;
  return alignedBytes(
    HEAD_BYTES + (words[word + WORD_ADDRESS] & ADDRESS_BYTES_MASK) + words[word + WORD_HEADER_BYTES] +
      words[word + WORD_BODY_BYTES],
  );
}
