import type { FieldTable } from "../../../amqp/field_table.ts";
import type { BlockExtent, MessageContent, RecoveredQueue, Store } from "../../../store/store.ts";
import type { Binding } from "../../binding.ts";
import type { Message, Messages } from "../../messages.ts";
import { type EffectivePolicy, NO_POLICY } from "../../policy/effective_policy.ts";
import type { Deferred } from "../../turn.ts";
import type { AnyQueue } from "../any_queue.ts";
import { Consumer, type Consumption, type Receiver } from "../consumer.ts";
import type { QueueDeclaration, QueueHost, StoredRow } from "../queue_host.ts";
import { definitionOf, type QueueSettings, settingsOf } from "../settings.ts";
import { WaitingPublishers } from "../waiting_publishers.ts";
import { type StreamFilter, streamFilter } from "./filter.ts";
import { type StartOffset, startOffset } from "./offset.ts";
import { StreamReader } from "./reader.ts";
import { StreamReaders } from "./readers.ts";
import { Retention } from "./retention.ts";
import { Tail } from "./tail.ts";

/** A reader looks at so many messages at a time that it does not want, and lets others have their turn. */
const LOOKS_MAX = 4096;
/** After messages could not be read it is tried again after so long. In milliseconds. */
const READ_AGAIN_MS = 1000;

/** What is next for a reader where there is no message at hand. */
type Pause = "end" | "read" | "later";

/**
 * A log of messages (RabbitMQ: Streams): they are added at the end, and stay until retention cuts them off the front.
 * Every consumer has a place of its own in it and gets all messages from there on; acknowledging one makes room for
 * another, and nothing else. A message's position in the store is its offset.
 *
 * The store has all messages; those that it cannot read back yet are kept in memory too, as the {@linkcode Tail}. No
 * consumer is given a message before the store has it safely: after a crash its offset would be another one's.
 */
export class Stream implements AnyQueue, StoredRow, Deferred {
  readonly kind = "queue";
  readonly isStream = true;
  readonly keepsTransient = true;
  readonly isDurable = true;
  readonly isAutoDelete = false;
  readonly owner = null;
  readonly name: string;
  readonly id: number;
  readonly arguments: FieldTable;
  readonly incoming = new Set<Binding>();
  readonly consumers = new StreamReaders();
  isDeleted = false;
  effectivePolicy: EffectivePolicy = NO_POLICY;

  readonly #host: QueueHost;
  readonly #messages: Messages;
  readonly #store: Store;
  #settings: QueueSettings;
  readonly #retention: Retention;
  readonly #tail = new Tail();
  /** The offset of the first message that is left. */
  #first = 0;
  /** All messages before this offset are safe. */
  #safeUpTo = 0;
  #isAwaitingSafety = false;
  /** Readers at the end have been told of all messages before this offset. */
  #wokenUpTo = 0;
  #isInTurn = false;
  readonly #waitingPublishers = new WaitingPublishers();
  #hasReadFailed = false;

  constructor(id: number, declaration: QueueDeclaration, host: QueueHost) {
    this.id = id;
    this.name = declaration.name;
    this.arguments = declaration.arguments;
    this.#host = host;
    this.#messages = host.messages;
    this.#store = host.store;
    this.#settings = settingsOf(definitionOf(this.arguments));
    this.#retention = new Retention(host.store, id, this.#settings);
    host.storedRows.set(id, this);
  }

  /** How many messages it holds. */
  get readyCount(): number {
    return this.#tail.end - this.#first;
  }

  recover(recovered: ReadonlyMap<number, RecoveredQueue>): void {
    const { nextPosition } = recovered.get(this.id)!;
    this.#tail.startAt(nextPosition);
    this.#safeUpTo = nextPosition;
    this.#first = this.#store.firstPosition(this.id) ?? nextPosition;
    this.#retention.recover();
    this.#retain();
  }

  /** No argument that has it asks for levels. */
  recoverLevel(): void {}

  get settings(): QueueSettings {
    return this.#settings;
  }

  apply(settings: QueueSettings): void {
    this.#settings = settings;
    this.#retention.apply(settings);
    this.#retain();
  }

  /** A stream does not go for not being used. */
  touch(): void {}
  declaredAgain(): void {}

  // Messages

  storedIdAt(): number {
    return this.id;
  }

  storedPositionAt(position: number): number {
    return position;
  }

  // It notes by itself when a message came, and has room for all, which it keeps whatever their expiration.
  readonly isRuled = false;
  readonly keepsTime = true;
  refuses(): boolean {
    return false;
  }
  expectExpiry(): void {}
  enforceLimit(): void {}
  release(): void {}

