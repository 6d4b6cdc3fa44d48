import { assertEqual } from "../../../wire/assert.ts";
import { type Message, type Messages, NO_MESSAGE } from "../../message/messages.ts";
import { LivePositions } from "../../../store/live_positions.ts";
import { StoredMessages } from "./stored.ts";
import { MessageTotals } from "../message_totals.ts";
import { type PositionedMessages, RingTotals } from "./ring_totals.ts";
import type { WaitingEntry } from "./waiting_entry.ts";

const CAPACITY_MIN = 16;

/** The ring of queues that never had a message, which most empty queues share. */
const NO_RING = new Int32Array(0);

/** Shared by queues to which no message was returned. */
const NO_MESSAGES: Message[] = [];
const NONE_RETURNED: number[] = [];

/** Shared by queues to which no message that had left memory was returned. */
const NO_POSITIONS = new LivePositions();

/**
 * The messages of a queue that wait for a consumer, in the queue's order. Each has a position, which it keeps while it
 * is in the queue; a returned message goes back to its old one.
 *
 * In the order of their positions these are: returned ones, in a heap, or as mere positions when they left memory; ones
 * that left memory for the store, some of which have been read back ({@linkcode StoredMessages}); and the others in a
 * ring, at consecutive positions.
 */
export class ReadyMessages {
  /** Messages that left memory, and those of them that were read back. */
  readonly stored: StoredMessages = new StoredMessages();
  #ring: Int32Array = NO_RING;
  #head = 0;
  #ringCount = 0;
  /** Position of the ring's first message. */
  #headPosition = 0;
  /** Positions of returned messages that left memory. */
  absentReturned: LivePositions = NO_POSITIONS;
  /** Size of the bodies of those. In bytes. */
  #absentReturnedBytes = 0;
  #firstAbsentReturned = Infinity;
  /** A binary heap by position, with the lowest one first. */
  #returnedPositions: number[] = NONE_RETURNED;
  #returned: Message[] = NO_MESSAGES;

  /** Positions of returned messages that count as never delivered; made for the first one. */
  #undelivered: Set<number> | undefined;

  /** Number of messages outside the ring, and number of those that can be taken out before one must be read. */
  #otherCount = 0;
  #otherAvailableCount = 0;
  /** True when no message before the ring must be read back. */
  #isRingAvailable = true;
  /** True when the ring's first message is the next one, as it mostly is: hot loops only read this field. */
  #isRingNext = true;
  /** Made when totals are read. */
  #ringTotals: RingTotals | undefined;

  /** Number of waiting messages. */
  get count(): number {
    return this.#ringCount + this.#otherCount;
  }

  /**
   * Number of messages that can be taken out before one must be read back; with returned ones the real number may be
   * higher.
   */
  get availableCount(): number {
    return this.#isRingAvailable ? this.#ringCount + this.#otherAvailableCount : this.#otherAvailableCount;
  }

