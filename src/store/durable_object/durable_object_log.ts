import { type Batch, HEADROOM_BYTES } from "../log/batch.ts";
import { type Log, type LogEvents, NO_LOG_EVENTS, type ReadBatch } from "../log/log.ts";
import { type Epoch, LOG_END, type LogPosition } from "../log/position.ts";
import { IS_OWNER, type Ownership } from "./ownership.ts";
import type { DurableObjectStorage, SqlRow } from "./storage.ts";

/** Number of batches in progress: while one is made safe elsewhere, others follow. */
const WINDOW = 4;
/** Delay before a failed write or sync is tried again. In milliseconds. */
const RETRY_MS = 500;

export interface DurableObjectLogOptions {
  readonly storage: DurableObjectStorage;
  readonly ownership: Ownership;
  /** Calls back once. Returns a function that cancels the call. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
  /** Called with each batch that is written, in the same turn. Default: does nothing. */
  readonly onWritten?: () => void;
}

/**
 * A log in a Durable Object's storage: a batch is a row. Rows are written at once and durable after the storage's `sync`,
 * several with one. The platform runs an object once; should an older one live on, the epoch fences it.
 */
export class DurableObjectLog implements Log {
  readonly window = WINDOW;
  readonly shortage = undefined;
  durable: LogPosition;
  failure: Error | undefined;
  readonly #options: DurableObjectLogOptions;
  readonly #storage: DurableObjectStorage;
  readonly #epoch: Epoch;
  #events: LogEvents = NO_LOG_EVENTS;
  /** Batches that could not be written yet. */
  readonly #waiting: Batch[] = [];
  /** Position of the last batch that was written. */
  #written: LogPosition;
  #syncing: Promise<void> | undefined;
  #isFenced = false;
  #isClosed = false;
  #cancelRetry: (() => void) | undefined;
  #onRetry = () => {};

  constructor(options: DurableObjectLogOptions) {
    this.#options = options;
    this.#storage = options.storage;
    this.#epoch = options.ownership.epoch;
    this.durable = this.#written = options.ownership.last;
  }

  get synced(): LogPosition {
    return this.durable;
  }

  get end(): LogPosition {
    return this.#written + 1 as LogPosition;
  }

  listen(events: LogEvents): void {
    this.#events = events;
  }

  append(batch: Batch): void {
    this.#waiting.push(batch);
    this.#syncing ??= this.#run();
  }

  /** Writes and syncs until nothing waits. */
  async #run(): Promise<void> {
    while (!this.#isClosed && !this.#isFenced && (this.#waiting.length > 0 || this.#written > this.durable)) {
      try {
        this.#writeAll();
        const written = this.#written;
        await this.#storage.sync();
        this.#setFailure(undefined);
        if (written > this.durable && !this.#isFenced) {
          this.durable = written;
          this.#events.durable();
        }
      } catch (error) {
        if (this.#isClosed) break;
        // Not within `append`.
        await undefined;
        this.#setFailure(error as Error);
        await this.#retry();
      }
    }
    this.#syncing = undefined;
  }

  #writeAll(): void {
    let batch = this.#waiting[0];
    for (; batch !== undefined && !this.#isFenced; batch = this.#waiting[0]) {
      const position = this.#write(batch);
      if (position === undefined) return this.#fence();
      this.#waiting.shift();
      this.#written = batch.position = position;
      this.#options.onWritten?.();
    }
  }

  /** Returns the position of a batch, `undefined` when there is another owner. */
  #write({ startsSection, bytes, length }: Batch): LogPosition | undefined {
    const { sql } = this.#storage;
    return this.#storage.transactionSync(() => {
      const counted = sql.exec("UPDATE haremq_owner SET last = last + 1 WHERE epoch = ? RETURNING last", this.#epoch);
      const [row] = counted.toArray();
      if (row === undefined) return undefined;
      const records = bytes.subarray(HEADROOM_BYTES, length);
      sql.exec("INSERT INTO haremq_log VALUES (?, ?, ?)", row.last, startsSection ? 1 : 0, records);
      return row.last as LogPosition;
    });
  }

  #fence(): void {
    this.#isFenced = true;
    queueMicrotask(() => this.#events.fenced());
  }

  #setFailure(error: Error | undefined): void {
    if (this.failure === error) return;
    this.failure = error;
    this.#events.pressure();
  }

  async #retry(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#onRetry = resolve;
      this.#cancelRetry = this.#options.after(RETRY_MS, resolve);
    });
    this.#cancelRetry = undefined;
  }

  async *read(from: LogPosition, before: LogPosition = LOG_END): AsyncGenerator<ReadBatch> {
    const last = Math.min(before - 1, this.durable);
    for (let next: number = from;;) {
      const [row] = this.#storage.sql.exec(
        "SELECT position, starts, records FROM haremq_log WHERE position BETWEEN ? AND ? ORDER BY position LIMIT 1",
        next,
        last,
      ).toArray();
      if (row === undefined) return;
      yield await Promise.resolve(batchOf(row));
      next = row.position as number + 1;
    }
  }

  trim(before: LogPosition): void {
    this.#storage.sql.exec(`DELETE FROM haremq_log WHERE position < ? AND ${IS_OWNER}`, before, this.#epoch);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelRetry?.();
    this.#onRetry();
    await this.#syncing;
  }
}

function batchOf({ position, starts, records }: SqlRow): ReadBatch {
  const bytes = new Uint8Array(records as ArrayBuffer);
  return {
    position: position as LogPosition,
    startsSection: starts === 1,
    bytes,
    view: new DataView(bytes.buffer),
    start: 0,
    end: bytes.length,
  };
}
