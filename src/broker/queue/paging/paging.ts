import type { StoredBlock } from "../../../store/block.ts";
import type { Place } from "../../../store/spill.ts";
import type { Message, Messages } from "../../message/messages.ts";
import { readBack } from "../../message/read_back.ts";
import { LivePositions } from "../../../store/live_positions.ts";
import type { BackingQueue } from "../backing/backing_queue.ts";
import type { MessageTotals } from "../message_totals.ts";
import type { QueueHost } from "../queue_host.ts";
import { misplaced, Reading, type ReadingQueue } from "./reading.ts";
import type { ReadyMessages } from "./ready.ts";
import { readSpilled, SpillWriter } from "./spilled.ts";

/** Messages with consecutive positions that were spilled to disk. */
interface Spilled {
  readonly first: number;
  readonly last: number;
  readonly place: Place;
  /** Number of messages that left memory, and the size of their bodies in bytes. */
  count: number;
  bodyBytes: number;
}

/** Number of messages that are read back without consumers, as rules may examine the next one. */
const UNCONSUMED_MAX = 256;

/** The queue whose messages are paged. */
export interface PagingQueue extends ReadingQueue {
  readonly isDeleted: boolean;
  readonly keepsTransient: boolean;
  readonly consumers: { readonly size: number };
  /** Called when messages of a backing queue up to a position can be read back, and have left memory. */
  whenReadable(backingQueue: BackingQueue, upTo: number): void;
  /** Called with a message that was read to be dead-lettered. */
  whenRejectedRead(backingQueue: BackingQueue, message: Message, position: number): void;
  /**
   * Called when all messages of a backing queue are back, and their size is not the one that the store had estimated.
   */
  whenAllRead(): void;
}

/**
 * Moves a queue's messages out of memory and back. Persistent ones of a durable queue leave it when the store can read
 * them back; others are spilled, if there is a disk, when memory is low. They are read back in order, one block at a
 * time, before consumers need them.
 */
export class Paging {
  readonly #backingQueue: BackingQueue;
  readonly #queue: PagingQueue;
  readonly #ready: ReadyMessages;
  readonly #host: QueueHost;
  readonly #messages: Messages;
  /** Made for the first read, which most queues never need. */
  #reading: Reading | undefined;
  /** Messages that were rejected while they were not in memory; made for the first of them. */
  #rejected: LivePositions | undefined;
  /** In the order of their positions. */
  readonly #spilled: Spilled[] = [];
  #isSpilling = false;
  /** Number of messages that were read back since the broker started. */
  readCount = 0;
  /** Number of messages that were spilled since the broker started. */
  spilledCount = 0;

  constructor(backingQueue: BackingQueue, queue: PagingQueue, host: QueueHost) {
    this.#backingQueue = backingQueue;
    this.#queue = queue;
    this.#ready = backingQueue.ready;
    this.#host = host;
    this.#messages = host.messages;
  }

