import { EMPTY_TABLE, type FieldTable, fieldTable } from "../../../wire/field_table.ts";
import { FRAME_BODY, FRAME_END, FRAME_HEADER, FRAME_HEADER_BYTES, FRAME_METHOD } from "../../../amqp091/frame.ts";
import { AMQP_0_9_1 } from "../../../amqp091/methods.ts";
import { BODY_SIZE_OFFSET } from "../../../wire/properties.ts";
import { type Arrivals, noteArrival } from "./arrivals.ts";
import { BASIC_CLASS, CHANNEL, Connection, methodFrame, readLong, type Target, writeLong } from "./connection.ts";
import { BODY_MIN_BYTES, microseconds, NUMBER_OFFSET, PUBLISHER_OFFSET, SENT_AT_OFFSET } from "./message.ts";
import { readMark } from "./own_message.ts";
import { Pace } from "./pace.ts";
import type { ConsumerLink } from "./shared_connection.ts";

const [, DELIVER_METHOD] = AMQP_0_9_1.id("basic.deliver");
const [, CONSUME_OK_METHOD] = AMQP_0_9_1.id("basic.consume-ok");
const ackOf = (channel: number): Uint8Array => methodFrame(channel, "basic.ack", { multiple: true });
/** Offset of the low half of the delivery tag in it. */
const ACK_TAG_OFFSET = FRAME_HEADER_BYTES + 8;

export interface ConsumerOptions {
  /** Number of the channel. Default: 1. */
  readonly channel?: number;
  readonly queues: readonly string[];
  /**
   * Prefetch for each queue; with several queues not less than `ackEvery`, or all of them might wait for an
   * acknowledgement.
   */
  readonly prefetch: number;
  /** Number of messages that one acknowledgement covers; 0 means no-ack. */
  readonly ackEvery: number;
  /** Number of publishers; theirs are below this one. */
  readonly publishers: number;
  /** True when the latency of each message is noted. Its publisher must be in the same process. */
  readonly notesLatency: boolean;
  /** Start in a stream, whose messages are numbered by their offsets. */
  readonly fromOffset?: number;
  /** Number that the first publisher's messages carry. Default: 0. */
  readonly firstPublisher?: number;
  /** What has come from each of the queues, when other consumers share them. */
  readonly arrivals?: readonly Arrivals[];
  /** Prefetch of the whole channel; 0 means none. */
  readonly channelPrefetch?: number;
  /** Rate in messages a second; 0 means as many as come. */
  readonly ratePerSecond?: number;
  /** Number of messages after which it stops. */
  readonly limit?: number;
  /** True when messages have own bodies, so that a header carries their numbers and times. */
  readonly marksInHeaders?: boolean;
  /** Arguments of `basic.consume`. */
  readonly consumerArguments?: FieldTable;
}

/** Interval at which a limited consumer may go on. In milliseconds. */
const ALLOWANCE_MS = 5;

/** Sets the prefetch of a consumer's channel. */
export async function prepareToConsume(connection: ConsumerLink, options: ConsumerOptions): Promise<void> {
  const { channel = CHANNEL, prefetch, ackEvery, channelPrefetch = 0 } = options;
  if (ackEvery > 0) {
    connection.send(channel, "basic.qos", { prefetchCount: prefetch });
    await connection.receive("basic.qos-ok");
  }
  if (channelPrefetch > 0) {
    connection.send(channel, "basic.qos", { prefetchCount: channelPrefetch, global: true });
    await connection.receive("basic.qos-ok");
  }
}

/** Consumes each queue, with its index as the consumer tag. */
export function sendConsumes(connection: ConsumerLink, options: ConsumerOptions): void {
  const { channel = CHANNEL, queues, ackEvery, consumerArguments = EMPTY_TABLE } = options;
  const noAck = ackEvery === 0;
  for (const [index, queue] of queues.entries()) {
    const consumerTag = `${index}`;
    connection.send(channel, "basic.consume", { queue, consumerTag, noAck, arguments: consumerArguments });
  }
}

