import type { Message, Messages } from "../message/messages.ts";

/** Totals of a durable queue's unacknowledged messages of which the store has a copy. Bytes are those of bodies. */
export class StoredUnacked {
  /** Messages that the store has. In a queue that keeps transient messages too, these are not told from others. */
  persistentCount = 0;
  persistentBytes = 0;
  /** Messages that have left memory. */
  absentCount = 0;
  absentBytes = 0;
  readonly #messages: Messages;

  constructor(messages: Messages) {
    this.#messages = messages;
  }

  /** Adds a message that is handed out. It is in memory. */
  add(message: Message): void {
    if (this.#messages.isPersistent(message)) this.#count(message, 1);
  }

  /** Removes a message that is settled or comes back. */
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