  /** Returns whether the store gets a message, which can then leave memory. */
  #isStored(message: Message): boolean {
    return this.#queue.keepsTransient || this.#messages.isPersistent(message);
  }

  // Out of memory

  /** Removes messages before a position, which the store can read back, from memory. */
  leaveMemory(upTo: number): void {
    this.#ready.leaveMemory(upTo, (message) => {
      if (!this.#isStored(message)) return undefined;
      const bodyBytes = this.#messages.bodyBytes(message);
      this.#messages.release(message);
      return bodyBytes;
    });
    this.#queue.whenReadable(this.#backingQueue, upTo);
  }

  /** Removes a message that only the queue holds from memory, if the store can read it back. Returns whether it did. */
  forget(message: Message, position: number): void {
    const { messages, store } = this.#host;
    if (messages.references[message] !== 1 || !this.#isStored(message)) return;
    if (position < store.readableUpTo(this.#backingQueue.id)) messages.forget(message);
  }

  /** Number of messages that may be spilled. */
  get spillableCount(): number {
    if (this.#isSpilling || this.#queue.isDeleted) return 0;
    const { ringCount, ringPosition } = this.#ready;
    return ringCount === 0 || this.#isStored(this.#ready.ringMessage(ringPosition)) ? 0 : ringCount;
  }

  /** Spills some messages to disk, if there are any. Rejects when they can't be written. */
  async spill(): Promise<void> {
    const { spill } = this.#host.store;
    const ready = this.#ready;
    if (spill === undefined || this.spillableCount === 0) return;
    const first = ready.ringPosition;
    const writer = new SpillWriter();
    for (let position = first; position < ready.endPosition && !writer.isFull; position++) {
      const message = ready.ringMessage(position);
      if (this.#isStored(message)) break;
      writer.add(position, this.#messages.locate(message));
    }
    const last = first + writer.count - 1;
    this.#isSpilling = true;
    let place: Place;
    try {
      place = await spill.write(writer.written());
    } finally {
      this.#isSpilling = false;
    }
    // Consumers may have taken some of them meanwhile, or all.
    if (this.#queue.isDeleted || ready.ringPosition > last || ready.ringCount === 0) {
      spill.free(place);
      return;
    }
    const spilled: Spilled = { first, last, place, count: 0, bodyBytes: 0 };
    this.#spilled.push(spilled);
    ready.leaveMemory(last + 1, (message) => {
      const bodyBytes = this.#messages.bodyBytes(message);
      this.#messages.release(message);
      spilled.count++;
      spilled.bodyBytes += bodyBytes;
      return bodyBytes;
    });
    this.spilledCount += spilled.count;
    this.#host.diskCounts.writes += spilled.count;
  }

  // Back into memory

  /** Reads the next messages back. Resolves after the attempt. */
  read(): Promise<void> {
    const isAwaited = () => this.#hasRejected && !this.#queue.isDeleted;
    this.#reading ??= new Reading(this.#queue, this.#host, () => this.#readSome(), isAwaited);
    return this.#reading.read();
  }

  /**
   * Reads messages from a position on that are not in memory, without taking them back. Resolves with some of them, and
   * the position up to which there are no others.
   */
  async readFrom(position: number): Promise<{ readonly block: StoredBlock | undefined; readonly upTo: number }> {
    const spilled = this.#spilled.find(({ last }) => last >= position);
    if (spilled !== undefined && spilled.first <= position) {
      const bytes = await this.#host.store.spill!.read(spilled.place);
      // A place that is free again may have been written meanwhile.
      const isThere = this.#spilled.includes(spilled);
      const block = isThere ? readSpilled(bytes, spilled.first, spilled.last) : undefined;
      return { block, upTo: spilled.last + 1 };
    }
    const block = await this.#host.store.read(this.#backingQueue.id, position);
    const behind = spilled?.first ?? Infinity;
    return { block, upTo: block === undefined ? behind : Math.min(behind, block.last + 1) };
  }

  /** True when the last attempt to read messages back has failed. */
  get hasReadFailed(): boolean {
    return this.#reading?.hasFailed ?? false;
  }

  async #readSome(): Promise<void> {
    if (this.#hasRejected) await this.#readRejected(this.#rejected!);
    else if (this.#ready.absentReturned.count > 0) await this.#readReturned();
    else await this.#readNext();
  }

  /** Reads a delivered message that left memory, to dead-letter it. */
  readRejected(position: number): void {
    this.#rejected ??= new LivePositions();
    this.#rejected.add(position);
    this.read();
  }

  get #hasRejected(): boolean {
    return this.#rejected !== undefined && this.#rejected.count > 0;
  }

  async #readRejected(rejected: LivePositions): Promise<void> {
    const position = rejected.first;
    const block = await this.#host.store.read(this.#backingQueue.id, position);
    while (!this.#queue.isDeleted && block?.next()) {
      if (!rejected.remove(block.position)) continue;
      this.#countRead(1);
      this.#queue.whenRejectedRead(this.#backingQueue, readBack(this.#messages, block, true), block.position);
    }
    if (this.#queue.isDeleted) rejected.clear();
    else if (rejected.has(position)) throw misplaced(position);
  }

  /** Reads delivered messages that left memory and were returned. */
  async #readReturned(): Promise<void> {
    const { absentReturned } = this.#ready;
    const position = absentReturned.first;
    const block = await this.#host.store.read(this.#backingQueue.id, position);
    while (block?.next()) {
      if (!absentReturned.has(block.position)) continue;
      this.#countRead(1);
      this.#ready.returnAbsent(readBack(this.#messages, block, true), block.position, block.bodyBytes);
    }
    this.#ready.returnedAbsent();
    if (absentReturned.has(position)) throw misplaced(position);
  }

  /** Reads messages that were never delivered. */
  async #readNext(): Promise<void> {
    const { stored } = this.#ready;
    const spilled = this.#spilled[0];
    if (spilled !== undefined && spilled.first <= stored.from) return this.#readSpilled(spilled);
    const block = await this.#host.store.read(this.#backingQueue.id, stored.from);
    // The queue may have been purged or deleted meanwhile.
    if (stored.absentCount === 0) return;
    if (block !== undefined) return this.#load(block, this.#spilled[0]?.first ?? Infinity, true);
    if (this.#spilled.length > 0) return this.#readSpilled(this.#spilled[0]);
    throw new Error(`${stored.absentCount} messages are not where they should be`);
  }

  async #readSpilled(spilled: Spilled): Promise<void> {
    const spill = this.#host.store.spill!;
    const bytes = await spill.read(spilled.place);
    if (this.#spilled[0] !== spilled) return;
    this.#spilled.shift();
    spill.free(spilled.place);
    this.#load(readSpilled(bytes, spilled.first, spilled.last), Infinity, false);
  }

  #load(block: StoredBlock, behind: number, isPersistent: boolean): void {
    const { stored } = this.#ready;
    const upTo = Math.min(behind, stored.upTo);
    const most = this.#queue.consumers.size > 0 || !isPersistent ? Infinity : UNCONSUMED_MAX;
    let count = 0;
    let end = Math.min(block.last + 1, upTo);
    while (block.next()) {
      if (block.position < stored.from) continue;
      if (block.position >= upTo) break;
      if (count === most) {
        end = block.position;
        break;
      }
      stored.load(readBack(this.#messages, block, isPersistent), block.position, block.bodyBytes);
      count++;
    }
    this.#countRead(count);
    const isEstimateOff = stored.absentCount === 0 && stored.absentBytes !== 0;
    this.#ready.loaded(end, count);
    if (isEstimateOff) this.#queue.whenAllRead();
  }

  #countRead(count: number): void {
    this.readCount += count;
    this.#host.diskCounts.reads += count;
  }

  /** Adds the messages that are not in memory to totals. */
  addAbsent(totals: MessageTotals): void {
    const { absentCount, absentBytes } = this.#ready;
    let [spilledCount, spilledBytes] = [0, 0];
    for (const { count, bodyBytes } of this.#spilled) {
      spilledCount += count;
      spilledBytes += bodyBytes;
    }
    totals.addAll(spilledCount, spilledBytes, false);
    // After a start the size of the messages in the store is an estimate.
    totals.addAll(absentCount - spilledCount, Math.max(0, absentBytes - spilledBytes), true);
  }

  /** Drops the spilled messages. */
  clear(): void {
    for (const { place } of this.#spilled.splice(0)) this.#host.store.spill!.free(place);
  }
}
