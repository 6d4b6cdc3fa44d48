import { assertEqual } from "../../../wire/assert.ts";
import { type Message, type Messages, NO_MESSAGE } from "../../message/messages.ts";
import { readBack } from "../../message/read_back.ts";
import type { BackingQueue } from "../backing/backing_queue.ts";
import type { MessageTotals } from "../message_totals.ts";
import { Positioned } from "./positioned.ts";
import type { QueueHost } from "../queue_host.ts";
import { misplaced, Reading, type ReadingQueue } from "./reading.ts";

/** Number of messages at the front that stay in memory, as they are the next ones. */
export const KEPT_IN_MEMORY = 1024;
/** Number of messages that are searched for those to be read together. */
const READ_MAX = 1024;

export interface SettingAsideQueue extends ReadingQueue {
  readonly isDeleted: boolean;
  backingQueueAt(position: number): BackingQueue;
}

/**
 * Messages of a quorum queue outside its backing queues, first in first out. One that left memory is read when it is
 * the next one, together with those beside it in the store.
 */
export class SetAsideMessages {
  readonly #row = new Positioned();
  readonly #queue: SettingAsideQueue;
  readonly #host: QueueHost;
  readonly #messages: Messages;
  /** Number of messages that are not in memory, and the size of their bodies in bytes. */
  #absentCount = 0;
  #absentBytes = 0;
  /** Number of messages that were read back since the broker started. */
  readCount = 0;
  /** Made for the first read. */
  #reading: Reading | undefined;

  constructor(queue: SettingAsideQueue, host: QueueHost) {
    this.#queue = queue;
    this.#host = host;
    this.#messages = host.messages;
  }

  get count(): number {
    return this.#row.count;
  }
  /** True when there is a next message, in memory. */
  get isNextAvailable(): boolean {
    return this.#row.count > 0 && this.#row.first !== NO_MESSAGE;
  }
  /** Position of the next message, which must exist. */
  get nextPosition(): number {
    return this.#row.position;
  }
  /** The next message, which must be in memory. */
  get nextMessage(): Message {
    return this.#row.first;
  }

  /** Adds a message at the end. */
  push(message: Message, position: number): void {
    this.#row.push(this.#messages.isAbsent(message) ? this.#leave(message) : message, position);
  }

  /** Releases a message that the store has. */
  #leave(message: Message): Message {
    this.#absentCount++;
    this.#absentBytes += this.#messages.bodyBytes(message);
    this.#messages.release(message);
    return NO_MESSAGE;
  }

  /** Takes the next message out, which must be in memory. */
  shift(): Message {
    return this.#row.shift();
  }

  /** Yields the messages with their positions; `NO_MESSAGE` for those that are not in memory. */
  entries(): Generator<readonly [Message, number]> {
    return this.#row.entries();
  }

  /** Calls `visit` for all messages in memory. */
  forEach(visit: (message: Message) => void): void {
    this.#row.forEach((message) => {
      if (message !== NO_MESSAGE) visit(message);
    });
  }

  /** Removes messages of a backing queue before a position, which the store can read back, from memory. */
  leaveMemory(backingQueue: BackingQueue, upTo: number): void {
    this.#row.replaceFrom(KEPT_IN_MEMORY, (message, position) => {
      if (
        message === NO_MESSAGE || this.#queue.backingQueueAt(position) !== backingQueue ||
        position - backingQueue.base >= upTo
      ) {
        return message;
      }
      return this.#leave(message);
    });
  }

  /** Drops all messages: calls `release` for those in memory, `settle` for the positions of the others. */
  clear(release: (message: Message, position: number) => void, settle: (position: number) => void): void {
    this.#row.takeAll((message, position) => {
      if (message === NO_MESSAGE) settle(position);
      else release(message, position);
    });
    this.#absentCount = this.#absentBytes = 0;
  }

  /** Size of the bodies of all messages. In bytes. */
  get bytes(): number {
    let bytes = this.#absentBytes;
    this.forEach((message) => bytes += this.#messages.bodyBytes(message));
    return bytes;
  }

  /** Throws `AssertionError` when a count is wrong. */
  checkCounts(): void {
    let absentCount = this.count;
    this.forEach(() => absentCount--);
    assertEqual("messages set aside that are not in memory", this.#absentCount, absentCount);
    if (absentCount === 0) assertEqual("their bytes", this.#absentBytes, 0);
  }

  /** Adds totals of the messages that are in memory to others. */
  addInMemory(totals: MessageTotals): void {
    this.forEach((message) => totals.add(message, this.#messages));
  }

  /** Adds totals of the messages that are not in memory to others. */
  addAbsent(totals: MessageTotals): void {
    totals.addAll(this.#absentCount, this.#absentBytes, true);
  }

  /** Reads the next message, which is not in memory, and maybe others. Resolves after the attempt. */
  read(): Promise<void> {
    this.#reading ??= new Reading(this.#queue, this.#host, () => this.#readSome(), () => false);
    return this.#reading.read();
  }

  /** True when the last attempt to read messages has failed. */
  get hasReadFailed(): boolean {
    return this.#reading?.hasFailed ?? false;
  }

  async #readSome(): Promise<void> {
    if (this.#row.count === 0 || this.isNextAvailable) return;
    const { position } = this.#row;
    const { id, base } = this.#queue.backingQueueAt(position);
    const block = await this.#host.store.read(id, position - base);
    // The queue may have been purged or deleted meanwhile.
    if (this.#queue.isDeleted || this.#row.count === 0 || this.#row.position !== position) return;
    const indexes = this.#row.indexesOf(NO_MESSAGE, READ_MAX);
    while (block?.next()) {
      const index = indexes.get(block.position + base);
      if (index === undefined) continue;
      this.#row.replace(index, readBack(this.#messages, block, true));
      this.#absentCount--;
      this.#absentBytes -= block.bodyBytes;
      this.readCount++;
      this.#host.diskCounts.reads++;
    }
    if (!this.isNextAvailable) throw misplaced(position);
  }
}