  enqueue(message: Message): number {
    this.#messages.setTime(message, this.#host.timeMs);
    const offset = this.#tail.push(message);
    this.#retention.add(this.#messages.locate(message));
    if (this.consumers.areAtEnd || this.#retention.isDue(this.#host.timeMs)) this.#addToTurn();
    return offset;
  }

  leaveMemory(upTo: number): void {
    this.#tail.dropBefore(upTo, (message) => this.#messages.release(message));
  }

  /** Cuts off at the front what is too much or too old. */
  #retain(): void {
    const { timeMs } = this.#host;
    if (!this.#retention.isDue(timeMs)) return;
    const tail = this.#tail;
    const contentAt = (offset: number) => this.#messages.locate(tail.at(offset));
    const cut = this.#retention.cutOffset(this.#first, { first: tail.first, end: tail.end, contentAt }, timeMs);
    if (cut === this.#first) return;
    this.#store.settle(this.id, this.#first, cut - this.#first);
    this.#first = cut;
    this.leaveMemory(cut);
  }

  /** Has consumers be given what has come, as soon as that is safe. */
  #awaitSafety(): void {
    if (this.#isAwaitingSafety || this.#safeUpTo === this.#tail.end) return;
    const { end } = this.#tail;
    const record = this.#store.enqueued;
    if (this.#store.durable >= record) {
      this.#safeUpTo = end;
      return;
    }
    this.#isAwaitingSafety = true;
    this.#host.whenDurable(record, () => {
      this.#isAwaitingSafety = false;
      this.#safeUpTo = end;
      if (this.consumers.areAtEnd) this.#addToTurn();
    });
  }

  // Consumers

