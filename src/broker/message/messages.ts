import { resourceError } from "../../wire/error.ts";
import { assertEqual, failAssertion } from "../../wire/assert.ts";
import type { MessageBytes } from "../../store/message_content.ts";

/**
 * A message that the broker holds: an index into {@linkcode Messages}. One message is shared by all queues that it was
 * routed to; each of them, each unacknowledged delivery and the channel it is arriving on holds one reference.
 *
 * Messages are numbers and their parts lie in typed arrays, because a million of them then cost the garbage collector
 * nothing and some 30 bytes each beside their own (`bench/` shows it: waiting messages, and throughput).
 */
export type Message = number;

/** Stands for a delivered message without a reference: a stream keeps it, and not in memory. */
export const NOT_HELD: Message = -2;

/**
 * Size of a slab shared by small messages, which is filled from front to back. A little less than 256 KiB, so that with
 * the allocator's overhead it does not take one page more. In bytes.
 */
export const SLAB_BYTES: number = 256 * 1024 - 64;
/** Largest message in a shared slab; a larger one has a slab of its own. In bytes. */
const SHARED_MAX_BYTES = 64 * 1024;
/** Messages begin at multiples of 8 bytes, so that a slab's index and an offset fit into 32 bits. */
const GRANULE_SHIFT = 3;
const GRANULE_MASK = (1 << GRANULE_SHIFT) - 1;
const OFFSET_BITS = 15;
const OFFSET_MASK = (1 << OFFSET_BITS) - 1;
const SLABS_MAX = 2 ** (32 - OFFSET_BITS);
/** Number of emptied slabs kept for the next messages, still warm in the processor's cache. */
const SPARE_SLABS_MAX = 48;
/**
 * Size of dead messages above which slabs are compacted, if it is also more than {@linkcode DEAD_PART_MAX} of the live
 * ones. In bytes.
 */
const DEAD_BYTES_MAX = 16 * 1024 * 1024;
const DEAD_PART_MAX = 0.25;
/**
 * Part of a slab's live size above which its dead size makes compacting it worthwhile. It is less than the limit for
 * all slabs together, so that some slab always is worthwhile while that is exceeded, whatever is dead in the slab that
 * is being filled.
 */
const DEAD_PART_WORTH = DEAD_PART_MAX / 2;

/**
 * Size of a message's head of four 32-bit words, which precedes its address, content header and body in the slab. The
 * address is the exchange and the routing key as two short strings, as in `basic.deliver`. In bytes.
 */
export const HEAD_BYTES = 16;
const WORD_MESSAGE = 0;
/** Word with the size of the address and the flags {@linkcode PERSISTENT}, {@linkcode DIED}, {@linkcode TIMED}. */
export const WORD_ADDRESS = 1;
export const WORD_HEADER_BYTES = 2;
export const WORD_BODY_BYTES = 3;
/** Mask of the address's size: two short strings take at most 512 bytes. */
export const ADDRESS_BYTES_MASK = 0xffff;
const PERSISTENT = 0x10000;
const DIED = 0x20000;
/** Flag of a message whose time is in {@linkcode Messages.#times}. */
const TIMED = 0x40000;

/**
 * Location of a message that was {@linkcode Messages.forget | forgotten}: no message begins so close to a slab's end.
 */
const ABSENT = -1;

/** Size of whole words behind the last message, which {@linkcode copyShort} may read. In bytes. */
const SLACK_BYTES = 4;

/** A range of memory with messages one behind the other. */
export class Slab {
  bytes: Uint8Array;
  /** The same memory as 32-bit words, for the heads of messages. */
  words: Int32Array;
  /** The same memory, to copy short parts out of it. */
  view: DataView;
  /** Number of bytes used from the front. */
  usedBytes = 0;
  /** Number of bytes of messages that are still held. */
  liveBytes = 0;
  readonly isShared: boolean;

  constructor(capacity: number, isShared: boolean) {
    this.bytes = new Uint8Array(capacity + SLACK_BYTES);
    this.words = new Int32Array(this.bytes.buffer);
    this.view = new DataView(this.bytes.buffer);
    this.isShared = isShared;
  }

  /** Size available to messages. In bytes. */
  get capacity(): number {
    return this.bytes.length - SLACK_BYTES;
  }

  grow(capacity: number): void {
    const grown = new Uint8Array(capacity + SLACK_BYTES);
    grown.set(this.bytes);
    this.bytes = grown;
    this.words = new Int32Array(grown.buffer);
    this.view = new DataView(grown.buffer);
  }
}