  /** True when the next message was delivered before. */
  get isNextRedelivered(): boolean {
    if (this.#isRingNext) return false;
    if (this.#returned.length === 0) return this.stored.isNextRedelivered;
    return this.#undelivered === undefined || !this.#undelivered.has(this.#returnedPositions[0]);
  }

  /** Position of the next message, which must be in memory. */
  get nextPosition(): number {
    if (this.#isRingNext) return this.#headPosition;
    return this.#returned.length > 0 ? this.#returnedPositions[0] : this.stored.nextPosition;
  }

  /** The next message, which must be in memory. */
  get nextMessage(): Message {
    if (this.#isRingNext) return this.#ring[this.#head] as Message;
    return this.#returned.length > 0 ? this.#returned[0] : this.stored.nextMessage;
  }

  /** Calls `visit` for all messages in memory. */
  forEach(visit: (message: Message) => void): void {
    this.#returned.forEach(visit);
    this.stored.forEach(visit);
    for (let position = this.#headPosition; position < this.endPosition; position++) visit(this.ringMessage(position));
  }

  /** Yields the messages before the ring in order, and ranges of those that are not in memory. */
  *entriesBeforeRing(): Generator<WaitingEntry> {
    yield* this.#returnedEntries();
    yield* this.stored.entries();
  }

  #returnedEntries(): WaitingEntry[] {
    const entries: WaitingEntry[] = this.#returned.map((message, index) => {
      const first = this.#returnedPositions[index];
      return { message, first, end: first + 1, redeliveredBefore: this.#redeliveredBefore(first) };
    });
    this.absentReturned.forEachRun((first, end) => {
      if (this.#undelivered === undefined) {
        entries.push({ message: NO_MESSAGE, first, end, redeliveredBefore: Infinity });
        return;
      }
      for (let position = first; position < end; position++) {
        const redeliveredBefore = this.#redeliveredBefore(position);
        entries.push({ message: NO_MESSAGE, first: position, end: position + 1, redeliveredBefore });
      }
    });
    return entries.sort((a, b) => a.first - b.first);
  }

  #redeliveredBefore(position: number): number {
    return this.#undelivered?.has(position) ? 0 : Infinity;
  }

  /** Adds the messages in memory to totals. */
  addInMemory(totals: MessageTotals, messages: Messages): void {
    const add = (message: Message) => totals.add(message, messages);
    this.#returned.forEach(add);
    this.stored.forEach(add);
    if (this.#ringCount === 0) this.#ringTotals = undefined;
    else (this.#ringTotals ??= new RingTotals()).addTo(totals, this.#positionedRing, messages);
  }

  get #positionedRing(): PositionedMessages {
    return { first: this.#headPosition, end: this.endPosition, at: (position) => this.ringMessage(position) };
  }

  /** Number of messages that are not in memory. */
  get absentCount(): number {
    return this.stored.absentCount + this.absentReturned.count;
  }
  /** Size of the bodies of those. In bytes. */
  get absentBytes(): number {
    return this.stored.absentBytes + this.#absentReturnedBytes;
  }

  /** Updates the counts after messages were returned, left memory, or came back. */
  #recount(): void {
    const { stored, absentReturned } = this;
    const returnedCount = this.#returned.length;
    this.#otherCount = returnedCount + stored.count + absentReturned.count;
    if (absentReturned.count > 0) {
      this.#otherAvailableCount = returnedCount > 0 && this.#returnedPositions[0] < this.#firstAbsentReturned ? 1 : 0;
    } else this.#otherAvailableCount = returnedCount + stored.loadedCount;
    this.#isRingAvailable = stored.count + absentReturned.count === 0;
    this.#isRingNext = this.#otherCount === 0;
  }

  /** True when the next message has never left memory, and was never returned. */
  get isNextFresh(): boolean {
    return this.#isRingNext;
  }

  /** Returns the size of the bodies of all messages. In bytes. */
  bytesIn(messages: Messages): number {
    const totals = new MessageTotals();
    this.addInMemory(totals, messages);
    return totals.bytes + this.absentBytes;
  }

  /** Throws `AssertionError` when a count is wrong. */
  checkCounts(): void {
    this.stored.checkCounts();
    const counted = [this.#otherCount, this.#otherAvailableCount, this.#isRingAvailable, this.#isRingNext].map(Number);
    this.#recount();
    const recounted = [this.#otherCount, this.#otherAvailableCount, this.#isRingAvailable, this.#isRingNext].map(
      Number,
    );
    counted.forEach((found, index) => assertEqual("count of ready messages", found, recounted[index]));
    assertEqual("positions of returned messages", this.#returnedPositions.length, this.#returned.length);
    if (this.absentReturned.count === 0) assertEqual("bytes of returned messages", this.#absentReturnedBytes, 0);
  }

  // The ring
  get ringCount(): number {
    return this.#ringCount;
  }
  get ringPosition(): number {
    return this.#headPosition;
  }
  /** Returns the message at a position, which must be in the ring. */
  ringMessage(position: number): Message {
    return this.#ring[(this.#head + position - this.#headPosition) & (this.#ring.length - 1)] as Message;
  }

  /** Puts a message that left memory back to its old place, with the size of its body in bytes. */
  putBackAbsent(position: number, bodyBytes: number): void {
    if (this.absentReturned === NO_POSITIONS) this.absentReturned = new LivePositions();
    this.absentReturned.add(position);
    this.#absentReturnedBytes += bodyBytes;
    this.#firstAbsentReturned = Math.min(this.#firstAbsentReturned, position);
    this.#recount();
  }

  /** Puts such a message back into memory; {@linkcode returnedAbsent} must follow. */
  returnAbsent(message: Message, position: number, bodyBytes: number): void {
    this.absentReturned.remove(position);
    this.#absentReturnedBytes -= bodyBytes;
    this.putBack(message, position);
  }
  returnedAbsent(): void {
    this.#firstAbsentReturned = this.absentReturned.count > 0 ? this.absentReturned.first : Infinity;
    this.#recount();
  }

  /** Position before which all messages have been delivered. */
  get deliveredUpTo(): number {
    return this.stored.count > 0 ? this.stored.firstPosition : this.#headPosition;
  }

  /** Position of the next message to come. */
  get endPosition(): number {
    return this.#headPosition + this.#ringCount;
  }

  /** Recovers the queue from the store: `count` messages, all of them in the store. */
  recover(count: number, bodyBytes: number, endPosition: number, redeliveredBefore: number): void {
    this.#headPosition = endPosition;
    this.stored.recover(count, bodyBytes, endPosition, redeliveredBefore);
    this.#recount();
  }

  /** Ends a series of messages that were read back, up to a position: see {@linkcode StoredMessages.load}. */
  loaded(position: number, count: number): void {
    this.stored.loaded(position, count);
    this.#recount();
  }

  /** Adds a message at the end, and returns its position. */
  push(message: Message): number {
    if (this.#ringCount === this.#ring.length) this.#resize(Math.max(CAPACITY_MIN, this.#ring.length * 2));
    this.#ring[(this.#head + this.#ringCount) & (this.#ring.length - 1)] = message;
    return this.#headPosition + this.#ringCount++;
  }

  /** Takes the next message out, which must be in memory. */
  shift(): Message {
    if (this.#isRingNext) return this.#shiftRing();
    const message = this.#returned.length > 0 ? this.#shiftReturned() : this.stored.shift();
    this.#recount();
    return message;
  }

  #shiftRing(): Message {
    const ring = this.#ring;
    const message = ring[this.#head] as Message;
    this.#head = (this.#head + 1) & (ring.length - 1);
    this.#headPosition++;
    if (--this.#ringCount < ring.length >> 3 && ring.length > 4096) this.#resize(ring.length >> 1);
    return message;
  }

  /** Notes that a message that was taken out, and is put back next, counts as never delivered. */
  markUndelivered(position: number): void {
    (this.#undelivered ??= new Set()).add(position);
  }

  /** Puts a message that was taken out back to its old place. */
  putBack(message: Message, position: number): void {
    if (this.#returned === NO_MESSAGES) {
      this.#returned = [];
      this.#returnedPositions = [];
    }
    const positions = this.#returnedPositions;
    const messages = this.#returned;
    let at = positions.length;
    positions.push(position);
    messages.push(message);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (positions[parent] <= position) break;
      positions[at] = positions[parent];
      messages[at] = messages[parent];
      at = parent;
    }
    positions[at] = position;
    messages[at] = message;
    this.#recount();
  }

  /**
   * Removes messages of the ring before a position from memory. `leave` releases one, and returns the size of its body
   * in bytes; `undefined` for a message that the store does not have, which stays.
   */
  leaveMemory(upTo: number, leave: (message: Message) => number | undefined): void {
    if (this.#headPosition >= upTo) return;
    this.stored.begin(this.#headPosition);
    while (this.#ringCount > 0 && this.#headPosition < upTo) {
      const position = this.#headPosition;
      const message = this.#shiftRing();
      const bodyBytes = leave(message);
      if (bodyBytes !== undefined) this.stored.add(bodyBytes);
      else this.stored.keep(message, position);
    }
    this.stored.end(this.#headPosition);
    this.#recount();
  }

  /** Drops all messages: calls `release` for those that were never delivered, `settle` for returned ones. */
  clear(release: (message: Message) => void, settle: (message: Message, position: number) => void): void {
    while (this.#returned.length > 0) {
      const position = this.#returnedPositions[0];
      settle(this.#shiftReturned(), position);
    }
    this.stored.clear(release);
    this.absentReturned.clear();
    this.#undelivered = undefined;
    this.#absentReturnedBytes = 0;
    this.#firstAbsentReturned = Infinity;
    while (this.#ringCount > 0) release(this.#shiftRing());
    this.#recount();
  }

  #shiftReturned(): Message {
    const positions = this.#returnedPositions;
    const messages = this.#returned;
    const first = messages[0];
    if (this.#undelivered?.delete(positions[0]) && this.#undelivered.size === 0) this.#undelivered = undefined;
    const position = positions.pop()!;
    const message = messages.pop()!;
    const length = positions.length;
    if (length === 0) return first;
    let at = 0;
    for (let child = 1; child < length; child = 2 * at + 1) {
      if (child + 1 < length && positions[child + 1] < positions[child]) child++;
      if (position <= positions[child]) break;
      positions[at] = positions[child];
      messages[at] = messages[child];
      at = child;
    }
    positions[at] = position;
    messages[at] = message;
    return first;
  }

  #resize(capacity: number): void {
    const resized = new Int32Array(capacity);
    const mask = this.#ring.length - 1;
    for (let i = 0; i < this.#ringCount; i++) resized[i] = this.#ring[(this.#head + i) & mask];
    this.#ring = resized;
    this.#head = 0;
  }
}
