import { INTERNAL } from "../../events/actor.ts";
import { assertEqual, failAssertion } from "../../../wire/assert.ts";
import type { FieldTable } from "../../../wire/field_table.ts";
import type { RecoveredQueue } from "../../../store/recovered.ts";
import type { Store } from "../../../store/store.ts";
import type { Message } from "../../message/messages.ts";
import { type EffectivePolicy, NO_POLICY } from "../effective_policy.ts";
import type { MessageContent } from "../../../store/message_content.ts";
import type { Slice } from "../../turn/slices.ts";
import type { Deferred } from "../../turn/turn.ts";
import type { AnyQueue } from "../any_queue.ts";
import { Consumer, type Consumption, type Receiver } from "../consumers/consumer.ts";
import type { QueueDeclaration, QueueHost } from "../queue_host.ts";
import type { StoredSequence } from "../../sequence/stored_sequence.ts";
import { QueueCounts, type QueueStats, statsOf } from "../queue_counts.ts";
import type { QueueTotals } from "../queue_totals.ts";
import { definitionOf, type QueueSettings, settingsOf } from "../settings.ts";
import type { Tap } from "../../tap/tap.ts";
import { addTap, Taps } from "../../tap/taps.ts";
import { WaitingPublishers } from "../waiting_publishers.ts";
import { streamFilter } from "./filter.ts";
import { StreamLog } from "./stream_log.ts";
import { startOffset } from "./offset.ts";
import { StreamReader } from "./reader.ts";
import { StreamReaders } from "./readers.ts";
import type { Position, SequenceId } from "../../../store/sequence.ts";

/** Delay before a failed read of messages is retried. In milliseconds. */
const READ_AGAIN_MS = 1000;

/**
 * A log of messages (RabbitMQ: Streams): they are added at the end, and stay until retention removes them from the
 * front. Every consumer has its own position and gets all messages from there on; acknowledging one only makes room for
 * another. A message is delivered only when it is durable: otherwise a crash might give its offset to another message.
 */
export class Stream implements AnyQueue, StoredSequence, Deferred {
  readonly kind = "queue";
  readonly isStream = true;
  readonly keepsTransient = true;
  readonly isDurable = true;
  readonly isAutoDelete = false;
  readonly owner = null;
  readonly name: string;
  readonly id: SequenceId;
  readonly arguments: FieldTable;
  readonly declaredBy: string;
  readonly consumers = new StreamReaders();
  isDeleted = false;
  effectivePolicy: EffectivePolicy = NO_POLICY;

  readonly host: QueueHost;
  readonly #store: Store;
  #settings: QueueSettings;
  readonly #log: StreamLog;
  readonly #counts = new QueueCounts();
  /** Number of deliveries that are neither acknowledged nor returned. Their messages stay ready for all. */
  unackedCount = 0;
  writtenCount = 0;
  /** Offset before which all messages are safe. */
  #safeUpTo = 0;
  #isAwaitingSafety = false;
  /** Offset before which readers at the end know all messages. */
  #wokenUpTo = 0;
  #isInTurn = false;
  readonly #waitingPublishers = new WaitingPublishers();
  #hasReadFailed = false;
  taps: Taps | undefined;

  constructor(id: SequenceId, declaration: QueueDeclaration, host: QueueHost) {
    this.id = id;
    this.name = declaration.name;
    this.arguments = declaration.arguments;
    this.declaredBy = declaration.declaredBy ?? INTERNAL.user;
    this.host = host;
    this.#store = host.store;
    this.#settings = settingsOf(definitionOf(this.arguments));
    this.#log = new StreamLog(id, this.#settings, host);
    host.storedSequences.set(id, this);
  }

  /** Number of messages. */
  get readyCount(): number {
    return this.#log.end - this.#log.first;
  }

