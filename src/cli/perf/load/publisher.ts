import { CHANNEL, Connection, methodFrame, type Target, writeLong } from "./connection.ts";
import { type Confirms, countConfirms } from "./confirms.ts";
import { encodeMessage, microseconds, NUMBER_OFFSET, PUBLISHER_OFFSET, SENT_AT_OFFSET } from "./message.ts";
import { type OwnBodies, OwnMessages } from "./own_message.ts";
import type { BasicProperties } from "../../../wire/properties.ts";
import { Pace } from "./pace.ts";
import { valueAt, type Varying } from "./varying.ts";

const BATCH_BYTES = 64 * 1024;
/** Maximum number of messages with own bodies in a batch. */
const OWN_BATCH = 1000;
/** Number of batches that the kernel may take before others get a turn. */
const BATCHES_PER_TURN = 4;

export interface PublisherOptions {
  /** Publisher's number, which its messages carry; with several queues, each next queue gets the next number. */
  readonly id: number;
  /** Queues that get messages in turn, numbered in each. Their names must have the same length. */
  readonly queues: readonly string[];
  /** Exchange of the messages, with a queue's name as routing key. */
  readonly exchange?: string;
  readonly bodyBytes: number | Varying;
  /** Bodies to take instead of some with as many bytes. */
  readonly ownBodies?: OwnBodies;
  readonly isPersistent?: boolean;
  readonly isMandatory?: boolean;
  /** Further properties of messages, which go before {@linkcode isPersistent}. */
  readonly properties?: BasicProperties;
  /** True when the times until confirms are noted. */
  readonly notesLatency?: boolean;
  /** Maximum number of unconfirmed messages; 0 means no confirms. */
  readonly confirmWindow: number;
  /** Rate in messages a second; a constant 0 means as many as the broker takes. */
  readonly ratePerSecond: number | Varying;
  /** Number of messages in a transaction; 0 or none means no transactions. */
  readonly transactionSize?: number;
}

/** Publishes messages from a buffer that is encoded once: only their numbers and times are rewritten. */
export class Publisher {
  published = 0;
  readonly #connection: Connection;
  readonly #sharesConnection: boolean;
  readonly #answers: Confirms;
  readonly #confirms: Confirms | undefined;
  readonly #options: PublisherOptions;
  readonly #channel: number;
  /** Holds a message for each queue. */
  #buffer = new Uint8Array(0);
  #bodyBytes = 0;
  #messageBytes = 0;
  #bodyOffset = 0;
  readonly #own: OwnMessages | undefined;
  #batch = 0;
  #committed = 0;
  #isStopped = false;

  private constructor(
    connection: Connection,
    channel: number,
    sharesConnection: boolean,
    answers: Confirms,
    options: PublisherOptions,
  ) {
    const { confirmWindow, bodyBytes } = options;
    this.#connection = connection;
    this.#channel = channel;
    this.#sharesConnection = sharesConnection;
    this.#answers = answers;
    this.#confirms = confirmWindow > 0 ? answers : undefined;
    if (confirmWindow > 0 && options.notesLatency) answers.noteLatencies(confirmWindow);
    this.#options = options;
    if (options.ownBodies === undefined) {
      this.#encode(valueAt(bodyBytes, 0));
    } else {
      const { frameMax } = connection;
      this.#own = new OwnMessages(options.ownBodies, { ...options, channel, frameMax }, options.queues);
      this.#batch = confirmWindow > 0 ? Math.ceil(confirmWindow / 4) : OWN_BATCH;
    }
  }

