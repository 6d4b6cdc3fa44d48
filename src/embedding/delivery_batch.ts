import type { Outcome } from "../broker/session/outcome.ts";
import type { Delivery } from "./delivery.ts";

/** Settles the deliveries of a batch. */
export interface BatchSource {
  settleAll(deliveries: readonly Delivery[], outcome: Outcome): void;
}

/** Messages that a consumer has received together, in their order. There is at least one. */
export class DeliveryBatch implements Iterable<Delivery> {
  readonly #source: BatchSource;
  /** The messages. */
  readonly deliveries: readonly Delivery[];

  /** Made by the broker only. */
  constructor(source: BatchSource, deliveries: readonly Delivery[]) {
    this.#source = source;
    this.deliveries = deliveries;
  }

  /** Number of messages. */
  get length(): number {
    return this.deliveries.length;
  }

  /** Iterates over the messages. */
  [Symbol.iterator](): Iterator<Delivery> {
    return this.deliveries[Symbol.iterator]();
  }

  /** Acknowledges all messages of the batch that are not settled. */
  ack(): void {
    this.#source.settleAll(this.deliveries, "settle");
  }

  /** Returns all messages that are not settled to their queue; with `requeue: false` they are dead-lettered or dropped. */
  nack({ requeue = true }: { readonly requeue?: boolean } = {}): void {
    this.#source.settleAll(this.deliveries, requeue ? "requeue" : "reject");
  }

  /** Dead-letters or drops all messages that are not settled. */
  reject(): void {
    this.#source.settleAll(this.deliveries, "reject");
  }
}
