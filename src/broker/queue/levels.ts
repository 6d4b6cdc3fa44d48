import { priorityOf } from "../../wire/properties.ts";
import type { Message } from "../message/messages.ts";
import { Level } from "./level.ts";
import type { PagingQueue } from "./paging/paging.ts";
import type { QueueHost } from "./queue_host.ts";

/** Which priorities the messages of a queue have. */
export interface PriorityRange {
  /** Messages with a higher one have this one. */
  readonly max: number;
  /** That of messages which have none. */
  readonly default: number;
}

/** The queue whose messages these are. */
export interface LeveledQueue extends PagingQueue {
  readonly id: number;
  readonly isDurable: boolean;
}

/**
 * A position of a queue with priorities is that in the level plus so much times how far the level's priority is above the
 * default one. So positions of the level that most messages are in remain the small integers that they are.
 */
const LEVEL_POSITIONS = 2 ** 45;

/** A queue's position as that in its level. */
export const positionInLevel = (position: number): number =>
  position < LEVEL_POSITIONS ? position : position % LEVEL_POSITIONS;

/**
 * The rows of a queue's messages: one, or in a queue with priorities (RabbitMQ: Priority Queue Support) one for each of
 * them. One is made when its first message comes, for most queues use few of the priorities that they may.
 */
export class Levels {
  /** Those that there are, the highest first. */
  readonly all: Level[];
  /** All but the first one; made with the second. */
  #byPriority: (Level | undefined)[] | undefined;
  readonly #queue: LeveledQueue;
  readonly #host: QueueHost;
  /** `undefined` for a queue where all messages are alike. */
  readonly #max: number | undefined;
  readonly #default: number;
  /** That of the default priority, which is there from the beginning. */
  readonly #first: Level;

  constructor(queue: LeveledQueue, host: QueueHost, range: PriorityRange | undefined) {
    this.#queue = queue;
    this.#host = host;
    this.#max = range?.max;
    this.#default = range?.default ?? 0;
    this.#first = this.#create(queue.id, this.#default);
    this.all = [this.#first];
  }

  #create(id: number, priority: number): Level {
    const base = ((priority - this.#default) & 0xff) * LEVEL_POSITIONS;
    const level = new Level(id, priority, base, this.#queue, this.#host);
    if (this.#queue.isDurable) this.#host.storedRows.set(id, level);
    return level;
  }

  #add(id: number, priority: number): Level {
    const level = this.#create(id, priority);
    this.#byPriority ??= [];
    this.#byPriority[priority] = level;
    this.all.push(level);
    this.all.sort((a, b) => b.priority - a.priority);
    return level;
  }

  /** Takes up a level that there was when the store was opened. */
  recover(id: number, priority: number): void {
    if (this.#max !== undefined) this.#add(id, priority);
  }

  /** The one that there is, where there can't be others. */
  get only(): Level | undefined {
    return this.#max === undefined ? this.#first : undefined;
  }

  /** Puts a message into the level that it belongs to, and returns its position. */
  push(message: Message): number {
    const level = this.#levelOf(message);
    return level.ready.push(message) + level.base;
  }

  #levelOf(message: Message): Level {
    if (this.#max === undefined) return this.#first;
    const { bytes, offset, addressBytes } = this.#host.messages.locate(message);
    const asked = priorityOf(bytes, offset + addressBytes);
    if (asked === -1) return this.#first;
    const priority = Math.min(asked, this.#max);
    return priority === this.#default ? this.#first : this.#byPriority?.[priority] ?? this.#make(priority);
  }

  #make(priority: number): Level {
    const { store } = this.#host;
    const level = this.#add(this.#host.nextQueueId(), priority);
    const { id: queueId, isDurable } = this.#queue;
    if (isDurable) store.append({ type: "backing_queue.added", queueId, priority, sequenceId: level.id });
    return level;
  }

  /** The level that a position is in. */
  at(position: number): Level {
    if (position < LEVEL_POSITIONS) return this.#first;
    return this.#byPriority![(Math.floor(position / LEVEL_POSITIONS) + this.#default) & 0xff]!;
  }

  /** The highest level with messages; `undefined` when there are none. */
  get next(): Level | undefined {
    for (const level of this.all) if (level.ready.count > 0) return level;
    return undefined;
  }

  get readyCount(): number {
    let count = 0;
    for (const level of this.all) count += level.ready.count;
    return count;
  }
}
