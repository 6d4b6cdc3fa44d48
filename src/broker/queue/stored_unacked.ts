import type { Message, Messages } from "../message/messages.ts";

/** Totals of a durable queue's unacknowledged messages that the store has. Bytes are those of bodies. */
export class StoredUnacked {
  /** Number of messages that the store has. In a queue that stores transient messages too, it includes these. */
  persistentCount = 0;
  persistentBytes = 0;
  /** Number of messages that have left memory. */
  absentCount = 0;
  absentBytes = 0;
  readonly #messages: Messages;

  constructor(messages: Messages) {
    this.#messages = messages;
  }

  /** Adds a delivered message, which is in memory. */
  add(message: Message): void {
    if (this.#messages.isPersistent(message)) this.#count(message, 1);
  }

  /** Removes a message that is settled or returned. */
  remove(message: Message): void {
    if (!this.#messages.isPersistent(message)) return;
    this.#count(message, -1);
    if (this.absentCount > 0 && this.#messages.isAbsent(message)) this.#countAbsent(message, -1);
  }

  /** Notes that a message has left memory. */
  leftMemory(message: Message): void {
    this.#countAbsent(message, 1);
  }

  #count(message: Message, by: 1 | -1): void {
    this.persistentCount += by;
    this.persistentBytes += by * this.#messages.bodyBytes(message);
  }

  #countAbsent(message: Message, by: 1 | -1): void {
    this.absentCount += by;
    this.absentBytes += by * this.#messages.bodyBytes(message);
  }
}
