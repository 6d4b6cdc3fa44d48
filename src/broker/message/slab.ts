/**
 * Size of a slab shared by small messages, which is filled from front to back. A little less than 256 KiB, so that with
 * the allocator's overhead it does not take one page more. In bytes.
 */
export const SLAB_BYTES: number = 256 * 1024 - 64;
/** Messages begin at multiples of 8 bytes, so that a slab's index and an offset fit into 32 bits. */
const GRANULE_SHIFT = 3;
const GRANULE_MASK = (1 << GRANULE_SHIFT) - 1;
const OFFSET_BITS = 15;
const OFFSET_MASK = (1 << OFFSET_BITS) - 1;
/** Number of slabs that have an index. */
export const SLABS_MAX: number = 2 ** (32 - OFFSET_BITS);
/** Size of whole words behind the last message, which {@linkcode copyShort} may read. In bytes. */
const SLACK_BYTES = 4;

/** A range of memory with messages one behind the other. */
export class Slab {
  bytes: Uint8Array;
  /** The same memory as 32-bit words, for the heads of messages. */
  words: Int32Array;
  /** The same memory, to copy short parts out of it. */
  view: DataView;
  /** Its index among all slabs. */
  index = 0;
  /** Number of bytes used from the front. */
  usedBytes = 0;
  /** Number of those that belong to released or moved messages. */
  deadBytes = 0;
  readonly isShared: boolean;

  constructor(capacity: number, isShared: boolean) {
    this.bytes = new Uint8Array(capacity + SLACK_BYTES);
    this.words = new Int32Array(this.bytes.buffer);
    this.view = new DataView(this.bytes.buffer);
    this.isShared = isShared;
  }

  /** Number of bytes of messages that are still held. */
  get liveBytes(): number {
    return this.usedBytes - this.deadBytes;
  }

  /** Size available to messages. In bytes. */
  get capacity(): number {
    return this.bytes.length - SLACK_BYTES;
  }

  /** Grows it to at least `bytes`, by doubling, and to no more than it uses. */
  growTo(bytes: number): void {
    const capacity = Math.min(this.usedBytes, alignedBytes(Math.max(bytes, this.capacity * 2)));
    const grown = new Uint8Array(capacity + SLACK_BYTES);
    grown.set(this.bytes);
    this.bytes = grown;
    this.words = new Int32Array(grown.buffer);
    this.view = new DataView(grown.buffer);
  }
}

/** Returns the location of an offset in a slab: a 32-bit number. */
export const locationOf = ({ index }: Slab, offset: number): number => index << OFFSET_BITS | offset >>> GRANULE_SHIFT;
/** Return the slab index and the offset of a message in a location. */
export const slabIndex = (location: number): number => location >>> OFFSET_BITS;
export const offsetInSlab = (location: number): number => (location & OFFSET_MASK) << GRANULE_SHIFT;

/** Returns the size that a number of bytes takes in a slab. */
export const alignedBytes = (bytes: number): number => (bytes + GRANULE_MASK) & ~GRANULE_MASK;