  /** Encodes the messages of the buffer. */
  #encode(bodyBytes: number): void {
    const { id, queues, confirmWindow } = this.#options;
    const { frameMax } = this.#connection;
    const encoded = queues.map((routingKey) =>
      encodeMessage({ ...this.#options, channel: this.#channel, routingKey, bodyBytes, frameMax })
    );
    const [{ bytes, bodyOffset }] = encoded;
    if (encoded.some((other) => other.bytes.length !== bytes.length)) {
      throw new RangeError(`A publisher's queues need names of the same length: received ${queues.join(", ")}`);
    }
    this.#bodyBytes = bodyBytes;
    this.#messageBytes = bytes.length;
    this.#bodyOffset = bodyOffset;
    const fitting = Math.max(1, Math.floor(BATCH_BYTES / bytes.length));
    this.#batch = confirmWindow > 0 ? Math.min(fitting, Math.ceil(confirmWindow / 4)) : fitting;
    const slots = queues.length === 1 ? this.#batch : queues.length;
    this.#buffer = new Uint8Array(bytes.length * slots);
    for (let slot = 0; slot < slots; slot++) {
      const queue = slot % queues.length;
      this.#buffer.set(encoded[queue].bytes, slot * bytes.length);
      writeLong(this.#buffer, slot * bytes.length + bodyOffset + PUBLISHER_OFFSET, id + queue);
    }
  }

  /** Opens a publisher with a connection of its own. */
  static async open(target: Target, options: PublisherOptions): Promise<Publisher> {
    const [publisher] = await Publisher.openTogether(target, [options]);
    return publisher;
  }

  /**
   * Opens publishers that share a connection, each on a channel of its own. Either all of them have confirms, or none;
   * and transactions likewise.
   */
  static async openTogether(target: Target, all: readonly PublisherOptions[]): Promise<readonly Publisher[]> {
    const connection = await Connection.open(target);
    const [{ confirmWindow, transactionSize = 0 }] = all;
    for (let channel = CHANNEL; channel < CHANNEL + all.length; channel++) {
      if (channel > CHANNEL) await connection.openChannel(channel);
      if (transactionSize > 0) {
        connection.send(channel, "tx.select");
        await connection.receive("tx.select-ok");
      }
      if (confirmWindow > 0) {
        connection.send(channel, "confirm.select");
        await connection.receive("confirm.select-ok");
      }
    }
    const answers = countConfirms(connection, all.length);
    return all.map((options, index) =>
      new Publisher(connection, CHANNEL + index, all.length > 1, answers[index], options)
    );
  }

  /** Number of confirmed messages. */
  get confirmed(): number {
    return this.#answers.count;
  }

  /** Number of published messages whose transaction is not committed, so that they never come. */
  get uncommitted(): number {
    return this.published - (this.#options.transactionSize ? this.#committed : this.published);
  }

  get nacked(): number {
    return this.#answers.nacked;
  }

  /** Number of messages that the broker returned. */
  get returned(): number {
    return this.#answers.returned;
  }

  /** Times until confirms, if noted; the reader empties it. */
  get latenciesUs(): number[] {
    return this.#answers.latenciesUs;
  }

  /** Publishes until `stop` is called or `count` messages are sent, then waits for the confirms. */
  async run(count = Infinity): Promise<void> {
    const { confirmWindow, ratePerSecond, bodyBytes, transactionSize = 0 } = this.#options;
    const confirms = this.#confirms;
    const startedMs = performance.now();
    const pace = ratePerSecond === 0 ? undefined : new Pace(ratePerSecond, startedMs);
    for (let turn = 1; !this.#isStopped && this.published < count; turn++) {
      let size = Math.min(this.#batch, count - this.published);
      if (pace !== undefined) {
        const due = pace.due(this.published, performance.now());
        if (due <= 0) {
          await new Promise((resolve) => setTimeout(resolve, pace.waitMs));
          continue;
        }
        size = Math.min(size, due);
      }
      if (transactionSize > 0) size = Math.min(size, this.#committed + transactionSize - this.published);
      if (confirms !== undefined && this.published + size - confirms.count > confirmWindow) {
        await confirms.next();
        continue;
      }
      if (this.#own === undefined && typeof bodyBytes !== "number") {
        const wanted = bodyBytes.at(performance.now() - startedMs);
        if (wanted !== this.#bodyBytes) this.#encode(wanted);
        size = Math.min(size, this.#batch);
      }
      const bytes = this.#own === undefined ? this.#fill(size) : this.#fillOwn(this.#own, size);
      const writing = this.#sharesConnection ? this.#connection.writeTogether(bytes) : this.#connection.write(bytes);
      if (writing !== undefined) await writing;
      else if (turn % BATCHES_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
      if (transactionSize > 0 && this.published === this.#committed + transactionSize) await this.#commit();
    }
    while (confirms !== undefined && confirms.count < this.published) await confirms.next();
  }

  /** Commits the transaction. Resolves when the broker has. */
  async #commit(): Promise<void> {
    const bytes = methodFrame(this.#channel, "tx.commit");
    const committed = this.#answers.nextCommit();
    if (this.#sharesConnection) this.#connection.writeTogether(bytes);
    else this.#connection.write(bytes);
    await committed;
    this.#committed = this.published;
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Closes the connection. When this resolves, the broker has handled everything that was published on it. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  /** Writes numbers and times into the next messages. They count as published once they are handed to the socket. */
  #fill(upTo: number): Uint8Array {
    const bytes = this.#buffer;
    const messageBytes = this.#messageBytes;
    const queues = this.#options.queues.length;
    const first = this.published % queues;
    // A batch ends with the last queue: so within a batch, numbers either rise with each message or not at all.
    const count = queues === 1 ? upTo : Math.min(upTo, queues - first);
    const step = queues === 1 ? 1 : 0;
    const sentAt = microseconds();
    const start = queues === 1 ? 0 : first * messageBytes;
    let at = start + this.#bodyOffset;
    let number = Math.floor(this.published / queues);
    for (let index = 0; index < count; index++) {
      bytes[at + NUMBER_OFFSET] = number >>> 24;
      bytes[at + NUMBER_OFFSET + 1] = number >>> 16;
      bytes[at + NUMBER_OFFSET + 2] = number >>> 8;
      bytes[at + NUMBER_OFFSET + 3] = number;
      bytes[at + SENT_AT_OFFSET] = sentAt >>> 24;
      bytes[at + SENT_AT_OFFSET + 1] = sentAt >>> 16;
      bytes[at + SENT_AT_OFFSET + 2] = sentAt >>> 8;
      bytes[at + SENT_AT_OFFSET + 3] = sentAt;
      at += messageBytes;
      number += step;
    }
    this.#answers.noteSent(this.published, count, sentAt);
    this.published += count;
    return bytes.subarray(start, start + count * messageBytes);
  }

  /** Puts the next messages with own bodies together, fewer than `upTo` when they are large. */
  #fillOwn(own: OwnMessages, upTo: number): Uint8Array {
    const { id, queues } = this.#options;
    const sentAt = microseconds();
    let count = 0;
    while (count < upTo && own.length < BATCH_BYTES) {
      const index = this.published + count++;
      const queue = index % queues.length;
      own.add(index, queue, id + queue, Math.floor(index / queues.length), sentAt);
    }
    this.#answers.noteSent(this.published, count, sentAt);
    this.published += count;
    return own.take();
  }
}
