import type { Consumer } from "./consumer.ts";

/** So many cancelled consumers may wait in a round to be passed over, beside as many as there are others. */
const CANCELLED_IN_ROUND = 64;
/** So many places that were left at the front of a round are kept, beside as many as are in use. */
const LEFT_IN_ROUND = 64;

/** A queue's consumers, and whose turn it is to be delivered to. */
export class Consumers {
  /** In the order in which they came. */
  readonly #all = new Set<Consumer>();
  /**
   * Those that may be able to take a message, the next one first. Who can't is dropped, and comes back at the end with
   * {@linkcode resume}; so a delivery costs the same however many consumers wait for acknowledgements.
   */
  #round: Consumer[] = [];
  #roundHead = 0;

  get size(): number {
    return this.#all.size;
  }

  [Symbol.iterator](): Iterator<Consumer> {
    return this.#all.values();
  }

  /** Whether nobody is in the round but who was taken out of it by {@linkcode next}. */
  get isRoundEmpty(): boolean {
    return this.#round.length === this.#roundHead;
  }

  /** Whether no consumer can be added now: there is an exclusive one, or the new one wants to be exclusive and is not. */
  isClosedTo(exclusive: boolean): boolean {
    for (const consumer of this.#all) return exclusive || consumer.isExclusive;
    return false;
  }

  add(consumer: Consumer): void {
    this.#all.add(consumer);
    this.resume(consumer);
  }

  cancel(consumer: Consumer): void {
    consumer.isCancelled = true;
    this.#all.delete(consumer);
    // Where consumers come and go and messages don't, nobody else would take them out of the round.
    if (this.#round.length - this.#roundHead > this.#all.size * 2 + CANCELLED_IN_ROUND) this.#forgetCancelled();
  }

  /** Cancels all, and tells them that their queue is gone. */
  delete(): void {
    for (const consumer of this.#all) {
      consumer.isCancelled = true;
      consumer.receiver.queueDeleted(consumer);
    }
    this.#all.clear();
  }

  #forgetCancelled(): void {
    this.#round = this.#round.slice(this.#roundHead).filter(({ isCancelled }) => !isCancelled);
    this.#roundHead = 0;
  }

  /** A consumer that could not take a message may be able to again. Returns whether that is new. */
  resume(consumer: Consumer): boolean {
    if (consumer.isInRound || consumer.isCancelled) return false;
    consumer.isInRound = true;
    this.#round.push(consumer);
    return true;
  }

  /** Takes the next consumer that can take a message out of the round; {@linkcode putBack} is to follow. */
  next(): Consumer | undefined {
    const round = this.#round;
    while (this.#roundHead < round.length) {
      const consumer = round[this.#roundHead++];
      if (this.#roundHead === round.length) {
        this.#roundHead = 0;
        round.length = 0;
      } else if (this.#roundHead > LEFT_IN_ROUND && this.#roundHead * 2 > round.length) {
        round.splice(0, this.#roundHead);
        this.#roundHead = 0;
      }
      if (!consumer.isCancelled && consumer.receiver.canTake(consumer)) return consumer;
      consumer.isInRound = false;
    }
    return undefined;
  }

  /** Puts a consumer that has been delivered to at the end of the round, if it may be able to take more. */
  putBack(consumer: Consumer, mayTakeMore: boolean): void {
    if (mayTakeMore) this.#round.push(consumer);
    else consumer.isInRound = false;
  }
}
