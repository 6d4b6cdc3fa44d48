import type { Store } from "../../store/store.ts";
import type { Message, Messages } from "../message/messages.ts";
import type { BackingQueue } from "./backing/backing_queue.ts";
import type { Consumer } from "./consumers/consumer.ts";
import type { Consumers } from "./consumers/consumers.ts";
import type { QueueCounts } from "./queue_counts.ts";
import type { QueueHost } from "./queue_host.ts";
import type { ReturnedMessages } from "./quorum/returned_messages.ts";
import type { Deaths } from "./rules/deaths.ts";
import { DEATHS_IN_TURN } from "./rules/length_limit.ts";
import type { QueueRules } from "./rules/queue_rules.ts";
import type { UnackedMessages } from "./unacked_messages.ts";
import type { WaitingMessages } from "./waiting_messages.ts";

/** A message that `basic.get` fetched, with the position to which it goes back when it is returned. */
export interface Fetched {
  readonly message: Message;
  readonly position: number;
  readonly isRedelivered: boolean;
  /** The message that the client sees: mostly the message itself. */
  readonly shown: Message;
}

/** The queue whose messages are delivered. */
interface DeliveringQueue {
  readonly isDurable: boolean;
  readonly consumers: Consumers;
  /** Removes an unacknowledged message from memory, if the store can read it back. */
  forget(message: Message, position: number): void;
}

/** Delivers a queue's messages to its consumers in turn, and fetches them one by one. */
export class QueueDelivery {
  readonly #queue: DeliveringQueue;
  readonly #isDurable: boolean;
  readonly #messages: Messages;
  readonly #store: Store;
  readonly #consumers: Consumers;
  readonly #waiting: WaitingMessages;
  readonly #unacked: UnackedMessages;
  readonly #rules: QueueRules;
  readonly #deaths: Deaths;
  readonly #counts: QueueCounts;

  constructor(
    queue: DeliveringQueue,
    { messages, store }: QueueHost,
    waiting: WaitingMessages,
    unacked: UnackedMessages,
    rules: QueueRules,
    deaths: Deaths,
    counts: QueueCounts,
  ) {
    this.#queue = queue;
    this.#isDurable = queue.isDurable;
    this.#messages = messages;
    this.#store = store;
    this.#consumers = queue.consumers;
    this.#waiting = waiting;
    this.#unacked = unacked;
    this.#rules = rules;
    this.#deaths = deaths;
    this.#counts = counts;
  }

  /** Returns the next message, which must be in memory; `undefined` when none waits. See `Queue.fetch`. */
  fetch(noAck: boolean): Fetched | undefined {
    const fetched = this.#fetch();
    const counts = this.#counts;
    if (fetched === undefined) {
      counts.getEmpty++;
      return undefined;
    }
    if (fetched.isRedelivered) counts.redeliver++;
    if (noAck) counts.getNoAck++;
    else {
      counts.get++;
      this.#unacked.count++;
    }
    return fetched;
  }

  #fetch(): Fetched | undefined {
    const { returned, next } = this.#waiting;
    if (returned !== undefined && returned.count > 0) {
      const position = returned.waiting.nextPosition;
      const message = this.#shiftReturned(returned);
      return { message, position, isRedelivered: true, shown: this.#shown(message, position) };
    }
    if (next === undefined) return undefined;
    const { ready, base, id } = next;
    const isRedelivered = ready.isNextRedelivered;
    const position = ready.nextPosition + base;
    const message = ready.shift();
    this.#rules.limit?.remove(message);
    if (this.#isDurable) this.#store.delivered(id, ready.deliveredUpTo);
    return { message, position, isRedelivered, shown: isRedelivered ? this.#shown(message, position) : message };
  }

  #shiftReturned({ waiting }: ReturnedMessages): Message {
    const message = waiting.shift();
    this.#rules.limit?.remove(message);
    return message;
  }

  /** Returns the message that a client sees when it gets it again: the message itself, or one made for that. */
  #shown(message: Message, position: number): Message {
    const { returned } = this.#waiting;
    return returned === undefined ? message : returned.shown(message, position);
  }

