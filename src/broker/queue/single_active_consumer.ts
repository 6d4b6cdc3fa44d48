import type { Consumer } from "./consumer.ts";

/**
 * Of a queue's consumers the one that is delivered to, while the others wait for it to go (RabbitMQ: Single Active
 * Consumer). What it was sent stays with it when it goes.
 */
export class SingleActiveConsumer {
  #active: Consumer | undefined;

  /** A consumer has come: it is active if no other is. */
  added(consumer: Consumer): void {
    if (this.#active === undefined) this.#active = consumer;
    else consumer.isActive = false;
  }

  /**
   * A consumer has gone. If it was the active one, makes that of the highest priority active which came first among
   * `others`, which are in the order in which they came, and returns it.
   */
  removed(consumer: Consumer, others: Iterable<Consumer>, highestPriority: number): Consumer | undefined {
    if (consumer !== this.#active) return undefined;
    this.#active = undefined;
    for (const other of others) {
      if (other.priority !== highestPriority) continue;
      other.isActive = true;
      return this.#active = other;
    }
    return undefined;
  }
}