  consume(receiver: Receiver, consumption: Consumption): Consumer {
    const consumer = new Consumer(this, receiver, consumption);
    const start = startOffset(consumption.arguments, this.#host.timeMs);
    const filter = streamFilter(consumption.arguments);
    const offset = this.#offsetOf(start);
    // Where the store only knows about where to begin, it has to be looked at each message.
    const notBeforeMs = start.from === "time" && offset < this.#tail.first ? start.timeMs : 0;
    this.consumers.add(new StreamReader(consumer, filter, offset, notBeforeMs));
    this.#addToTurn();
    return consumer;
  }

  #offsetOf(start: StartOffset): number {
    const { end } = this.#tail;
    switch (start.from) {
      case "first":
        return this.#first;
      case "next":
        return end;
      case "last":
        return Math.max(this.#first, end - 1);
      case "offset":
        return Math.max(this.#first, start.offset);
      case "time":
        return this.#offsetAtTime(start.timeMs);
    }
  }

  /** An offset before which no message is as young as that. In milliseconds since 1970. */
  #offsetAtTime(timeMs: number): number {
    const stored = this.#store.positionAt(this.id, timeMs);
    if (stored !== undefined) return Math.max(this.#first, stored);
    const tail = this.#tail;
    let low = tail.first;
    let high = tail.end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#messages.time(tail.at(middle)) < timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  cancel(consumer: Consumer): void {
    this.consumers.cancel(consumer);
    this.#wakePublishers();
  }

  resume(consumer: Consumer): void {
    this.consumers.resume(consumer);
    if (!this.#isInTurn && this.consumers.areReady) this.#addToTurn();
  }

  /** The message stays: whoever had it has made room for another one. */
  settle(): void {}

  /** The message is not given again: in a log everybody goes forward. */
  requeue(): void {}
  fail(): void {}

  /** Nothing dies in a stream by being rejected. */
  reject(): void {}

  // Publishers

  /**
   * Whoever reads far back is not waited for: nothing is lost to it. Those that follow what is published are, for on one
   * thread they would hardly be heard beside a publisher that never pauses.
   */
  get behindCount(): number {
    const { furthestOffset } = this.consumers;
    return furthestOffset < this.#tail.first ? 0 : Math.max(0, this.#tail.end - furthestOffset);
  }

  isBehindBy(limit: number): boolean {
    return this.behindCount > limit;
  }

  whenBelow(limit: number, callback: () => void): () => void {
    return this.#waitingPublishers.add(limit, callback);
  }

  #wakePublishers(): void {
    if (!this.#waitingPublishers.mustWait(this.behindCount)) this.#waitingPublishers.wake();
  }

  delete(): void {
    this.isDeleted = true;
    this.#tail.dropBefore(Infinity, (message) => this.#messages.release(message));
    this.#first = this.#safeUpTo = this.#tail.end;
    this.#host.blocks.forgetQueue(this.id);
    this.#host.storedRows.delete(this.id);
    this.consumers.delete();
    this.#waitingPublishers.wake();
  }

  // Delivering

  #addToTurn(): void {
    if (this.#isInTurn) return;
    this.#isInTurn = true;
    this.#host.turn.addQueue(this);
  }

  /** Nobody takes anything from others by reading. */
  serveConsumers(): void {}

  finishTurn(): void {
    this.#isInTurn = false;
    if (this.isDeleted) return;
    this.#retain();
    this.#awaitSafety();
    if (this.#safeUpTo > this.#wokenUpTo) {
      this.#wokenUpTo = this.#safeUpTo;
      this.consumers.wakeAtEnd();
    }
    for (const reader of this.consumers.takeReady()) this.#serve(reader);
    this.#wakePublishers();
  }

  /** Gives a reader what there is for it, until its consumer can take no more. */
  #serve(reader: StreamReader): void {
    const { consumer } = reader;
    if (consumer.isCancelled) return;
    this.#deliverTo(reader);
    this.consumers.served(reader);
  }

  #deliverTo(reader: StreamReader): void {
    const { consumer } = reader;
    while (consumer.receiver.canTake(consumer)) {
      const message = this.#next(reader);
      if (message === "end") return this.consumers.waitAtEnd(reader);
      if (message === "read") return void this.#read(reader);
      if (message === "later") return this.#serveLater(reader);
      reader.notBeforeMs = 0;
      consumer.receiver.deliverFromLog(consumer, message, reader.offset - 1);
    }
    consumer.isInRound = false;
  }

  #serveLater(reader: StreamReader): void {
    this.#host.later(0, () => {
      this.consumers.wake(reader);
      this.#addToTurn();
    });
  }

  /** The next message that a reader wants; its offset is then behind that. Good until the next call or the end of the turn. */
  #next(reader: StreamReader): MessageContent | Pause {
    for (let looks = 0; looks < LOOKS_MAX; looks++) {
      if (reader.offset < this.#first) reader.offset = this.#first;
      if (reader.offset >= this.#safeUpTo) return "end";
      const message = reader.offset < this.#tail.first ? this.#nextStored(reader) : this.#nextInTail(reader);
      if (message === "read") return "read";
      if (message === undefined) continue;
      const isOldEnough = reader.notBeforeMs === 0 || message.time >= reader.notBeforeMs;
      if (isOldEnough && (reader.filter === undefined || reader.filter.matches(message))) return message;
    }
    return "later";
  }

  #nextInTail(reader: StreamReader): MessageContent {
    reader.leaveBlock();
    return this.#messages.locate(this.#tail.at(reader.offset++));
  }

  /** `"read"` when a block has to be read first, and `undefined` behind the end of one. */
  #nextStored(reader: StreamReader): MessageContent | "read" | undefined {
    let { cursor } = reader;
    if (cursor === undefined) {
      if (reader.filter !== undefined && this.#skipBlocks(reader, reader.filter)) return undefined;
      const cached = this.#host.blocks.get(this.id, reader.offset);
      if (cached === undefined) return "read";
      cursor = reader.enterBlock(cached);
    }
    while (cursor.next()) {
      if (cursor.position < reader.offset) continue;
      reader.offset = cursor.position + 1;
      return cursor;
    }
    reader.offset = Math.max(reader.offset, cursor.last + 1);
    reader.leaveBlock();
    return undefined;
  }

  /** Passes over blocks that have nothing for a reader. Returns whether its next message is not on disk then. */
  #skipBlocks(reader: StreamReader, filter: StreamFilter): boolean {
    const blocks = this.#store.blocks(this.id);
    let index = blockFrom(blocks, reader.offset);
    while (index < blocks.length && !filter.mayMatch(blocks[index])) index++;
    const next = index < blocks.length ? blocks[index].first : this.#tail.first;
    reader.offset = Math.max(reader.offset, next);
    return reader.offset >= this.#tail.first;
  }

  /** Reads the block that a reader needs next, and goes on with it then. */
  async #read(reader: StreamReader): Promise<void> {
    try {
      const cached = await this.#host.blocks.read(this.id, reader.offset);
      this.#hasReadFailed = false;
      if (this.isDeleted || reader.consumer.isCancelled) return;
      if (cached?.block !== undefined) reader.enterBlock(cached);
      // What was there may have been cut off meanwhile.
      else if (cached === undefined) reader.offset = Math.max(reader.offset, this.#tail.first);
    } catch (error) {
      if (!this.#hasReadFailed) {
        const why = (error as Error).message;
        this.#host.report(`consumers of stream '${this.name}' are held up, messages can't be read: ${why}`);
      }
      this.#hasReadFailed = true;
      await new Promise<void>((resolve) => this.#host.later(READ_AGAIN_MS, resolve));
    }
    this.consumers.wake(reader);
    this.#addToTurn();
    this.#host.endTurn();
  }
}

/** The index of the first of some blocks whose last offset is not before one. */
function blockFrom(blocks: readonly BlockExtent[], offset: number): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (blocks[middle].last < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
