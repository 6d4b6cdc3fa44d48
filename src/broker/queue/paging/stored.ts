import { assertEqual } from "../../../wire/assert.ts";
import { type Message, NO_MESSAGE } from "../../message/messages.ts";
import type { WaitingEntry } from "./waiting_entry.ts";
import { Positioned } from "./positioned.ts";

/** Shared by queues of which no message was read back. */
const NONE_LOADED = new Positioned();

/**
 * The messages of a queue that left memory: their number, and where to continue reading. Messages that were read wait
 * here with their positions, between which there may be gaps. So do messages that the store does not have, until those
 * before them are back.
 */
export class StoredMessages {
  /** Number of messages, in memory or not. */
  count = 0;
  /** Position of the next message to be read back, and the position behind the last one. */
  from = 0;
  upTo = 0;
  /** Number of messages that are not in memory. */
  absentCount = 0;
  /**
   * Size of the bodies of those. In bytes. After a start it comes from the store, which estimates it when blocks have
   * gaps.
   */
  absentBytes = 0;
  #loaded: Positioned = NONE_LOADED;
  /** Messages that the store does not have. Made for the first one. */
  #kept: Positioned | undefined;
  /** Number of messages in the last block. */
  #lastLoadedCount = 0;
  #redeliveredBefore = 0;

  /** Number of messages that are back. */
  get loadedCount(): number {
    return this.#loaded.count;
  }
  get isNextRedelivered(): boolean {
    return this.#loaded.count > 0 && this.#loaded.position < this.#redeliveredBefore;
  }
  /** Position of the next message, which must be loaded. */
  get nextPosition(): number {
    return this.#loaded.position;
  }
  /** The next message, which must be loaded. */
  get nextMessage(): Message {
    return this.#loaded.first;
  }
  /** Calls `visit` for all messages in memory. */
  forEach(visit: (message: Message) => void): void {
    this.#loaded.forEach(visit);
    this.#kept?.forEach(visit);
  }
  /** Yields the messages in order, and ranges of those that are not in memory. */
  *entries(): Generator<WaitingEntry> {
    const redeliveredBefore = this.#redeliveredBefore;
    for (const [message, first] of this.#loaded.entries()) {
      yield { message, first, end: first + 1, redeliveredBefore };
    }
    if (this.absentCount === 0) return;
    let { from } = this;
    for (const [message, first] of this.#kept?.entries() ?? []) {
      if (first > from) yield { message: NO_MESSAGE, first: from, end: first, redeliveredBefore };
      yield { message, first, end: first + 1, redeliveredBefore };
      from = first + 1;
    }
    if (from < this.upTo) yield { message: NO_MESSAGE, first: from, end: this.upTo, redeliveredBefore };
  }

  /** Position before which there are no messages. */
  get firstPosition(): number {
    return this.#loaded.count > 0 ? this.#loaded.position : this.from;
  }

  /** True when it is time to read more: so few messages are left that a consumer may soon have to wait. */
  get isRunningLow(): boolean {
    return this.absentCount > 0 && this.#loaded.count * 2 <= this.#lastLoadedCount;
  }

  recover(count: number, bodyBytes: number, upTo: number, redeliveredBefore: number): void {
    this.count = this.absentCount = count;
    this.absentBytes = bodyBytes;
    this.upTo = upTo;
    this.#redeliveredBefore = redeliveredBefore;
  }

  shift(): Message {
    this.count--;
    return this.#loaded.shift();
  }

  /** Begins to take messages from a position on, which leave memory. */
  begin(position: number): void {
    if (this.absentCount === 0) this.from = position;
  }
  /** Notes that the next message, with a body of this size, has left memory. */
  add(bodyBytes: number): void {
    this.count++;
    this.absentCount++;
    this.absentBytes += bodyBytes;
  }
  /** Keeps the next message, which can't leave memory. */
  keep(message: Message, position: number): void {
    this.count++;
    this.#kept ??= new Positioned();
    this.#kept.push(message, position);
  }
  /** Ends taking messages, at a position. */
  end(position: number): void {
    this.upTo = position;
    if (this.absentCount === 0) this.#takeKept(position);
  }

  /** Takes a message that was read back, with a body of this size. They come in order. */
  load(message: Message, position: number, bodyBytes: number): void {
    this.#takeKept(position);
    this.#push(message, position);
    this.absentCount--;
    this.absentBytes -= bodyBytes;
  }
  /** Notes that all remaining messages up to a position are back. */
  loaded(position: number, count: number): void {
    if (this.absentCount === 0) this.absentBytes = 0;
    this.#lastLoadedCount = count;
    this.from = Math.max(this.from, position);
    this.#takeKept(this.absentCount === 0 ? this.upTo : this.from);
  }

  /** Throws `AssertionError` when a count is wrong. */
  checkCounts(): void {
    const held = this.#loaded.count + (this.#kept?.count ?? 0);
    assertEqual("messages that have left memory, or are back", this.count, held + this.absentCount);
    if (this.absentCount === 0) assertEqual("bytes of messages that have left memory", this.absentBytes, 0);
  }

  #push(message: Message, position: number): void {
    if (this.#loaded === NONE_LOADED) this.#loaded = new Positioned();
    this.#loaded.push(message, position);
  }

  #takeKept(upTo: number): void {
    const kept = this.#kept;
    if (kept === undefined) return;
    while (kept.count > 0 && kept.position < upTo) {
      const { position } = kept;
      this.#push(kept.shift(), position);
    }
  }

  /** Drops all messages, and releases those in memory. */
  clear(release: (message: Message) => void): void {
    this.#takeKept(Infinity);
    while (this.#loaded.count > 0) release(this.#loaded.shift());
    this.count = this.absentCount = this.absentBytes = 0;
    this.from = this.upTo;
  }
}
