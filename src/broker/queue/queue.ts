import { INTERNAL } from "../events/actor.ts";
import { assertEqual } from "../../wire/assert.ts";
import type { FieldTable } from "../../wire/field_table.ts";
import { PropertiesView } from "../../wire/properties.ts";
import type { RecoveredQueue } from "../../store/recovered.ts";
import type { Store } from "../../store/store.ts";
import type { Message, Messages } from "../message/messages.ts";
import { type EffectivePolicy, NO_POLICY } from "./effective_policy.ts";
import type { Deferred } from "../turn/turn.ts";
import type { AnyQueue } from "./any_queue.ts";
import type { BackingQueue } from "./backing/backing_queue.ts";
import { positionInBackingQueue } from "./backing/backing_queues.ts";
import { Consumer, type Consumption, type Receiver } from "./consumers/consumer.ts";
import { Consumers } from "./consumers/consumers.ts";
import { type Fetched, QueueDelivery } from "./delivery.ts";
import type { PagingQueue } from "./paging/paging.ts";
import type { SetAsideMessages } from "./paging/set_aside.ts";
import { QueueCounts, type QueueStats, statsOf } from "./queue_counts.ts";
import { type QueueTotals, totalsOf } from "./queue_totals.ts";
import type { QueueDeclaration, QueueHost, QueueVhost } from "./queue_host.ts";
import type { QueueParts } from "./queue_parts.ts";
import type { DeathReason } from "./rules/dead_letters.ts";
import { Deaths } from "./rules/deaths.ts";
import { DEATHS_IN_TURN } from "./rules/length_limit.ts";
import { QueueRules } from "./rules/queue_rules.ts";
import { QueueTtl } from "./rules/queue_ttl.ts";
import type { QueueSettings } from "./settings.ts";
import { UnackedMessages } from "./unacked_messages.ts";
import { QueueTaps } from "./queue_taps.ts";
import type { Tap } from "../tap/tap.ts";
import { addTap } from "../tap/taps.ts";
import { WaitingMessages } from "./waiting_messages.ts";
import { WaitingPublishers } from "./waiting_publishers.ts";
import type { Position, SequenceId } from "../../store/sequence.ts";

