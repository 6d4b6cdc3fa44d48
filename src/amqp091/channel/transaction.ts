import type { Consumer } from "../../broker/queue/consumers/consumer.ts";
import type { Message } from "../../broker/message/messages.ts";
import type { Outcome } from "./consuming.ts";
import type { Publish, Publishing } from "./publishing.ts";

/** A delivery that was acknowledged, rejected or returned inside a transaction. */
export interface Settlement {
  readonly tag: number;
  readonly message: Message;
  readonly position: number;
  readonly consumer: Consumer;
  readonly outcome: Outcome;
}

/** What a channel has published and settled since its last commit or rollback (AMQP 0-9-1 §1.9). */
export class Transaction {
  #publishes: Publish[] = [];
  #settlements: Settlement[] = [];

  publish(publish: Publish): void {
    this.#publishes.push(publish);
  }

  settle(settlement: Settlement): void {
    this.#settlements.push(settlement);
  }

  /** Publishes what was held back, in order, and returns the settlements for the caller to carry out. */
  commit(publishing: Publishing): readonly Settlement[] {
    const publishes = this.#publishes;
    this.#publishes = [];
    for (const { message, queues, needs, isMandatory } of publishes) {
      // A queue that was deleted since has taken its messages along; that is not a missing route.
      const living = queues.filter(({ isDeleted }) => !isDeleted);
      publishing.enqueue(message, living, needs, isMandatory && queues.length === 0);
    }
    return this.#takeSettlements();
  }

  /** Forgets what was published, and returns the settlements for the caller to undo. */
  rollback(release: (message: Message) => void): readonly Settlement[] {
    for (const { message } of this.#publishes) release(message);
    this.#publishes = [];
    return this.#takeSettlements();
  }

  #takeSettlements(): readonly Settlement[] {
    const settlements = this.#settlements;
    this.#settlements = [];
    return settlements;
  }
}
