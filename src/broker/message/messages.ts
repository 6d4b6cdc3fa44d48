import { isPersistent } from "../../wire/properties.ts";
import { assertEqual, failAssertion } from "../../wire/assert.ts";
import type { MessageBytes } from "../../store/message_content.ts";
import {
  ADDRESS_BYTES_MASK,
  bytesAt,
  DIED,
  HEAD_BYTES,
  PERSISTENT,
  TIMED,
  WORD_ADDRESS,
  WORD_BODY_BYTES,
  WORD_HEADER_BYTES,
  WORD_MESSAGE,
} from "./layout.ts";
import { cachedViewOf, copyExactly } from "../../wire/copy.ts";
import { alignedBytes, locationOf, offsetInSlab, Slab, slabIndex } from "./slab.ts";
import { Slabs } from "./slabs.ts";

declare const brand: unique symbol;

/**
 * A message that the broker holds: an index into {@linkcode Messages}. One message is shared by all queues that it was
 * routed to; each of them, each unacknowledged delivery and the channel it is arriving on holds one reference.
 *
 * Messages are numbers and their parts lie in typed arrays, because a million of them then cost the garbage collector
 * nothing and some 30 bytes each beside their own (`bench/` shows it: waiting messages, and throughput).
 */
export type Message = number & { readonly [brand]: "message" };

/** No message: in place of one that is not in memory, not held, or does not exist. */
export const NO_MESSAGE = -1 as Message;

/** Largest message in a shared slab; a larger one has a slab of its own. In bytes. */
const SHARED_MAX_BYTES = 64 * 1024;

/**
 * Location of a message that was {@linkcode Messages.forget | forgotten}: no message begins so close to a slab's end.
 */
const FORGOTTEN = -1;

/** All messages of a broker with their memory. */
export class Messages {
  readonly #slabs = new Slabs();
  /** By slab index; `undefined` for an unused index. */
  readonly slabs: Slab[] = this.#slabs.all;
  /**
   * By message: its location; for a free one the next free message, or {@linkcode NO_MESSAGE}. Compaction changes it between turns only.
   */
  locations: Int32Array = new Int32Array(1024);
  /** By message: the number of references; 0 for a free one. */
  references: Int32Array = new Int32Array(1024);
  /** By message: the time of arrival, if it is flagged so. Made for the first one. */
  #times: Float64Array | undefined;
  /** By message: body size of {@linkcode forget | forgotten} ones. In bytes. Made for the first one. */
  #absentBodyBytes: Int32Array | undefined;
  /** Number of messages held. */
  count = 0;

  /** The last message that was made and has not moved since, and where its body begins: it mostly follows at once. */
  #last: Message = NO_MESSAGE;
  #lastSlab: Slab;
  #lastBodyAt = 0;
  #freeMessage: Message = NO_MESSAGE;
  #messagesUsed = 0;
  /** The result of {@linkcode locate}. */
  readonly #located: MessageBytes;

  /** Size of all held messages, overhead included. In bytes. */
  get liveBytes(): number {
    return this.#slabs.liveBytes;
  }
  /** Size of all slabs in use. In bytes. */
  get slabBytes(): number {
    return this.#slabs.bytes;
  }

  constructor() {
    const slab = new Slab(0, true);
    const { bytes, view } = slab;
    this.#lastSlab = slab;
    this.#located = { bytes, view, offset: 0, addressBytes: 0, headerBytes: 0, bodyBytes: 0, time: 0, hasDied: false };
  }

  /**
   * Makes a message whose body follows ({@linkcode write}), and holds it once. Memory for a large body is taken as it
   * arrives, so that a peer can't make the broker reserve what it never sends. Throws RESOURCE_ERROR when there are too
   * many slabs.
   */
  create(
    address: DataView,
    source: Uint8Array,
    headerOffset: number,
    headerBytes: number,
    bodyBytes: number,
  ): Message {
    const addressBytes = address.byteLength;
    const bytes = alignedBytes(HEAD_BYTES + addressBytes + headerBytes + bodyBytes);
    const slabs = this.#slabs;
    const slab = bytes > SHARED_MAX_BYTES
      ? slabs.ownSlab(Math.min(bytes, alignedBytes(bytes - bodyBytes + SHARED_MAX_BYTES)))
      : slabs.slabFor(bytes);
    const offset = slabs.take(slab, bytes);
    const message = this.#takeMessage();
    this.locations[message] = locationOf(slab, offset);

    const words = slab.words;
    const word = offset >> 2;
    words[word + WORD_MESSAGE] = message;
    words[word + WORD_ADDRESS] = addressBytes;
    words[word + WORD_HEADER_BYTES] = headerBytes;
    words[word + WORD_BODY_BYTES] = bodyBytes;
    // Loops are faster than `set` for short copies, as they make no array.
    const at = copyExactly(slab.view, offset + HEAD_BYTES, address, 0, addressBytes);
    this.#last = message;
    this.#lastSlab = slab;
    this.#lastBodyAt = at + headerBytes;
    if (headerBytes < 64) {
      copyExactly(slab.view, at, cachedViewOf(source), headerOffset, headerBytes);
    } else {
      slab.bytes.set(source.subarray(headerOffset, headerOffset + headerBytes), at);
    }
    return message;
  }

