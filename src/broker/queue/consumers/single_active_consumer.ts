import type { Consumer } from "./consumer.ts";

/** The consumers of a queue, in the order of arrival. */
interface Candidates extends Iterable<Consumer> {
  /** Highest priority of a consumer. */
  readonly highestPriority: number;
}

/**
 * The only consumer of a queue that gets messages, while the others wait for it to end (RabbitMQ: Single Active
 * Consumer). It keeps its deliveries when it ends.
 */
export class SingleActiveConsumer {
  readonly #yieldsToPriority: boolean;
  #active: Consumer | undefined;

  /**
   * `yieldsToPriority` makes it yield to a new consumer of a higher priority: it gets no more messages, and once its
   * deliveries are settled it waits too.
   */
  constructor(yieldsToPriority: boolean) {
    this.#yieldsToPriority = yieldsToPriority;
  }

  /** The consumer that is delivered to; `undefined` without consumers. */
  get active(): Consumer | undefined {
    return this.#active;
  }

  /**
   * Adds a consumer, which is among `all`: it becomes active if no other is. Returns the active one, if that is new.
   */
  added(consumer: Consumer, all: Candidates): Consumer | undefined {
    const active = this.#active;
    if (active === undefined) return this.#active = consumer;
    consumer.isActive = false;
    if (!this.#yieldsToPriority || consumer.priority <= active.priority) return undefined;
    active.isActive = false;
    if (active.isWaiting) active.roundRobin.remove(active);
    return this.settled(active, all);
  }

  /** Notes that an inactive consumer has settled a message. Returns the active one, if that is new. */
  settled(consumer: Consumer, all: Candidates): Consumer | undefined {
    return consumer === this.#active && consumer.unackedCount === 0 ? this.#activateFirst(all) : undefined;
  }

  /** Removes a consumer, which is not among `others`. Returns the active one, if that is new. */
  removed(consumer: Consumer, others: Candidates): Consumer | undefined {
    return consumer === this.#active ? this.#activateFirst(others) : undefined;
  }

  /** Activates the first consumer of the highest priority. */
  #activateFirst(candidates: Candidates): Consumer | undefined {
    this.#active = undefined;
    for (const consumer of candidates) {
      if (consumer.priority !== candidates.highestPriority) continue;
      consumer.isActive = true;
      return this.#active = consumer;
    }
    return undefined;
  }
}
