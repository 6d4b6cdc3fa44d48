import { type Batch, HEADROOM_BYTES } from "./batch.ts";
import type { Log, LogEvents, ReadBatch } from "./log.ts";
import { type Epoch, LOG_START, type LogPosition } from "./position.ts";

/** What a log in memory holds, for one writer after the other. */
export class MemoryLogContent {
  batches: { readonly position: LogPosition; readonly startsSection: boolean; readonly bytes: Uint8Array }[] = [];
  last = LOG_START;
  /** The writer that may append. */
  writer: MemoryLog | undefined;
  epoch = 0 as Epoch;
}

/** A log in memory. What is appended is durable when the turn is over, for as long as its content is there. */
export class MemoryLog implements Log {
  readonly window = 1;
  readonly failure = undefined;
  readonly shortage = undefined;
  durable: LogPosition;
  readonly #content: MemoryLogContent;
  #events: LogEvents = { durable: () => {}, pressure: () => {}, fenced: () => {} };
  #isFenced = false;

  /** Takes the log over from the writer before. Throws `RangeError` when that has a newer epoch. */
  constructor(content: MemoryLogContent, epoch: Epoch = content.epoch + 1 as Epoch) {
    if (epoch <= content.epoch) throw new RangeError(`epoch ${epoch} is not newer than ${content.epoch}`);
    this.#content = content;
    content.epoch = epoch;
    content.writer = this;
    this.durable = content.last;
  }

  get synced(): LogPosition {
    return this.durable;
  }

  get end(): LogPosition {
    return this.#content.last + 1 as LogPosition;
  }

  listen(events: LogEvents): void {
    this.#events = events;
  }

  append(batch: Batch): void {
    queueMicrotask(() => {
      const content = this.#content;
      if (content.writer !== this) return this.#fence();
      const { startsSection } = batch;
      this.durable = batch.position = content.last = this.end;
      content.batches.push({ position: batch.position, startsSection, bytes: batch.bytes.slice(0, batch.length) });
      this.#events.durable();
    });
  }

  #fence(): void {
    if (this.#isFenced) return;
    this.#isFenced = true;
    this.#events.fenced();
  }

  async *read(from: LogPosition, before: LogPosition = Infinity as LogPosition): AsyncGenerator<ReadBatch> {
    for (const { position, startsSection, bytes } of [...this.#content.batches]) {
      if (position < from) continue;
      if (position >= before) return;
      yield await Promise.resolve({
        position,
        startsSection,
        bytes,
        view: new DataView(bytes.buffer),
        start: HEADROOM_BYTES,
        end: bytes.length,
      });
    }
  }

  trim(before: LogPosition): void {
    if (this.#content.writer !== this) return;
    this.#content.batches = this.#content.batches.filter(({ position }) => position >= before);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
