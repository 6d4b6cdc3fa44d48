import { priorityOf } from "../../amqp/properties.ts";
import type { Message, Messages } from "../messages.ts";
import type { Level } from "./level.ts";

/** A position of a queue with priorities is that in the level times this, plus the priority. */
const PRIORITIES = 256;

export const positionOf = (position: number, priority: number): number => position * PRIORITIES + priority;
export const priorityIn = (position: number): number => position % PRIORITIES;
export const positionIn = (position: number): number => Math.floor(position / PRIORITIES);

/**
 * The levels of a queue with priorities (RabbitMQ: Priority Queue Support). One is made when its first message comes, for
 * most queues use few of the priorities that they may.
 */
export class Priorities {
  /** Those that there are, the highest first. */
  readonly levels: Level[] = [];
  readonly #byPriority: (Level | undefined)[] = [];
  readonly #messages: Messages;
  /** Messages with a higher priority have this one. */
  readonly #max: number;
  /** That of messages which have none. */
  readonly #default: number;
  readonly #make: (priority: number) => Level;

  constructor(messages: Messages, max: number, defaultPriority: number, make: (priority: number) => Level) {
    this.#messages = messages;
    this.#max = max;
    this.#default = defaultPriority;
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
    return this.at(asked === -1 ? this.#default : Math.min(asked, this.#max));
  }

  at(priority: number): Level {
    const level = this.#byPriority[priority];
    if (level !== undefined) return level;
    const made = this.#make(priority);
    this.add(made);
    return made;
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
