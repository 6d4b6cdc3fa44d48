import { phrase } from "../../phrase/phrase.ts";
import { type Crc32, crc32 as tableCrc32 } from "../crc32.ts";
import { CorruptStoreError } from "../error.ts";
import type { File, Files } from "../files.ts";
import { type Batch, BATCH_BYTES_MAX } from "./batch.ts";
import { sealBatch, sealFirstBatch } from "./batch_format.ts";
import { checkGenerations, cutTail, readRecovering, type TornTail } from "./file_log_recovery.ts";
import { type Log, type LogEvents, NO_LOG_EVENTS, type ReadBatch } from "./log.ts";
import {
  type BatchInFile,
  FIRST_BATCH_AT,
  JOURNAL_FILE_BYTES,
  journalHead,
  journalName,
  journalSlot,
  LogFileReader,
  READ_BYTES,
  readJournalHead,
} from "./log_file.ts";
import { LogFiles, type Slot } from "./log_files.ts";
import { LOG_END, LOG_START, type LogPosition } from "./position.ts";
import type { SyncMode } from "./sync_mode.ts";

/** Interval between syncs of the disk with `--sync interval`. In milliseconds. */
export const SYNC_INTERVAL_MS = 200;
/** Delay before a failed write is retried. In milliseconds. */
const RETRY_MS = 500;
/** Maximum number of batches in a file. A position is generation × this + index. */
const BATCHES_MAX = 2 ** 20;
const FIRST_GENERATION = 1;

const positionOf = (generation: number, index: number): LogPosition => generation * BATCHES_MAX + index as LogPosition;
/** Returns the generation of the file that a position is in. */
export const generationOf = (position: LogPosition): number =>
  Math.max(FIRST_GENERATION, Math.floor(position / BATCHES_MAX));

export interface FileLogOptions {
  readonly files: Files;
  /** Calls back once. Returns a function that cancels the call. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
  /** Default: one in TypeScript. */
  readonly crc32?: Crc32;
  /** Default: `"always"`. */
  readonly sync?: SyncMode;
  /** Default: 8 MiB. A file is longer where a section is. */
  readonly fileBytes?: number;
  /** Size of the writes that make a file. In bytes. */
  readonly batchBytes?: number;
  /** True when nothing is appended nor changed. Default: false. */
  readonly readOnly?: boolean;
  /** Logs a sentence for the operator. Default: drops it. */
  readonly report?: (level: "info" | "warning" | "error", line: string) => void;
}

/**
 * A log in files of fixed length, one for each section, which are reused after trimming. The folder must belong to one
 * process alone: `runtime.openFolder` locks it.
 */
export class FileLog implements Log {
  readonly window = 1;
  durable: LogPosition = LOG_START;
  synced: LogPosition = LOG_START;
  failure: Error | undefined;

  readonly #options: FileLogOptions;
  readonly #crc32: Crc32;
  readonly #sync: SyncMode;
  readonly #pool: LogFiles;
  #events = NO_LOG_EVENTS;
  /** Files in use, in order. */
  #live: Slot[] = [];
  /** Files that seem unused when they are opened, though their heads may be lost. */
  #unused: Slot[] = [];
  #isRead = false;
  /** File that is written. */
  #current: Slot | undefined;
  /** File that was taken for the next section and not begun. Another one must not get the same generation. */
  #taken: Slot | undefined;
  #generation = FIRST_GENERATION - 1;
  readonly #waiting: Batch[] = [];
  #isWriting = false;
  #isClosed = false;
  #onIdle: (() => void) | undefined;
  #cancelSync: (() => void) | undefined;
  #cancelRetry: (() => void) | undefined;
  /** True while a failed sync is retried. */
  #hasSyncFailed = false;
  /** Buffer for reading files. One for each file would be freed late, and a busy broker would take much more memory. */
  #readBuffer: Uint8Array | undefined;

