import { failAssertion } from "../../wire/assert.ts";
import type { FieldTable } from "../../wire/field_table.ts";
import { PropertiesView } from "../../wire/properties.ts";
import type { RecoveredQueue } from "../../store/recovered.ts";
import type { Store } from "../../store/store.ts";
import type { Message, Messages } from "../message/messages.ts";
import { type EffectivePolicy, NO_POLICY } from "./effective_policy.ts";
import type { Deferred } from "../turn/turn.ts";
import type { AnyQueue } from "./any_queue.ts";
import type { BackingQueue } from "./backing/backing_queue.ts";
import { BackingQueues, positionInBackingQueue } from "./backing/backing_queues.ts";
import { Consumer, type Consumption, type Receiver } from "./consumers/consumer.ts";
import { Consumers } from "./consumers/consumers.ts";
import type { PagingQueue } from "./paging/paging.ts";
import type { SetAsideMessages } from "./paging/set_aside.ts";
import { QueueCounts, type QueueStats, statsOf } from "./queue_counts.ts";
import { type QueueTotals, totalsOf } from "./queue_totals.ts";
import { StoredUnacked } from "./stored_unacked.ts";
import type { QueueDeclaration, QueueHost, QueueVhost } from "./queue_host.ts";
import type { QueueParts } from "./queue_parts.ts";
import type { ReturnedMessages } from "./quorum/returned_messages.ts";
import { AtLeastOnce } from "./rules/at_least_once.ts";
import type { DeathReason } from "./rules/dead_letters.ts";
import { Deduplication } from "./rules/deduplication.ts";
import { Expiry } from "./rules/expiry.ts";
import { DEATHS_IN_TURN, LengthLimit } from "./rules/length_limit.ts";
import { QueueTtl } from "./rules/queue_ttl.ts";
import { definitionOf, type QueueSettings, settingsOf } from "./settings.ts";
import { WaitingPublishers } from "./waiting_publishers.ts";
import type { Position, SequenceId } from "../../store/sequence.ts";

/** A message that `basic.get` fetched, with the position to which it goes back when it is returned. */
export interface Fetched {
  readonly message: Message;
  readonly position: number;
  readonly isRedelivered: boolean;
  /** The message that the client sees: mostly the message itself. */
  readonly shown: Message;
}

/**
 * Keeps messages in order until consumers have received and settled them (RabbitMQ: Queues). It is composed of waiting
 * messages ({@linkcode BackingQueues}, {@linkcode ReturnedMessages}), consumers ({@linkcode Consumers}), and rules,
 * each in a file of `rules/`. A rule or part that the queue does not have is `undefined`, and costs one check of its
 * field. Classic and quorum queues are this class with different parts, so that calls for each message see one shape.
 */
export class Queue implements AnyQueue, Deferred, PagingQueue {
  readonly kind = "queue";
  readonly isStream = false;
  readonly keepsTransient: boolean;
  readonly name: string;
  readonly id: SequenceId;
  readonly isDurable: boolean;
  readonly isAutoDelete: boolean;
  readonly owner: object | null;
  readonly arguments: FieldTable;
  readonly vhost: QueueVhost;
  readonly consumers: Consumers;
  isDeleted = false;
  effectivePolicy: EffectivePolicy = NO_POLICY;
  /** Number of its messages that were written to the store since the broker started. */
  writtenCount = 0;
  readonly #counts = new QueueCounts();
  /** Number of delivered messages that are neither settled nor returned. */
  unackedCount = 0;
  /** Size of their bodies. In bytes. */
  #unackedBytes = 0;
  /** Those of them that the store has. Defined for a durable queue. */
  readonly #storedUnacked: StoredUnacked | undefined;

