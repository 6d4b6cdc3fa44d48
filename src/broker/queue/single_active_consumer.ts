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
  removed(consumer: Consumer, others: Iterable<Consumer>): Consumer | undefined {
    if (consumer !== this.#active) return undefined;
    let next: Consumer | undefined;
    for (const other of others) {
      if (next === undefined || other.priority > next.priority) next = other;
    }
    this.#active = next;
    if (next !== undefined) next.isActive = true;
    return next;
  }
}
