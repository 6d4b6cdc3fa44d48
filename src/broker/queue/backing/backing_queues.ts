import { priorityOf } from "../../../wire/properties.ts";
import type { Message } from "../../message/messages.ts";
import { BackingQueue } from "./backing_queue.ts";
import type { PagingQueue } from "../paging/paging.ts";
import type { QueueHost } from "../queue_host.ts";
import type { SequenceId } from "../../../store/sequence.ts";

/** The priorities of a queue's messages. */
export interface PriorityRange {
  /** Highest priority, which also stands for higher ones. */
  readonly max: number;
  /** Lowest priority, which also stands for lower ones. */
  readonly min: number;
  /** Priority of messages without one. */
  readonly default: number;
}

/** The queue that owns the messages. */
export interface QueueOfBackingQueues extends PagingQueue {
  readonly id: SequenceId;
  readonly isDurable: boolean;
}

/**
 * Number of positions of each backing queue: that of the default priority has the first ones, and the others follow. So
 * positions in the backing queue with most messages stay small integers.
 */
const BACKING_QUEUE_POSITIONS = 2 ** 45;

/** Returns the position in the backing queue of a queue's position. */
export const positionInBackingQueue = (position: number): number =>
  position < BACKING_QUEUE_POSITIONS ? position : position % BACKING_QUEUE_POSITIONS;

/**
 * The backing queues of a queue: one, or one for each priority (RabbitMQ: Priority Queue Support). One is made when its
 * first message comes, as most queues use only some of their priorities.
 */
export class BackingQueues {
  /** Existing ones, the highest priority first. */
  readonly all: BackingQueue[];
  /** All but the first one; made with the second. */
  #byPriority: (BackingQueue | undefined)[] | undefined;
  readonly #queue: QueueOfBackingQueues;
  readonly #host: QueueHost;
  /** `undefined` for a queue without priorities. */
  readonly #max: number | undefined;
  readonly #min: number;
  readonly #default: number;
  /** The one of the default priority, which always exists. */
  readonly #first: BackingQueue;

  constructor(queue: QueueOfBackingQueues, host: QueueHost, range: PriorityRange | undefined) {
    this.#queue = queue;
    this.#host = host;
    this.#max = range?.max;
    this.#min = range?.min ?? 0;
    this.#default = range?.default ?? 0;
    this.#first = this.#create(queue.id, this.#default);
    this.all = [this.#first];
  }

  #create(id: SequenceId, priority: number): BackingQueue {
    const base = ((priority - this.#default) & 0xff) * BACKING_QUEUE_POSITIONS;
    const backingQueue = new BackingQueue(id, priority, base, this.#queue, this.#host);
    if (this.#queue.isDurable) this.#host.storedSequences.set(id, backingQueue);
    return backingQueue;
  }

  #add(id: SequenceId, priority: number): BackingQueue {
    const backingQueue = this.#create(id, priority);
    this.#byPriority ??= [];
    this.#byPriority[priority] = backingQueue;
    this.all.push(backingQueue);
    this.all.sort((a, b) => b.priority - a.priority);
    return backingQueue;
  }

  /** Recovers a backing queue after the store was opened. */
  recover(id: SequenceId, priority: number): void {
    if (this.#max !== undefined) this.#add(id, priority);
  }

  /** The only one, in a queue without priorities. */
  get only(): BackingQueue | undefined {
    return this.#max === undefined ? this.#first : undefined;
  }

  /** Adds a message to its backing queue, and returns its position. */
  push(message: Message): number {
    const backingQueue = this.#backingQueueOf(message);
    return backingQueue.ready.push(message) + backingQueue.base;
  }

  #backingQueueOf(message: Message): BackingQueue {
    if (this.#max === undefined) return this.#first;
    const { bytes, offset, addressBytes } = this.#host.messages.locate(message);
    const asked = priorityOf(bytes, offset + addressBytes);
    if (asked === -1) return this.#first;
    const priority = Math.max(this.#min, Math.min(asked, this.#max));
    return priority === this.#default ? this.#first : this.#byPriority?.[priority] ?? this.#make(priority);
  }

  #make(priority: number): BackingQueue {
    const { store } = this.#host;
    const backingQueue = this.#add(this.#host.nextQueueId(), priority);
    const { id: queueId, isDurable } = this.#queue;
    if (isDurable) store.append({ type: "backing_queue.added", queueId, priority, sequenceId: backingQueue.id });
    return backingQueue;
  }

  /** Returns the backing queue of a position. */
  at(position: number): BackingQueue {
    if (position < BACKING_QUEUE_POSITIONS) return this.#first;
    return this.#byPriority![(Math.floor(position / BACKING_QUEUE_POSITIONS) + this.#default) & 0xff]!;
  }

  /** The highest one with messages; `undefined` when all are empty. */
  get next(): BackingQueue | undefined {
    for (const backingQueue of this.all) if (backingQueue.ready.count > 0) return backingQueue;
    return undefined;
  }

  get readyCount(): number {
    let count = 0;
    for (const backingQueue of this.all) count += backingQueue.ready.count;
    return count;
  }
}
