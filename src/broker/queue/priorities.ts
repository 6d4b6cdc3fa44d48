import { priorityOf } from "../../amqp/properties.ts";
import type { Message, Messages } from "../messages.ts";
import type { Level } from "./level.ts";

/** Which priorities the messages of a queue have. */
export interface PriorityRange {
  /** Messages with a higher one have this one. */
  readonly max: number;
  /** That of messages which have none. */
  readonly default: number;
}

/**
 * A position of a queue with priorities is that in the level plus so much times how far the level's priority is above the
 * default one. So positions of the level that most messages are in remain the small integers that they are.
 */
const LEVEL_POSITIONS = 2 ** 45;

/** Whether a position is in the level of the default priority, and so the same in that level. */
export const isInDefaultLevel = (position: number): boolean => position < LEVEL_POSITIONS;
/** A position's position in its level. */
export const positionInLevel = (position: number): number => position % LEVEL_POSITIONS;

/**
 * The levels of a queue with priorities (RabbitMQ: Priority Queue Support). One is made when its first message comes, for
 * most queues use few of the priorities that they may.
 */
export class Priorities {
  /** Those that there are, the highest first. */
  readonly levels: Level[] = [];
  readonly #byPriority: (Level | undefined)[] = [];
  readonly #messages: Messages;
  readonly #max: number;
  readonly #default: number;
  readonly #make: (priority: number, base: number) => Level;

  /** `make` is called with a level's priority and how much is added to positions in it. */
  constructor(messages: Messages, range: PriorityRange, make: (priority: number, base: number) => Level) {
    this.#messages = messages;
    this.#max = range.max;
    this.#default = range.default;
    this.#make = make;
  }

  add(level: Level): void {
    this.#byPriority[level.priority] = level;
    this.levels.push(level);
    this.levels.sort((a, b) => b.priority - a.priority);
  }

  /** The level that a message belongs to. */
  of(message: Message): Level {
    const { bytes, offset, addressBytes } = this.#messages.locate(message);
    const asked = priorityOf(bytes, offset + addressBytes);
    return this.#level(asked === -1 ? this.#default : Math.min(asked, this.#max));
  }

  #level(priority: number): Level {
    const level = this.#byPriority[priority];
    if (level !== undefined) return level;
    const made = this.#make(priority, this.baseOf(priority));
    this.add(made);
    return made;
  }

  /** What is added to positions in the level of a priority. */
  baseOf(priority: number): number {
    return ((priority - this.#default) & 0xff) * LEVEL_POSITIONS;
  }

  /** The level that a position is in. */
  at(position: number): Level {
    return this.#byPriority[(Math.floor(position / LEVEL_POSITIONS) + this.#default) & 0xff]!;
  }

  /** The highest level with messages; `undefined` when there are none. */
  get next(): Level | undefined {
    for (const level of this.levels) if (level.ready.count > 0) return level;
    return undefined;
  }

  get readyCount(): number {
    let count = 0;
    for (const level of this.levels) count += level.ready.count;
    return count;
  }
}
