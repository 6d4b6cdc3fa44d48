import { priorityOf } from "../../../wire/properties.ts";
import type { Message } from "../../message/messages.ts";
import { BackingQueue } from "./backing_queue.ts";
import type { PagingQueue } from "../paging/paging.ts";
import type { QueueHost } from "../queue_host.ts";

/** Which priorities the messages of a queue have. */
export interface PriorityRange {
  /** Messages with a higher one have this one. */
  readonly max: number;
  /** That of messages which have none. */
  readonly default: number;
}

/** The queue whose messages these are. */
export interface QueueOfBackingQueues extends PagingQueue {
  readonly id: number;
  readonly isDurable: boolean;
}

/**
 * Positions of each backing queue begin at a multiple of this: that of the default priority at 0, and so on upwards. So
 * positions in the backing queue that most messages are in remain small integers.
 */
const BACKING_QUEUE_POSITIONS = 2 ** 45;

/** A queue's position as that in its backing queue. */
export const positionInBackingQueue = (position: number): number =>
  position < BACKING_QUEUE_POSITIONS ? position : position % BACKING_QUEUE_POSITIONS;

/**
 * The rows of a queue's messages: one, or in a queue with priorities (RabbitMQ: Priority Queue Support) one for each of
 * them. One is made when its first message comes, for most queues use few of the priorities that they may.
 */
export class BackingQueues {
  /** Those that there are, the highest first. */
  readonly all: BackingQueue[];
  /** All but the first one; made with the second. */
  #byPriority: (BackingQueue | undefined)[] | undefined;
  readonly #queue: QueueOfBackingQueues;
  readonly #host: QueueHost;
  /** `undefined` for a queue where all messages are alike. */
  readonly #max: number | undefined;
  readonly #default: number;
  /** That of the default priority, which is there from the beginning. */
  readonly #first: BackingQueue;

  constructor(queue: QueueOfBackingQueues, host: QueueHost, range: PriorityRange | undefined) {
    this.#queue = queue;
    this.#host = host;
    this.#max = range?.max;
    this.#default = range?.default ?? 0;
    this.#first = this.#create(queue.id, this.#default);
    this.all = [this.#first];
  }

  #create(id: number, priority: number): BackingQueue {
    const base = ((priority - this.#default) & 0xff) * BACKING_QUEUE_POSITIONS;
    const backingQueue = new BackingQueue(id, priority, base, this.#queue, this.#host);
    if (this.#queue.isDurable) this.#host.storedSequences.set(id, backingQueue);
    return backingQueue;
  }

  #add(id: number, priority: number): BackingQueue {
    const backingQueue = this.#create(id, priority);
    this.#byPriority ??= [];
    this.#byPriority[priority] = backingQueue;
    this.all.push(backingQueue);
    this.all.sort((a, b) => b.priority - a.priority);
    return backingQueue;
  }

  /** Takes up a backing queue that there was when the store was opened. */
  recover(id: number, priority: number): void {
    if (this.#max !== undefined) this.#add(id, priority);
  }

  /** The one that there is, where there can't be others. */
  get only(): BackingQueue | undefined {
    return this.#max === undefined ? this.#first : undefined;
  }

  /** Puts a message into the backing queue that it belongs to, and returns its position. */
  push(message: Message): number {
    const backingQueue = this.#backingQueueOf(message);
    return backingQueue.ready.push(message) + backingQueue.base;
  }

  #backingQueueOf(message: Message): BackingQueue {
    if (this.#max === undefined) return this.#first;
    const { bytes, offset, addressBytes } = this.#host.messages.locate(message);
    const asked = priorityOf(bytes, offset + addressBytes);
    if (asked === -1) return this.#first;
    const priority = Math.min(asked, this.#max);
    return priority === this.#default ? this.#first : this.#byPriority?.[priority] ?? this.#make(priority);
  }

  #make(priority: number): BackingQueue {
    const { store } = this.#host;
    const backingQueue = this.#add(this.#host.nextQueueId(), priority);
    const { id: queueId, isDurable } = this.#queue;
    if (isDurable) store.append({ type: "backing_queue.added", queueId, priority, sequenceId: backingQueue.id });
    return backingQueue;
  }

  /** The backing queue that a position is in. */
  at(position: number): BackingQueue {
    if (position < BACKING_QUEUE_POSITIONS) return this.#first;
    return this.#byPriority![(Math.floor(position / BACKING_QUEUE_POSITIONS) + this.#default) & 0xff]!;
  }

  /** The highest backing queue with messages; `undefined` when there are none. */
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