  /** Writes a part of the body into a message, `at` bytes behind the body's start. */
  write(message: Message, at: number, source: Uint8Array, offset: number, length: number): void {
    if (message !== this.#last) this.#findBody(message);
    const slab = this.#lastSlab;
    const to = this.#lastBodyAt + at;
    if (length < 64 && to + length <= slab.capacity) {
      copyExactly(slab.view, to, cachedViewOf(source), offset, length);
    } else this.#writeLong(slab, to, source.subarray(offset, offset + length));
  }

  /** Writes a part that is long, or for which the slab of one large message has to grow. */
  #writeLong(slab: Slab, at: number, part: Uint8Array): void {
    const end = at + part.length;
    if (end > slab.capacity) this.#slabs.growTo(slab, end);
    slab.bytes.set(part, at);
  }

  #findBody(message: Message): void {
    const location = this.locations[message];
    const slab = this.slabs[slabIndex(location)];
    const start = offsetInSlab(location);
    const word = start >> 2;
    this.#last = message;
    this.#lastSlab = slab;
    this.#lastBodyAt = start + HEAD_BYTES + (slab.words[word + WORD_ADDRESS] & ADDRESS_BYTES_MASK) +
      slab.words[word + WORD_HEADER_BYTES];
  }

  /** Releases one reference. The last one frees the message. */
  release(message: Message): void {
    const left = --this.references[message];
    if (left !== 0) {
      if (left < 0) failAssertion(`references to message ${message} after a release`, "at least 0", left);
      return;
    }
    const location = this.locations[message];
    this.count--;
    this.locations[message] = this.#freeMessage;
    this.#freeMessage = message;
    if (location !== FORGOTTEN) this.#free(location);
  }

  /**
   * Frees the memory of a message that the store has, and that nobody but the caller holds. Only its number stays, for
   * {@linkcode isAbsent}, {@linkcode isPersistent} and {@linkcode bodyBytes}.
   */
  forget(message: Message): void {
    const location = this.locations[message];
    this.#absentBodyBytes ??= new Int32Array(this.locations.length);
    this.#absentBodyBytes[message] = this.#free(location);
    this.locations[message] = FORGOTTEN;
  }

  /** Returns whether a message was forgotten. */
  isAbsent(message: Message): boolean {
    return this.locations[message] === FORGOTTEN;
  }

  /** Frees the memory of a message, and returns the size of its body. In bytes. */
  #free(location: number): number {
    const slab = this.slabs[slabIndex(location)];
    const offset = offsetInSlab(location);
    const bodyBytes = slab.words[(offset >> 2) + WORD_BODY_BYTES];
    this.#slabs.free(slab, bytesAt(slab, offset));
    return bodyBytes;
  }

  /** Marks a message that the store knows. */
  setPersistent(message: Message): void {
    this.#mark(message, PERSISTENT);
  }

  /** Returns whether the store knows a message. */
  isPersistent(message: Message): boolean {
    const location = this.locations[message];
    return location === FORGOTTEN || (this.#marksAt(location) & PERSISTENT) !== 0;
  }

  /** Returns whether a message, which must be in memory, was published as persistent (`delivery-mode` 2). */
  isSentPersistent(message: Message): boolean {
    const location = this.locations[message];
    const { bytes, words } = this.slabs[slabIndex(location)];
    const start = offsetInSlab(location);
    const word = start >> 2;
    const header = start + HEAD_BYTES + (words[word + WORD_ADDRESS] & ADDRESS_BYTES_MASK);
    return isPersistent(bytes, header, words[word + WORD_HEADER_BYTES]);
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
    if (location === FORGOTTEN) return this.#absentBodyBytes![message];
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
    if (message !== NO_MESSAGE) {
      this.#freeMessage = this.locations[message] as Message;
    } else {
      message = this.#messagesUsed++ as Message;
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

  /** True when dead messages take more memory than they may, so that {@linkcode compact} is due. */
  get isCompactionDue(): boolean {
    return this.#slabs.isCompactionDue;
  }

  /**
   * Moves the live messages of the emptiest slab to others: a small step, done between turns. While compaction is due
   * there is a slab for it, as not all can be fuller than the average.
   */
  compact(): void {
    const slab = this.#slabs.nextToCompact();
    if (slab === undefined) return;
    this.#last = NO_MESSAGE;
    const end = slab.usedBytes;
    let bytes: number;
    for (let offset = 0; offset < end && slab.liveBytes > 0; offset += bytes) {
      bytes = bytesAt(slab, offset);
      const message = slab.words[(offset >> 2) + WORD_MESSAGE];
      // A dead message's number may be another one's by now, which then lies elsewhere.
      if (this.references[message] > 0 && this.locations[message] === locationOf(slab, offset)) {
        this.locations[message] = this.#slabs.move(slab, offset, bytes);
      }
    }
    this.#slabs.emptied(slab);
  }

  /** Throws `AssertionError` unless the references of each message are as many as it counts. */
  checkReferences(held: ReadonlyMap<Message, number>): void {
    for (let message = 0; message < this.#messagesUsed; message++) {
      assertEqual(`references to message ${message}`, this.references[message], held.get(message as Message) ?? 0);
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
      if (location === FORGOTTEN) continue;
      const slab = this.slabs[slabIndex(location)];
      const offset = offsetInSlab(location);
      assertEqual(`message at offset ${offset} of slab ${slabIndex(location)}`, slab.words[offset >> 2], message);
      liveBytesOf.set(slab, (liveBytesOf.get(slab) ?? 0) + bytesAt(slab, offset));
    }
    assertEqual("count of messages", this.count, count);
    this.#slabs.checkCounts(liveBytesOf);
  }
}

function enlarged<Numbers extends Int32Array | Float64Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
