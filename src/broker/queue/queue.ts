import type { FieldTable } from "../../wire/field_table.ts";
import type { RecoveredQueue, Store } from "../../store/store.ts";
import type { DeathReason } from "../routing/dead_letters.ts";
import type { Message, Messages } from "../message/messages.ts";
import { type EffectivePolicy, NO_POLICY } from "./effective_policy.ts";
import { Deadline } from "../turn/schedule.ts";
import type { Deferred, Turn } from "../turn/turn.ts";
import type { AnyQueue } from "./any_queue.ts";
import { Consumer, type Consumption, type Receiver } from "./consumers/consumer.ts";
import { Consumers } from "./consumers/consumers.ts";
import { expiresAtMs } from "./rules/expiry.ts";
import { LengthLimit } from "./rules/length_limit.ts";
import type { BackingQueue } from "./backing/backing_queue.ts";
import type { PagingQueue } from "./paging/paging.ts";
import { BackingQueues, positionInBackingQueue } from "./backing/backing_queues.ts";
import type { QueueDeclaration, QueueHost, QueueVhost } from "./queue_host.ts";
import { CLASSIC, type QueueTraits } from "./queue_traits.ts";
import type { ReadyMessages } from "./paging/ready.ts";
import { definitionOf, type QueueSettings, settingsOf } from "./settings.ts";
import { WaitingPublishers } from "./waiting_publishers.ts";

/** So many messages are taken out of a queue in one turn for having expired or being too many; the others follow soon. */
export const DEATHS_IN_TURN = 256;

/** A message that a queue has handed out, with the position to which it goes back when it is returned. */
export interface Fetched {
  readonly message: Message;
  readonly position: number;
  readonly isRedelivered: boolean;
  /** What is to be shown of it: mostly the message itself. */
  readonly shown: Message;
}

/** Keeps messages in order until consumers have taken and settled them (RabbitMQ: Queues). */
export class Queue implements AnyQueue, Deferred, PagingQueue {
  readonly kind = "queue";
  readonly isStream = false;
  readonly keepsTransient: boolean;
  readonly name: string;
  /** What it is called in the store's records. */
  readonly id: number;
  readonly isDurable: boolean;
  readonly isAutoDelete: boolean;
  readonly owner: object | null;
  readonly arguments: FieldTable;
  readonly vhost: QueueVhost;
  /** The bindings that lead to it; that of the default exchange is not among them. */
  readonly consumers: Consumers;
  isDeleted = false;
  /** Messages that were handed out and are neither settled nor back. */
  unackedCount = 0;

  readonly host: QueueHost;
  protected readonly messages: Messages;
  protected readonly store: Store;
  readonly #turn: Turn;
  effectivePolicy: EffectivePolicy = NO_POLICY;
  #settings: QueueSettings;
  readonly #backingQueues: BackingQueues;
  /** The only one of them, in a queue without priorities: what each message goes through has it at hand. */
  readonly #onlyBackingQueue: BackingQueue | undefined;
  protected limit: LengthLimit | undefined;
  /** Whether there may be messages that expire. */
  protected mayExpire = false;
  /** When the next message expires; made for the first one that does. */
  #expiry: Deadline | undefined;
  /** When the queue has not been used for as long as it may; made where it may not for ever. */
  #unused: Deadline | undefined;
  #isInTurn = false;
  #waitingPublishers: WaitingPublishers | undefined;

  constructor(
    id: number,
    declaration: QueueDeclaration,
    vhost: QueueVhost,
    host: QueueHost,
    traits: QueueTraits = CLASSIC,
  ) {
    this.id = id;
    this.name = declaration.name;
    this.isDurable = declaration.durable;
    this.isAutoDelete = declaration.autoDelete;
    this.owner = declaration.owner;
    this.arguments = declaration.arguments;
    this.keepsTransient = traits.keepsTransient;
    this.consumers = new Consumers(declaration.arguments, traits.consumers);
    this.vhost = vhost;
    this.host = host;
    this.messages = host.messages;
    this.store = host.store;
    this.#turn = host.turn;
    this.#backingQueues = new BackingQueues(this, host, traits.priorities(this.arguments));
    this.#onlyBackingQueue = this.#backingQueues.only;
    this.#settings = this.allowed(settingsOf(definitionOf(this.arguments)));
    this.#applySettings();
  }

  // What it is asked to be

