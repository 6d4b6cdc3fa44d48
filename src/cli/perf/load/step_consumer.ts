import { FRAME_BODY, FRAME_HEADER, FRAME_HEADER_BYTES, FRAME_METHOD } from "../../../amqp091/frame.ts";
import { AMQP_0_9_1 } from "../../../amqp091/methods.ts";
import { BODY_SIZE_OFFSET } from "../../../wire/properties.ts";
import { type Arrivals, noteArrival } from "./arrivals.ts";
import { CHANNEL, readLong } from "./connection.ts";
import { type ConsumerOptions, prepareToConsume, sendConsumes } from "./consumer.ts";
import { BODY_MIN_BYTES, microseconds, NUMBER_OFFSET, PUBLISHER_OFFSET, SENT_AT_OFFSET } from "./message.ts";
import { readMark } from "./own_message.ts";
import { Pace } from "./pace.ts";
import type { ConsumerLink } from "./shared_connection.ts";
import { valueAt, type Varying } from "./varying.ts";

/** What a consumer does between one message and the next. */
export interface Steps {
  /** Interval between two `basic.get`, in milliseconds; `undefined` for `basic.consume`. */
  readonly pollingIntervalMs: number | undefined;
  /** Number of messages in a transaction; 0 means no transactions. */
  readonly transactionSize: number;
  /** Time that each message takes. In microseconds. */
  readonly latencyUs: number | Varying;
  /** True when messages are refused instead of acknowledged. */
  readonly refuses: boolean;
  /** True when refused messages go back to their queue. */
  readonly requeues: boolean;
}

export interface StepConsumerOptions extends ConsumerOptions {
  readonly arrivals: readonly Arrivals[];
  readonly steps: Steps;
}

/** A received message that waits for its turn. */
interface Received {
  readonly queue: number;
  readonly deliveryTag: number;
  readonly publisher: number;
  readonly number: number;
  readonly sentAt: number;
  readonly isOwn: boolean;
}

/** Number of waiting messages above which nothing more is read. */
const WAITING_MAX = 10_000;
/** Shortest wait; what a message takes beyond is made up for. In milliseconds. */
const WAIT_MIN_MS = 1;

const methodOf = (name: Parameters<typeof AMQP_0_9_1.id>[0]): number => {
  const [classId, methodId] = AMQP_0_9_1.id(name);
  return classId << 16 | methodId;
};
const DELIVER = methodOf("basic.deliver");
const GET_OK = methodOf("basic.get-ok");
const GET_EMPTY = methodOf("basic.get-empty");
const CONSUME_OK = methodOf("basic.consume-ok");
const COMMIT_OK = methodOf("tx.commit-ok");

/**
 * Consumes one message after the other, and may wait in between: for the next poll, a transaction, or as long as a
 * message is said to take. {@linkcode Consumer} is for as many messages as possible.
 */
export class StepConsumer {
  consumed = 0;
  outOfOrder = 0;
  repeated = 0;
  foreign = 0;
  readonly latenciesUs: number[] = [];
  readonly #connection: ConsumerLink;
  readonly #channel: number;
  readonly #options: StepConsumerOptions;
  readonly #highest: Float64Array;
  #startedMs = 0;
  readonly #waiting: Received[] = [];
  #taken = 0;
  /** Index of the queue, and delivery tag, of the message that is arriving. */
  #queue = 0;
  #arrivingTag = 0;
  #bodyBytesLeft = 0;
  #isBodyStart = false;
  #start: Omit<Received, "queue" | "deliveryTag"> = { publisher: 0, number: 0, sentAt: 0, isOwn: false };
  #consumeOks = 0;
  #isEmpty = false;
  #isCommitting = false;
  #isPaused = false;
  #isClosing = false;
  #deliveryTag = 0;
  #settledTag = 0;
  #uncommitted = 0;
  #wake: () => void = () => {};
  #working: Promise<void> = Promise.resolve();

  private constructor(connection: ConsumerLink, options: StepConsumerOptions) {
    this.#connection = connection;
    this.#channel = options.channel ?? CHANNEL;
    this.#options = options;
    this.#highest = new Float64Array(options.publishers * options.queues.length);
  }

  /** Prepares the channel of a consumer, which it has for itself. */
  static async prepare(connection: ConsumerLink, options: StepConsumerOptions): Promise<StepConsumer> {
    const { channel = CHANNEL, steps } = options;
    if (steps.transactionSize > 0) {
      connection.send(channel, "tx.select");
      await connection.receive("tx.select-ok");
    }
    await prepareToConsume(connection, options);
    return new StepConsumer(connection, options);
  }

