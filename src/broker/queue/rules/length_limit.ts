import { assertEqual } from "../../../wire/assert.ts";
import type { Message, Messages } from "../../message/messages.ts";
import type { QueueHost } from "../queue_host.ts";
import type { Overflow, QueueSettings } from "../settings.ts";

/** Maximum number of messages of a queue that die for one reason in one turn; the others follow soon. */
export const DEATHS_IN_TURN = 256;

/** The queue with the limit. */
export interface LimitedQueue {
  /** Number of messages that count. */
  readonly limitedCount: number;
  /** Delivers what consumers can take at once. */
  deliver(): void;
  /** Drops the next message for the limit. Returns false when there is none, or it must be read first. */
  dropHead(): boolean;
  whenRead(): void;
}

/** Limits of a queue's ready messages and of the bytes of their bodies (RabbitMQ: Queue Length Limit). */
export class LengthLimit {
  readonly overflow: Overflow;
  readonly #messages: Messages;
  readonly #maxLength: number;
  readonly #maxBytes: number;
  /** Bytes of bodies of ready messages, while these are limited. */
  #bytes = 0;

  constructor(settings: QueueSettings, messages: Messages) {
    this.overflow = settings.overflow;
    this.#messages = messages;
    this.#maxLength = settings.maxLength ?? Infinity;
    this.#maxBytes = settings.maxLengthBytes ?? Infinity;
  }

  get countsBytes(): boolean {
    return this.#maxBytes !== Infinity;
  }

  /** Begins to count with the size of the existing messages. */
  recount(bytes: number): void {
    this.#bytes = bytes;
  }

  /** Throws `AssertionError` unless this is the counted size. */
  checkBytes(bytes: number): void {
    if (this.countsBytes) assertEqual("bytes of the length limit", this.#bytes, bytes);
  }

  add(message: Message): void {
    if (this.countsBytes) this.#bytes += this.#messages.bodyBytes(message);
  }

  remove(message: Message): void {
    if (this.countsBytes) this.#bytes -= this.#messages.bodyBytes(message);
  }

  /** Removes messages above the limits, from the front. Messages that consumers can take at once are not removed. */
  enforce(queue: LimitedQueue, host: QueueHost): void {
    if (this.overflow !== "drop-head" || !this.isOver(queue.limitedCount)) return;
    queue.deliver();
    for (let deaths = 0; this.isOver(queue.limitedCount); deaths++) {
      if (deaths === DEATHS_IN_TURN) return host.later(0, () => queue.whenRead());
      if (!queue.dropHead()) return;
    }
    // The next one may have expired behind these.
    queue.whenRead();
  }

  /** Returns whether there is no room for a message, and no other one is dropped for it. */
  refuses(message: Message, queue: LimitedQueue): boolean {
    if (this.overflow === "drop-head" || !this.isFullFor(message, queue.limitedCount)) return false;
    // Some messages that wait for the end of the turn may be for consumers.
    queue.deliver();
    return this.isFullFor(message, queue.limitedCount);
  }

  isOver(readyCount: number): boolean {
    return readyCount > this.#maxLength || (readyCount > 0 && this.#bytes > this.#maxBytes);
  }

  /** Returns whether there is no room for another message. */
  isFullFor(message: Message, readyCount: number): boolean {
    return readyCount + 1 > this.#maxLength || this.#bytes + this.#messages.bodyBytes(message) > this.#maxBytes;
  }
}