  get stats(): QueueStats {
    const { arrivedCount, readCount } = this.#log;
    return statsOf(this.#counts, {
      publishIn: arrivedCount,
      unacked: this.unackedCount,
      diskReads: readCount,
      diskWrites: this.writtenCount,
    });
  }

  get totals(): QueueTotals {
    return { ready: this.#log.all, readyInMemory: this.#log.inMemory };
  }

  forEachHeld(visit: (message: Message) => void): void {
    this.#log.forEachHeld(visit);
  }

  checkCounts(): void {
    const what = `messages of stream '${this.name}'`;
    if (this.unackedCount < 0) failAssertion(`unacknowledged ${what}`, "at least 0", this.unackedCount);
    if (this.#log.first > this.#log.end) {
      failAssertion(`first offset of ${what}`, "at most the next one", this.#log.first);
    }
    const { ready, readyInMemory } = this.totals;
    assertEqual(what, this.readyCount, ready.count);
    if (readyInMemory.count > ready.count) {
      failAssertion(`${what} in memory`, `at most ${ready.count}`, readyInMemory.count);
    }
  }

  recover(recovered: ReadonlyMap<number, RecoveredQueue>): void {
    const { nextPosition } = recovered.get(this.id)!;
    this.#safeUpTo = nextPosition;
    this.#log.recover(nextPosition);
  }

  /** Calls `show` for messages from an offset on, until it returns false, and counts nothing. */
  peek(offset: number, slice: Slice, show: (content: MessageContent) => boolean | Promise<boolean>): Promise<void> {
    return this.#log.peek(offset, slice, show);
  }

  /** A stream has no backing queues: it has no priorities. */
  recoverBackingQueue(): void {}

  get settings(): QueueSettings {
    return this.#settings;
  }

  apply(settings: QueueSettings): void {
    this.#settings = settings;
    this.#log.apply(settings);
  }

  /** A stream does not expire. */
  touch(): void {}
  declaredAgain(): void {}

  // Messages

  storedIdAt(): SequenceId {
    return this.id;
  }

  storedPositionAt(position: number): Position {
    return position;
  }

  // It notes the time of arrival by itself, and accepts all messages, which it keeps whatever their expiration.
  readonly isConstrained = false;
  readonly keepsTime = true;
  refuses(): boolean {
    return false;
  }
  expectExpiry(): void {}
  enforceLimit(): void {}
  release(): void {}

  enqueue(message: Message): number {
    if (this.taps !== undefined) this.taps.pass(message);
    const offset = this.#log.add(message);
    if (this.consumers.areAtEnd || this.#log.isRetentionDue) this.#addToTurn();
    return offset;
  }

  tap(tap: Tap): () => void {
    return addTap(this, tap, () => new Taps());
  }

  leaveMemory(upTo: number): void {
    this.#log.leaveMemory(upTo);
  }

  /** Delivers published messages to consumers once they are safe. */
  #awaitSafety(): void {
    if (this.#isAwaitingSafety || this.#safeUpTo === this.#log.end) return;
    const { end } = this.#log;
    const record = this.#store.enqueued;
    if (this.#store.durable >= record) {
      this.#safeUpTo = end;
      return;
    }
    this.#isAwaitingSafety = true;
    this.host.whenDurable(record, () => {
      this.#isAwaitingSafety = false;
      this.#safeUpTo = end;
      if (this.consumers.areAtEnd) this.#addToTurn();
    });
  }

  // Consumers

  consume(receiver: Receiver, consumption: Consumption): Consumer {
    const consumer = new Consumer(this, receiver, consumption);
    const start = startOffset(consumption.arguments, this.host.timeMs);
    const filter = streamFilter(consumption.arguments);
    const offset = this.#log.offsetOf(start);
    // When the store knows the start only roughly, each message must be examined.
    const notBeforeMs = start.from === "time" && offset < this.#log.onDiskUpTo ? start.timeMs : 0;
    this.consumers.add(new StreamReader(consumer, filter, offset, notBeforeMs));
    this.#addToTurn();
    return consumer;
  }

  cancel(consumer: Consumer): void {
    this.consumers.cancel(consumer);
    this.#wakePublishers();
  }

  resume(consumer: Consumer): void {
    this.consumers.resume(consumer);
    if (!this.#isInTurn && this.consumers.areReady) this.#addToTurn();
  }

  /** The message stays: acknowledging it only makes room for another one. */
  settle(): void {
    this.unackedCount--;
  }

  /** The message is not redelivered: readers of a log only move forward. */
  requeue(): void {
    this.unackedCount--;
    this.#counts.returned++;
  }
  fail(): void {
    this.requeue();
  }

  /** A rejected message of a stream is not dead-lettered. */
  reject(): void {
    this.unackedCount--;
    this.#counts.rejected++;
  }

  // Publishers

  /**
   * Readers far back are not awaited, as they lose nothing. Those near the end are: on one thread they would hardly get
   * a turn beside a publisher that never pauses.
   */
  get behindCount(): number {
    const { furthestOffset } = this.consumers;
    return furthestOffset < this.#log.onDiskUpTo ? 0 : Math.max(0, this.#log.end - furthestOffset);
  }

  isBehindBy(limit: number): boolean {
    return this.behindCount > limit;
  }

  whenBelow(limit: number, callback: () => void): () => void {
    return this.#waitingPublishers.add(limit, callback);
  }

  #wakePublishers(): void {
    this.#waitingPublishers.wakeIfBelow(this.behindCount);
  }

  delete(): void {
    this.isDeleted = true;
    this.#log.clear();
    this.#safeUpTo = this.#log.end;
    this.host.storedSequences.delete(this.id);
    this.consumers.delete();
    this.#waitingPublishers.wake();
  }

  // Delivering

  #addToTurn(): void {
    if (this.#isInTurn) return;
    this.#isInTurn = true;
    this.host.turn.addQueue(this);
  }

  /** No reader takes messages from others. */
  serveConsumers(): void {}

  finishTurn(): void {
    this.#isInTurn = false;
    if (this.isDeleted) return;
    this.#log.retain();
    this.#awaitSafety();
    if (this.#safeUpTo > this.#wokenUpTo) {
      this.#wokenUpTo = this.#safeUpTo;
      this.consumers.wakeAtEnd();
    }
    for (const reader of this.consumers.takeReady()) this.#serve(reader);
    this.#wakePublishers();
  }

  /** Delivers a reader's messages until its consumer can take no more. */
  #serve(reader: StreamReader): void {
    const { consumer } = reader;
    if (consumer.isCancelled) return;
    this.#deliverTo(reader);
    this.consumers.served(reader);
  }

  #deliverTo(reader: StreamReader): void {
    const { consumer } = reader;
    while (consumer.receiver.canTake(consumer)) {
      const message = this.#log.next(reader, this.#safeUpTo);
      if (message === "end") return this.consumers.waitAtEnd(reader);
      if (message === "read") return void this.#read(reader);
      if (message === "later") return this.#serveLater(reader);
      this.#countDelivered(consumer);
      consumer.receiver.deliverFromLog(consumer, message, reader.offset - 1);
    }
    consumer.isWaiting = false;
  }

  #countDelivered(consumer: Consumer): void {
    this.#counts.deliver++;
    this.unackedCount++;
    consumer.deliveredCount++;
  }

  #serveLater(reader: StreamReader): void {
    this.host.later(0, () => {
      this.consumers.wake(reader);
      this.#addToTurn();
    });
  }

  /** Reads the block that a reader needs next, and then continues the reader. */
  async #read(reader: StreamReader): Promise<void> {
    try {
      await this.#log.read(reader);
      this.#hasReadFailed = false;
    } catch (error) {
      if (!this.#hasReadFailed) {
        const why = (error as Error).message;
        this.host.report(`consumers of stream '${this.name}' are held up, messages can't be read: ${why}`, "queue");
      }
      this.#hasReadFailed = true;
      await new Promise<void>((resolve) => this.host.later(READ_AGAIN_MS, resolve));
    }
    this.consumers.wake(reader);
    this.#addToTurn();
    this.host.endTurn();
  }
}