/** Consumes queues on one channel, and checks that each publisher's messages come completely, once and in order. */
export class Consumer {
  consumed = 0;
  /** Number of messages that came before an earlier one of the same publisher. */
  outOfOrder = 0;
  /** Number of messages that came again, or late. */
  repeated = 0;
  /** Number of messages that no publisher of this run has sent. */
  foreign = 0;
  readonly latenciesUs: number[] = [];
  readonly #connection: ConsumerLink;
  readonly #options: ConsumerOptions;
  /** An acknowledgement, in which the low half of the delivery tag is replaced each time. */
  readonly #ack: Uint8Array;
  readonly #expected: Uint32Array;
  /** Number of messages that it may have consumed by now. */
  #allowed: number;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Index of the queue of the message that is arriving. */
  #queue = 0;
  /** Highest number from each publisher, and one, for each queue. */
  readonly #highest: Float64Array;
  #acks: Uint8Array<ArrayBuffer>;
  #deliveryTag = 0;
  #ackedTag = 0;
  #bodyBytesLeft = 0;
  #isBodyStart = false;
  #consumeOks = 0;
  #onConsuming: () => void = () => {};

  private constructor(connection: ConsumerLink, options: ConsumerOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#ack = ackOf(options.channel ?? CHANNEL);
    this.#acks = new Uint8Array(this.#ack.length * 16);
    this.#expected = new Uint32Array(options.publishers);
    this.#highest = new Float64Array(options.publishers * options.queues.length);
    const { limit = 0, ratePerSecond = 0 } = options;
    this.#allowed = ratePerSecond > 0 ? 0 : limit || Infinity;
  }

  static async open(target: Target, options: ConsumerOptions): Promise<Consumer> {
    const consumer = await Consumer.prepare(await Connection.open(target), options);
    await consumer.consume();
    return consumer;
  }

  /** Prepares the channel of a consumer, which it has for itself. */
  static async prepare(connection: ConsumerLink, options: ConsumerOptions): Promise<Consumer> {
    await prepareToConsume(connection, options);
    return new Consumer(connection, options);
  }

  /** Begins. Resolves when the broker has granted it. */
  async consume(): Promise<void> {
    const { fromOffset } = this.#options;
    const consumerArguments = this.#options.consumerArguments ??
      (fromOffset === undefined ? EMPTY_TABLE : fieldTable({ "x-stream-offset": fromOffset }));
    this.#expected.fill(fromOffset ?? 0);
    this.#connection.walkWith((bytes, offset, end) => this.#walk(bytes, offset, end));
    const consuming = new Promise<void>((resolve) => this.#onConsuming = resolve);
    sendConsumes(this.#connection, { ...this.#options, consumerArguments });
    await consuming;
    this.#limitRate();
  }

  #limitRate(): void {
    const { ratePerSecond = 0, limit = 0 } = this.#options;
    if (ratePerSecond === 0) return;
    const pace = new Pace(ratePerSecond, performance.now());
    this.#timer = setInterval(() => {
      this.#allowed = Math.min(limit || Infinity, pace.due(0, performance.now()));
      if (this.#allowed > this.consumed) this.#connection.resume();
    }, ALLOWANCE_MS);
  }

