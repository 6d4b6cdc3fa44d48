import type { FieldTable } from "../../../wire/field_table.ts";
import type { Consumer } from "./consumer.ts";
import { ConsumerCapacity } from "./consumer_capacity.ts";
import { RoundRobin } from "./round_robin.ts";
import { SingleActiveConsumer } from "./single_active_consumer.ts";

/** Traits of the consumers of a queue type. */
export interface ConsumersTraits {
  /** True when a consumer may be exclusive. */
  readonly mayBeExclusive: boolean;
  /** True when the single active consumer yields to one of a higher priority. */
  readonly yieldToPriority: boolean;
}

/** The time of a turn. In milliseconds since 1970. */
interface ConsumersClock {
  readonly timeMs: number;
}

/** Returns whether a queue's arguments set a single active consumer. */
export const hasSingleActiveConsumer = (queueArguments: FieldTable): boolean =>
  queueArguments.get("x-single-active-consumer")?.value === true;

/** The consumers of a queue, in the order in which they get messages. */
export class Consumers {
  /** In the order of arrival. */
  readonly #all = new Set<Consumer>();
  /** One for each priority with consumers, the highest first (RabbitMQ: Consumer Priorities). */
  readonly #roundRobins: RoundRobin[] = [];
  readonly #singleActive: SingleActiveConsumer | undefined;

  readonly #mayBeExclusive: boolean;

  readonly #clock: ConsumersClock;
  /** Made when no consumer can take a message for the first time. */
  #capacity: ConsumerCapacity | undefined;

  constructor(queueArguments: FieldTable, { mayBeExclusive, yieldToPriority }: ConsumersTraits, clock: ConsumersClock) {
    this.#clock = clock;
    this.#mayBeExclusive = mayBeExclusive;
    if (hasSingleActiveConsumer(queueArguments)) this.#singleActive = new SingleActiveConsumer(yieldToPriority);
  }

  get size(): number {
    return this.#all.size;
  }

  [Symbol.iterator](): Iterator<Consumer> {
    return this.#all.values();
  }

  /** Highest priority of a consumer; 0 without consumers. */
  get highestPriority(): number {
    return this.#roundRobins[0]?.priority ?? 0;
  }

  /** True when a consumer may be able to take a message. */
  get areReady(): boolean {
    for (const roundRobin of this.#roundRobins) if (!roundRobin.isEmpty) return true;
    return false;
  }

  /**
   * Returns true when no consumer can be added: there is an exclusive one, or the new one is exclusive and can't be.
   */
  isClosedTo(exclusive: boolean): boolean {
    if (!this.#mayBeExclusive) return false;
    if (exclusive && this.#singleActive !== undefined) return true;
    for (const consumer of this.#all) return exclusive || consumer.isExclusive;
    return false;
  }

  add(consumer: Consumer): void {
    this.#all.add(consumer);
    consumer.roundRobin = this.#roundRobinOf(consumer.priority);
    consumer.roundRobin.consumerCount++;
    const successor = this.#singleActive?.added(consumer, this);
    this.resume(successor ?? consumer);
  }

  #roundRobinOf(priority: number): RoundRobin {
    const roundRobins = this.#roundRobins;
    const index = roundRobins.findIndex((roundRobin) => roundRobin.priority <= priority);
    if (index !== -1 && roundRobins[index].priority === priority) return roundRobins[index];
    const roundRobin = new RoundRobin(priority);
    roundRobins.splice(index === -1 ? roundRobins.length : index, 0, roundRobin);
    return roundRobin;
  }

  cancel(consumer: Consumer): void {
    consumer.isCancelled = true;
    if (!this.#all.delete(consumer)) return;
    const { roundRobin } = consumer;
    roundRobin.consumerCount--;
    if (roundRobin.consumerCount === 0) this.#roundRobins.splice(this.#roundRobins.indexOf(roundRobin), 1);
    else roundRobin.forgetCancelled();
    const successor = this.#singleActive?.removed(consumer, this);
    if (successor !== undefined) this.resume(successor);
  }

  /** Cancels all consumers, and tells them that their queue is deleted. */
  delete(): void {
    for (const consumer of this.#all) {
      consumer.isCancelled = true;
      consumer.receiver.queueDeleted(consumer);
    }
    this.#all.clear();
    this.#roundRobins.length = 0;
  }

  /** Notes that a consumer that could not take a message may be able to again. Returns whether that is new. */
  resume(consumer: Consumer): boolean {
    if (consumer.isWaiting || consumer.isCancelled) return false;
    if (!consumer.isActive) {
      const successor = this.#singleActive?.settled(consumer, this);
      return successor !== undefined && this.resume(successor);
    }
    consumer.roundRobin.push(consumer);
    if (this.#capacity !== undefined) this.#capacity.unblock(this.#clock.timeMs);
    return true;
  }

  /** Takes the next consumer that can take a message out of its round robin. */
  next(): Consumer | undefined {
    const roundRobins = this.#roundRobins;
    for (let i = 0; i < roundRobins.length; i++) {
      const consumer = roundRobins[i].next();
      if (consumer !== undefined) return consumer;
    }
    if (this.#all.size > 0) this.#block();
    return undefined;
  }

  #block(): void {
    const { timeMs } = this.#clock;
    if (this.#capacity === undefined) this.#capacity = new ConsumerCapacity(timeMs);
    else this.#capacity.block(timeMs);
  }

  /** The part of the time in which some consumer could take a message at once; 0 without consumers. */
  get capacity(): number {
    if (this.#all.size === 0) return 0;
    return this.#capacity === undefined ? 1 : this.#capacity.at(this.#clock.timeMs);
  }

  /** The one consumer that is delivered to (RabbitMQ: Single Active Consumer); `undefined` where all are. */
  get singleActive(): Consumer | undefined {
    return this.#singleActive?.active;
  }
}
