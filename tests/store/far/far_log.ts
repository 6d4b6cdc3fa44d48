import { OutdatedWriterError } from "../../../src/store/error.ts";
import { type Batch, HEADROOM_BYTES } from "../../../src/store/log/batch.ts";
import { type Log, type LogEvents, NO_LOG_EVENTS, type ReadBatch } from "../../../src/store/log/log.ts";
import { type Epoch, LOG_END, type LogPosition, NO_POSITION } from "../../../src/store/log/position.ts";
import type { FarConnection } from "./far_connection.ts";
import type { FarStorage } from "./far_storage.ts";

/** Number of batches that are read at once. */
const READ_BATCHES = 8;

/** A batch that is not durable as far as is known. */
interface Pending {
  readonly batch: Batch;
  readonly number: number;
  /** Position in the log; {@linkcode NO_POSITION} while it is not known. */
  position: LogPosition;
}

/**
 * A log in a `FarStorage`. Batches are under way several at a time, are answered late and in any order, and are sent again
 * until they are answered. Each carries the owner's epoch and its number.
 */
export class FarLog implements Log {
  readonly window = 3;
  readonly shortage = undefined;
  failure: Error | undefined;
  durable: LogPosition;
  readonly #connection: FarConnection;
  readonly #epoch: Epoch;
  #events: LogEvents = NO_LOG_EVENTS;
  readonly #pending: Pending[] = [];
  #lastNumber = 0;
  #isFenced = false;
  #isClosed = false;
  #asking = 0;
  #onQuiet: (() => void) | undefined;

  private constructor(connection: FarConnection, epoch: Epoch, start: LogPosition) {
    this.#connection = connection;
    this.#epoch = epoch;
    this.durable = start;
  }

  /** Takes the log over. Rejects with `OutdatedWriterError` when a newer owner has done so. */
  static async open(connection: FarConnection): Promise<{ readonly log: FarLog; readonly epoch: Epoch }> {
    const epoch = await connection.askUntilAnswered(Infinity as Epoch, (storage) => storage.claim());
    const takeover = { epoch, number: 0, startsSection: false, bytes: new Uint8Array(0) };
    const start = await connection.askUntilAnswered(epoch, (storage) => storage.append(takeover));
    return { log: new FarLog(connection, epoch, start), epoch };
  }

  get synced(): LogPosition {
    return this.durable;
  }

  get end(): LogPosition {
    return this.durable + 1 as LogPosition;
  }

  listen(events: LogEvents): void {
    this.#events = events;
  }

  // Appending

  append(batch: Batch): void {
    const pending = { batch, number: ++this.#lastNumber, position: NO_POSITION };
    this.#pending.push(pending);
    this.#send(pending);
  }

  async #send(pending: Pending): Promise<void> {
    const { number, batch: { startsSection, bytes, length } } = pending;
    const sent = { epoch: this.#epoch, number, startsSection, bytes: bytes.slice(HEADROOM_BYTES, length) };
    const position = await this.#ask((storage) => storage.append(sent)).catch(() => NO_POSITION);
    if (position === NO_POSITION || this.#isClosed) return;
    pending.position = position;
    this.#answered();
  }

  /** Batches count as durable in order only. */
  #answered(): void {
    if (this.#isFenced) return;
    const before = this.durable;
    while (this.#pending.length > 0 && this.#pending[0].position !== NO_POSITION) {
      const { batch, position } = this.#pending.shift()!;
      this.durable = batch.position = position;
    }
    if (this.durable > before) this.#events.durable();
  }

  /** Asks until there is an answer. Rejects where there is a newer owner. */
  async #ask<Value>(question: (storage: FarStorage) => Value | Promise<Value>): Promise<Value> {
    this.#asking++;
    try {
      const answer = await this.#connection.askUntilAnswered(this.#epoch, question, (error) => this.#setFailure(error));
      this.#setFailure(undefined);
      return answer;
    } catch (error) {
      if (error instanceof OutdatedWriterError) this.#fence();
      throw error;
    } finally {
      this.#asking--;
      if (this.#asking === 0) this.#onQuiet?.();
    }
  }

  #setFailure(error: Error | undefined): void {
    if (this.failure === error || this.#isClosed) return;
    this.failure = error;
    this.#events.pressure();
  }

  #fence(): void {
    if (this.#isFenced || this.#isClosed) return;
    this.#isFenced = true;
    this.#events.fenced();
  }

  // Reading

  async *read(from: LogPosition, before: LogPosition = LOG_END): AsyncGenerator<ReadBatch> {
    for (let next = from;;) {
      const start = next;
      const batches = await this.#ask((storage) => storage.read(this.#epoch, start, before, READ_BATCHES));
      for (const { position, startsSection, bytes, number } of batches) {
        next = position + 1 as LogPosition;
        const isTakeover = number === 0;
        if (isTakeover) continue;
        yield { position, startsSection, bytes, view: new DataView(bytes.buffer), start: 0, end: bytes.length };
      }
      if (batches.length < READ_BATCHES) return;
    }
  }

  trim(before: LogPosition): void {
    this.#ask((storage) => storage.trim(this.#epoch, before)).catch(() => {});
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#asking > 0) await new Promise<void>((resolve) => this.#onQuiet = resolve);
  }
}