/**
 * Keeps messages in order until consumers have received and settled them (RabbitMQ: Queues). It is composed of
 * {@linkcode WaitingMessages}, {@linkcode UnackedMessages}, {@linkcode Consumers} and {@linkcode QueueRules}:
 * {@linkcode QueueDelivery} takes messages from the first to the second, and {@linkcode Deaths} takes them out. A rule or part
 * that the queue does not have is `undefined`, and costs one check of its field. Classic and quorum queues are this class
 * with different parts, so that calls for each message see one shape.
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
  readonly declaredBy: string;
  readonly arguments: FieldTable;
  readonly vhost: QueueVhost;
  readonly consumers: Consumers;
  isDeleted = false;
  effectivePolicy: EffectivePolicy = NO_POLICY;
  /** Number of its messages that were written to the store since the broker started. */
  writtenCount = 0;
  taps: QueueTaps | undefined;

  readonly host: QueueHost;
  readonly #messages: Messages;
  readonly #store: Store;
  readonly #parts: QueueParts;
  readonly #waiting: WaitingMessages;
  readonly #unacked: UnackedMessages;
  readonly #rules: QueueRules;
  readonly #deaths: Deaths;
  readonly #delivery: QueueDelivery;
  readonly #counts = new QueueCounts();
  /** True when a released message is more to the queue than memory, as in a durable queue. */
  readonly #examinesReleased: boolean;
  #ttl: QueueTtl | undefined;
  #isInTurn = false;
  #waitingPublishers: WaitingPublishers | undefined;

  constructor(id: SequenceId, declaration: QueueDeclaration, vhost: QueueVhost, host: QueueHost, parts: QueueParts) {
    this.id = id;
    this.name = declaration.name;
    this.isDurable = declaration.durable;
    this.isAutoDelete = declaration.autoDelete;
    this.owner = declaration.owner;
    this.declaredBy = declaration.declaredBy ?? INTERNAL.user;
    this.arguments = declaration.arguments;
    this.keepsTransient = parts.keepsTransient;
    this.consumers = new Consumers(declaration.arguments, parts.consumers, host);
    this.vhost = vhost;
    this.host = host;
    this.#messages = host.messages;
    this.#store = host.store;
    this.#parts = parts;
    this.#rules = new QueueRules(this, host, parts);
    this.#waiting = new WaitingMessages(this, host, parts);
    this.#deaths = new Deaths(this, host, this.#waiting, this.#rules, this.#counts);
    this.#unacked = new UnackedMessages(this, host, this.#waiting, this.#rules, this.#deaths, this.#counts);
    this.#delivery = new QueueDelivery(
      this,
      host,
      this.#waiting,
      this.#unacked,
      this.#rules,
      this.#deaths,
      this.#counts,
    );
    const { deduplication } = this.#rules;
    this.#examinesReleased = this.isDurable || deduplication !== undefined || this.#waiting.returned !== undefined;
    this.#followRules();
  }

  // Settings

  get settings(): QueueSettings {
    return this.#rules.settings;
  }

  apply(settings: QueueSettings): void {
    this.#rules.apply(settings);
    this.#dropDeadUnlessKept();
    this.#followRules();
    this.enforceLimit();
    this.touch();
    this.#addToTurn();
    if (this.#deaths.keepsDead) this.#deaths.tryAgain();
  }

  #dropDeadUnlessKept(): void {
    const { keepsDead, keptCount } = this.#deaths;
    if (keepsDead || keptCount === 0) return;
    this.host.report(
      `${keptCount} dead messages of queue '${this.name}' were dropped: it keeps none any more`,
      "queue",
    );
    this.#deaths.clear(this.#settleAbsent);
  }

  #followRules(): void {
    this.#rules.follow(() => this.#limitedBytes);
  }

  get isConstrained(): boolean {
    return this.#rules.areAny;
  }

  get keepsTime(): boolean {
    return this.#rules.keepsTime;
  }

  // Counts

  get stats(): QueueStats {
    let publishIn = 0;
    let diskReads = (this.returnedWaiting?.readCount ?? 0) + this.#deaths.readCount;
    let diskWrites = this.writtenCount;
    for (const { arrivedCount, paging } of this.backingQueues) {
      publishIn += arrivedCount;
      diskReads += paging.readCount;
      diskWrites += paging.spilledCount;
    }
    return statsOf(this.#counts, { publishIn, unacked: this.unackedCount, diskReads, diskWrites });
  }

  get totals(): QueueTotals {
    return totalsOf(this, this.#messages);
  }

  /** Number of delivered messages that are neither settled nor returned. */
  get unackedCount(): number {
    return this.#unacked.count;
  }

  get readyCount(): number {
    return this.#waiting.count;
  }

  /** Timestamp of the next message that has one and is in memory (RabbitMQ: `head_message_timestamp`). In seconds. */
  get headTimestamp(): bigint | undefined {
    const message = this.#waiting.nextInMemory;
    return message === undefined ? undefined : new PropertiesView(this.#messages.header(message)).timestamp;
  }

  /** Number of distinct identities in a queue without duplicates. */
  get identityCount(): number {
    return this.#rules.deduplication?.identityCount ?? 0;
  }

  checkCounts(): void {
    this.#waiting.checkCounts();
    this.#deaths.checkCounts();
    this.#rules.limit?.checkBytes(this.#limitedBytes);
    const { ready } = this.totals;
    assertEqual(`ready messages of queue '${this.name}'`, this.readyCount, ready.count);
  }

  forEachHeld(visit: (message: Message) => void): void {
    this.#waiting.forEach(visit);
    this.#deaths.forEach(visit);
  }

  // Waiting messages

  get backingQueues(): readonly BackingQueue[] {
    return this.#waiting.backingQueues;
  }

  get returnedWaiting(): SetAsideMessages | undefined {
    return this.#waiting.returnedWaiting;
  }

  /** Makes the message that a client would see of a returned one; mostly the message itself. */
  peeked(message: Message, position: number): Message {
    return this.#waiting.returned?.peeked(message, position) ?? message;
  }

  backingQueueAt(position: number): BackingQueue {
    return this.#waiting.at(position);
  }

  storedIdAt(position: number): SequenceId {
    return this.#waiting.at(position).id;
  }
  storedPositionAt(position: number): Position {
    return positionInBackingQueue(position);
  }

  recoverBackingQueue(priority: number, sequenceId: SequenceId): void {
    this.#waiting.recoverBackingQueue(priority, sequenceId);
  }

  recover(queues: ReadonlyMap<number, RecoveredQueue>): void {
    for (const backingQueue of this.backingQueues) {
      const recovered = queues.get(backingQueue.id)!;
      this.#waiting.recover(backingQueue, recovered);
      if (recovered.hasTimes) this.expectExpiry();
      if (recovered.count > 0) this.#rules.deduplication?.recover(backingQueue.id, recovered.nextPosition);
    }
    this.#followRules();
    this.touch();
    this.#addToTurn();
  }

  // New messages

  enqueue(message: Message): number {
    const { only } = this.#waiting;
    const position = only === undefined ? this.#waiting.push(message) : only.ready.push(message);
    const { limit } = this.#rules;
    if (limit !== undefined) limit.add(message);
    if (!this.#isInTurn) this.#addToTurn();
    return position;
  }

  expectExpiry(): void {
    this.#rules.expectExpiry();
  }

  refuses(message: Message): boolean {
    const { limit, deduplication } = this.#rules;
    if (limit !== undefined && limit.refuses(message, this)) {
      if (limit.overflow === "reject-publish-dlx") this.#deaths.refuse(message);
      return true;
    }
    if (deduplication === undefined || !deduplication.refuses(message)) return false;
    this.#deaths.refuse(message);
    return true;
  }

  /** Number of messages that count for the length limit, and the size of their bodies in bytes. */
  get limitedCount(): number {
    return this.readyCount + (this.#waiting.returned?.delayedCount ?? 0) + this.#deaths.keptCount;
  }
  get #limitedBytes(): number {
    return this.#waiting.bytes + this.#deaths.keptBytes;
  }

  enforceLimit(): void {
    const { limit } = this.#rules;
    if (limit !== undefined) limit.enforce(this, this.host);
  }

  // Fetching

  /**
   * Returns the next message, which must be in memory (`basic.get`); `undefined` when none waits. With `noAck` the
   * caller releases it at once.
   */
  fetch(noAck = false): Fetched | undefined {
    const fetched = this.#delivery.fetch(noAck);
    // The next message may have expired.
    if (fetched !== undefined && this.#rules.expiry !== undefined) this.whenRead();
    return fetched;
  }

  /** Resolves after an attempt to read the next message; `undefined` when it is in memory, or there is none. */
  readNext(): Promise<void> | undefined {
    this.touch();
    this.serveConsumers();
    if (this.#rules.expiry !== undefined) this.#dropExpired(Infinity);
    this.enforceLimit();
    return this.#waiting.readNext();
  }

  /** True when the last attempt to read the next message failed. */
  get hasReadFailed(): boolean {
    return this.#waiting.hasReadFailed;
  }

  // Memory

  /** Removes an unacknowledged, returned or dead message from memory, if the store can read it back. */
  forget(message: Message, position: number): void {
    if (this.#rules.mayForget) this.#waiting.at(position).paging.forget(message, positionInBackingQueue(position));
  }

  whenReadable(backingQueue: BackingQueue, upTo: number): void {
    this.#waiting.returned?.leaveMemory(backingQueue, upTo);
    this.#deaths.leaveMemory(backingQueue, upTo);
  }

  /** Corrects the bytes that the store could only estimate after a start. */
  whenAllRead(): void {
    const { limit } = this.#rules;
    if (limit?.countsBytes) limit.recount(this.#limitedBytes);
  }

  whenRejectedRead(backingQueue: BackingQueue, message: Message, position: number): void {
    this.#deaths.rejectedRead(backingQueue, message, position);
  }

  // Settled and returned messages

  settle(message: Message, position: number): void {
    this.#unacked.remove();
    this.release(message, position);
  }

  requeue(message: Message, position: number): void {
    this.#unacked.requeue(message, position);
  }

  /** Takes back a fetched message, to its old place, as if it had never been fetched. */
  restore(message: Message, position: number, isRedelivered: boolean): void {
    this.#unacked.restore(message, position, isRedelivered);
  }

  fail(message: Message, position: number): void {
    this.#unacked.fail(message, position);
  }

  reject(message: Message, position: number): void {
    this.#unacked.reject(message, position);
  }

  /** Releases a message. The messages of a deleted queue disappear from the store with it. */
  release(message: Message, position: number): void {
    if (this.#examinesReleased) this.#examineReleased(message, position);
    this.#messages.release(message);
  }

  #examineReleased(message: Message, position: number): void {
    this.#rules.deduplication?.released(message, position);
    this.#waiting.returned?.forget(position);
    if (this.isDurable && !this.isDeleted && (this.keepsTransient || this.#messages.isPersistent(message))) {
      this.#waiting.settle(position);
    }
  }

  /** Settles a message that is not in memory. */
  readonly #settleAbsent = (position: number): void => {
    this.#waiting.returned?.forget(position);
    this.#rules.deduplication?.settled(position);
    if (!this.isDeleted) this.#waiting.settle(position);
  };

  // Deaths

  dropNext(backingQueue: BackingQueue, reason: DeathReason): void {
    this.#deaths.dropNext(backingQueue, reason);
  }

  dropReturned(reason: DeathReason): void {
    this.#deaths.dropReturned(reason);
  }

  dropHead(): boolean {
    return this.#deaths.dropHead();
  }

  #dropExpired(most: number): void {
    if (this.#rules.expiry!.drop(most) || this.keepsTime || this.readyCount + this.unackedCount > 0) return;
    this.#rules.expiry = undefined;
  }

  // Taps

  tap(tap: Tap): () => void {
    // Earlier messages are not for this tap.
    this.taps?.look(this.backingQueues);
    return addTap(this, tap, () => new QueueTaps(this.backingQueues));
  }

  // Purging and deleting

  /** Drops all waiting messages, and returns their number. */
  purge(): number {
    const count = this.limitedCount;
    this.#deaths.clear(this.#settleAbsent);
    this.#waiting.purge(this.#settleAbsent);
    if (this.unackedCount === 0) this.#waiting.returned?.forgetAll();
    this.#rules.deduplication?.clear();
    this.#rules.limit?.recount(0);
    this.#waitingPublishers?.wake();
    return count;
  }

  delete(): void {
    this.isDeleted = true;
    this.purge();
    this.consumers.delete();
    this.#rules.expiry?.stop();
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
      if (this.settings.expiresMs === undefined) return;
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

  /** Delivers what can be delivered. */
  deliver(): void {
    if (this.taps !== undefined) this.taps.look(this.backingQueues);
    this.#delivery.deliver();
  }

  /** Adds the queue to the turn, as messages were read that can be delivered or must be examined. */
  whenRead(): void {
    if (!this.#isInTurn) this.#addToTurn();
  }

  #addToTurn(): void {
    const { expiry, limit } = this.#rules;
    const mustBeLookedAt = expiry !== undefined || limit !== undefined || this.taps !== undefined;
    if (this.readyCount === 0 || (!mustBeLookedAt && !this.consumers.areReady)) return;
    this.#isInTurn = true;
    this.host.turn.addQueue(this);
  }

  finishTurn(): void {
    this.#isInTurn = false;
    if (this.isDeleted) return;
    this.deliver();
    if (this.#rules.expiry !== undefined) this.#dropExpired(DEATHS_IN_TURN);
    this.enforceLimit();
    for (const backingQueue of this.backingQueues) this.#endTurn(backingQueue);
    this.#waitingPublishers?.wakeIfBelow(this.readyCount);
  }

  #endTurn({ id, ready, paging }: BackingQueue): void {
    if (this.isDurable && this.unackedCount > 0) this.#store.delivered(id, ready.deliveredUpTo);
    if ((ready.stored.isRunningLow || ready.absentReturned.count > 0) && this.consumers.areReady) paging.read();
  }
}
