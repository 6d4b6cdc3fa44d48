import type { QueueHost } from "../queue_host.ts";

/** Delay before a failed read of messages is retried. In milliseconds. */
const READ_AGAIN_MS = 1000;

/** The queue whose messages are read. */
export interface ReadingQueue {
  readonly name: string;
  /** Called when messages are back in memory. */
  whenRead(): void;
}

/** Reads messages of a queue back into memory: one read at a time, outside turns. */
export class Reading {
  /** True when the last attempt has failed. */
  hasFailed = false;
  readonly #queue: ReadingQueue;
  readonly #host: QueueHost;
  readonly #readSome: () => Promise<void>;
  readonly #isAwaited: () => boolean;
  #running: Promise<void> | undefined;

  /** `readSome` is one attempt; `isAwaited` returns whether another must follow at once. */
  constructor(queue: ReadingQueue, host: QueueHost, readSome: () => Promise<void>, isAwaited: () => boolean) {
    this.#queue = queue;
    this.#host = host;
    this.#readSome = readSome;
    this.#isAwaited = isAwaited;
  }

  /** Resolves after an attempt. */
  read(): Promise<void> {
    return this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    try {
      await this.#readSome();
      this.hasFailed = false;
    } catch (error) {
      if (!this.hasFailed) {
        const { name } = this.#queue;
        this.#host.report(
          `queue '${name}' is held up, its messages can't be read: ${(error as Error).message}`,
          "queue",
        );
      }
      this.hasFailed = true;
      // Messages that were read before the failure are there.
      this.#queue.whenRead();
      this.#host.endTurn();
      await new Promise<void>((resolve) => this.#host.later(READ_AGAIN_MS, resolve));
    }
    // A consumer that takes the last of these in the ending turn triggers the next read.
    this.#running = undefined;
    if (this.#isAwaited()) this.read();
    this.#queue.whenRead();
    this.#host.endTurn();
  }
}

export const misplaced = (position: number): Error =>
  new Error(`the message at position ${position} is not where it should be`);