  get settings(): QueueSettings {
    return this.#settings;
  }

  /** Has other settings take effect at once. Routes to the queue that were remembered before must be found anew. */
  apply(settings: QueueSettings): void {
    this.#settings = this.allowed(settings);
    this.#applySettings();
    if (this.limit?.countsBytes) this.countOthers(this.limit);
    this.enforceLimit();
    if (settings.expiresMs === undefined) this.host.schedule.clear(this.#unused);
    this.touch();
    this.#addToTurn();
  }

  /** What a queue of this type makes of what is asked of it. Called when the queue is being made, too. */
  protected allowed(settings: QueueSettings): QueueSettings {
    return settings;
  }

  /** Counts messages that are in no backing queue. */
  protected countOthers(_limit: LengthLimit): void {}

  #applySettings(): void {
    const { messageTtlMs, maxLength, maxLengthBytes } = this.#settings;
    this.mayExpire ||= messageTtlMs !== undefined;
    this.limit = maxLength === undefined && maxLengthBytes === undefined
      ? undefined
      : new LengthLimit(this.#settings, this.messages);
    this.limit?.count(this.backingQueues, this.store);
  }

  /** Whether messages that come have to be looked at, as `give.ts` does. */
  get isConstrained(): boolean {
    return this.keepsTime || this.limit !== undefined;
  }

  /** Whether messages need the time at which they came. */
  get keepsTime(): boolean {
    return this.#settings.messageTtlMs !== undefined;
  }

  // Backing queues

  /** The rows of its messages, the highest priority first. */
  get backingQueues(): readonly BackingQueue[] {
    return this.#backingQueues.all;
  }

  backingQueueAt(position: number): BackingQueue {
    return this.#backingQueues.at(position);
  }

  get readyCount(): number {
    return this.#onlyBackingQueue === undefined ? this.#backingQueues.readyCount : this.#onlyBackingQueue.ready.count;
  }

  // Recovery

  /** Takes up a backing queue that there was when the store was opened. */
  recoverBackingQueue(priority: number, sequenceId: number): void {
    this.#backingQueues.recover(sequenceId, priority);
  }

  /** Takes up what it was when the store was opened. */
  recover(queues: ReadonlyMap<number, RecoveredQueue>): void {
    for (const backingQueue of this.backingQueues) {
      const recovered = queues.get(backingQueue.id)!;
      backingQueue.recover(recovered);
      this.mayExpire ||= recovered.hasTimes;
    }
    this.#applySettings();
    this.touch();
    this.#addToTurn();
  }

  // Messages

  /** Takes over one reference to a message, and returns its position. */
  enqueue(message: Message): number {
    const position = this.#onlyBackingQueue === undefined
      ? this.#backingQueues.push(message)
      : this.#onlyBackingQueue.ready.push(message);
    if (this.limit !== undefined) this.limit.add(message);
    if (!this.#isInTurn) this.#addToTurn();
    return position;
  }

  /** What the store calls the row of messages in which a position is, and the position in it. */
  storedIdAt(position: number): number {
    return this.backingQueueAt(position).id;
  }
  storedPositionAt(position: number): number {
    return positionInBackingQueue(position);
  }

  /** A message that expires some day has come. */
  expectExpiry(): void {
    this.mayExpire = true;
  }

  /** Whether it has no room for a message, and is not to make any. The message may be dead-lettered then. */
  refuses(message: Message): boolean {
    const limit = this.limit;
    if (limit === undefined || limit.overflow === "drop-head" || !limit.isFullFor(message, this.limitedCount)) {
      return false;
    }
    // Some of what waits for the end of the turn may be for consumers.
    this.deliver();
    if (!limit.isFullFor(message, this.limitedCount)) return false;
    if (limit.overflow === "reject-publish-dlx" && this.#settings.deadLetterExchange !== undefined) {
      this.host.deadLetters.addRefused(this, message);
    }
    return true;
  }

  /** Hands out the next message, or `undefined` when none waits (`basic.get`). It must be in memory. */
  fetch(): Fetched | undefined {
    const backingQueue = this.#backingQueues.next;
    if (backingQueue === undefined) return undefined;
    const { ready } = backingQueue;
    const isRedelivered = ready.isNextRedelivered;
    const position = ready.nextPosition + backingQueue.base;
    this.unackedCount++;
    const message = ready.shift();
    this.limit?.remove(message);
    if (this.isDurable) this.store.delivered(backingQueue.id, ready.deliveredUpTo);
    // The next one may have expired behind this one.
    if (this.mayExpire) this.whenRead();
    return { message, position, isRedelivered, shown: isRedelivered ? this.shown(message, position) : message };
  }

  /** What is shown of a message to who gets it again: the message, or one that was made for that. */
  protected shown(message: Message, _position: number): Message {
    return message;
  }

  /** Resolves when an attempt was made to have the next message in memory; `undefined` when it is there, or there is none. */
  readNext(): Promise<void> | undefined {
    this.touch();
    this.serveConsumers();
    if (this.mayExpire) this.dropExpired(Infinity);
    this.enforceLimit();
    const backingQueue = this.#backingQueues.next;
    return backingQueue === undefined || backingQueue.ready.availableCount > 0 ? undefined : backingQueue.paging.read();
  }

  /** Whether the last attempt to read messages back has failed. */
  get hasReadFailed(): boolean {
    return this.backingQueues.some(({ paging }) => paging.hasReadFailed);
  }

  /** A message was handed out, and is not settled. If the store can read it back, it need not wait for that in memory. */
  handedOut(message: Message, position: number): void {
    // Returned, it counts again with as many bytes as it has.
    if (this.limit?.countsBytes) return;
    this.backingQueueAt(position).paging.handedOut(message, this.storedPositionAt(position));
  }

  /** Forgets a message that was handed out. */
  settle(message: Message, position: number): void {
    this.unackedCount--;
    this.release(message, position);
  }

  /** The queue is done with a message. A deleted queue's messages are gone from the store with it. */
  release(message: Message, position: number): void {
    if (this.isDurable && !this.isDeleted && (this.keepsTransient || this.messages.isPersistent(message))) {
      this.store.settle(this.storedIdAt(position), this.storedPositionAt(position), 1);
    }
    this.messages.release(message);
  }

  /** Takes a message that was handed out back to its old place; it will be delivered as `redelivered`. */
  requeue(message: Message, position: number): void {
    if (this.isDeleted) return this.settle(message, position);
    this.unackedCount--;
    const { ready } = this.backingQueueAt(position);
    const storedPosition = this.storedPositionAt(position);
    if (this.messages.isAbsent(message)) {
      this.messages.release(message);
      ready.putBackAbsent(storedPosition);
    } else {
      ready.putBack(message, storedPosition);
      this.limit?.add(message);
    }
    this.whenRead();
  }

  /** A consumer has failed with a message, or is gone: as in {@linkcode requeue}. */
  fail(message: Message, position: number): void {
    this.requeue(message, position);
  }

  /** A message that was handed out has been rejected: it is dead-lettered, or gone. */
  reject(message: Message, position: number): void {
    this.dieUnacked(message, position, "rejected");
  }

  /** Has a message die that was handed out. */
  protected dieUnacked(message: Message, position: number, reason: DeathReason): void {
    if (this.isDeleted || this.#settings.deadLetterExchange === undefined) return this.settle(message, position);
    this.unackedCount--;
    if (!this.messages.isAbsent(message)) return this.die(message, position, reason);
    this.messages.release(message);
    this.backingQueueAt(position).paging.readRejected(this.storedPositionAt(position));
  }

  /** Messages of a backing queue up to a position need not be in memory: the store can read them back. */
  whenReadable(_backingQueue: BackingQueue, _upTo: number): void {}

  /** A message that was rejected is in memory again. */
  whenRejectedRead({ base }: BackingQueue, message: Message, position: number): void {
    this.die(message, position + base, "rejected");
  }

  protected die(message: Message, position: number, reason: DeathReason): void {
    if (this.#settings.deadLetterExchange === undefined) this.release(message, position);
    else this.host.deadLetters.add(this, message, position, reason);
  }

  /** Has the next message of a backing queue die. It must be in memory. */
  #dropNext(backingQueue: BackingQueue, reason: DeathReason): void {
    const position = backingQueue.ready.nextPosition + backingQueue.base;
    const message = backingQueue.ready.shift();
    this.limit?.remove(message);
    this.die(message, position, reason);
  }

  /** Takes out what there are too many of, from the front. What consumers can take at once is theirs. */
  enforceLimit(): void {
    const limit = this.limit;
    if (limit === undefined || limit.overflow !== "drop-head" || !limit.isOver(this.limitedCount)) return;
    this.deliver();
    for (let deaths = 0; limit.isOver(this.limitedCount); deaths++) {
      if (deaths === DEATHS_IN_TURN) return this.host.later(0, () => this.whenRead());
      if (!this.dropHead()) return;
    }
  }

  /** How many messages count for the length limit. */
  protected get limitedCount(): number {
    return this.readyCount;
  }

  /** Has the next message die for want of room. Returns false when there is none, or it has to be read first. */
  protected dropHead(): boolean {
    const backingQueue = this.#backingQueues.next;
    if (backingQueue === undefined) return false;
    if (backingQueue.ready.availableCount === 0) {
      backingQueue.paging.read();
      return false;
    }
    this.#dropNext(backingQueue, "maxlen");
    return true;
  }

  /** Takes out the messages at the front that have expired, `most` at most, and looks after the others when it is time. */
  protected dropExpired(most: number): void {
    const { timeMs, schedule } = this.host;
    let nextAtMs = Infinity;
    let deaths = 0;
    for (const backingQueue of this.backingQueues) {
      const { ready } = backingQueue;
      while (ready.availableCount > 0) {
        const atMs = expiresAtMs(this.messages, ready.nextMessage, this.#settings.messageTtlMs);
        if (atMs <= timeMs && deaths++ < most) {
          this.#dropNext(backingQueue, "expired");
          continue;
        }
        nextAtMs = Math.min(nextAtMs, atMs);
        break;
      }
      if (ready.availableCount === 0 && ready.count > 0) backingQueue.paging.read();
    }
    this.#expiry ??= new Deadline(() => this.whenRead());
    schedule.set(this.#expiry, nextAtMs);
    if (nextAtMs === Infinity && this.readyCount + this.unackedCount === 0) this.mayExpire = this.keepsTime;
  }

  /** Forgets all messages that wait, and returns how many these were. */
  purge(): number {
    const count = this.readyCount;
    for (const backingQueue of this.backingQueues) this.#purge(backingQueue);
    this.limit?.clear();
    this.#waitingPublishers?.wake();
    return count;
  }

  #purge({ id, ready, paging, base }: BackingQueue): void {
    const isStored = this.isDurable && !this.isDeleted;
    const { deliveredUpTo, endPosition, absentReturned } = ready;
    if (isStored) absentReturned.forEachRun((first, end) => this.store.settle(id, first, end - first));
    paging.clear();
    ready.clear(
      (message) => this.messages.release(message),
      (message, position) => this.release(message, position + base),
    );
    if (isStored && endPosition > deliveredUpTo) this.store.settle(id, deliveredUpTo, endPosition - deliveredUpTo);
  }

  // Consumers

  consume(receiver: Receiver, consumption: Consumption): Consumer {
    this.serveConsumers();
    const consumer = new Consumer(this, receiver, consumption);
    this.consumers.add(consumer);
    this.touch();
    if (!this.#isInTurn) this.#addToTurn();
    return consumer;
  }

  serveConsumers(): void {
    if (this.#isInTurn && !this.isDeleted) this.deliver();
  }

  /** Sends a consumer no more messages. What it has been sent stays with it. */
  cancel(consumer: Consumer): void {
    this.consumers.cancel(consumer);
    this.touch();
    if (this.consumers.size === 0) this.#waitingPublishers?.wake();
    else if (!this.#isInTurn) this.#addToTurn();
  }

  /** A consumer that could not take a message may be able to again. */
  resume(consumer: Consumer): void {
    if (this.consumers.resume(consumer) && !this.#isInTurn) this.#addToTurn();
  }

  /** It has been used: only when that was long ago it may be deleted for it (RabbitMQ: Queue TTL). */
  touch(): void {
    const { expiresMs } = this.#settings;
    if (expiresMs === undefined) return;
    this.#unused ??= new Deadline(() => this.vhost.removeQueue(this));
    if (this.consumers.size > 0 || this.isDeleted) this.host.schedule.clear(this.#unused);
    else this.host.schedule.set(this.#unused, this.host.timeMs + expiresMs);
  }

  /** It has been declared though it was there, which is using it, or asked about. */
  declaredAgain(): void {
    this.touch();
  }

  /** Lets go of all messages and consumers. What consumers still hold can be settled; it does not come back. */
  delete(): void {
    this.isDeleted = true;
    this.purge();
    this.consumers.delete();
    this.host.schedule.clear(this.#expiry);
    this.host.schedule.clear(this.#unused);
    if (this.isDurable) { for (const { id } of this.backingQueues) this.host.storedSequences.delete(id); }
  }

  // Publishers

  get behindCount(): number {
    return this.consumers.size > 0 ? this.readyCount : 0;
  }

  /** Whether it holds more than `limit` messages that there are consumers for. */
  isBehindBy(limit: number): boolean {
    return this.readyCount > limit && this.consumers.size > 0;
  }

  /** Calls back once, when no more than `limit` messages wait or nobody consumes them. Returns what takes that back. */
  whenBelow(limit: number, callback: () => void): () => void {
    this.#waitingPublishers ??= new WaitingPublishers();
    return this.#waitingPublishers.add(limit, callback);
  }

  // Delivering

  /** Messages are in memory again, or have to be looked at. */
  whenRead(): void {
    if (!this.#isInTurn) this.#addToTurn();
  }

  #addToTurn(): void {
    const mustBeLookedAt = this.mayExpire || this.limit !== undefined;
    if (this.readyCount === 0 || (!mustBeLookedAt && !this.consumers.areReady)) return;
    this.#isInTurn = true;
    this.#turn.addQueue(this);
  }

  finishTurn(): void {
    this.#isInTurn = false;
    if (this.isDeleted) return;
    this.deliver();
    if (this.mayExpire) this.dropExpired(DEATHS_IN_TURN);
    this.enforceLimit();
    for (const backingQueue of this.#backingQueues.all) this.#endTurn(backingQueue);
    this.#waitingPublishers?.wakeIfBelow(this.readyCount);
  }

  #endTurn({ id, ready, paging }: BackingQueue): void {
    if (this.isDurable && this.unackedCount > 0) this.store.delivered(id, ready.deliveredUpTo);
    if ((ready.stored.isRunningLow || ready.absentReturned.count > 0) && this.consumers.areReady) paging.read();
  }

  /** Delivers what can be delivered, the highest priority first. */
  protected deliver(): void {
    if (this.#onlyBackingQueue !== undefined) return this.#deliverFrom(this.#onlyBackingQueue);
    for (const backingQueue of this.#backingQueues.all) {
      this.#deliverFrom(backingQueue);
      if (backingQueue.ready.count > 0) return;
    }
  }

  /**
   * Delivers to one consumer after the other, a message each, while there are messages and somebody to take them; first to
   * those of the highest priority.
   */
  #deliverFrom(backingQueue: BackingQueue): void {
    const { ready, base } = backingQueue;
    const { consumers } = this;
    const limit = this.limit;
    const mayExpire = this.mayExpire;
    let deaths = 0;
    while (ready.availableCount > 0) {
      if (mayExpire && this.isNextExpired(ready)) {
        if (deaths++ === DEATHS_IN_TURN) return;
        this.#dropNext(backingQueue, "expired");
        continue;
      }
      const consumer = consumers.next();
      if (consumer === undefined) break;
      // A consumer that is alone in its round robin keeps its turn.
      const { roundRobin } = consumer;
      let canTake = true;
      do {
        const isRedelivered = ready.isNextRedelivered;
        const position = ready.nextPosition + base;
        const isFresh = ready.isNextFresh;
        const message = ready.shift();
        this.unackedCount++;
        if (limit !== undefined) limit.remove(message);
        if (isRedelivered) this.deliverAgain(consumer, message, position);
        else consumer.receiver.deliver(consumer, message, position, false, message);
        if (!isFresh && !consumer.noAck) this.handedOut(message, position);
      } while (
        roundRobin.isEmpty && !mayExpire && ready.availableCount > 0 && (canTake = consumer.receiver.canTake(consumer))
      );
      roundRobin.putBack(consumer, canTake);
    }
  }

  protected deliverAgain(consumer: Consumer, message: Message, position: number): void {
    const shown = this.shown(message, position);
    consumer.receiver.deliver(consumer, message, position, true, shown);
    if (shown !== message) this.messages.release(shown);
  }

  /** Whether the next message has expired in an earlier turn: in the one in which it comes a consumer may have it. */
  protected isNextExpired({ nextMessage }: Pick<ReadyMessages, "nextMessage">): boolean {
    return expiresAtMs(this.messages, nextMessage, this.#settings.messageTtlMs) < this.host.timeMs;
  }
}
