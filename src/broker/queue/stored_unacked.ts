import { failAssertion } from "../../wire/assert.ts";
import type { Message, Messages } from "../message/messages.ts";

/** Totals of a durable queue's unacknowledged messages that the store has. Bytes are those of bodies. */
export class StoredUnacked {
  /** Number of persistent messages; 0 in a queue that stores transient messages too. */
  persistentCount = 0;
  persistentBytes = 0;
  /** Number of messages that have left memory. */
  absentCount = 0;
  absentBytes = 0;
  readonly #messages: Messages;
  readonly #countsPersistent: boolean;

  constructor(messages: Messages, keepsTransient: boolean) {
    this.#messages = messages;
    this.#countsPersistent = !keepsTransient;
  }

  /** Adds a delivered message, which is in memory. */
  add(message: Message): void {
    if (this.#countsPersistent && this.#messages.isPersistent(message)) this.#countPersistent(message, 1);
  }

  /** Removes a message that is settled or returned. */
  remove(message: Message): void {
    if (this.#countsPersistent && this.#messages.isPersistent(message)) this.#countPersistent(message, -1);
    if (this.absentCount > 0 && this.#messages.isAbsent(message)) this.#countAbsent(message, -1);
  }

  /** Notes that a message has left memory. */
  leftMemory(message: Message): void {
    this.#countAbsent(message, 1);
  }

  #countPersistent(message: Message, by: 1 | -1): void {
    this.persistentCount += by;
    this.persistentBytes += by * this.#messages.bodyBytes(message);
  }

  #countAbsent(message: Message, by: 1 | -1): void {
    this.absentCount += by;
    this.absentBytes += by * this.#messages.bodyBytes(message);
  }

  /** Throws `AssertionError` when a count is less than 0 or more than that of all: `count` messages, `bytes` of bodies. */
  checkCounts(what: string, count: number, bytes: number): void {
    const { persistentCount, persistentBytes, absentCount, absentBytes } = this;
    checkPart(`persistent ${what}`, persistentCount, count);
    checkPart(`persistent bytes of ${what}`, persistentBytes, bytes);
    checkPart(`${what} that have left memory`, absentCount, count);
    checkPart(`bytes of ${what} that have left memory`, absentBytes, bytes);
  }
}

function checkPart(what: string, part: number, all: number): void {
  if (part < 0 || part > all) failAssertion(what, `0 to ${all}`, part);
}
