import type { Consumer } from "./consumer.ts";

/** Number of cancelled consumers that may stay in a round robin beyond the number of others. */
const CANCELLED_MAX = 64;
/** Number of empty places that may stay at the front of a round robin beyond the number of used ones. */
const LEFT_MAX = 64;

/**
 * Consumers of one priority that may be able to take a message, the next one first. One that can't is dropped, and
 * comes back at the end with {@linkcode push}; so a delivery costs the same however many consumers wait for
 * acknowledgements.
 */
export class RoundRobin {
  readonly priority: number;
  /** Number of consumers of this priority, in the round robin or not. */
  consumerCount = 0;
  #consumers: Consumer[] = [];
  #head = 0;

  constructor(priority: number) {
    this.priority = priority;
  }

  /** True when no other consumer is waiting than the one that {@linkcode next} returned. */
  get isEmpty(): boolean {
    return this.#consumers.length === this.#head;
  }

  /** Adds a consumer that is not in the round robin to its end. */
  push(consumer: Consumer): void {
    consumer.isWaiting = true;
    this.#consumers.push(consumer);
  }

  /** Takes the next consumer that can take a message out of the round robin; {@linkcode putBack} must follow. */
  next(): Consumer | undefined {
    const consumers = this.#consumers;
    while (this.#head < consumers.length) {
      const consumer = consumers[this.#head++];
      if (this.#head === consumers.length) {
        this.#head = 0;
        consumers.length = 0;
      } else if (this.#head > LEFT_MAX && this.#head * 2 > consumers.length) {
        consumers.splice(0, this.#head);
        this.#head = 0;
      }
      if (!consumer.isCancelled && consumer.receiver.canTake(consumer)) return consumer;
      consumer.isWaiting = false;
    }
    return undefined;
  }

  /** Puts a consumer at the end of the round robin after a delivery, if it may be able to take more. */
  putBack(consumer: Consumer, mayTakeMore: boolean): void {
    if (mayTakeMore) this.#consumers.push(consumer);
    else consumer.isWaiting = false;
  }

  /** Takes a consumer out of the round robin. */
  remove(consumer: Consumer): void {
    this.#consumers = this.#consumers.slice(this.#head).filter((other) => other !== consumer);
    this.#head = 0;
    consumer.isWaiting = false;
  }

  /** Removes cancelled consumers, as nothing else does without deliveries. */
  forgetCancelled(): void {
    if (this.#consumers.length - this.#head <= this.consumerCount * 2 + CANCELLED_MAX) return;
    this.#consumers = this.#consumers.slice(this.#head).filter(({ isCancelled }) => !isCancelled);
    this.#head = 0;
  }
}
