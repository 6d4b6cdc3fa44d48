import type { CallTurns } from "../broker/turn/call_turns.ts";
import type { DeliveryBuffer } from "./delivery_buffer.ts";

/** Number of items after which a loop over them looks whether others have to have a turn. */
const ITEMS_BETWEEN_PAUSES = 32;

/** The deliveries of a consumer, as a stream and its loops see them. */
interface Source<Item> {
  readonly buffer: DeliveryBuffer;
  readonly turns: CallTurns;
  /** Takes what comes next; `undefined` when nothing has come. */
  take(): Item | undefined;
}

/**
 * A stream of what a consumer receives. Its reader sets the pace. Cancelling it, or leaving a `for await` over it, ends the
 * consumer, and what is not settled goes back to the queue. It closes when the queue is deleted.
 */
export class DeliveryStream<Item> extends ReadableStream<Item> implements AsyncDisposable {
  readonly #source: Source<Item>;
  readonly #state: StreamState<Item>;

  /** Made by the broker only. */
  constructor(source: Source<Item>) {
    const state = new StreamState(source);
    super({
      start: (controller) => state.start(controller),
      pull: () => state.pull(),
      cancel: () => source.buffer.close(),
      // The buffer behind it decides how much is taken in advance.
    }, { highWaterMark: 0 });
    this.#source = source;
    this.#state = state;
  }

  /** Name of the consumer. */
  get consumerTag(): string {
    return this.#source.buffer.consumerTag;
  }

  /** Iterates over the stream, as any stream does, but without the cost of a stream's queue. */
  override [Symbol.asyncIterator](options?: ReadableStreamIteratorOptions): DeliveryIterator<Item> {
    return this.values(options);
  }

  /** Iterates over the stream. With `preventCancel` the consumer goes on when the loop is left. */
  override values({ preventCancel = false }: ReadableStreamIteratorOptions = {}): DeliveryIterator<Item> {
    return new DeliveryIterator(this.#source, this.#state, this.getReader(), preventCancel);
  }

  /** Ends the consumer, even while somebody reads the stream. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#source.buffer.close();
    return Promise.resolve();
  }
}

/** What the stream itself and its loops have to know of each other. */
class StreamState<Item> {
  readonly #source: Source<Item>;
  #controller!: ReadableStreamDefaultController<Item>;
  #isPulling = false;
  #isClosed = false;

  constructor(source: Source<Item>) {
    this.#source = source;
  }

  start(controller: ReadableStreamDefaultController<Item>): void {
    this.#controller = controller;
    this.#source.buffer.whenEnded(() => {
      if (this.#source.buffer.failure !== undefined) this.#close();
    });
  }

  pull(): void | Promise<void> {
    const item = this.#source.take();
    if (item !== undefined) return this.#controller.enqueue(item);
    if (this.#source.buffer.hasEnded) return this.#close();
    this.#isPulling = true;
    return new Promise<void>((resolve) => this.#source.buffer.whenChanged(resolve)).then(() => {
      this.#isPulling = false;
      return this.pull();
    });
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { failure } = this.#source.buffer;
    // A cancelled stream is closed already.
    try {
      if (failure === undefined) this.#controller.close();
      else this.#controller.error(failure);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }

  /** True while the stream's own queue has an item, or will have the next one. */
  get isAhead(): boolean {
    return this.#isPulling || (this.#controller.desiredSize ?? 0) < 0;
  }
}

/** A loop over a stream of deliveries. */
export class DeliveryIterator<Item> implements AsyncIterableIterator<Item, undefined>, AsyncDisposable {
  readonly #source: Source<Item>;
  readonly #state: StreamState<Item>;
  readonly #reader: ReadableStreamDefaultReader<Item>;
  readonly #preventCancel: boolean;
  #untilPause = ITEMS_BETWEEN_PAUSES;
  #isDone = false;

  /** Made by the broker only. */
  constructor(
    source: Source<Item>,
    state: StreamState<Item>,
    reader: ReadableStreamDefaultReader<Item>,
    preventCancel: boolean,
  ) {
    this.#source = source;
    this.#state = state;
    this.#reader = reader;
    this.#preventCancel = preventCancel;
  }

  /** Returns itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Resolves with the next item. Rejects when the consumer has failed. */
  next(): Promise<IteratorResult<Item, undefined>> {
    if (this.#isDone || --this.#untilPause < 0 || this.#state.isAhead) return this.#nextSlowly();
    const value = this.#source.take();
    return value === undefined ? this.#nextSlowly() : Promise.resolve({ done: false, value });
  }

  async #nextSlowly(): Promise<IteratorResult<Item, undefined>> {
    if (this.#isDone) return { done: true, value: undefined };
    if (this.#untilPause < 0) {
      this.#untilPause = ITEMS_BETWEEN_PAUSES;
      await this.#source.turns.pause();
    }
    const { done, value } = await this.#reader.read();
    if (!done) return { done: false, value };
    this.#isDone = true;
    this.#reader.releaseLock();
    return { done: true, value: undefined };
  }

  /** Ends the loop, and with it the consumer. */
  async return(): Promise<IteratorResult<Item, undefined>> {
    if (!this.#isDone) {
      this.#isDone = true;
      if (!this.#preventCancel) await this.#reader.cancel();
      this.#reader.releaseLock();
    }
    return { done: true, value: undefined };
  }

  /** Ends the loop. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
