import { readAddress } from "../../../wire/address.ts";
import { EMPTY_TABLE } from "../../../wire/field_table.ts";
import { PropertiesView } from "../../../wire/properties.ts";
import type { StoredBlock } from "../../../store/block.ts";
import { LivePositions } from "../../../store/live_positions.ts";
import type { RecoveredQueue } from "../../../store/recovered.ts";
import { copyMessage } from "../../message/copy_message.ts";
import type { Exchange } from "../exchange.ts";
import { ExchangeSequence, type SequenceKeeper } from "../exchange_sequence.ts";
import type { RoutedMessage } from "../../message/routed_message.ts";
import type { ExchangeHost } from "../router.ts";
import { type Message, NO_MESSAGE } from "../../message/messages.ts";
import type { QueueHost } from "../../queue/queue_host.ts";
import type { StoredSequence } from "../../sequence/stored_sequence.ts";
import { readBack } from "../../message/read_back.ts";
import { Deadline } from "../../turn/schedule.ts";
import { blindCarbonCopies, carbonCopies, isSenderSelected, withoutBcc } from "../../message/sender_selected.ts";
import type { Target } from "../../message/target.ts";
import { delayMsAt, delayMsIn, withDelayOver } from "./delay.ts";
import { DueIndex } from "./due_index.ts";
import type { Position, SequenceId } from "../../../store/sequence.ts";

/** Maximum number of due messages published in one turn. The others follow in later turns. */
const PUBLISHED_IN_TURN = 512;
/** Delay of due messages while the store is behind. In milliseconds. */
const BEHIND_REST_MS = 2;
/** Delay before a failed read of messages is retried. In milliseconds. */
const READ_AGAIN_MS = 1000;
/** Time before a message is due at which it is read back into memory. In milliseconds. */
const READ_LEAD_MS = 1000;
/** Interval between checks for messages to be read back. In milliseconds. */
const LOOK_AHEAD_EVERY_MS = 50;
/** Time until due within which the other messages of a block stay in memory when it is read. In milliseconds. */
const READ_AHEAD_MS = 60_000;
/** Maximum size of messages read ahead, without their overhead. In bytes. */
const READ_AHEAD_BYTES = 16 * 1024 * 1024;

/** The parts of its virtual host that delayed messages use. */
interface DelayedVhost extends Pick<ExchangeHost, "forward"> {
  readonly name: string;
}

/**
 * Messages that an exchange delays, and routes when they are due, by the bindings of that time. Memory holds the due
 * time of each; those of a durable exchange are in the store, whatever their delivery mode, and leave memory when they
 * can be read back.
 *
 * A message's due time is its time of arrival plus its `x-delay` header, so the index can be rebuilt from the store.
 */
export class DelayedMessages implements Target, StoredSequence, SequenceKeeper {
  readonly kind = "delay";
  readonly name: string;
  readonly isDurable: boolean;
  readonly keepsTransient: boolean;
  isDeleted = false;
  writtenCount = 0;

  readonly sequence: ExchangeSequence | undefined;

  readonly #exchange: Exchange;
  readonly #vhost: DelayedVhost;
  readonly host: QueueHost;
  readonly #readAheadBytes: number;
  readonly #index = new DueIndex();
  /** Messages that were read back, by position. */
  readonly #loaded = new Map<number, Message>();
  #loadedBytes = 0;
  /** Positions in the index whose messages were published already. */
  readonly #publishedBefore = new LivePositions();
  /** Position of the next message when there is no sequence. */
  #nextPosition = 0;
  /** Position before which messages are in memory only if they were read back. */
  #absentBefore = 0;
  /** Start of the range of positions that are not in the index yet; its end is excluded. */
  #unindexedFrom = 0;
  #unindexedEnd = 0;
  #isReading = false;
  #hasReadFailed = false;
  /** Earliest time of the next read after a failure, and time of the next check. In milliseconds since 1970. */
  #readAgainAtMs = 0;
  #lookAheadAtMs = 0;
  readonly #due = new Deadline(() => this.#publishDue(PUBLISHED_IN_TURN));

  constructor(
    exchange: Exchange,
    vhost: DelayedVhost,
    host: QueueHost,
    readAheadBytes: number = READ_AHEAD_BYTES,
  ) {
    this.name = exchange.name;
    this.isDurable = this.keepsTransient = exchange.isDurable;
    this.#exchange = exchange;
    this.#vhost = vhost;
    this.host = host;
    this.#readAheadBytes = readAheadBytes;
    const owner = { exchange: exchange.name, vhost: vhost.name };
    this.sequence = exchange.isDurable ? new ExchangeSequence("delayed", owner, host, this) : undefined;
  }

