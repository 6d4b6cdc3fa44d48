import { CHANNEL, Connection, type Target, writeLong } from "./connection.ts";
import { Confirms } from "./confirms.ts";
import { encodeMessage, microseconds, NUMBER_OFFSET, PUBLISHER_OFFSET, SENT_AT_OFFSET } from "./message.ts";

const BATCH_BYTES = 64 * 1024;
/** Others get their turn after so many batches that the kernel took at once. */
const BATCHES_PER_TURN = 4;

export interface PublisherOptions {
  /** The publisher's number, which its messages carry. */
  readonly id: number;
  readonly queue: string;
  readonly bodyBytes: number;
  /** How many messages may wait for a confirm; 0 is no confirms. */
  readonly confirmWindow: number;
  /** Messages a second; 0 is as many as the broker takes. */
  readonly ratePerSecond: number;
}

/** Publishes messages from a buffer that is encoded once: only their numbers and times are written anew. */
export class Publisher {
  published = 0;
  readonly #connection: Connection;
  readonly #confirms: Confirms | undefined;
  readonly #options: PublisherOptions;
  readonly #buffer: Uint8Array;
  readonly #messageBytes: number;
  readonly #bodyOffset: number;
  readonly #batch: number;
  #isStopped = false;

  private constructor(connection: Connection, options: PublisherOptions) {
    const { id, queue, bodyBytes, confirmWindow } = options;
    const { bytes, bodyOffset } = encodeMessage(queue, bodyBytes);
    this.#connection = connection;
    this.#options = options;
    this.#messageBytes = bytes.length;
    this.#bodyOffset = bodyOffset;
    const fitting = Math.max(1, Math.floor(BATCH_BYTES / bytes.length));
    this.#batch = confirmWindow > 0 ? Math.min(fitting, Math.ceil(confirmWindow / 4)) : fitting;
    this.#buffer = new Uint8Array(bytes.length * this.#batch);
    for (let index = 0; index < this.#batch; index++) {
      this.#buffer.set(bytes, index * bytes.length);
      writeLong(this.#buffer, index * bytes.length + bodyOffset + PUBLISHER_OFFSET, id);
    }
    if (confirmWindow > 0) this.#confirms = new Confirms(connection);
  }

  static async open(target: Target, options: PublisherOptions): Promise<Publisher> {
    const connection = await Connection.open(target);
    if (options.confirmWindow > 0) {
      connection.send(CHANNEL, "confirm.select");
      await connection.receive("confirm.select-ok");
    }
    return new Publisher(connection, options);
  }

  get nacked(): number {
    return this.#confirms?.nacked ?? 0;
  }

  /** Publishes until `stop` is called or `count` messages are sent, then waits for the confirms and closes. */
  async run(count = Infinity): Promise<void> {
    const { confirmWindow, ratePerSecond } = this.#options;
    const confirms = this.#confirms;
    const startedMs = performance.now();
    for (let turn = 1; !this.#isStopped && this.published < count; turn++) {
      let size = Math.min(this.#batch, count - this.published);
      if (ratePerSecond > 0) {
        const due = Math.floor((performance.now() - startedMs) * ratePerSecond / 1000) - this.published;
        if (due <= 0) {
          await new Promise((resolve) => setTimeout(resolve, 1));
          continue;
        }
        size = Math.min(size, due);
      }
      if (confirms !== undefined && this.published + size - confirms.count > confirmWindow) {
        await confirms.next();
        continue;
      }
      const writing = this.#connection.write(this.#fill(size));
      if (writing !== undefined) await writing;
      else if (turn % BATCHES_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    while (confirms !== undefined && confirms.count < this.published) await confirms.next();
    await this.#connection.close();
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Writes numbers and times into the next messages. They count as published once they are handed to the socket. */
  #fill(count: number): Uint8Array {
    const bytes = this.#buffer;
    const messageBytes = this.#messageBytes;
    const sentAt = microseconds();
    let at = this.#bodyOffset;
    let number = this.published;
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
      number++;
    }
    this.published = number;
    return bytes.subarray(0, count * messageBytes);
  }
}
