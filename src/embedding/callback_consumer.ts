import type { CallTurns } from "../broker/turn/call_turns.ts";
import type { DeliveryBatch } from "./delivery_batch.ts";
import type { DeliveryBuffer } from "./delivery_buffer.ts";

/** Takes messages. While the promise that it returned is pending, it is not called again. */
export type OnDeliveries = (batch: DeliveryBatch) => void | Promise<void>;

/** A consumer whose messages go to a function. */
export class CallbackConsumer implements AsyncDisposable {
  readonly #buffer: DeliveryBuffer;
  readonly #turns: CallTurns;
  readonly #onDeliveries: OnDeliveries;
  #resolve!: () => void;
  #reject!: (error: unknown) => void;
  /**
   * Resolves when the consumer has ended: it was cancelled or aborted, its queue deleted, or the broker closed. Rejects with
   * what the function has thrown; what was not settled is then back in the queue.
   */
  readonly closed: Promise<void>;

  /** Made by the broker only. */
  constructor(buffer: DeliveryBuffer, turns: CallTurns, onDeliveries: OnDeliveries) {
    this.#buffer = buffer;
    this.#turns = turns;
    this.#onDeliveries = onDeliveries;
    this.closed = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#await();
  }

  /** Name of the consumer. */
  get consumerTag(): string {
    return this.#buffer.consumerTag;
  }

  /** Ends the consumer. What is not settled goes back to the queue. */
  cancel(): void {
    this.#buffer.close();
  }

  /** Ends the consumer. */
  [Symbol.asyncDispose](): Promise<void> {
    this.cancel();
    return this.closed;
  }

  #await(): void {
    // The program's function runs in no turn of the broker's.
    this.#buffer.whenChanged(() => queueMicrotask(() => this.#takeAll()));
  }

  /** Gives the function one batch after the other, until nothing more has come. */
  async #takeAll(): Promise<void> {
    try {
      for (let batch: DeliveryBatch | undefined; (batch = this.#buffer.takeAll()) !== undefined;) {
        const done = this.#onDeliveries(batch);
        if (done !== undefined) await done;
        const pause = this.#turns.pause();
        if (pause !== undefined) await pause;
      }
    } catch (error) {
      this.#buffer.close();
      return this.#reject(error);
    }
    if (!this.#buffer.hasEnded) return this.#await();
    const { failure, isAborted } = this.#buffer;
    if (failure === undefined || isAborted) this.#resolve();
    else this.#reject(failure);
  }
}