  /** Number of delayed messages. Right after a start not all are known. */
  get count(): number {
    return this.#index.size - this.#publishedBefore.count;
  }

  /** Returns whether a message must be delayed. */
  wants({ headers }: Pick<RoutedMessage, "headers">): boolean {
    return delayMsIn(headers) > 0;
  }

  // As a target

  readonly isConstrained = true;
  readonly keepsTime = true;
  readonly readyCount = 0;
  refuses(): boolean {
    return false;
  }
  expectExpiry(): void {}
  enforceLimit(): void {}
  readonly behindCount = 0;
  isBehindBy(): boolean {
    return false;
  }
  whenBelow(): () => void {
    return () => {};
  }

  enqueue(message: Message): number {
    const position = this.sequence === undefined ? this.#nextPosition++ : this.sequence.nextPosition++;
    const { bytes, offset, addressBytes, time } = this.host.messages.locate(message);
    this.#index.push(time + delayMsAt(bytes, offset + addressBytes), position, message);
    this.#await();
    return position;
  }

  storedIdAt(): SequenceId {
    return this.sequence!.id;
  }
  storedPositionAt(position: number): Position {
    return position;
  }

  // Due messages

  /** Sets the deadline to the first message. */
  #await(): void {
    const { firstDueMs, firstMessage } = this.#index;
    const isAwaited = this.#isReading && firstMessage === NO_MESSAGE;
    if (firstDueMs < this.#due.dueAtMs && !isAwaited) this.host.schedule.set(this.#due, firstDueMs);
  }

