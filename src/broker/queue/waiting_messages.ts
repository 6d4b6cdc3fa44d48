import { assertEqual } from "../../wire/assert.ts";
import type { FieldTable } from "../../wire/field_table.ts";
import type { RecoveredQueue } from "../../store/recovered.ts";
import type { SequenceId } from "../../store/sequence.ts";
import type { Store } from "../../store/store.ts";
import type { Message, Messages } from "../message/messages.ts";
import type { BackingQueue } from "./backing/backing_queue.ts";
import { BackingQueues, positionInBackingQueue, type QueueOfBackingQueues } from "./backing/backing_queues.ts";
import type { SetAsideMessages } from "./paging/set_aside.ts";
import type { QueueHost } from "./queue_host.ts";
import type { QueueParts } from "./queue_parts.ts";
import type { ReturnedMessages, ReturningQueue } from "./quorum/returned_messages.ts";

/** The queue of the waiting messages. */
interface WaitingQueue extends QueueOfBackingQueues, ReturningQueue {
  readonly isDurable: boolean;
  readonly arguments: FieldTable;
  release(message: Message, position: number): void;
}

/**
 * The messages of a queue that wait for consumers: those in backing queues, and before them the returned messages of a
 * quorum queue.
 */
export class WaitingMessages {
  readonly #queue: WaitingQueue;
  readonly #messages: Messages;
  readonly #store: Store;
  readonly #backingQueues: BackingQueues;
  /** The only backing queue of a queue without priorities, in a field of its own for speed. */
  readonly only: BackingQueue | undefined;
  /** Defined for a queue type where returned messages do not go back to their old places. */
  readonly returned: ReturnedMessages | undefined;

  constructor(queue: WaitingQueue, host: QueueHost, parts: QueueParts) {
    this.#queue = queue;
    this.#messages = host.messages;
    this.#store = host.store;
    this.#backingQueues = new BackingQueues(queue, host, parts.priorities(queue.arguments, host.behaviour));
    this.only = this.#backingQueues.only;
    this.returned = parts.returned(queue, host);
  }

  get count(): number {
    const { only } = this;
    return only === undefined ? this.#backingQueues.readyCount + (this.returned?.count ?? 0) : only.ready.count;
  }

  /** Existing backing queues, the highest priority first. */
  get backingQueues(): readonly BackingQueue[] {
    return this.#backingQueues.all;
  }

  /** Returned messages that can be delivered, if they have a place of their own. */
  get returnedWaiting(): SetAsideMessages | undefined {
    return this.returned?.waiting;
  }

  /** The highest backing queue with messages. */
  get next(): BackingQueue | undefined {
    return this.#backingQueues.next;
  }

  /** The next message, if it is in memory. */
  get nextInMemory(): Message | undefined {
    const waiting = this.returnedWaiting;
    if (waiting !== undefined && waiting.count > 0) return waiting.isNextAvailable ? waiting.nextMessage : undefined;
    const ready = this.next?.ready;
    return ready !== undefined && ready.availableCount > 0 ? ready.nextMessage : undefined;
  }

  /** Returns the backing queue of a position. */
  at(position: number): BackingQueue {
    return this.#backingQueues.at(position);
  }

  /** Adds a message at the end, and returns its position. */
  push(message: Message): number {
    return this.#backingQueues.push(message);
  }

  /** Recovers the backing queue of a priority. */
  recoverBackingQueue(priority: number, sequenceId: SequenceId): void {
    this.#backingQueues.recover(sequenceId, priority);
  }

  /** Recovers the messages of a backing queue. */
  recover(backingQueue: BackingQueue, recovered: RecoveredQueue): void {
    backingQueue.recover(recovered);
    for (const [position, count] of recovered.deliveryCounts) {
      this.returned?.recover(position + backingQueue.base, count);
    }
  }

  /** Resolves after an attempt to read the next message; `undefined` when it is in memory, or there is none. */
  readNext(): Promise<void> | undefined {
    const waiting = this.returnedWaiting;
    if (waiting !== undefined && waiting.count > 0) return waiting.isNextAvailable ? undefined : waiting.read();
    const { next } = this;
    return next === undefined || next.ready.availableCount > 0 ? undefined : next.paging.read();
  }

  /** True when the last attempt to read the next message failed. */
  get hasReadFailed(): boolean {
    const waiting = this.returnedWaiting;
    if (waiting !== undefined && waiting.count > 0) return waiting.hasReadFailed;
    return this.next?.paging.hasReadFailed ?? false;
  }

  /** Drops all messages. `settleAbsent` is called with the positions of returned messages that are not in memory. */
  purge(settleAbsent: (position: number) => void): void {
    this.returned?.clear((message, position) => this.#queue.release(message, position), settleAbsent);
    for (const backingQueue of this.backingQueues) this.#purge(backingQueue);
  }

  #purge({ id, ready, paging, base }: BackingQueue): void {
    const isStored = this.#queue.isDurable && !this.#queue.isDeleted;
    const { deliveredUpTo, endPosition, absentReturned } = ready;
    if (isStored) absentReturned.forEachRun((first, end) => this.#store.settle(id, first, end - first));
    paging.clear();
    ready.clear(
      (message) => this.#messages.release(message),
      (message, position) => this.#queue.release(message, position + base),
    );
    if (isStored && endPosition > deliveredUpTo) this.#store.settle(id, deliveredUpTo, endPosition - deliveredUpTo);
  }

  /** Settles the message at a position in the store, if that has it. */
  settle(position: number): void {
    this.#store.settle(this.at(position).id, positionInBackingQueue(position), 1);
  }

  /** Size of the bodies of all messages, those that wait for a delayed retry included. In bytes. */
  get bytes(): number {
    let bytes = this.returned?.bytes ?? 0;
    for (const { ready } of this.backingQueues) bytes += ready.bytesIn(this.#messages);
    return bytes;
  }

  /** Calls `visit` for all messages in memory. */
  forEach(visit: (message: Message) => void): void {
    for (const { ready } of this.backingQueues) ready.forEach(visit);
    this.returned?.forEach(visit);
  }

  /** Throws `AssertionError` when a count is wrong. */
  checkCounts(): void {
    let count = 0;
    for (const { ready } of this.backingQueues) {
      ready.checkCounts();
      count += ready.count;
    }
    this.returned?.checkCounts();
    assertEqual(`ready messages of queue '${this.#queue.name}'`, this.count, count + (this.returned?.count ?? 0));
  }
}
