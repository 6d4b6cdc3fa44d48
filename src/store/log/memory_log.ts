import type { MemoryStorage } from "../memory_storage.ts";
import { type Batch, HEADROOM_BYTES } from "./batch.ts";
import { type Log, type LogEvents, NO_LOG_EVENTS, type ReadBatch } from "./log.ts";
import { type Epoch, LOG_END, type LogPosition } from "./position.ts";

/** A log in memory. A batch is durable when the turn is over, for as long as the storage is there. */
export class MemoryLog implements Log {
  readonly window = 1;
  readonly failure = undefined;
  readonly shortage = undefined;
  durable: LogPosition;
  readonly #storage: MemoryStorage;
  readonly #epoch: Epoch;
  #events: LogEvents = NO_LOG_EVENTS;
  #isFenced = false;

  /** @param epoch the owner's, by {@linkcode MemoryStorage.takeOver}. */
  constructor(storage: MemoryStorage, epoch: Epoch) {
    this.#storage = storage;
    this.#epoch = epoch;
    this.durable = storage.lastPosition;
  }

  get synced(): LogPosition {
    return this.durable;
  }

  get end(): LogPosition {
    return this.durable + 1 as LogPosition;
  }

  get #isOutdated(): boolean {
    return this.#storage.epoch !== this.#epoch;
  }

  listen(events: LogEvents): void {
    this.#events = events;
  }

  append(batch: Batch): void {
    queueMicrotask(() => {
      if (this.#isOutdated) return this.#fence();
      const storage = this.#storage;
      const { startsSection } = batch;
      const position = storage.lastPosition + 1 as LogPosition;
      const bytes = batch.bytes.slice(HEADROOM_BYTES, batch.length);
      storage.batches.push({ position, startsSection, bytes });
      this.durable = batch.position = storage.lastPosition = position;
      this.#events.durable();
    });
  }

  #fence(): void {
    if (this.#isFenced) return;
    this.#isFenced = true;
    this.#events.fenced();
  }

  async *read(from: LogPosition, before: LogPosition = LOG_END): AsyncGenerator<ReadBatch> {
    for (const { position, startsSection, bytes } of [...this.#storage.batches]) {
      if (position < from) continue;
      if (position >= before) return;
      const view = new DataView(bytes.buffer);
      yield await Promise.resolve({ position, startsSection, bytes, view, start: 0, end: bytes.length });
    }
  }

  trim(before: LogPosition): void {
    if (this.#isOutdated) return;
    this.#storage.batches = this.#storage.batches.filter(({ position }) => position >= before);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
