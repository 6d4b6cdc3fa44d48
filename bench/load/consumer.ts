import { EMPTY_TABLE, fieldTable } from "../../src/wire/field_table.ts";
import { FRAME_BODY, FRAME_END, FRAME_HEADER, FRAME_HEADER_BYTES, FRAME_METHOD } from "../../src/amqp091/frame.ts";
import { AMQP_0_9_1 } from "../../src/amqp091/methods.ts";
import { BODY_SIZE_OFFSET } from "../../src/wire/properties.ts";
import { BASIC_CLASS, CHANNEL, Connection, methodFrame, readLong, type Target, writeLong } from "./connection.ts";
import { microseconds, NUMBER_OFFSET, PUBLISHER_OFFSET, SENT_AT_OFFSET } from "./message.ts";

const [, DELIVER_METHOD] = AMQP_0_9_1.id("basic.deliver");
const [, CONSUME_OK_METHOD] = AMQP_0_9_1.id("basic.consume-ok");
/** An acknowledgement, in which the low half of the delivery tag at this offset is replaced each time. */
const ACK = methodFrame(CHANNEL, "basic.ack", { multiple: true });
const ACK_TAG_OFFSET = FRAME_HEADER_BYTES + 8;

export interface ConsumerOptions {
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
}

/** Consumes queues on one channel, and checks that each publisher's messages come completely, once and in order. */
export class Consumer {
  consumed = 0;
  /** Number of messages that came before an earlier one of the same publisher. */
  outOfOrder = 0;
  /** Number of messages that came again, or late. */
  repeated = 0;
  readonly latenciesUs: number[] = [];
  readonly #connection: Connection;
  readonly #options: ConsumerOptions;
  readonly #expected: Uint32Array;
  #acks = new Uint8Array(ACK.length * 16);
  #deliveryTag = 0;
  #ackedTag = 0;
  #bodyBytesLeft = 0;
  #isBodyStart = false;
  #consumeOks = 0;
  #onConsuming: () => void = () => {};

  private constructor(connection: Connection, options: ConsumerOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#expected = new Uint32Array(options.publishers);
  }

  static async open(target: Target, options: ConsumerOptions): Promise<Consumer> {
    const connection = await Connection.open(target);
    const { queues, prefetch, ackEvery, fromOffset } = options;
    const consumerArguments = fromOffset === undefined ? EMPTY_TABLE : fieldTable({ "x-stream-offset": fromOffset });
    if (ackEvery > 0) {
      connection.send(CHANNEL, "basic.qos", { prefetchCount: prefetch });
      await connection.receive("basic.qos-ok");
    }
    const consumer = new Consumer(connection, options);
    consumer.#expected.fill(options.fromOffset ?? 0);
    connection.walkWith((bytes, offset, end) => consumer.#walk(bytes, offset, end));
    const consuming = new Promise<void>((resolve) => consumer.#onConsuming = resolve);
    for (const queue of queues) {
      connection.send(CHANNEL, "basic.consume", { queue, noAck: ackEvery === 0, arguments: consumerArguments });
    }
    await consuming;
    return consumer;
  }

  /** Acknowledges the rest, and closes. */
  async close(): Promise<void> {
    if (this.#options.ackEvery > 0 && this.#deliveryTag > this.#ackedTag) {
      this.#writeAck(0, this.#deliveryTag);
      this.#connection.write(this.#acks.slice(0, ACK.length));
    }
    await this.#connection.close();
  }

  /** The hot loop: primitive locals, and a call only per acknowledgement. */
  #walk(bytes: Uint8Array, start: number, end: number): number {
    const { ackEvery, notesLatency } = this.#options;
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
          const publisher = readLong(bytes, payload + PUBLISHER_OFFSET);
          const number = readLong(bytes, payload + NUMBER_OFFSET);
          if (number === expected[publisher]) {
            expected[publisher] = number + 1;
          } else if (number > expected[publisher]) {
            this.outOfOrder++;
            expected[publisher] = number + 1;
          } else {
            this.repeated++;
          }
          if (notesLatency) this.latenciesUs.push((now - readLong(bytes, payload + SENT_AT_OFFSET)) >>> 0);
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
        this.#isBodyStart = true;
      } else if (type === FRAME_METHOD) {
        // The consumer tag, then the delivery tag, whose low half is enough: no run has 2³² messages.
        if (bytes[payload + 1] === BASIC_CLASS && bytes[payload + 3] === DELIVER_METHOD) {
          deliveryTag = readLong(bytes, payload + 9 + bytes[payload + 4]);
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

  /** Adds an acknowledgement of everything up to a tag, and returns where the next one goes. */
  #writeAck(at: number, deliveryTag: number): number {
    if (at + ACK.length > this.#acks.length) {
      const grown = new Uint8Array(this.#acks.length * 2);
      grown.set(this.#acks);
      this.#acks = grown;
    }
    this.#acks.set(ACK, at);
    writeLong(this.#acks, at + ACK_TAG_OFFSET, deliveryTag);
    this.#ackedTag = deliveryTag;
    return at + ACK.length;
  }
}