  private constructor(options: FileLogOptions) {
    this.#options = options;
    this.#crc32 = options.crc32 ?? tableCrc32;
    this.#sync = options.sync ?? "always";
    this.#pool = new LogFiles({
      files: options.files,
      fileBytes: this.#fileBytes,
      writeBytes: options.batchBytes ?? BATCH_BYTES_MAX,
      isSynced: this.#sync === "always",
      after: options.after,
      onPressure: () => this.#events.pressure(),
    });
  }

  /** Opens the log in a folder, or starts a new one. */
  static async open(options: FileLogOptions): Promise<FileLog> {
    const log = new FileLog(options);
    try {
      await log.#open();
    } catch (error) {
      await log.close();
      throw error;
    }
    return log;
  }

  async #open(): Promise<void> {
    const { files, readOnly = false } = this.#options;
    for (const name of (await files.list()).sort()) {
      const number = journalSlot(name);
      if (number === undefined) continue;
      const file = await files.open(name, readOnly ? { readOnly } : { synced: this.#sync === "always" });
      const slot: Slot = { number, file, generation: 0, batchCount: 0, end: 0 };
      this.#pool.found(slot);
      this.#unused.push(slot);
      slot.generation = await readJournalHead(file, name, this.#crc32) ?? 0;
    }
    this.#live = this.#unused.filter(({ generation }) => generation > 0).sort((a, b) => a.generation - b.generation);
    this.#unused = this.#unused.filter(({ generation }) => generation === 0);
  }

  get shortage(): Error | undefined {
    return this.#pool.shortage;
  }

  get end(): LogPosition {
    return positionOf(this.#generation + 1, 0);
  }

  get #fileBytes(): number {
    return this.#options.fileBytes ?? JOURNAL_FILE_BYTES;
  }

  listen(events: LogEvents): void {
    this.#events = events;
  }

  // Reading

  read(from: LogPosition, before: LogPosition = LOG_END): AsyncIterable<ReadBatch> {
    return this.#isRead ? this.#readAgain(from, before) : this.#readFirst(from);
  }

  async *#readFirst(from: LogPosition): AsyncGenerator<ReadBatch> {
    const first = generationOf(from);
    this.#generation = first - 1;
    const isOld = ({ generation }: Slot) => generation < first;
    this.#unused.push(...this.#live.filter(isOld));
    this.#live = this.#live.filter((slot) => !isOld(slot));
    await checkGenerations(this.#live, this.#unused, first, this.#crc32);
    // A process that was killed may have left what a power loss would still undo, after others acted on it.
    if (!this.#options.readOnly) { for (const { file } of this.#live) await file.sync(); }
    const batches = readRecovering(this.#live, this.#crc32, (tail) => this.#cutTail(tail));
    for await (const { slot, batch } of batches) {
      const position = positionOf(slot.generation, slot.batchCount);
      this.durable = this.synced = position;
      if (position >= from) yield readBatch(position, slot.batchCount, batch);
    }
    this.#generation = this.#live.at(-1)?.generation ?? this.#generation;
    this.#isRead = true;
    for (const slot of this.#unused.splice(0).sort((a, b) => a.number - b.number)) this.#pool.give(slot);
  }

  async #cutTail(tail: TornTail): Promise<void> {
    const { readOnly, report = () => {} } = this.#options;
    report(
      "warning",
      `${journalName(tail.slot.number)}: what was being written when the broker was stopped is cut off at offset ` +
        `${tail.offset}. Nobody was told that it was safe.`,
    );
    if (!readOnly) await cutTail(tail);
  }

  async *#readAgain(from: LogPosition, before: LogPosition): AsyncGenerator<ReadBatch> {
    const buffer = this.#readBuffer ?? new Uint8Array(Math.min(READ_BYTES, this.#fileBytes));
    this.#readBuffer = undefined;
    try {
      for (const slot of [...this.#live]) {
        const { generation, number, file } = slot;
        if (generation < generationOf(from) || positionOf(generation, 0) >= before) continue;
        const { batchCount, end } = slot;
        const reader = new LogFileReader(file, generation, this.#crc32, buffer);
        for (let index = 0; index < batchCount; index++) {
          const batch = await reader.next();
          if (batch === undefined || (index === batchCount - 1 && reader.offset !== end)) {
            throw new CorruptStoreError(journalName(number), reader.offset, phrase`a batch is not as it was written`);
          }
          const position = positionOf(generation, index);
          if (position >= before) return;
          if (position >= from) yield readBatch(position, index, batch);
        }
      }
    } finally {
      this.#readBuffer = buffer;
    }
  }

  // Appending

  append(batch: Batch): void {
    this.#waiting.push(batch);
    if (!this.#isWriting && !this.#isClosed) this.#write();
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0 && !this.#isClosed) {
      const batch = this.#waiting[0];
      if (!await this.#writeBatch(batch)) break;
      this.#waiting.shift();
      this.durable = batch.position;
      if (this.#sync === "always") this.synced = this.durable;
      this.#events.durable();
    }
    this.#isWriting = false;
    this.#onIdle?.();
  }

  /** Writes a batch, and retries until that succeeds. Resolves to false when the log is closed meanwhile. */
  async #writeBatch(batch: Batch): Promise<boolean> {
    for (;;) {
      try {
        // Without a step in between, where the file is there.
        const slot = this.#currentFor(batch) ?? await this.#nextSlot(batch);
        const bytes = this.#seal(batch, slot);
        await slot.file.write(slot.end, bytes);
        batch.position = positionOf(slot.generation, slot.batchCount);
        slot.end += bytes.length;
        slot.batchCount++;
        if (this.#sync === "interval") this.#syncLater(SYNC_INTERVAL_MS);
        if (!this.#hasSyncFailed) this.#setFailure(undefined);
        return true;
      } catch (error) {
        if (this.#isClosed) return false;
        this.#setFailure(error as Error);
        await new Promise<void>((resolve) => {
          const cancel = this.#options.after(RETRY_MS, resolve);
          this.#cancelRetry = () => (cancel(), resolve());
        });
        if (this.#isClosed) return false;
      }
    }
  }

  #seal(batch: Batch, { generation, batchCount }: Slot): Uint8Array {
    const followsSynced = this.#sync === "always";
    if (batchCount > 0) return sealBatch(batch, this.#crc32, generation, batchCount, followsSynced);
    return sealFirstBatch(batch, this.#crc32, generation, this.#live.at(-2), followsSynced);
  }

  /** Returns the current file if a batch goes there. */
  #currentFor({ startsSection }: Batch): Slot | undefined {
    const current = this.#current;
    return current !== undefined && startsSection && current.batchCount > 0 ? undefined : current;
  }

  /** Starts the next file. */
  async #nextSlot(batch: Batch): Promise<Slot> {
    const current = this.#current;
    if (!batch.startsSection) throw new RangeError("the first batch of a writer does not begin a section");
    if (current !== undefined) await this.#syncFile(current);
    // If this fails, the head may be there all the same: it is tried again with the same file.
    const slot = this.#taken ??= await this.#pool.take();
    const generation = this.#generation + 1;
    await slot.file.write(0, journalHead(generation, this.#crc32));
    if (this.#sync !== "always") await slot.file.sync();
    this.#taken = undefined;
    this.#generation = slot.generation = generation;
    slot.end = FIRST_BATCH_AT;
    this.#live.push(slot);
    return this.#current = slot;
  }

  #setFailure(error: Error | undefined): void {
    if (this.failure === error) return;
    this.failure = error;
    this.#events.pressure();
  }

  // Syncing

  #syncLater(delayMs: number): void {
    this.#cancelSync ??= this.#options.after(delayMs, async () => {
      this.#cancelSync = undefined;
      try {
        // The files before this one were synced when it was begun.
        if (this.#current !== undefined) await this.#syncFile(this.#current);
        this.#hasSyncFailed = false;
        this.#setFailure(undefined);
      } catch (error) {
        if (this.#isClosed) return;
        this.#hasSyncFailed = true;
        this.#setFailure(error as Error);
        this.#syncLater(RETRY_MS);
      }
    });
  }

  /** Syncs a file: all batches until now survive a power loss. */
  async #syncFile({ file }: { readonly file: File }): Promise<void> {
    if (this.#sync === "always") return;
    const written = this.durable;
    await file.sync();
    if (written <= this.synced) return;
    this.synced = written;
    this.#events.durable();
  }

  // The end

  trim(before: LogPosition): void {
    const generation = generationOf(before);
    while (this.#live.length > 0 && this.#live[0].generation < generation) {
      const slot = this.#live.shift()!;
      if (slot === this.#current) this.#current = undefined;
      this.#pool.give(slot);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelSync?.();
    this.#cancelRetry?.();
    if (this.#isWriting) await new Promise<void>((resolve) => this.#onIdle = resolve);
    try {
      if (this.#current !== undefined) await this.#syncFile(this.#current);
    } finally {
      await this.#pool.close();
      for (const slot of [...this.#live, ...this.#unused, this.#taken]) await slot?.file.close();
    }
  }
}

const readBatch = (position: LogPosition, index: number, { bytes, view, start, end }: BatchInFile): ReadBatch => ({
  position,
  startsSection: index === 0,
  bytes,
  view,
  start,
  end,
});
