import { expirationOf } from "../../../wire/properties.ts";
import type { MessageContent } from "../../../store/message_content.ts";
import type { Message, Messages } from "../../message/messages.ts";
import { Deadline } from "../../turn/schedule.ts";
import type { BackingQueue } from "../backing/backing_queue.ts";
import type { SetAsideMessages } from "../paging/set_aside.ts";
import type { QueueHost } from "../queue_host.ts";
import type { QueueSettings } from "../settings.ts";

/** The queue whose messages expire. */
export interface ExpiringQueue {
  readonly settings: QueueSettings;
  readonly backingQueues: readonly BackingQueue[];
  /** Returned messages, if they have a place of their own. */
  readonly returnedWaiting: SetAsideMessages | undefined;
  /** Expires the next message of a backing queue. */
  dropNext(backingQueue: BackingQueue, reason: "expired"): void;
  /** Expires the next returned message. */
  dropReturned(reason: "expired"): void;
  whenRead(): void;
}

/** Expires a queue's messages that have waited for too long (RabbitMQ: Time-To-Live). */
export class Expiry {
  readonly #queue: ExpiringQueue;
  readonly #host: QueueHost;
  /** Due when the next message expires. */
  readonly #deadline: Deadline;

  constructor(queue: ExpiringQueue, host: QueueHost) {
    this.#queue = queue;
    this.#host = host;
    this.#deadline = new Deadline(() => queue.whenRead());
  }

  /**
   * Returns whether a message is not to be delivered any more. One that has just come (`isFresh`), and one that returned to a
   * quorum queue, may be until the end of the millisecond in which it expires.
   */
  isExpired(message: Message, isFresh: boolean): boolean {
    const atMs = this.#expiresAtMs(message);
    return isFresh ? atMs < this.#host.timeMs : atMs <= this.#host.timeMs;
  }

  #expiresAtMs(message: Message): number {
    return expiresAtMs(this.#host.messages, message, this.#queue.settings.messageTtlMs);
  }

  /**
   * Expires messages at the front, at most `most` of the returned ones and of the others, and sets the time for the
   * next check. Returns whether a message in memory expires later.
   */
  drop(most: number): boolean {
    const nextAtMs = Math.min(this.#dropReturned(most), this.#dropWaiting(most));
    this.#host.schedule.set(this.#deadline, nextAtMs);
    return nextAtMs !== Infinity;
  }

  /** Returns the time at which the next message expires, in milliseconds since 1970; `Infinity` for never. */
  #dropReturned(most: number): number {
    const returned = this.#queue.returnedWaiting;
    if (returned === undefined) return Infinity;
    for (let deaths = 0; returned.isNextAvailable; deaths++) {
      const atMs = this.#expiresAtMs(returned.nextMessage);
      if (atMs > this.#host.timeMs || deaths === most) return atMs;
      this.#queue.dropReturned("expired");
    }
    if (returned.count > 0) returned.read();
    return Infinity;
  }

  #dropWaiting(most: number): number {
    const { timeMs } = this.#host;
    let nextAtMs = Infinity;
    let deaths = 0;
    for (const backingQueue of this.#queue.backingQueues) {
      const { ready } = backingQueue;
      while (ready.availableCount > 0) {
        const atMs = this.#expiresAtMs(ready.nextMessage);
        if (atMs <= timeMs && deaths++ < most) {
          this.#queue.dropNext(backingQueue, "expired");
          continue;
        }
        nextAtMs = Math.min(nextAtMs, atMs);
        break;
      }
      if (ready.availableCount === 0 && ready.count > 0) backingQueue.paging.read();
    }
    return nextAtMs;
  }

  stop(): void {
    this.#host.schedule.clear(this.#deadline);
  }
}

/**
 * Returns the time at which a message that came at `timeMs` expires in a queue with a time to live of `ttlMs`: the
 * lower one of that and its own expiration counts. In milliseconds since 1970; `Infinity` for never.
 */
export function expiryOf(content: MessageContent, timeMs: number, ttlMs: number | undefined): number {
  return timeMs + Math.min(expirationOf(content.bytes, content.offset + content.addressBytes), ttlMs ?? Infinity);
}

/** Returns the same for a message in memory. One without a time of arrival never expires. */
export function expiresAtMs(messages: Messages, message: Message, ttlMs: number | undefined): number {
  const content = messages.locate(message);
  return content.time === 0 ? Infinity : expiryOf(content, content.time, ttlMs);
}
