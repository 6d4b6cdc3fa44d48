import type { Consumer } from "../consumers/consumer.ts";
import type { StreamReader } from "./reader.ts";

/**
 * The consumers of a stream. Each gets all messages, so none waits for another. A reader is either ready to be served,
 * or waits: for new messages, for a block to be read, or for its consumer to be able to take more. The last two are
 * tracked elsewhere.
 */
export class StreamReaders {
  readonly #all = new Map<Consumer, StreamReader>();
  #ready: StreamReader[] = [];
  readonly #atEnd = new Set<StreamReader>();

  /** Offset of the most advanced reader. */
  furthestOffset = -1;

  get size(): number {
    return this.#all.size;
  }

  [Symbol.iterator](): Iterator<Consumer> {
    return this.#all.keys();
  }

  /** RabbitMQ ignores `exclusive` for streams. */
  isClosedTo(): boolean {
    return false;
  }

  get areReady(): boolean {
    return this.#ready.length > 0;
  }

  /** True when a reader waits for new messages. */
  get areAtEnd(): boolean {
    return this.#atEnd.size > 0;
  }

  add(reader: StreamReader): void {
    this.#all.set(reader.consumer, reader);
    this.#makeReady(reader);
  }

  cancel(consumer: Consumer): void {
    consumer.isCancelled = true;
    const reader = this.#all.get(consumer);
    if (reader === undefined) return;
    this.#all.delete(consumer);
    reader.leaveBlock();
    this.#atEnd.delete(reader);
    if (reader.offset < this.furthestOffset) return;
    this.furthestOffset = -1;
    for (const other of this.#all.values()) this.served(other);
  }

  /** Cancels all consumers, and tells them that their stream is deleted. */
  delete(): void {
    for (const [consumer, reader] of this.#all) {
      consumer.isCancelled = true;
      reader.leaveBlock();
      consumer.receiver.queueDeleted(consumer);
    }
    this.#all.clear();
    this.#ready = [];
    this.#atEnd.clear();
  }

  /** Updates the offset of the most advanced reader. */
  served({ offset }: StreamReader): void {
    if (offset > this.furthestOffset) this.furthestOffset = offset;
  }

  /** Notes that a consumer that could not take a message may be able to again. */
  resume(consumer: Consumer): void {
    const reader = this.#all.get(consumer);
    if (reader !== undefined && !consumer.isWaiting) this.#makeReady(reader);
  }

  #makeReady(reader: StreamReader): void {
    reader.consumer.isWaiting = true;
    this.#ready.push(reader);
  }

  /** Makes a waiting reader ready again, unless it has been cancelled. */
  wake(reader: StreamReader): void {
    if (!reader.consumer.isCancelled) this.#ready.push(reader);
  }

  /** Wakes the readers at the end, as new messages have come. */
  wakeAtEnd(): void {
    for (const reader of this.#atEnd) this.#ready.push(reader);
    this.#atEnd.clear();
  }

  /** Makes a ready reader wait for new messages. */
  waitAtEnd(reader: StreamReader): void {
    this.#atEnd.add(reader);
  }

  /** Takes out all ready readers. */
  takeReady(): readonly StreamReader[] {
    return this.#ready.splice(0);
  }
}
