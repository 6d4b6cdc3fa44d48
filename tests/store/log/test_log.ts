import { Batch, BATCH_BYTES_MAX, HEADROOM_BYTES } from "../../../src/store/log/batch.ts";
import type { Log } from "../../../src/store/log/log.ts";
import { type LogPosition, NO_POSITION } from "../../../src/store/log/position.ts";
import type { LogPlace } from "./log_places.ts";

/** A batch that was read. */
export interface KnownBatch {
  readonly position: LogPosition;
  readonly startsSection: boolean;
  /** Its records, as text that tells one from others. */
  readonly content: string;
}

const NUMBER_BYTES = 8;

/** Records that tell a number, and are of some length. */
function recordsOf(number: number, bytes: number): Uint8Array {
  const records = new Uint8Array(Math.max(NUMBER_BYTES, bytes)).fill(number);
  new DataView(records.buffer).setFloat64(0, number);
  return records;
}

const contentOf = (records: Uint8Array): string => {
  const view = new DataView(records.buffer, records.byteOffset, records.length);
  return `${view.getFloat64(0)}, ${records.length} bytes, ${
    records.slice(NUMBER_BYTES).every((byte) => byte === records[NUMBER_BYTES])
  }`;
};

/** A log of one process, with what was appended by it and what it told. */
export class TestLog {
  readonly log: Log;
  readonly place: LogPlace;
  /** Batches that were there when it was opened. */
  readonly found: readonly KnownBatch[];
  readonly appended: { readonly batch: Batch; readonly startsSection: boolean; readonly content: string }[] = [];
  fencedCount = 0;
  pressureCount = 0;
  durableCount = 0;
  #isAppending = false;
  /** Violations of the contract. */
  readonly faults: string[] = [];

  private constructor(place: LogPlace, log: Log, found: readonly KnownBatch[]) {
    this.place = place;
    this.log = log;
    this.found = found;
    log.listen({
      durable: () => {
        this.durableCount++;
        this.#told("durable");
      },
      pressure: () => this.pressureCount++,
      fenced: () => {
        this.fencedCount++;
        this.#told("fenced");
      },
    });
  }

  /** Opens the log of a place, and reads it from a position on. */
  static async open(place: LogPlace, from: LogPosition): Promise<TestLog> {
    const opening = (async () => {
      const log = await place.open();
      return new TestLog(place, log, await readAll(log, from));
    })();
    await place.events.until(opening);
    return await opening;
  }

  #told(event: string): void {
    if (this.#isAppending) this.faults.push(`${event} was told within append`);
    if (event === "durable" && this.fencedCount > 0) this.faults.push("something became durable behind fenced");
  }

  append(number: number, bytes: number, startsSection = this.appended.length === 0): Batch {
    const batch = new Batch(bytes === BATCH_BYTES_MAX ? bytes : HEADROOM_BYTES + Math.max(NUMBER_BYTES, bytes));
    const records = recordsOf(number, bytes === BATCH_BYTES_MAX ? bytes - HEADROOM_BYTES : bytes);
    batch.bytes.set(records, batch.length);
    batch.length += records.length;
    batch.startsSection = startsSection;
    this.appended.push({ batch, startsSection, content: contentOf(records) });
    this.#isAppending = true;
    this.log.append(batch);
    this.#isAppending = false;
    return batch;
  }

  /** Batches that it found, and those that it has told to be durable. */
  get durable(): readonly KnownBatch[] {
    const { durable } = this.log;
    const known = [...this.found];
    for (const { batch: { position }, startsSection, content } of this.appended) {
      if (position === NO_POSITION || position > durable) break;
      known.push({ position, startsSection, content });
    }
    return known;
  }

  get isAllDurable(): boolean {
    return this.durable.length === this.found.length + this.appended.length;
  }

  /** Lets time pass until all is durable, or the log is fenced. */
  async settle(): Promise<void> {
    await this.place.events.until(new Promise(() => {}), () => this.isAllDurable || this.fencedCount > 0);
  }

  async read(from: LogPosition, before?: LogPosition): Promise<readonly KnownBatch[]> {
    const reading = readAll(this.log, from, before);
    await this.place.events.until(reading);
    return await reading;
  }

  async close(): Promise<void> {
    const closing = this.log.close();
    await this.place.events.until(closing);
    await closing;
  }
}

async function readAll(log: Log, from: LogPosition, before?: LogPosition): Promise<KnownBatch[]> {
  const read: KnownBatch[] = [];
  for await (const { position, startsSection, bytes, start, end } of log.read(from, before)) {
    read.push({ position, startsSection, content: contentOf(bytes.slice(start, end)) });
  }
  return read;
}