/** Return the slab index and the offset of a message in a location. */
export const slabIndex = (location: number): number => location >>> OFFSET_BITS;
export const offsetInSlab = (location: number): number => (location & OFFSET_MASK) << GRANULE_SHIFT;

const alignedBytes = (bytes: number): number => (bytes + GRANULE_MASK) & ~GRANULE_MASK;

/** All messages of a broker with their memory. */
export class Messages {
  /** By slab index; `undefined` for an unused index. */
  readonly slabs: Slab[] = [];
  /**
   * By message: its location; for a free one the next free message, or -1. Compaction changes it between turns only.
   */
  locations: Int32Array = new Int32Array(1024);
  /** By message: the number of references; 0 for a free one. */
  references: Int32Array = new Int32Array(1024);
  /** By message: the time of arrival, if it is flagged so. Made for the first one. */
  #times: Float64Array | undefined;
  /** By message: body size of {@linkcode forget | forgotten} ones. In bytes. Made for the first one. */
  #absentBodyBytes: Int32Array | undefined;
  /** Size of all held messages, overhead included. In bytes. */
  liveBytes = 0;
  /** Size of all slabs in use. In bytes. */
  slabBytes = 0;
  /** Number of messages held. */
  count = 0;

  /** Size of released messages in shared slabs. In bytes. */
  #deadBytes = 0;
  #freeMessage = -1;
  #messagesUsed = 0;
  #current: Slab | null = null;
  #currentIndex = 0;
  readonly #freeSlabIndexes: number[] = [];
  readonly #spareSlabs: Slab[] = [];
  /** Indexes of slabs to compact, the emptiest last. */
  #toCompact: number[] = [];
  /** The result of {@linkcode locate}. */
  readonly #located: MessageBytes;

  constructor() {
    const { bytes, view } = new Slab(0, true);
    this.#located = { bytes, view, offset: 0, addressBytes: 0, headerBytes: 0, bodyBytes: 0, time: 0, hasDied: false };
  }

  /**
   * Makes a message whose body follows ({@linkcode write}), and holds it once. Memory for a large body is taken as it
   * arrives, so that a peer can't make the broker reserve what it never sends. Throws RESOURCE_ERROR when there are too
   * many slabs.
   */
  create(
    address: Uint8Array,
    source: Uint8Array,
    headerOffset: number,
    headerBytes: number,
    bodyBytes: number,
  ): Message {
    const addressBytes = address.length;
    const bytes = alignedBytes(HEAD_BYTES + addressBytes + headerBytes + bodyBytes);
    let slab = this.#current;
    let index = this.#currentIndex;
    if (bytes > SHARED_MAX_BYTES) {
      const firstBytes = Math.min(bytes, alignedBytes(HEAD_BYTES + addressBytes + headerBytes + SHARED_MAX_BYTES));
      slab = new Slab(firstBytes, false);
      index = this.#addSlab(slab);
    } else if (slab === null || slab.usedBytes + bytes > SLAB_BYTES) {
      slab = this.#nextSlab();
      index = this.#currentIndex;
    }
    const offset = slab.usedBytes;
    slab.usedBytes = offset + bytes;
    slab.liveBytes += bytes;
    this.liveBytes += bytes;
    const message = this.#takeMessage();
    this.locations[message] = index << OFFSET_BITS | offset >>> GRANULE_SHIFT;

    const words = slab.words;
    const word = offset >> 2;
    words[word + WORD_MESSAGE] = message;
    words[word + WORD_ADDRESS] = addressBytes;
    words[word + WORD_HEADER_BYTES] = headerBytes;
    words[word + WORD_BODY_BYTES] = bodyBytes;
    const target = slab.bytes;
    let at = offset + HEAD_BYTES;
    // Byte loops are faster than `set` for short copies, as no view is made.
    for (let i = 0; i < addressBytes; i++) target[at++] = address[i];
    if (headerBytes < 64) {
      for (let i = headerOffset, end = headerOffset + headerBytes; i < end; i++) target[at++] = source[i];
    } else {
      target.set(source.subarray(headerOffset, headerOffset + headerBytes), at);
    }
    return message;
  }

  /** Writes a part of the body into a message, `at` bytes behind the body's start. */
  write(message: Message, at: number, source: Uint8Array, offset: number, length: number): void {
    const location = this.locations[message];
    const slab = this.slabs[location >>> OFFSET_BITS];
    const start = (location & OFFSET_MASK) << GRANULE_SHIFT;
    const words = slab.words;
    const word = start >> 2;
    let to = start + HEAD_BYTES + (words[word + WORD_ADDRESS] & ADDRESS_BYTES_MASK) + words[word + WORD_HEADER_BYTES] +
      at;
    if (to + length > slab.capacity) this.#growTo(slab, to + length);
    const target = slab.bytes;
    if (length < 64) {
      for (let i = offset, end = offset + length; i < end; i++) target[to++] = source[i];
    } else {
      target.set(source.subarray(offset, offset + length), to);
    }
  }

