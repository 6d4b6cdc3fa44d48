import type { Consumer } from "./consumer.ts";

/** A queue's consumers, in the order in which they came. */
interface Candidates extends Iterable<Consumer> {
  /** The highest priority that one of them has. */
  readonly highestPriority: number;
}

/**
 * Of a queue's consumers the one that is delivered to, while the others wait for it to go (RabbitMQ: Single Active
 * Consumer). What it was sent stays with it when it goes.
 */
export class SingleActiveConsumer {
  readonly #yieldsToPriority: boolean;
  #active: Consumer | undefined;

  /**
   * `yieldsToPriority` says whether it makes way for a newcomer of a higher priority: it gets nothing more then, and as
   * soon as it is done with what it has it waits too.
   */
  constructor(yieldsToPriority: boolean) {
    this.#yieldsToPriority = yieldsToPriority;
  }

  /** A consumer has come, and is among `all`: it is active if no other is. Returns who is active now, if that is new. */
  added(consumer: Consumer, all: Candidates): Consumer | undefined {
    const active = this.#active;
    if (active === undefined) return this.#active = consumer;
    consumer.isActive = false;
    if (!this.#yieldsToPriority || consumer.priority <= active.priority) return undefined;
    active.isActive = false;
    if (active.isWaiting) active.roundRobin.remove(active);
    return this.settled(active, all);
  }

  /** A consumer that is not active has been done with a message. Returns who is active now, if that is new. */
  settled(consumer: Consumer, all: Candidates): Consumer | undefined {
    return consumer === this.#active && consumer.unackedCount === 0 ? this.#activateFirst(all) : undefined;
  }

  /** A consumer has gone, and is not among `others`. Returns who is active now, if that is new. */
  removed(consumer: Consumer, others: Candidates): Consumer | undefined {
    return consumer === this.#active ? this.#activateFirst(others) : undefined;
  }

  /** Of those with the highest priority the first one. */
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
