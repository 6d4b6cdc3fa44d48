import type { Store } from "../../../store/store.ts";
import type { Message, Messages } from "../../message/messages.ts";
import type { BackingQueue } from "../backing/backing_queue.ts";
import type { Overflow, QueueSettings } from "../settings.ts";

/** How many ready messages a queue may have, and how many bytes of bodies (RabbitMQ: Queue Length Limit). */
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

  /** Counts the messages that there are already. Of those that are not in memory the store tells the bytes. */
  count(backingQueues: readonly BackingQueue[], store: Store): void {
    if (!this.countsBytes) return;
    for (const { id, ready } of backingQueues) {
      ready.forEach((message) => this.add(message));
      if (ready.stored.absentCount > 0) this.#bytes += store.bodyBytesFrom(id, ready.stored.from);
    }
  }

  add(message: Message): void {
    if (this.countsBytes) this.#bytes += this.#messages.bodyBytes(message);
  }

  remove(message: Message): void {
    if (this.countsBytes) this.#bytes = Math.max(0, this.#bytes - this.#messages.bodyBytes(message));
  }

  clear(): void {
    this.#bytes = 0;
  }

  isOver(readyCount: number): boolean {
    return readyCount > this.#maxLength || (readyCount > 0 && this.#bytes > this.#maxBytes);
  }

  /** Whether there is no room for a message more. */
  isFullFor(message: Message, readyCount: number): boolean {
    return readyCount + 1 > this.#maxLength || this.#bytes + this.#messages.bodyBytes(message) > this.#maxBytes;
  }
}
