import type { Consumer } from "../queue/consumers/consumer.ts";
import type { Message } from "../message/messages.ts";
import type { Target } from "../message/target.ts";
import type { Outcome } from "./outcome.ts";

/** A message that was published inside a transaction, with its targets. */
export interface HeldPublish {
  readonly message: Message;
  readonly targets: readonly Target[];
  /** Needs of the targets: see `give.ts`. */
  readonly needs: number;
  readonly isMandatory: boolean;
}

/** A delivery that was acknowledged, rejected or returned inside a transaction. */
export interface Settlement {
  readonly tag: number;
  readonly message: Message;
  readonly position: number;
  readonly consumer: Consumer;
  readonly outcome: Outcome;
}

/** Publishes and settlements of a channel since its last commit or rollback (AMQP 0-9-1 §1.9). */
export class Transaction {
  #publishes: HeldPublish[] = [];
  #settlements: Settlement[] = [];

  /** Number of messages published, and of deliveries settled, since the last commit. */
  get publishCount(): number {
    return this.#publishes.length;
  }
  get settlementCount(): number {
    return this.#settlements.length;
  }

  publish(publish: HeldPublish): void {
    this.#publishes.push(publish);
  }

  settle(settlement: Settlement): void {
    this.#settlements.push(settlement);
  }

  forEachPublish(visit: (publish: HeldPublish) => void): void {
    this.#publishes.forEach(visit);
  }
  forEachSettlement(visit: (settlement: Settlement) => void): void {
    this.#settlements.forEach(visit);
  }

  takePublishes(): readonly HeldPublish[] {
    const publishes = this.#publishes;
    this.#publishes = [];
    return publishes;
  }

  takeSettlements(): readonly Settlement[] {
    const settlements = this.#settlements;
    this.#settlements = [];
    return settlements;
  }
}