  /** Begins. Resolves when the broker has granted it, and calls `onFailure` with what goes wrong later. */
  async consume(onFailure: (error: Error) => void): Promise<void> {
    const { pollingIntervalMs } = this.#options.steps;
    this.#startedMs = performance.now();
    this.#connection.walkWith((bytes, offset, end) => this.#walk(bytes, offset, end));
    if (pollingIntervalMs === undefined) await this.#consume();
    this.#working = (pollingIntervalMs === undefined ? this.#work() : this.#poll(pollingIntervalMs)).catch(onFailure);
  }

  /** True when it has consumed as many messages as it should. */
  get isDone(): boolean {
    return this.consumed >= (this.#options.limit || Infinity);
  }

  /** Settles the rest of what it has consumed, and closes. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#wake();
    await this.#working;
    if (this.#options.ackEvery > 0 && this.#deliveryTag > this.#settledTag) this.#settle();
    if (this.#uncommitted > 0) await this.#commit();
    await this.#connection.close();
  }

  get #isOver(): boolean {
    return this.#isClosing || this.isDone;
  }

  async #consume(): Promise<void> {
    sendConsumes(this.#connection, this.#options);
    while (this.#consumeOks < this.#options.queues.length) await this.#next();
  }

  async #work(): Promise<void> {
    const handle = this.#handler();
    while (!this.#isOver) {
      const message = this.#take();
      if (message === undefined) await this.#next();
      else await handle(message);
    }
  }

  async #poll(intervalMs: number): Promise<void> {
    const { queues, ackEvery } = this.#options;
    const handle = this.#handler();
    while (!this.#isOver) {
      for (const [index, queue] of queues.entries()) {
        if (this.#isOver) return;
        this.#queue = index;
        this.#isEmpty = false;
        this.#connection.send(this.#channel, "basic.get", { queue, noAck: ackEvery === 0 });
        let message = this.#take();
        for (; message === undefined && !this.#isEmpty; message = this.#take()) await this.#next();
        if (message !== undefined) await handle(message);
        if (intervalMs > 0) await this.#sleep(intervalMs);
      }
    }
  }

  /** Returns what handles one message after the other. */
  #handler(): (message: Received) => Promise<void> {
    const { ackEvery, ratePerSecond = 0 } = this.#options;
    const { latencyUs, transactionSize } = this.#options.steps;
    const pace = ratePerSecond > 0 ? new Pace(ratePerSecond, performance.now()) : undefined;
    let freeAtMs = 0;
    return async (message) => {
      const nowMs = performance.now();
      this.consumed++;
      this.#deliveryTag = message.deliveryTag;
      this.#check(message);
      const takesMs = valueAt(latencyUs, nowMs - this.#startedMs) / 1000;
      if (takesMs > 0) {
        // A timer is late: what it was late by counts for the next message, if that has waited.
        freeAtMs = Math.max(freeAtMs, nowMs - WAIT_MIN_MS) + takesMs;
        if (freeAtMs - nowMs >= WAIT_MIN_MS) await this.#sleep(freeAtMs - nowMs);
      }
      if (ackEvery > 0 && this.consumed % ackEvery === 0) this.#settle();
      this.#uncommitted++;
      if (transactionSize > 0 && this.consumed % transactionSize === 0) await this.#commit();
      if (pace !== undefined) {
        while (!this.#isOver && pace.due(this.consumed, performance.now()) <= 0) await this.#sleep(pace.waitMs);
      }
    };
  }

  #check({ queue, publisher, number, sentAt, isOwn }: Received): void {
    const { publishers, arrivals, notesLatency } = this.#options;
    if (!isOwn) {
      this.foreign++;
      return;
    }
    if (notesLatency) this.latenciesUs.push((microseconds() - sentAt) >>> 0);
    noteArrival(this, arrivals[queue], this.#highest, queue * publishers + publisher, publisher, number);
  }

  /** Acknowledges or refuses everything up to the last message. */
  #settle(): void {
    const { refuses, requeues } = this.#options.steps;
    const deliveryTag = BigInt(this.#deliveryTag);
    if (refuses) {
      this.#connection.send(this.#channel, "basic.nack", { deliveryTag, multiple: true, requeue: requeues });
    } else {
      this.#connection.send(this.#channel, "basic.ack", { deliveryTag, multiple: true });
    }
    this.#settledTag = this.#deliveryTag;
  }

  async #commit(): Promise<void> {
    if (this.#options.steps.transactionSize === 0) return;
    this.#isCommitting = true;
    this.#connection.send(this.#channel, "tx.commit");
    // The answer comes behind what has not been read.
    this.#resume();
    while (this.#isCommitting) await this.#next();
    this.#uncommitted = 0;
  }

  #take(): Received | undefined {
    if (this.#taken === this.#waiting.length) return undefined;
    const message = this.#waiting[this.#taken++];
    if (this.#taken === this.#waiting.length) {
      this.#waiting.length = this.#taken = 0;
      this.#resume();
    }
    return message;
  }

  #pause(): void {
    this.#isPaused = true;
    this.#connection.pause();
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#connection.resume();
  }

  /** Resolves when something more has come. */
  #next(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve);
  }

  /** Resolves after a time, or when the consumer closes. */
  #sleep(ms: number): Promise<void> {
    if (this.#isClosing) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        if (!this.#isClosing) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #walk(bytes: Uint8Array, start: number, end: number): number {
    let offset = start;
    while (end - offset >= FRAME_HEADER_BYTES) {
      const payload = offset + FRAME_HEADER_BYTES;
      const payloadEnd = payload + readLong(bytes, offset + 3);
      if (payloadEnd >= end) break;
      this.#walkFrame(bytes, bytes[offset], payload, payloadEnd);
      offset = payloadEnd + 1;
    }
    if (this.#waiting.length >= WAITING_MAX && !this.#isPaused && !this.#isCommitting) {
      // Others on the connection go on. The broker takes the rest back when it closes.
      if (this.isDone && this.#options.channel !== undefined) this.#waiting.length = this.#taken = 0;
      else this.#pause();
    }
    this.#wake();
    return offset;
  }

  #walkFrame(bytes: Uint8Array, type: number, payload: number, payloadEnd: number): void {
    if (type === FRAME_METHOD) return this.#walkMethod(bytes, payload, payloadEnd);
    if (type !== FRAME_HEADER && type !== FRAME_BODY) return;
    if (type === FRAME_HEADER) {
      this.#bodyBytesLeft = readLong(bytes, payload + BODY_SIZE_OFFSET + 4);
      this.#isBodyStart = !this.#options.marksInHeaders;
      this.#start = { publisher: 0, number: 0, sentAt: 0, isOwn: false };
      const mark = this.#options.marksInHeaders ? readMark(bytes, payload, payloadEnd) : undefined;
      if (mark !== undefined) this.#readStart(mark, 0);
    } else {
      if (this.#isBodyStart && payloadEnd - payload >= BODY_MIN_BYTES) this.#readStart(bytes, payload);
      this.#isBodyStart = false;
      this.#bodyBytesLeft -= payloadEnd - payload;
    }
    if (this.#bodyBytesLeft > 0) return;
    this.#waiting.push({ queue: this.#queue, deliveryTag: this.#arrivingTag, ...this.#start });
  }

  #readStart(bytes: Uint8Array, body: number): void {
    const { publishers, firstPublisher = 0 } = this.#options;
    const publisher = readLong(bytes, body + PUBLISHER_OFFSET) - firstPublisher;
    this.#start = {
      publisher,
      number: readLong(bytes, body + NUMBER_OFFSET),
      sentAt: readLong(bytes, body + SENT_AT_OFFSET),
      isOwn: publisher >= 0 && publisher < publishers,
    };
  }

  #walkMethod(bytes: Uint8Array, payload: number, payloadEnd: number): void {
    switch (readLong(bytes, payload)) {
      case DELIVER: {
        // The consumer tag, which is the queue's index, then the low half of the delivery tag.
        const tagLength = bytes[payload + 4];
        let queue = 0;
        for (let digit = 1; digit <= tagLength; digit++) queue = queue * 10 + bytes[payload + 4 + digit] - 48;
        this.#queue = queue;
        this.#arrivingTag = readLong(bytes, payload + 9 + tagLength);
        return;
      }
      case GET_OK:
        this.#arrivingTag = readLong(bytes, payload + 8);
        return;
      case GET_EMPTY:
        this.#isEmpty = true;
        return;
      case CONSUME_OK:
        this.#consumeOks++;
        return;
      case COMMIT_OK:
        this.#isCommitting = false;
        return;
      default:
        this.#connection.passOver(bytes, payload, payloadEnd);
    }
  }
}
