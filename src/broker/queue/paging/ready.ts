import type { Message, Messages } from "../../message/messages.ts";
import { LivePositions } from "../../../store/live_positions.ts";
import { StoredMessages } from "./stored.ts";
import type { MessageTotals } from "../message_totals.ts";
import { type PositionedMessages, RingTotals } from "./ring_totals.ts";

const CAPACITY_MIN = 16;

/** The ring of a queue to which no message has come yet: most queues that are empty share it. */
const NO_RING = new Int32Array(0);

/**
 * The messages of a queue that wait for a consumer, in the queue's order. Each has a position, which it keeps for as long
 * as the queue has it; a message that is returned goes back to its old one.
 *
 * In the order of their positions these are: returned ones, in a heap, or as mere positions when they left memory; ones that
 * left memory for the store, some of which have been read back ({@linkcode StoredMessages}); and the others in a ring, their
 * positions following one another.
 */
export class ReadyMessages {
  /** Those that left memory, and those that came back. */
  readonly stored: StoredMessages = new StoredMessages();
  #ring: Int32Array = NO_RING;
  #head = 0;
  #ringCount = 0;
  /** The position of the ring's first message. */
  #headPosition = 0;
  /** Returned ones that left memory. */
  readonly absentReturned: LivePositions = new LivePositions();
  /** Size of the bodies of those. In bytes. */
  #absentReturnedBytes = 0;
  #firstAbsentReturned = Infinity;
  /** A binary heap by position: positions[0] is the least. */
  readonly #returnedPositions: number[] = [];
  readonly #returned: Message[] = [];

  /** Of those that are not in the ring: how many there are, and how many can be taken out before one has to be read. */
  #otherCount = 0;
  #otherAvailableCount = 0;
  /** Whether no message before the ring has to be read back. */
  #isRingAvailable = true;
  /** Whether the ring's first message is the next one, as it mostly is: one look at a field tells the hot loops so. */
  #isRingNext = true;
  /** Made when totals are asked for. */
  #ringTotals: RingTotals | undefined;

  /** How many messages wait. */
  get count(): number {
    return this.#ringCount + this.#otherCount;
  }

  /** How many of them can be taken out before one has to be read back; with returned ones it may be told less. */
  get availableCount(): number {
    return this.#isRingAvailable ? this.#ringCount + this.#otherAvailableCount : this.#otherAvailableCount;
  }

  /** Whether the next message has been delivered before. */
  get isNextRedelivered(): boolean {
    return !this.#isRingNext && (this.#returned.length > 0 || this.stored.isNextRedelivered);
  }

  /** The position of the next message. There must be one, in memory. */
  get nextPosition(): number {
    if (this.#isRingNext) return this.#headPosition;
    return this.#returned.length > 0 ? this.#returnedPositions[0] : this.stored.nextPosition;
  }

  /** The next message. There must be one, in memory. */
  get nextMessage(): Message {
    if (this.#isRingNext) return this.#ring[this.#head];
    return this.#returned.length > 0 ? this.#returned[0] : this.stored.nextMessage;
  }

  /** Calls `visit` with all messages that are in memory. */
  forEach(visit: (message: Message) => void): void {
    this.#returned.forEach(visit);
    this.stored.forEach(visit);
    for (let position = this.#headPosition; position < this.endPosition; position++) visit(this.ringMessage(position));
  }

  /** Adds totals of the messages that are in memory to others. */
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

  /** To be called when messages were returned, have left memory, or are back. */
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

  /** Whether the next message has not left memory since it came, and was never returned. */
  get isNextFresh(): boolean {
    return this.#isRingNext;
  }

  // The ring
  get ringCount(): number {
    return this.#ringCount;
  }
  get ringPosition(): number {
    return this.#headPosition;
  }
  /** The message at a position, which must be in the ring. */
  ringMessage(position: number): Message {
    return this.#ring[(this.#head + position - this.#headPosition) & (this.#ring.length - 1)];
  }

  /** Puts a message back to where it was that is not in memory any more, with a body of so many bytes. */
  putBackAbsent(position: number, bodyBytes: number): void {
    this.absentReturned.add(position);
    this.#absentReturnedBytes += bodyBytes;
    this.#firstAbsentReturned = Math.min(this.#firstAbsentReturned, position);
    this.#recount();
  }

  /** A message that was put back so is in memory again. To be followed by {@linkcode returnedAbsent}. */
  returnAbsent(message: Message, position: number, bodyBytes: number): void {
    this.absentReturned.remove(position);
    this.#absentReturnedBytes -= bodyBytes;
    this.putBack(message, position);
  }
  returnedAbsent(): void {
    this.#firstAbsentReturned = this.absentReturned.count > 0 ? this.absentReturned.first : Infinity;
    this.#recount();
  }

  /** All messages before this position have been handed out. */
  get deliveredUpTo(): number {
    return this.stored.count > 0 ? this.stored.firstPosition : this.#headPosition;
  }

  /** The position of the next message that comes. */
  get endPosition(): number {
    return this.#headPosition + this.#ringCount;
  }

  /** Restores the queue as the store recovered it: with `count` messages, all of them in the store. */
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

  /** Takes the next message out. There must be one, in memory. */
  shift(): Message {
    if (this.#isRingNext) return this.#shiftRing();
    const message = this.#returned.length > 0 ? this.#shiftReturned() : this.stored.shift();
    this.#recount();
    return message;
  }

  #shiftRing(): Message {
    const ring = this.#ring;
    const message = ring[this.#head];
    this.#head = (this.#head + 1) & (ring.length - 1);
    this.#headPosition++;
    if (--this.#ringCount < ring.length >> 3 && ring.length > 4096) this.#resize(ring.length >> 1);
    return message;
  }

  /** Puts a message that was taken out back to where it was. */
  putBack(message: Message, position: number): void {
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
   * Has messages of the ring that are before a position leave memory. `leave` lets go of one, and returns the size of its
   * body in bytes; `undefined` for a message that the store does not have, which stays.
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

  /** Forgets all messages: `release` is called with those that were never handed out, `settle` with the returned ones. */
  clear(release: (message: Message) => void, settle: (message: Message, position: number) => void): void {
    while (this.#returned.length > 0) {
      const position = this.#returnedPositions[0];
      settle(this.#shiftReturned(), position);
    }
    this.stored.clear(release);
    this.absentReturned.clear();
    this.#absentReturnedBytes = 0;
    this.#firstAbsentReturned = Infinity;
    while (this.#ringCount > 0) release(this.#shiftRing());
    this.#recount();
  }

  #shiftReturned(): Message {
    const positions = this.#returnedPositions;
    const messages = this.#returned;
    const first = messages[0];
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