  /** Publishes at most `most` due messages, and sets the deadline for the others. */
  #publishDue(most: number): void {
    if (this.isDeleted) return;
    const { timeMs, schedule, store } = this.host;
    const index = this.#index;
    for (let count = 0; index.firstDueMs <= timeMs; count++) {
      if (count === most) return schedule.set(this.#due, timeMs + 1);
      if (store.isBehind && most !== Infinity) return schedule.set(this.#due, timeMs + BEHIND_REST_MS);
      if (this.#publishFirst()) continue;
      if (!this.#isReading) this.#readSoon(index.firstPosition);
      return;
    }
    if (timeMs >= this.#lookAheadAtMs) this.#lookAhead();
    const isMissing = this.#index.size > 0 && this.#isMissing(index.firstPosition);
    const leadMs = isMissing && index.firstDueMs > timeMs + READ_LEAD_MS ? READ_LEAD_MS : 0;
    schedule.set(this.#due, index.firstDueMs - leadMs);
  }

  /** Reads back messages that will soon be due, so that none is late. */
  #lookAhead(): void {
    const { timeMs } = this.host;
    this.#lookAheadAtMs = timeMs + LOOK_AHEAD_EVERY_MS;
    if (this.#isReading) return;
    const position = this.#index.firstAbsent(timeMs + READ_LEAD_MS, (position) => !this.#isMissing(position));
    if (position !== undefined) this.#readSoon(position);
  }

  /** Returns whether a message that is in the index and not in memory must be read. */
  #isMissing(position: number): boolean {
    return position < this.#absentBefore && !this.#loaded.has(position) && !this.#publishedBefore.has(position);
  }

  /** Publishes the first message. Returns false when it is not in memory and was not published before. */
  #publishFirst(): boolean {
    const index = this.#index;
    const position = index.firstPosition;
    if (this.#publishedBefore.remove(position)) {
      index.shift();
      return true;
    }
    const loaded = this.#loaded.get(position);
    if (loaded !== undefined) {
      this.#loaded.delete(position);
      this.#loadedBytes -= this.host.messages.bodyBytes(loaded);
      // A message that was due soon stayed in memory when the others of its block left it.
      const kept = index.shift();
      if (kept !== NO_MESSAGE) this.host.messages.release(kept);
      this.#publish(loaded, position);
      return true;
    }
    if (index.firstMessage === NO_MESSAGE) return false;
    this.#publish(index.shift(), position);
    return true;
  }

  /** Routes a message whose delay is over, and releases it. */
  #publish(message: Message, position: number): void {
    const { messages } = this.host;
    const kept = messages.header(message);
    const header = withDelayOver(isSenderSelected(kept, 0) ? withoutBcc(kept) : kept);
    const over = copyMessage(messages, message, { header });
    const { routingKey } = readAddress(messages.address(message));
    const headers = new PropertiesView(kept).headers ?? EMPTY_TABLE;
    const keys = [routingKey, ...carbonCopies(headers), ...blindCarbonCopies(headers)];
    this.#vhost.forward(over, keys, this.#exchange);
    messages.release(message);
    this.sequence?.settle(position);
  }

  // Memory

  leaveMemory(upTo: number): void {
    const { messages, timeMs } = this.host;
    this.#index.forget(upTo, timeMs + READ_LEAD_MS, (message) => messages.release(message));
    this.#absentBefore = Math.max(this.#absentBefore, upTo);
    if (this.#index.size > 0) this.#publishDue(PUBLISHED_IN_TURN);
  }

  /** Reads back a message with others that are due soon, and then publishes due messages. */
  #readSoon(position: number): void {
    const { timeMs, schedule } = this.host;
    // The time may have been set back.
    const waitMs = this.#readAgainAtMs - timeMs;
    if (waitMs > 0 && waitMs <= READ_AGAIN_MS) schedule.set(this.#due, this.#readAgainAtMs);
    else this.#read(position);
  }

  async #read(position: number): Promise<void> {
    this.#isReading = true;
    try {
      const block = await this.host.store.read(this.sequence!.id, position);
      if (this.isDeleted) return;
      this.#load(block, position);
      this.#hasReadFailed = false;
    } catch (error) {
      if (!this.#hasReadFailed) {
        const why = (error as Error).message;
        this.host.report(`exchange '${this.name}' is held up, its delayed messages can't be read: ${why}`);
      }
      this.#hasReadFailed = true;
      this.#readAgainAtMs = this.host.timeMs + READ_AGAIN_MS;
    }
    this.#isReading = false;
    this.#lookAheadAtMs = 0;
    this.#publishDue(PUBLISHED_IN_TURN);
    this.host.endTurn();
  }

  #load(block: StoredBlock | undefined, wanted: number): void {
    const { messages, timeMs } = this.host;
    let isThere = false;
    while (block?.next()) {
      const { position, bytes, offset, addressBytes, bodyBytes, time } = block;
      if (position >= this.#absentBefore) break;
      if (position >= this.#unindexedFrom && position < this.#unindexedEnd) continue;
      const dueMs = time + delayMsAt(bytes, offset + addressBytes);
      if (position === wanted) isThere = true;
      else if (dueMs > timeMs + READ_AHEAD_MS || this.#loaded.has(position) || this.#publishedBefore.has(position)) {
        continue;
      }
      const hasRoom = this.#loadedBytes + bodyBytes <= this.#readAheadBytes;
      if (!hasRoom && position !== wanted && dueMs > timeMs) continue;
      const message = readBack(messages, block, true);
      if (hasRoom || position === wanted) {
        this.#loaded.set(position, message);
        this.#loadedBytes += bodyBytes;
      } else {
        // This late, publishing in order matters less than reading each message only once.
        this.#publish(message, position);
        this.#publishedBefore.add(position);
      }
    }
    if (isThere) return;
    this.host.report(`a delayed message of exchange '${this.name}' is lost, it is not where it should be`);
    this.#publishedBefore.add(wanted);
  }

  // The life of the exchange

  /** Recovers the messages in the store, reading their due times in the background. */
  recover({ count, nextPosition }: RecoveredQueue): void {
    this.sequence!.nextPosition = this.#absentBefore = nextPosition;
    if (count > 0) this.#indexAll();
  }

  async #indexAll(): Promise<void> {
    this.#unindexedEnd = this.sequence!.nextPosition;
    await this.sequence!.scan((block) => this.#indexBlock(block));
    this.#unindexedFrom = this.#unindexedEnd;
  }

  #indexBlock(block: StoredBlock): void {
    const { messages, timeMs } = this.host;
    while (block.next()) {
      const { position, bytes, offset, addressBytes, time } = block;
      const dueMs = time + delayMsAt(bytes, offset + addressBytes);
      this.#index.push(dueMs, position, dueMs <= timeMs ? readBack(messages, block, true) : NO_MESSAGE);
    }
    this.#unindexedFrom = block.last + 1;
    this.#publishDue(Infinity);
  }

  /** Calls `visit` for each message that is held. */
  forEachHeld(visit: (message: Message) => void): void {
    this.#index.forEach((message) => {
      if (message !== NO_MESSAGE) visit(message);
    });
    for (const message of this.#loaded.values()) visit(message);
  }

  delete(): void {
    this.isDeleted = true;
    const { messages, schedule } = this.host;
    schedule.clear(this.#due);
    this.#index.forget(Infinity, -Infinity, (message) => messages.release(message));
    for (const message of this.#loaded.values()) messages.release(message);
    this.#loaded.clear();
    this.#index.clear();
    this.#publishedBefore.clear();
    this.sequence?.delete();
  }
}