  /** Grows the slab of one large message: it has the size of what has arrived, doubled when more does. */
  #growTo(slab: Slab, bytes: number): void {
    const capacity = Math.min(slab.usedBytes, alignedBytes(Math.max(bytes, slab.capacity * 2)));
    this.slabBytes += capacity - slab.capacity;
    slab.grow(capacity);
  }

  /** Releases one reference. The last one frees the message. Returns the size of its body. In bytes. */
  release(message: Message): number {
    const left = --this.references[message];
    if (left !== 0) {
      if (left < 0) failAssertion(`references to message ${message} after a release`, "at least 0", left);
      return this.bodyBytes(message);
    }
    const location = this.locations[message];
    this.count--;
    this.locations[message] = this.#freeMessage;
    this.#freeMessage = message;
    return location === ABSENT ? this.#absentBodyBytes![message] : this.#free(location);
  }

  /**
   * Frees the memory of a message that the store has, and that nobody but the caller holds. Only its number stays, for
   * {@linkcode isAbsent}, {@linkcode isPersistent} and {@linkcode bodyBytes}.
   */
  forget(message: Message): void {
    const location = this.locations[message];
    this.#absentBodyBytes ??= new Int32Array(this.locations.length);
    this.#absentBodyBytes[message] = this.#free(location);
    this.locations[message] = ABSENT;
  }

  /** Returns whether a message was forgotten. */
  isAbsent(message: Message): boolean {
    return this.locations[message] === ABSENT;
  }

  /** Frees the memory of a message, and returns the size of its body. In bytes. */
  #free(location: number): number {
    const index = location >>> OFFSET_BITS;
    const slab = this.slabs[index];
    const offset = (location & OFFSET_MASK) << GRANULE_SHIFT;
    const bodyBytes = slab.words[(offset >> 2) + WORD_BODY_BYTES];
    const bytes = this.#bytesAt(slab, offset);
    slab.liveBytes -= bytes;
    if (slab.isShared) this.#deadBytes += bytes;
    this.liveBytes -= bytes;
    if (slab.liveBytes === 0) this.#emptied(slab, index);
    return bodyBytes;
  }

  /** Returns the size of a message in its slab. In bytes. */
  #bytesAt(slab: Slab, offset: number): number {
    const word = offset >> 2;
    const words = slab.words;
    return alignedBytes(
      HEAD_BYTES + (words[word + WORD_ADDRESS] & ADDRESS_BYTES_MASK) + words[word + WORD_HEADER_BYTES] +
        words[word + WORD_BODY_BYTES],
    );
  }

  /** Marks a message that the store knows. */
  setPersistent(message: Message): void {
    this.#mark(message, PERSISTENT);
  }

  /** Returns whether the store knows a message. */
  isPersistent(message: Message): boolean {
    const location = this.locations[message];
    return location === ABSENT || (this.#marksAt(location) & PERSISTENT) !== 0;
  }

  /** Sets the time of a message's arrival. In milliseconds since 1970. */
  setTime(message: Message, time: number): void {
    this.#times ??= new Float64Array(this.locations.length);
    this.#times[message] = time;
    this.#mark(message, TIMED);
  }

  /** Returns the time of a message's arrival, in milliseconds since 1970; 0 when it is not kept. */
  time(message: Message): number {
    return this.#markedTime(message, this.#marksAt(this.locations[message]));
  }

  #markedTime(message: Message, marks: number): number {
    return (marks & TIMED) === 0 ? 0 : this.#times![message];
  }

  /** Marks a message that the broker has dead-lettered. */
  setDied(message: Message): void {
    this.#mark(message, DIED);
  }

  /** Returns whether the broker has dead-lettered a message, so that its `x-death` header is the broker's own. */
  hasDied(message: Message): boolean {
    return (this.#marksAt(this.locations[message]) & DIED) !== 0;
  }

  #mark(message: Message, mark: number): void {
    const location = this.locations[message];
    this.slabs[slabIndex(location)].words[(offsetInSlab(location) >> 2) + WORD_ADDRESS] |= mark;
  }

  #marksAt(location: number): number {
    return this.slabs[slabIndex(location)].words[(offsetInSlab(location) >> 2) + WORD_ADDRESS];
  }

  /** Returns the size of a message's body. In bytes. */
  bodyBytes(message: Message): number {
    const location = this.locations[message];
    if (location === ABSENT) return this.#absentBodyBytes![message];
    return this.slabs[slabIndex(location)].words[(offsetInSlab(location) >> 2) + WORD_BODY_BYTES];
  }

  /** Returns a view of a message's address, valid until the end of the turn. */
  address(message: Message): Uint8Array {
    const location = this.locations[message];
    const slab = this.slabs[slabIndex(location)];
    const start = offsetInSlab(location) + HEAD_BYTES;
    return slab.bytes.subarray(
      start,
      start + (slab.words[(offsetInSlab(location) >> 2) + WORD_ADDRESS] & ADDRESS_BYTES_MASK),
    );
  }

  /** Returns a view of a message's content header, valid until the end of the turn. */
  header(message: Message): Uint8Array {
    const location = this.locations[message];
    const slab = this.slabs[slabIndex(location)];
    const word = offsetInSlab(location) >> 2;
    const start = offsetInSlab(location) + HEAD_BYTES + (slab.words[word + WORD_ADDRESS] & ADDRESS_BYTES_MASK);
    return slab.bytes.subarray(start, start + slab.words[word + WORD_HEADER_BYTES]);
  }

  /** Returns a view of a message's body, valid until the end of the turn. */
  body(message: Message): Uint8Array {
    const location = this.locations[message];
    const slab = this.slabs[slabIndex(location)];
    const word = offsetInSlab(location) >> 2;
    const start = offsetInSlab(location) + HEAD_BYTES + (slab.words[word + WORD_ADDRESS] & ADDRESS_BYTES_MASK) +
      slab.words[word + WORD_HEADER_BYTES];
    return slab.bytes.subarray(start, start + slab.words[word + WORD_BODY_BYTES]);
  }

  /** Returns where a message lies, valid until the next call or the end of the turn: there is only one such object. */
  locate(message: Message): MessageBytes {
    const location = this.locations[message];
    const slab = this.slabs[slabIndex(location)];
    const word = offsetInSlab(location) >> 2;
    const located = this.#located;
    located.bytes = slab.bytes;
    located.view = slab.view;
    located.offset = offsetInSlab(location) + HEAD_BYTES;
    const marks = slab.words[word + WORD_ADDRESS];
    located.addressBytes = marks & ADDRESS_BYTES_MASK;
    located.headerBytes = slab.words[word + WORD_HEADER_BYTES];
    located.bodyBytes = slab.words[word + WORD_BODY_BYTES];
    located.time = this.#markedTime(message, marks);
    located.hasDied = (marks & DIED) !== 0;
    return located;
  }

  #takeMessage(): Message {
    let message = this.#freeMessage;
    if (message !== -1) {
      this.#freeMessage = this.locations[message];
    } else {
      message = this.#messagesUsed++;
      if (message === this.locations.length) {
        const capacity = message * 2;
        this.locations = enlarged(this.locations, new Int32Array(capacity));
        this.references = enlarged(this.references, new Int32Array(capacity));
        if (this.#times !== undefined) this.#times = enlarged(this.#times, new Float64Array(capacity));
        if (this.#absentBodyBytes !== undefined) {
          this.#absentBodyBytes = enlarged(this.#absentBodyBytes, new Int32Array(capacity));
        }
      }
    }
    this.references[message] = 1;
    this.count++;
    return message;
  }

  #nextSlab(): Slab {
    const previous = this.#current;
    const previousIndex = this.#currentIndex;
    const slab = this.#spareSlabs.pop() ?? new Slab(SLAB_BYTES, true);
    this.#currentIndex = this.#addSlab(slab);
    this.#current = slab;
    if (previous !== null && previous.liveBytes === 0) this.#emptied(previous, previousIndex);
    return slab;
  }

  #addSlab(slab: Slab): number {
    const index = this.#freeSlabIndexes.pop() ?? this.slabs.length;
    if (index >= SLABS_MAX) throw resourceError("the broker holds too many messages to take in another one");
    this.slabs[index] = slab;
    this.slabBytes += slab.capacity;
    return index;
  }

  #emptied(slab: Slab, index: number): void {
    if (slab.isShared) this.#deadBytes -= slab.usedBytes;
    if (slab === this.#current) {
      slab.usedBytes = 0;
      return;
    }
    this.slabBytes -= slab.capacity;
    this.slabs[index] = undefined!;
    this.#freeSlabIndexes.push(index);
    if (slab.isShared && this.#spareSlabs.length < SPARE_SLABS_MAX) {
      slab.usedBytes = 0;
      this.#spareSlabs.push(slab);
    }
  }

  /** True when dead messages take more memory than they may, so that {@linkcode compact} is due. */
  get isCompactionDue(): boolean {
    return this.#deadBytes > DEAD_BYTES_MAX && this.#deadBytes > this.liveBytes * DEAD_PART_MAX;
  }

  /**
   * Moves the live messages of the emptiest slab to others: a small step, done between turns. While compaction is due
   * there is a slab for it, as not all can be fuller than the average.
   */
  compact(): void {
    if (this.#toCompact.length === 0) this.#toCompact = this.#slabsWorthCompacting();
    const index = this.#toCompact.pop();
    const slab = index === undefined ? undefined : this.slabs[index];
    // The index may belong to another slab by now.
    if (index === undefined || slab === undefined || !this.#isWorthCompacting(slab)) return;
    const end = slab.usedBytes;
    let bytes: number;
    for (let offset = 0; offset < end && slab.liveBytes > 0; offset += bytes) {
      bytes = this.#bytesAt(slab, offset);
      const message = slab.words[(offset >> 2) + WORD_MESSAGE];
      const location = index << OFFSET_BITS | offset >>> GRANULE_SHIFT;
      // A dead message's number may belong to another one by now, which lies elsewhere.
      if (this.references[message] > 0 && this.locations[message] === location) {
        this.#move(message, slab, offset, bytes);
      }
    }
    this.#emptied(slab, index);
  }

  /** Throws `AssertionError` unless each message is held as often as it counts. */
  checkReferences(held: ReadonlyMap<Message, number>): void {
    for (let message = 0; message < this.#messagesUsed; message++) {
      assertEqual(`references to message ${message}`, this.references[message], held.get(message) ?? 0);
    }
  }

  /** Throws `AssertionError` when a count is wrong. Walks all messages, for tests. */
  checkCounts(): void {
    const liveBytesOf = new Map<Slab, number>();
    let count = 0;
    for (let message = 0; message < this.#messagesUsed; message++) {
      const references = this.references[message];
      if (references < 0) failAssertion(`references to message ${message}`, "at least 0", references);
      if (references === 0) continue;
      count++;
      const location = this.locations[message];
      if (location === ABSENT) continue;
      const slab = this.slabs[slabIndex(location)];
      const offset = offsetInSlab(location);
      assertEqual(`message at offset ${offset} of slab ${slabIndex(location)}`, slab.words[offset >> 2], message);
      liveBytesOf.set(slab, (liveBytesOf.get(slab) ?? 0) + this.#bytesAt(slab, offset));
    }
    assertEqual("count of messages", this.count, count);
    let [liveBytes, deadBytes, slabBytes] = [0, 0, 0];
    this.slabs.forEach((slab, index) => {
      if (slab === undefined) return;
      assertEqual(`live bytes of slab ${index}`, slab.liveBytes, liveBytesOf.get(slab) ?? 0);
      liveBytes += slab.liveBytes;
      slabBytes += slab.capacity;
      if (slab.isShared) deadBytes += slab.usedBytes - slab.liveBytes;
    });
    assertEqual("live bytes", this.liveBytes, liveBytes);
    assertEqual("dead bytes", this.#deadBytes, deadBytes);
    assertEqual("bytes of slabs", this.slabBytes, slabBytes);
  }

  #isWorthCompacting(slab: Slab): boolean {
    return slab.isShared && slab !== this.#current && slab.liveBytes * (1 + DEAD_PART_WORTH) < slab.usedBytes;
  }

  /** Returns the indexes of slabs worth compacting, the emptiest last. */
  #slabsWorthCompacting(): number[] {
    const worth: number[] = [];
    this.slabs.forEach((slab, index) => {
      if (slab !== undefined && this.#isWorthCompacting(slab)) worth.push(index);
    });
    return worth.sort((a, b) => this.slabs[b].liveBytes - this.slabs[a].liveBytes);
  }

  #move(message: Message, from: Slab, offset: number, bytes: number): void {
    let to = this.#current;
    if (to === null || to.usedBytes + bytes > SLAB_BYTES) to = this.#nextSlab();
    to.bytes.set(from.bytes.subarray(offset, offset + bytes), to.usedBytes);
    this.locations[message] = this.#currentIndex << OFFSET_BITS | to.usedBytes >>> GRANULE_SHIFT;
    to.usedBytes += bytes;
    to.liveBytes += bytes;
    from.liveBytes -= bytes;
    this.#deadBytes += bytes;
  }
}

function enlarged<Numbers extends Int32Array | Float64Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