  /** True when it has consumed as many messages as it should. */
  get isDone(): boolean {
    return this.consumed >= (this.#options.limit || Infinity);
  }

  /** Acknowledges the rest, and closes. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#options.ackEvery > 0 && this.#deliveryTag > this.#ackedTag) {
      this.#writeAck(0, this.#deliveryTag);
      this.#connection.write(this.#acks.slice(0, this.#ack.length));
    }
    await this.#connection.close();
  }

  /** The hot loop: primitive locals, and a call only per acknowledgement. */
  #walk(bytes: Uint8Array, start: number, end: number): number {
    const { ackEvery, notesLatency, publishers, firstPublisher = 0, arrivals, marksInHeaders = false } = this.#options;
    const allowed = this.#allowed;
    const limit = this.#options.limit || Infinity;
    const expected = this.#expected;
    const now = notesLatency ? microseconds() : 0;
    let offset = start;
    let consumed = this.consumed;
    let deliveryTag = this.#deliveryTag;
    let ackLength = 0;
    while (end - offset >= FRAME_HEADER_BYTES) {
      const payload = offset + FRAME_HEADER_BYTES;
      const size = readLong(bytes, offset + 3);
      const payloadEnd = payload + size;
      if (payloadEnd >= end) break;
      if (bytes[payloadEnd] !== FRAME_END) throw new Error(`The broker sent a frame that ends in ${bytes[payloadEnd]}`);
      const type = bytes[offset];
      if (type === FRAME_BODY) {
        if (this.#isBodyStart) {
          this.#isBodyStart = false;
          const publisher = readLong(bytes, payload + PUBLISHER_OFFSET) - firstPublisher;
          const number = readLong(bytes, payload + NUMBER_OFFSET);
          if (publisher < 0 || publisher >= publishers) {
            this.foreign++;
          } else if (arrivals !== undefined) {
            const at = this.#queue * publishers + publisher;
            noteArrival(this, arrivals[this.#queue], this.#highest, at, publisher, number);
          } else if (number === expected[publisher]) {
            expected[publisher] = number + 1;
          } else if (number > expected[publisher]) {
            this.outOfOrder++;
            expected[publisher] = number + 1;
          } else {
            this.repeated++;
          }
          if (notesLatency && size >= BODY_MIN_BYTES) {
            this.latenciesUs.push((now - readLong(bytes, payload + SENT_AT_OFFSET)) >>> 0);
          }
        }
        this.#bodyBytesLeft -= size;
        if (this.#bodyBytesLeft === 0) {
          consumed++;
          if (ackEvery > 0 && deliveryTag - this.#ackedTag >= ackEvery) {
            ackLength = this.#writeAck(ackLength, deliveryTag);
          }
        }
      } else if (type === FRAME_HEADER) {
        this.#bodyBytesLeft = readLong(bytes, payload + BODY_SIZE_OFFSET + 4);
        this.#isBodyStart = !marksInHeaders && this.#bodyBytesLeft > 0;
        if (marksInHeaders) this.#noteMark(readMark(bytes, payload, payloadEnd), now);
        if (this.#bodyBytesLeft === 0) {
          if (!marksInHeaders) this.foreign++;
          consumed++;
          if (ackEvery > 0 && deliveryTag - this.#ackedTag >= ackEvery) {
            ackLength = this.#writeAck(ackLength, deliveryTag);
          }
        }
      } else if (type === FRAME_METHOD) {
        // The consumer tag, then the delivery tag, whose low half is enough: no run has 2³² messages.
        if (bytes[payload + 1] === BASIC_CLASS && bytes[payload + 3] === DELIVER_METHOD) {
          if (consumed >= allowed) {
            if (consumed >= limit) this.#connection.stop();
            else this.#connection.pause();
            break;
          }
          const tagLength = bytes[payload + 4];
          let queue = 0;
          for (let digit = 1; digit <= tagLength; digit++) queue = queue * 10 + bytes[payload + 4 + digit] - 48;
          this.#queue = queue;
          deliveryTag = readLong(bytes, payload + 9 + tagLength);
        } else if (bytes[payload + 1] === BASIC_CLASS && bytes[payload + 3] === CONSUME_OK_METHOD) {
          if (++this.#consumeOks === this.#options.queues.length) this.#onConsuming();
        } else {
          this.#connection.passOver(bytes, payload, payloadEnd);
        }
      }
      offset = payloadEnd + 1;
    }
    this.consumed = consumed;
    this.#deliveryTag = deliveryTag;
    // Acknowledgements are few, and the kernel takes them; a socket that takes them later keeps a copy.
    if (ackLength > 0) this.#connection.write(this.#acks.slice(0, ackLength));
    return offset;
  }

  /** Notes a message with an own body. */
  #noteMark(mark: Uint8Array | undefined, now: number): void {
    const { publishers, firstPublisher = 0, arrivals = [], notesLatency } = this.#options;
    const publisher = mark === undefined ? -1 : readLong(mark, PUBLISHER_OFFSET) - firstPublisher;
    if (mark !== undefined && notesLatency) this.latenciesUs.push((now - readLong(mark, SENT_AT_OFFSET)) >>> 0);
    if (mark === undefined || publisher < 0 || publisher >= publishers) {
      this.foreign++;
      return;
    }
    const at = this.#queue * publishers + publisher;
    noteArrival(this, arrivals[this.#queue], this.#highest, at, publisher, readLong(mark, NUMBER_OFFSET));
  }

  /** Adds an acknowledgement of everything up to a tag, and returns where the next one goes. */
  #writeAck(at: number, deliveryTag: number): number {
    const ack = this.#ack;
    if (at + ack.length > this.#acks.length) {
      const grown = new Uint8Array(this.#acks.length * 2);
      grown.set(this.#acks);
      this.#acks = grown;
    }
    this.#acks.set(ack, at);
    writeLong(this.#acks, at + ACK_TAG_OFFSET, deliveryTag);
    this.#ackedTag = deliveryTag;
    return at + ack.length;
  }
}
