import type { FieldTable } from "../../amqp/field_table.ts";
import type { RecoveredQueue, Store } from "../../store/store.ts";
import type { Binding } from "../binding.ts";
import type { Message, Messages } from "../messages.ts";
import type { Schedule } from "../schedule.ts";
import type { Deferred, Turn } from "../turn.ts";
import type { AnyQueue } from "./any_queue.ts";
import { Consumer, type Consumption, type Receiver } from "./consumer.ts";
import { Consumers } from "./consumers.ts";
import { Paging } from "./paging.ts";
import { ReadyMessages } from "./ready.ts";

/** How a queue was declared. */
export interface QueueDeclaration {
  readonly name: string;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  /** The connection that alone may use it and takes it along when it goes; `null` for a queue that all share. */
  readonly owner: object | null;
  readonly arguments: FieldTable;
}

/** What a queue needs of the broker that it is in. */
export interface QueueHost {
  readonly messages: Messages;
  readonly store: Store;
  readonly turn: Turn;
  readonly schedule: Schedule;
  /** The time of this turn: the same from its beginning to its end. In milliseconds since 1970. */
  readonly timeMs: number;
  /** Ends a turn that begins when something was read. */
  endTurn(): void;
  /** Calls back once, in a turn of its own. */
  later(delayMs: number, callback: () => void): void;
  /** Takes a sentence for whoever runs the broker. */
  report(line: string): void;
}

/** A message that a queue has handed out, with the position to which it goes back when it is returned. */
export interface Taken {
  readonly message: Message;
  readonly position: number;
  readonly isRedelivered: boolean;
}

/** Keeps messages in order until consumers have taken and settled them (RabbitMQ: Queues). */
export class Queue implements AnyQueue, Deferred {
  readonly kind = "queue";
  readonly isStream = false;
  readonly name: string;
  /** What it is called in the store's records. */
  readonly id: number;
  readonly isDurable: boolean;
  readonly isAutoDelete: boolean;
  readonly owner: object | null;
  readonly arguments: FieldTable;
  /** The bindings that lead to it; that of the default exchange is not among them. */
  readonly incoming = new Set<Binding>();
  readonly consumers: Consumers;
  isDeleted = false;
  /** Messages that were handed out and are neither settled nor back. */
  unackedCount = 0;

  readonly #messages: Messages;
  readonly #store: Store;
  readonly #turn: Turn;
  readonly #ready = new ReadyMessages();
  /** Moves messages out of memory and back. */
  readonly paging: Paging;
  #isInTurn = false;
  /** Publishers that wait for the queue to become shorter. */
  #waiting: (() => void)[] = [];
  #wakeAt = 0;

  constructor(id: number, declaration: QueueDeclaration, host: QueueHost) {
    this.id = id;
    this.name = declaration.name;
    this.isDurable = declaration.durable;
    this.isAutoDelete = declaration.autoDelete;
    this.owner = declaration.owner;
    this.arguments = declaration.arguments;
    this.consumers = new Consumers(declaration.arguments.get("x-single-active-consumer")?.value === true);
    this.#messages = host.messages;
    this.#store = host.store;
    this.#turn = host.turn;
    this.paging = new Paging(this, this.#ready, host, () => {
      if (!this.#isInTurn) this.#addToTurn();
    });
  }

  get readyCount(): number {
    return this.#ready.count;
  }

  /** Takes up what it was when the store was opened. */
  recover({ count, nextPosition, deliveredUpTo }: RecoveredQueue): void {
    this.#ready.recover(count, nextPosition, deliveredUpTo);
  }

  /** Takes over one reference to a message, and returns its position. */
  enqueue(message: Message): number {
    const position = this.#ready.push(message);
    if (!this.#isInTurn) this.#addToTurn();
    return position;
  }

  leaveMemory(upTo: number): void {
    this.paging.leaveMemory(upTo);
  }

  /** Hands out the next message, or `undefined` when none waits (`basic.get`). It must be in memory. */
  take(): Taken | undefined {
    const ready = this.#ready;
    if (ready.count === 0) return undefined;
    const isRedelivered = ready.isNextRedelivered;
    const position = ready.nextPosition;
    this.unackedCount++;
    const message = ready.shift();
    if (this.isDurable) this.#store.delivered(this.id, ready.deliveredUpTo);
    return { message, position, isRedelivered };
  }

  /** Resolves when an attempt was made to have the next message in memory; `undefined` when it is there, or there is none. */
  readNext(): Promise<void> | undefined {
    const { count, availableCount } = this.#ready;
    return count === 0 || availableCount > 0 ? undefined : this.paging.read();
  }

  /** Forgets a message that was handed out. */
  settle(message: Message, position: number): void {
    this.unackedCount--;
    this.#release(message, position);
  }

  /** The queue is done with a message. A deleted queue's messages are gone from the store with it. */
  #release(message: Message, position: number): void {
    if (this.isDurable && !this.isDeleted && this.#messages.isPersistent(message)) {
      this.#store.settle(this.id, position, 1);
    }
    this.#messages.release(message);
  }

