import type { Consumer } from "./consumer.ts";
import { Round } from "./round.ts";
import { SingleActiveConsumer } from "./single_active_consumer.ts";

/** A queue's consumers, and whose turn it is to be delivered to. */
export class Consumers {
  /** In the order in which they came. */
  readonly #all = new Set<Consumer>();
  /** One for each priority that there are consumers of, the highest first (RabbitMQ: Consumer Priorities). */
  readonly #rounds: Round[] = [];
  readonly #singleActive: SingleActiveConsumer | undefined;

  constructor(hasSingleActive: boolean) {
    this.#singleActive = hasSingleActive ? new SingleActiveConsumer() : undefined;
  }

  get size(): number {
    return this.#all.size;
  }

  [Symbol.iterator](): Iterator<Consumer> {
    return this.#all.values();
  }

  /** Whether somebody may be able to take a message. */
  get areReady(): boolean {
    for (const round of this.#rounds) if (!round.isEmpty) return true;
    return false;
  }

  /** Whether no consumer can be added now: there is an exclusive one, or the new one wants to be exclusive and can't. */
  isClosedTo(exclusive: boolean): boolean {
    if (exclusive && this.#singleActive !== undefined) return true;
    for (const consumer of this.#all) return exclusive || consumer.isExclusive;
    return false;
  }

  add(consumer: Consumer): void {
    this.#all.add(consumer);
    consumer.round = this.#roundOf(consumer.priority);
    consumer.round.consumerCount++;
    this.#singleActive?.added(consumer);
    this.resume(consumer);
  }

  #roundOf(priority: number): Round {
    const rounds = this.#rounds;
    const index = rounds.findIndex((round) => round.priority <= priority);
    if (index !== -1 && rounds[index].priority === priority) return rounds[index];
    const round = new Round(priority);
    rounds.splice(index === -1 ? rounds.length : index, 0, round);
    return round;
  }

  cancel(consumer: Consumer): void {
    consumer.isCancelled = true;
    if (!this.#all.delete(consumer)) return;
    const { round } = consumer;
    round.consumerCount--;
    if (round.consumerCount === 0) this.#rounds.splice(this.#rounds.indexOf(round), 1);
    else round.forgetCancelled();
    const successor = this.#singleActive?.removed(consumer, this.#all, this.#rounds[0]?.priority ?? 0);
    if (successor !== undefined) this.resume(successor);
  }

  /** Cancels all, and tells them that their queue is gone. */
  delete(): void {
    for (const consumer of this.#all) {
      consumer.isCancelled = true;
      consumer.receiver.queueDeleted(consumer);
    }
    this.#all.clear();
    this.#rounds.length = 0;
  }

  /** A consumer that could not take a message may be able to again. Returns whether that is new. */
  resume(consumer: Consumer): boolean {
    if (consumer.isInRound || consumer.isCancelled || !consumer.isActive) return false;
    consumer.round.push(consumer);
    return true;
  }

  /** Takes the next consumer that can take a message out of its round. */
  next(): Consumer | undefined {
    const rounds = this.#rounds;
    for (let i = 0; i < rounds.length; i++) {
      const consumer = rounds[i].next();
      if (consumer !== undefined) return consumer;
    }
    return undefined;
  }
}