  readonly host: QueueHost;
  readonly #messages: Messages;
  readonly #store: Store;
  readonly #parts: QueueParts;
  #settings: QueueSettings;
  readonly #backingQueues: BackingQueues;
  /** The only backing queue of a queue without priorities, in a field of its own for speed. */
  readonly #onlyBackingQueue: BackingQueue | undefined;
  readonly #returned: ReturnedMessages | undefined;
  #limit: LengthLimit | undefined;
  /** Defined while there may be messages that expire. */
  #expiry: Expiry | undefined;
  #ttl: QueueTtl | undefined;
  readonly #deduplication: Deduplication | undefined;
  /** Dead messages that not all queues have taken. Made for the first one, when they are kept for that. */
  #atLeastOnce: AtLeastOnce | undefined;
  #isInTurn = false;
  #waitingPublishers: WaitingPublishers | undefined;

  constructor(id: SequenceId, declaration: QueueDeclaration, vhost: QueueVhost, host: QueueHost, parts: QueueParts) {
    this.id = id;
    this.name = declaration.name;
    this.isDurable = declaration.durable;
    this.isAutoDelete = declaration.autoDelete;
    this.owner = declaration.owner;
    this.arguments = declaration.arguments;
    this.keepsTransient = parts.keepsTransient;
    this.consumers = new Consumers(declaration.arguments, parts.consumers, host);
    this.vhost = vhost;
    this.host = host;
    this.#messages = host.messages;
    if (this.isDurable) this.#storedUnacked = new StoredUnacked(host.messages);
    this.#store = host.store;
    this.#parts = parts;
    this.#backingQueues = new BackingQueues(this, host, parts.priorities(this.arguments));
    this.#onlyBackingQueue = this.#backingQueues.only;
    this.#returned = parts.returned(this, host);
    this.#settings = parts.allowed(settingsOf(definitionOf(this.arguments)));
    if (this.#settings.messageDeduplication) this.#deduplication = new Deduplication(this, host);
    this.#applySettings();
  }

  // Settings

  get settings(): QueueSettings {
    return this.#settings;
  }

  apply(settings: QueueSettings): void {
    this.#settings = this.#parts.allowed(settings);
    this.#applySettings();
    this.enforceLimit();
    this.touch();
    this.#addToTurn();
    if (this.#keepsDead) return this.#atLeastOnce?.tryAgain();
    if (this.#deadCount === 0) return;
    this.host.report(
      `${this.#deadCount} dead messages of queue '${this.name}' were dropped: it keeps none any more`,
      "queue",
    );
    this.#forgetDead();
  }

  #applySettings(): void {
    const { messageTtlMs, maxLength, maxLengthBytes } = this.#settings;
    if (messageTtlMs !== undefined) this.expectExpiry();
    const hasLimit = maxLength !== undefined || maxLengthBytes !== undefined;
    this.#limit = hasLimit ? new LengthLimit(this.#settings, this.#messages) : undefined;
    this.#limit?.count(this.backingQueues, this.#store, [this.#returned, this.#atLeastOnce]);
  }

  get isConstrained(): boolean {
    return this.keepsTime || this.#limit !== undefined || this.#deduplication !== undefined;
  }

  get keepsTime(): boolean {
    return this.#settings.messageTtlMs !== undefined;
  }

  get stats(): QueueStats {
    let publishIn = 0;
    let diskReads = (this.#returned?.waiting.readCount ?? 0) + (this.#atLeastOnce?.waiting.readCount ?? 0);
    let diskWrites = this.writtenCount;
    for (const { arrivedCount, paging } of this.backingQueues) {
      publishIn += arrivedCount;
      diskReads += paging.readCount;
      diskWrites += paging.spilledCount;
    }
    return statsOf(this.#counts, { publishIn, unacked: this.unackedCount, diskReads, diskWrites });
  }

  get totals(): QueueTotals {
    const unacked = { count: this.unackedCount, bytes: this.#unackedBytes, stored: this.#storedUnacked };
    return totalsOf(this, unacked, this.#messages);
  }

  /** Timestamp of the next message that has one and is in memory (RabbitMQ: `head_message_timestamp`). In seconds. */
  get headTimestamp(): bigint | undefined {
    const message = this.#nextInMemory;
    return message === undefined ? undefined : new PropertiesView(this.#messages.header(message)).timestamp;
  }

  get #nextInMemory(): Message | undefined {
    const waiting = this.returnedWaiting;
    if (waiting !== undefined && waiting.count > 0) return waiting.isNextAvailable ? waiting.nextMessage : undefined;
    const ready = this.#backingQueues.next?.ready;
    return ready !== undefined && ready.availableCount > 0 ? ready.nextMessage : undefined;
  }

  // Waiting messages

  get backingQueues(): readonly BackingQueue[] {
    return this.#backingQueues.all;
  }

  backingQueueAt(position: number): BackingQueue {
    return this.#backingQueues.at(position);
  }

  storedIdAt(position: number): SequenceId {
    return this.backingQueueAt(position).id;
  }
  storedPositionAt(position: number): Position {
    return positionInBackingQueue(position);
  }

  get readyCount(): number {
    const only = this.#onlyBackingQueue;
    if (only !== undefined) return only.ready.count;
    return this.#backingQueues.readyCount + (this.#returned?.count ?? 0);
  }

  get returnedWaiting(): SetAsideMessages | undefined {
    return this.#returned?.waiting;
  }

  /** Number of distinct identities in a queue without duplicates. */
  get identityCount(): number {
    return this.#deduplication?.identityCount ?? 0;
  }

  // Recovery

  recoverBackingQueue(priority: number, sequenceId: SequenceId): void {
    this.#backingQueues.recover(sequenceId, priority);
  }

  recover(queues: ReadonlyMap<number, RecoveredQueue>): void {
    for (const backingQueue of this.backingQueues) {
      const { id, base } = backingQueue;
      const recovered = queues.get(id)!;
      backingQueue.recover(recovered);
      if (recovered.hasTimes) this.expectExpiry();
      for (const [position, count] of recovered.deliveryCounts) this.#returned?.recover(position + base, count);
      if (recovered.count > 0) this.#deduplication?.recover(id, recovered.nextPosition);
    }
    this.#applySettings();
    this.touch();
    this.#addToTurn();
  }

  // New messages

  enqueue(message: Message): number {
    const only = this.#onlyBackingQueue;
    const position = only === undefined ? this.#backingQueues.push(message) : only.ready.push(message);
    if (this.#limit !== undefined) this.#limit.add(message);
    if (!this.#isInTurn) this.#addToTurn();
    return position;
  }

  expectExpiry(): void {
    this.#expiry ??= new Expiry(this, this.host);
  }

  refuses(message: Message): boolean {
    const limit = this.#limit;
    if (limit !== undefined && limit.refuses(message, this)) {
      if (limit.overflow === "reject-publish-dlx") this.#deadLetterRefused(message);
      return true;
    }
    if (this.#deduplication === undefined || !this.#deduplication.refuses(message)) return false;
    this.#deadLetterRefused(message);
    return true;
  }

  #deadLetterRefused(message: Message): void {
    if (this.#settings.deadLetterExchange !== undefined) this.host.deadLetters.addRefused(this, message);
  }

  /** Number of messages that count for the length limit. */
  get limitedCount(): number {
    return this.readyCount + (this.#returned?.delayedCount ?? 0) + this.#deadCount;
  }

  enforceLimit(): void {
    if (this.#limit !== undefined) this.#limit.enforce(this, this.host);
  }

  // Fetching

  /**
   * Returns the next message, which must be in memory (`basic.get`); `undefined` when none waits. With `noAck` the
   * caller releases it at once.
   */
  fetch(noAck = false): Fetched | undefined {
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
      this.#handOut(fetched.message);
    }
    return fetched;
  }

  #fetch(): Fetched | undefined {
    const returned = this.#returned;
    if (returned !== undefined && returned.count > 0) {
      const position = returned.waiting.nextPosition;
      const message = this.#shiftReturned(returned);
      this.#lookForExpired();
      return { message, position, isRedelivered: true, shown: this.#shown(message, position) };
    }
    const backingQueue = this.#backingQueues.next;
    if (backingQueue === undefined) return undefined;
    const { ready } = backingQueue;
    const isRedelivered = ready.isNextRedelivered;
    const position = ready.nextPosition + backingQueue.base;
    const message = ready.shift();
    this.#limit?.remove(message);
    if (this.isDurable) this.#store.delivered(backingQueue.id, ready.deliveredUpTo);
    this.#lookForExpired();
    return { message, position, isRedelivered, shown: isRedelivered ? this.#shown(message, position) : message };
  }

  /** Counts a message that is delivered and must be acknowledged. */
  #handOut(message: Message): void {
    this.unackedCount++;
    this.#unackedBytes += this.#messages.bodyBytes(message);
    if (this.#storedUnacked !== undefined) this.#storedUnacked.add(message);
  }

  /** Expires messages behind a fetched one. */
  #lookForExpired(): void {
    if (this.#expiry !== undefined) this.whenRead();
  }

  /** Returns the message that a client sees when it gets it again: the message itself, or one made for that. */
  #shown(message: Message, position: number): Message {
    return this.#returned === undefined ? message : this.#returned.shown(message, position);
  }

  #shiftReturned({ waiting }: ReturnedMessages): Message {
    const message = waiting.shift();
    this.#limit?.remove(message);
    return message;
  }

  /** Resolves after an attempt to read the next message; `undefined` when it is in memory, or there is none. */
  readNext(): Promise<void> | undefined {
    this.touch();
    this.serveConsumers();
    if (this.#expiry !== undefined) this.#dropExpired(Infinity);
    this.enforceLimit();
    const waiting = this.returnedWaiting;
    if (waiting !== undefined && waiting.count > 0) return waiting.isNextAvailable ? undefined : waiting.read();
    const backingQueue = this.#backingQueues.next;
    return backingQueue === undefined || backingQueue.ready.availableCount > 0 ? undefined : backingQueue.paging.read();
  }

  /** True when the last attempt to read messages back failed. */
  get hasReadFailed(): boolean {
    return this.returnedWaiting?.hasReadFailed || this.backingQueues.some(({ paging }) => paging.hasReadFailed);
  }

  /** Removes a delivered message from memory until it is settled, if the store can read it back. */
  handedOut(message: Message, position: number): void {
    if (this.forget(message, position)) this.#storedUnacked?.leftMemory(message);
  }

  /** Removes a message that waits for nobody from memory, if the store can read it back. Returns whether it did. */
  forget(message: Message, position: number): boolean {
    // When it is returned, its size and its identity count again.
    if (this.#limit?.countsBytes || this.#deduplication !== undefined) return false;
    return this.backingQueueAt(position).paging.forget(message, this.storedPositionAt(position));
  }

  whenReadable(backingQueue: BackingQueue, upTo: number): void {
    // When they are read back, their sizes count again.
    if (this.#limit?.countsBytes) return;
    this.#returned?.leaveMemory(backingQueue, upTo);
    this.#atLeastOnce?.waiting.leaveMemory(backingQueue, upTo);
  }

  // Settled and returned messages

  settle(message: Message, position: number): void {
    this.#removeUnacked(message);
    this.#unackedBytes -= this.release(message, position);
  }

  #removeUnacked(message: Message): void {
    if (--this.unackedCount < 0) {
      failAssertion(`unacknowledged messages of queue '${this.name}'`, "at least 0", this.unackedCount);
    }
    if (this.#storedUnacked !== undefined) this.#storedUnacked.remove(message);
  }

  /**
   * Releases a message, and returns the size of its body. The messages of a deleted queue disappear from the store with
   * it.
   */
  release(message: Message, position: number): number {
    if (this.#deduplication !== undefined) this.#deduplication.released(message, position);
    if (this.#returned !== undefined) this.#returned.forget(position);
    if (this.isDurable && !this.isDeleted && (this.keepsTransient || this.#messages.isPersistent(message))) {
      this.#store.settle(this.storedIdAt(position), this.storedPositionAt(position), 1);
    }
    return this.#messages.release(message);
  }

  /** Takes back a delivered message. */
  #takeBack(message: Message): void {
    this.#removeUnacked(message);
    this.#unackedBytes -= this.#messages.bodyBytes(message);
  }

  requeue(message: Message, position: number): void {
    if (this.#returned !== undefined) return this.#returnBehind(this.#returned, message, position, false);
    if (this.isDeleted) return this.settle(message, position);
    this.#takeBack(message);
    this.#counts.returned++;
    const { ready } = this.backingQueueAt(position);
    const storedPosition = this.storedPositionAt(position);
    if (this.#messages.isAbsent(message)) {
      ready.putBackAbsent(storedPosition, this.#messages.bodyBytes(message));
      this.#messages.release(message);
    } else {
      ready.putBack(message, storedPosition);
      this.#limit?.add(message);
    }
    this.whenRead();
  }

  fail(message: Message, position: number): void {
    if (this.#returned === undefined) this.requeue(message, position);
    else this.#returnBehind(this.#returned, message, position, true);
  }

  #returnBehind(returned: ReturnedMessages, message: Message, position: number, hasFailed: boolean): void {
    if (this.isDeleted) return this.settle(message, position);
    const count = returned.countReturn(position, hasFailed);
    if (returned.isOverLimit(position)) return this.#dieUnacked(message, position, "delivery_limit");
    this.#takeBack(message);
    this.#counts.returned++;
    this.#store.returned(this.storedIdAt(position), this.storedPositionAt(position), count);
    if (!this.#messages.isAbsent(message)) this.#limit?.add(message);
    returned.add(message, position, hasFailed);
  }

  reject(message: Message, position: number): void {
    this.#dieUnacked(message, position, "rejected");
  }

  // Dead messages

  /** True when dead messages stay until other queues have taken them. */
  get #keepsDead(): boolean {
    return this.#settings.deadLetterStrategy === "at-least-once";
  }
  get #deadCount(): number {
    return this.#atLeastOnce?.count ?? 0;
  }

  /** Dead-letters or drops a delivered message. */
  #dieUnacked(message: Message, position: number, reason: DeathReason): void {
    this.#counts.rejected++;
    if (this.isDeleted || this.#settings.deadLetterExchange === undefined) return this.settle(message, position);
    this.#takeBack(message);
    if (this.#keepsDead || !this.#messages.isAbsent(message)) return this.#die(message, position, reason);
    this.#messages.release(message);
    this.backingQueueAt(position).paging.readRejected(this.storedPositionAt(position));
  }

  whenRejectedRead({ base }: BackingQueue, message: Message, position: number): void {
    this.#die(message, position + base, this.#returned?.isOverLimit(position + base) ? "delivery_limit" : "rejected");
  }

  #die(message: Message, position: number, reason: DeathReason): void {
    if (reason === "expired") this.#counts.expired++;
    else if (reason === "maxlen") this.#counts.dropped++;
    if (this.#deduplication !== undefined) this.#deduplication.died(message, position);
    if (this.#keepsDead) this.#keepDead(message, position, reason);
    else if (this.#settings.deadLetterExchange === undefined) this.release(message, position);
    else this.host.deadLetters.add(this, message, position, reason);
  }

  #keepDead(message: Message, position: number, reason: DeathReason): void {
    this.#atLeastOnce ??= new AtLeastOnce(this, this.host, (message, position) => {
      this.#limit?.remove(message);
      this.release(message, position);
    });
    if (!this.#messages.isAbsent(message)) {
      this.#limit?.add(message);
      if (this.#atLeastOnce.isLong) this.forget(message, position);
    }
    this.#atLeastOnce.add(message, position, reason);
  }

  dropNext({ ready, base }: BackingQueue, reason: DeathReason): void {
    const position = ready.nextPosition + base;
    const message = ready.shift();
    this.#limit?.remove(message);
    this.#die(message, position, reason);
  }

  dropReturned(reason: DeathReason): void {
    const returned = this.#returned!;
    const position = returned.waiting.nextPosition;
    const message = this.#shiftReturned(returned);
    this.#die(message, position, reason);
  }

  dropHead(): boolean {
    const waiting = this.returnedWaiting;
    if (waiting !== undefined && waiting.count > 0) {
      const { isNextAvailable } = waiting;
      if (isNextAvailable) this.dropReturned("maxlen");
      else waiting.read();
      return isNextAvailable;
    }
    const backingQueue = this.#backingQueues.next;
    if (backingQueue === undefined) return false;
    if (backingQueue.ready.availableCount === 0) {
      backingQueue.paging.read();
      return false;
    }
    this.dropNext(backingQueue, "maxlen");
    return true;
  }

  #dropExpired(most: number): void {
    if (this.#expiry!.drop(most) || this.keepsTime || this.readyCount + this.unackedCount > 0) return;
    this.#expiry = undefined;
  }

  // Purging and deleting

  /** Drops all waiting messages, and returns their number. */
  purge(): number {
    const count = this.limitedCount;
    this.#returned?.clear(this.#release, this.#settleAbsent);
    this.#forgetDead();
    for (const backingQueue of this.backingQueues) this.#purge(backingQueue);
    if (this.unackedCount === 0) this.#returned?.forgetAll();
    this.#deduplication?.clear();
    this.#limit?.clear();
    this.#waitingPublishers?.wake();
    return count;
  }

  #purge({ id, ready, paging, base }: BackingQueue): void {
    const isStored = this.isDurable && !this.isDeleted;
    const { deliveredUpTo, endPosition, absentReturned } = ready;
    if (isStored) absentReturned.forEachRun((first, end) => this.#store.settle(id, first, end - first));
    paging.clear();
    ready.clear(
      (message) => this.#messages.release(message),
      (message, position) => this.release(message, position + base),
    );
    if (isStored && endPosition > deliveredUpTo) this.#store.settle(id, deliveredUpTo, endPosition - deliveredUpTo);
  }

  #forgetDead(): void {
    this.#atLeastOnce?.forEach((message) => this.#limit?.remove(message));
    this.#atLeastOnce?.clear(this.#release, this.#settleAbsent);
  }

  readonly #release = (message: Message, position: number): void => void this.release(message, position);

  /** Settles a message that is not in memory. */
  readonly #settleAbsent = (position: number): void => {
    this.#returned?.forget(position);
    this.#deduplication?.settled(position);
    if (!this.isDeleted) this.#store.settle(this.storedIdAt(position), this.storedPositionAt(position), 1);
  };

  delete(): void {
    this.isDeleted = true;
    this.purge();
    this.consumers.delete();
    this.#expiry?.stop();
    this.#ttl?.stop();
    if (this.isDurable) { for (const { id } of this.backingQueues) this.host.storedSequences.delete(id); }
  }

  // Consumers

  consume(receiver: Receiver, consumption: Consumption): Consumer {
    this.serveConsumers();
    const consumer = new Consumer(this, receiver, consumption);
    this.consumers.add(consumer);
    this.touch();
    this.whenRead();
    return consumer;
  }

  serveConsumers(): void {
    if (this.#isInTurn && !this.isDeleted) this.deliver();
  }

  cancel(consumer: Consumer): void {
    this.consumers.cancel(consumer);
    this.touch();
    if (this.consumers.size === 0) this.#waitingPublishers?.wake();
    else this.whenRead();
  }

  resume(consumer: Consumer): void {
    if (this.consumers.resume(consumer)) this.whenRead();
  }

  touch(): void {
    if (this.#ttl === undefined) {
      if (this.#settings.expiresMs === undefined) return;
      this.#ttl = new QueueTtl(this, this.vhost, this.host);
    }
    this.#ttl.touch();
  }

  declaredAgain(): void {
    if (this.#parts.isUsedByDeclaring) this.touch();
  }

  // Publishers

  get behindCount(): number {
    return this.consumers.size > 0 ? this.readyCount : 0;
  }

  isBehindBy(limit: number): boolean {
    return this.readyCount > limit && this.consumers.size > 0;
  }

  whenBelow(limit: number, callback: () => void): () => void {
    this.#waitingPublishers ??= new WaitingPublishers();
    return this.#waitingPublishers.add(limit, callback);
  }

  // Delivering

  /** Adds the queue to the turn, as messages were read that can be delivered or must be examined. */
  whenRead(): void {
    if (!this.#isInTurn) this.#addToTurn();
  }

  #addToTurn(): void {
    const mustBeLookedAt = this.#expiry !== undefined || this.#limit !== undefined;
    if (this.readyCount === 0 || (!mustBeLookedAt && !this.consumers.areReady)) return;
    this.#isInTurn = true;
    this.host.turn.addQueue(this);
  }

  finishTurn(): void {
    this.#isInTurn = false;
    if (this.isDeleted) return;
    this.deliver();
    if (this.#expiry !== undefined) this.#dropExpired(DEATHS_IN_TURN);
    this.enforceLimit();
    for (const backingQueue of this.#backingQueues.all) this.#endTurn(backingQueue);
    this.#waitingPublishers?.wakeIfBelow(this.readyCount);
  }

  #endTurn({ id, ready, paging }: BackingQueue): void {
    if (this.isDurable && this.unackedCount > 0) this.#store.delivered(id, ready.deliveredUpTo);
    if ((ready.stored.isRunningLow || ready.absentReturned.count > 0) && this.consumers.areReady) paging.read();
  }

  /** Delivers what can be delivered: first returned messages, then by priority. */
  deliver(): void {
    if (this.#onlyBackingQueue !== undefined) return this.#deliverFrom(this.#onlyBackingQueue);
    const returned = this.#returned;
    if (returned !== undefined) {
      this.#deliverReturned(returned);
      if (returned.count > 0) return;
    }
    for (const backingQueue of this.#backingQueues.all) {
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
    const { consumers } = this;
    const limit = this.#limit;
    const expiry = this.#expiry;
    let deaths = 0;
    while (ready.availableCount > 0) {
      if (expiry !== undefined && expiry.isExpired(ready.nextMessage)) {
        if (deaths++ === DEATHS_IN_TURN) return;
        this.dropNext(backingQueue, "expired");
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
        const isRedelivered = ready.isNextRedelivered;
        const position = ready.nextPosition + base;
        const isFresh = ready.isNextFresh;
        const message = ready.shift();
        if (!noAck) this.#handOut(message);
        if (limit !== undefined) limit.remove(message);
        if (isRedelivered) this.#deliverAgain(consumer, message, position);
        else consumer.receiver.deliver(consumer, message, position, false, message);
        if (!isFresh && !noAck) this.handedOut(message, position);
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
        if (this.consumers.areReady) waiting.read();
        return;
      }
      if (this.#expiry?.isExpired(waiting.nextMessage)) {
        if (deaths++ === DEATHS_IN_TURN) return;
        this.dropReturned("expired");
        continue;
      }
      const consumer = this.consumers.next();
      if (consumer === undefined) return;
      const position = waiting.nextPosition;
      const message = this.#shiftReturned(returned);
      if (!consumer.noAck) this.#handOut(message);
      this.#countDelivered(consumer, 1);
      this.#deliverAgain(consumer, message, position);
      if (!consumer.noAck) this.handedOut(message, position);
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
