import type { Message } from "../../message/messages.ts";
import { Deadline } from "../../turn/schedule.ts";
import { Positioned } from "../paging/positioned.ts";
import type { QueueHost } from "../queue_host.ts";
import type { QueueSettings } from "../settings.ts";

const isPositive = (value: number | undefined): value is number => typeof value === "number" && value > 0;

/**
 * Returns the delay of a message that is returned to a queue (RabbitMQ: Delayed Retry), after `failedCount` failures of
 * consumers with it. In milliseconds; 0 for none.
 */
export function retryDelayMs(settings: QueueSettings, hasFailed: boolean, failedCount: number): number {
  const { delayedRetryType: type, delayedRetryMinMs: min, delayedRetryMaxMs: max } = settings;
  if (type !== "all" && type !== (hasFailed ? "failed" : "returned")) return 0;
  if (!isPositive(min)) return 0;
  return Math.min(min * Math.max(1, failedCount), isPositive(max) ? max : min);
}

/** Messages with one due time, in the order in which they were returned. */
interface Due {
  readonly deadline: Deadline;
  readonly row: Positioned;
}

/** Returned messages of a quorum queue that are delivered again only later. */
export class DelayedRetry {
  count = 0;
  readonly #host: QueueHost;
  readonly #retry: (message: Message, position: number) => void;
  /** By due time. In milliseconds since 1970. */
  readonly #due = new Map<number, Due>();

  /** `retry` is called for each message when it is due. */
  constructor(host: QueueHost, retry: (message: Message, position: number) => void) {
    this.#host = host;
    this.#retry = retry;
  }

  /** Takes a message, with the queue's reference. It may have left memory. */
  add(message: Message, position: number, delayMs: number): void {
    const dueAtMs = this.#host.timeMs + delayMs;
    let due = this.#due.get(dueAtMs);
    if (due === undefined) {
      due = { deadline: new Deadline(() => this.#retryThoseDue(dueAtMs)), row: new Positioned() };
      this.#due.set(dueAtMs, due);
      this.#host.schedule.set(due.deadline, dueAtMs);
    }
    due.row.push(message, position);
    this.count++;
  }

  #retryThoseDue(dueAtMs: number): void {
    const { row } = this.#due.get(dueAtMs)!;
    this.#due.delete(dueAtMs);
    this.count -= row.count;
    row.takeAll(this.#retry);
  }

  forEach(visit: (message: Message, position: number) => void): void {
    for (const { row } of this.#due.values()) row.forEach(visit);
  }

  /** Drops all messages: calls `release` for each. */
  clear(release: (message: Message, position: number) => void): void {
    for (const { deadline, row } of this.#due.values()) {
      this.#host.schedule.clear(deadline);
      row.takeAll(release);
    }
    this.#due.clear();
    this.count = 0;
  }
}