  /** Delivers what can be delivered: first returned messages, then by priority. */
  deliver(): void {
    const { only, returned, backingQueues } = this.#waiting;
    if (only !== undefined) return this.#deliverFrom(only);
    if (returned !== undefined) {
      this.#deliverReturned(returned);
      if (returned.count > 0) return;
    }
    for (const backingQueue of backingQueues) {
      this.#deliverFrom(backingQueue);
      if (backingQueue.ready.count > 0) return;
    }
  }

  /**
   * Delivers to one consumer after the other, a message each, while there are messages and consumers that can take
   * them; first to those of the highest priority. Every message goes through this loop, so it is one loop over locals
   * that allocates nothing (`bench/`: throughput).
   */
  #deliverFrom(backingQueue: BackingQueue): void {
    const { ready, base } = backingQueue;
    const { limit, expiry } = this.#rules;
    const consumers = this.#consumers;
    const unacked = this.#unacked;
    let deaths = 0;
    while (ready.availableCount > 0) {
      if (expiry !== undefined && expiry.isExpired(ready.nextMessage, ready.isNextFresh)) {
        if (deaths++ === DEATHS_IN_TURN) return;
        this.#deaths.dropNext(backingQueue, "expired");
        continue;
      }
      const consumer = consumers.next();
      if (consumer === undefined) break;
      // A consumer that is alone in its round robin keeps its turn.
      const { roundRobin, noAck } = consumer;
      let canTake = true;
      let count = 0;
      do {
        count++;
        const position = ready.nextPosition + base;
        const isFresh = ready.isNextFresh;
        const isRedelivered = !isFresh && ready.isNextRedelivered;
        const message = ready.shift();
        if (!noAck) unacked.count++;
        if (limit !== undefined) limit.remove(message);
        if (isRedelivered) this.#deliverAgain(consumer, message, position);
        else consumer.receiver.deliver(consumer, message, position, false, message);
        if (!isFresh && !noAck) this.#queue.forget(message, position);
      } while (
        roundRobin.isEmpty && expiry === undefined && ready.availableCount > 0 &&
        (canTake = consumer.receiver.canTake(consumer))
      );
      this.#countDelivered(consumer, count);
      roundRobin.putBack(consumer, canTake);
    }
  }

  #deliverReturned(returned: ReturnedMessages): void {
    const { waiting } = returned;
    for (let deaths = 0; waiting.count > 0;) {
      if (!waiting.isNextAvailable) {
        if (this.#consumers.areReady) waiting.read();
        return;
      }
      if (this.#rules.expiry?.isExpired(waiting.nextMessage, true)) {
        if (deaths++ === DEATHS_IN_TURN) return;
        this.#deaths.dropReturned("expired");
        continue;
      }
      const consumer = this.#consumers.next();
      if (consumer === undefined) return;
      const position = waiting.nextPosition;
      const message = this.#shiftReturned(returned);
      if (!consumer.noAck) this.#unacked.count++;
      this.#countDelivered(consumer, 1);
      this.#deliverAgain(consumer, message, position);
      if (!consumer.noAck) this.#queue.forget(message, position);
      consumer.roundRobin.putBack(consumer, true);
    }
  }

  #countDelivered(consumer: Consumer, count: number): void {
    consumer.deliveredCount += count;
    if (consumer.noAck) this.#counts.deliverNoAck += count;
    else this.#counts.deliver += count;
  }

  #deliverAgain(consumer: Consumer, message: Message, position: number): void {
    this.#counts.redeliver++;
    consumer.redeliveredCount++;
    const shown = this.#shown(message, position);
    consumer.receiver.deliver(consumer, message, position, true, shown);
    if (shown !== message) this.#messages.release(shown);
  }
}