  /** Takes a message that was handed out back to its old place; it will be delivered as `redelivered`. */
  requeue(message: Message, position: number): void {
    if (this.isDeleted) return this.settle(message, position);
    this.unackedCount--;
    if (this.#messages.isAbsent(message)) {
      this.#messages.release(message);
      this.#ready.putBackAbsent(position);
    } else this.#ready.putBack(message, position);
    if (!this.#isInTurn) this.#addToTurn();
  }

  /** Forgets all messages that wait, and returns how many these were. */
  purge(): number {
    const ready = this.#ready;
    const count = ready.count;
    const { deliveredUpTo, endPosition, absentReturned } = ready;
    if (!this.isDeleted) absentReturned.forEachRun((first, end) => this.#store.settle(this.id, first, end - first));
    this.paging.clear();
    ready.clear((message) => this.#messages.release(message), (message, position) => this.#release(message, position));
    if (this.isDurable && !this.isDeleted && endPosition > deliveredUpTo) {
      this.#store.settle(this.id, deliveredUpTo, endPosition - deliveredUpTo);
    }
    this.#wake();
    return count;
  }

  consume(receiver: Receiver, consumption: Consumption): Consumer {
    const consumer = new Consumer(this, receiver, consumption);
    this.consumers.add(consumer);
    if (!this.#isInTurn) this.#addToTurn();
    return consumer;
  }

  /** Sends a consumer no more messages. What it has been sent stays with it. */
  cancel(consumer: Consumer): void {
    this.consumers.cancel(consumer);
    if (this.consumers.size === 0) this.#wake();
    else if (!this.#isInTurn) this.#addToTurn();
  }

  /** A consumer that could not take a message may be able to again. */
  resume(consumer: Consumer): void {
    if (this.consumers.resume(consumer) && !this.#isInTurn) this.#addToTurn();
  }

  /** Lets go of all messages and consumers. What consumers still hold can be settled; it does not come back. */
  delete(): void {
    this.isDeleted = true;
    this.purge();
    this.consumers.delete();
  }

  /** Whether it holds more than `limit` messages that there are consumers for. */
  isBehindBy(limit: number): boolean {
    return this.#ready.count > limit && this.consumers.size > 0;
  }

  /** Calls back once, when no more than `limit` messages wait or nobody consumes them. Returns what takes that back. */
  whenBelow(limit: number, callback: () => void): () => void {
    this.#waiting.push(callback);
    this.#wakeAt = limit;
    return () => {
      const index = this.#waiting.indexOf(callback);
      if (index !== -1) this.#waiting.splice(index, 1);
    };
  }

  #wake(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const callback of waiting) callback();
  }

  #addToTurn(): void {
    if (this.#ready.count === 0 || !this.consumers.areReady) return;
    this.#isInTurn = true;
    this.#turn.addQueue(this);
  }

  /**
   * Delivers to one consumer after the other, a message each, while there are messages and somebody to take them; first to
   * those of the highest priority.
   */
  finishTurn(): void {
    this.#isInTurn = false;
    const ready = this.#ready;
    const consumers = this.consumers;
    while (ready.availableCount > 0) {
      const consumer = consumers.next();
      if (consumer === undefined) break;
      // A consumer that is alone in its round keeps its turn.
      const round = consumer.round;
      let canTake = true;
      do {
        const isRedelivered = ready.isNextRedelivered;
        const position = ready.nextPosition;
        const isFresh = ready.isNextFresh;
        const message = ready.shift();
        this.unackedCount++;
        consumer.receiver.deliver(consumer, message, position, isRedelivered);
        if (!isFresh && !consumer.noAck) this.paging.handedOut(message, position);
      } while (
        round.isEmpty && ready.availableCount > 0 && (canTake = consumer.receiver.canTake(consumer))
      );
      round.putBack(consumer, canTake);
    }
    if (this.isDurable && this.unackedCount > 0) this.#store.delivered(this.id, ready.deliveredUpTo);
    if ((ready.stored.isRunningLow || ready.absentReturned.count > 0) && consumers.areReady) this.paging.read();
    if (this.#waiting.length > 0 && ready.count <= this.#wakeAt) this.#wake();
  }
}
