import { Batch, BATCH_HEAD_BYTES, sectorAligned } from "./batch.ts";
import type { Crc32 } from "./crc32.ts";
import type { File, Files } from "./files.ts";
import { FIRST_BATCH_AT, journalHead, journalName } from "./journal_file.ts";
import { RECORD, RECORD_HEAD_BYTES, setRecordHead } from "./record.ts";
import type { StoreSizes } from "./sizes.ts";

/** What a confirm promises: see the README. */
export type SyncMode = "always" | "interval" | "never";

/** Delay before records that nothing waits for are written. In milliseconds. */
const LAZY_MS = 5;
/** Interval between syncs with `--sync interval`. In milliseconds. */
export const SYNC_INTERVAL_MS = 200;
/** Delay before a failed write is retried. In milliseconds. */
const RETRY_MS = 500;
/** Number of full unwritten batches from which on publishers should wait. */
const BEHIND_BATCHES = 4;
/** Number of journal files at most: with this many, what is appended waits until one is released. */
const FILES_MAX = 5;
/** Number of batches that are kept for reuse. */
const SPARE_BATCHES_MAX = 4;
const FILE_STARTED_BYTES = RECORD_HEAD_BYTES + 8;

export interface JournalHost {
  readonly files: Files;
  readonly crc32: Crc32;
  readonly sync: SyncMode;
  readonly sizes: StoreSizes;
  /** Calls back once. Returns what takes that back. */
  after(delayMs: number, callback: () => void): () => void;
  /** Something became safe, or survives a power loss now. */
  onDurable(): void;
  /** A file is full: what is live in it should be moved, and the file be given up. */
  onFull(): void;
  /** {@linkcode Journal.isBehind}, {@linkcode Journal.failure} or {@linkcode Journal.shortage} has changed. */
  onPressure(): void;
}

/** A file of the journal and the generation that it is used for. */
export interface Slot {
  readonly number: number;
  readonly file: File;
  generation: number;
  /** Where its last batch ends. In bytes. */
  end: number;
}

/**
 * Writes records to disk: one batch at a time, while the next one gathers, so that one sync serves all that came in the
 * meantime (group commit). The record numbers that it gives are only of this process.
 */
export class Journal {
  appended = 0;
  durable = 0;
  /** Up to this record all survives a power loss: less than {@linkcode durable} where that does not wait for the disk. */
  synced = 0;
  /** Why the last attempt to write failed; it is tried again until it succeeds. */
  failure: Error | undefined;
  /** Why the next file could not be made: what is appended goes into the ones that are there. */
  shortage: Error | undefined;
  /** Full files, the oldest first. */
  readonly full: Slot[];

  readonly #host: JournalHost;
  readonly #batchBytes: number;
  readonly #fileBytes: number;
  #current: Batch | undefined;
  #batchNumber = 0;
  /** Full batches that wait to be written. */
  readonly #waiting: Batch[] = [];
  readonly #spare: Batch[] = [];
  /** How much of the file of its generation is spoken for. */
  #generation: number;
  #generationBytes = FIRST_BATCH_AT;
  /** Parts of a message are being appended, which must stay in one file. */
  #isPinned = false;

  #slot: Slot | undefined;
  #slotBatches = 0;
  readonly #free: Slot[];
  #slotCount: number;
  #lastSlotNumber: number;
  #onFree: (() => void) | undefined;
  #making: Promise<void> | undefined;

  #awaited = 0;
  #isWriting = false;
  #isClosed = false;
  #cancelLazy: (() => void) | undefined;
  #cancelSync: (() => void) | undefined;
  /** A sync behind the scenes has failed, and is tried again. */
  #hasSyncFailed = false;
  /** A file that was taken for the next generation and could not be begun: another one must not get the same. */
  #taken: Slot | undefined;
  #wasBehind = false;
  #onIdle: (() => void)[] = [];

  /** `free` are the files that can be used, and `generation` is the first one that was never used. */
  constructor(host: JournalHost, free: Slot[], full: Slot[], generation: number) {
    this.#host = host;
    this.#batchBytes = host.sizes.batchBytes;
    this.#fileBytes = host.sizes.journalFileBytes;
    this.#free = free;
    this.full = full;
    this.#slotCount = free.length + full.length;
    this.#lastSlotNumber = Math.max(0, ...[...free, ...full].map(({ number }) => number));
    this.#generation = generation;
  }

  /** Whether more waits to be written than is good. */
  get isBehind(): boolean {
    return this.#waiting.length >= BEHIND_BATCHES;
  }

  // Gathering

  /** Makes room for a record in the current batch, and returns that. The record goes to the end of what is in it. */
  reserve(bytes: number): Batch {
    let batch = this.#current;
    if (batch === undefined || batch.length + bytes > this.#batchBytes) batch = this.#nextBatch();
    batch.lastRecord = ++this.appended;
    return batch;
  }

  /** Counts a record in that became part of another one in the current batch. */
  extended(): void {
    this.#current!.lastRecord = ++this.appended;
  }

  /** Rises when a batch is begun or full: whether a record can still be extended. */
  get batchNumber(): number {
    return this.#batchNumber;
  }

  /** The batch that is being gathered. There must have been a {@linkcode reserve}. */
  get current(): Batch {
    return this.#current!;
  }

  /** Keeps all records until {@linkcode unpin}, `bytes` bytes in all, in one file. */
  pin(bytes: number): void {
    // Each batch may leave as much empty as the record that does not fit into it.
    const needed = (Math.ceil(bytes / (this.#batchBytes / 2)) + 2) * this.#batchBytes;
    if (this.#generationBytes > FIRST_BATCH_AT && this.#generationBytes + needed > this.#fileBytes) {
      this.#closeBatch();
      this.#startGeneration();
    }
    this.#isPinned = true;
  }

  /** The generation that what is appended now goes to. */
  get generation(): number {
    return this.#generation;
  }

  /** How much was appended to the current file. */
  get currentBytes(): number {
    return this.#generationBytes - FIRST_BATCH_AT + (this.#current?.length ?? 0);
  }

  /** Has what is appended from now on go to another file, so that the current one is full. */
  startFile(): void {
    this.#closeBatch();
    this.#startGeneration();
    // A file is known to be full when the next one begins, and that begins with a batch.
    this.#nextBatch();
    this.extended();
  }

  unpin(): void {
    this.#isPinned = false;
  }

  #nextBatch(): Batch {
    this.#closeBatch();
    const isFull = this.#generationBytes + this.#batchBytes > this.#fileBytes;
    if (isFull && !this.#isPinned) this.#startGeneration();
    const batch = this.#spare.pop() ?? new Batch(this.#batchBytes);
    batch.generation = this.#generation;
    this.#current = batch;
    this.#batchNumber++;
    if (this.#generationBytes === FIRST_BATCH_AT) {
      setRecordHead(batch.view, batch.length, FILE_STARTED_BYTES, RECORD.fileStarted);
      batch.length += FILE_STARTED_BYTES;
    }
    return batch;
  }

  #startGeneration(): void {
    this.#generation++;
    this.#generationBytes = FIRST_BATCH_AT;
  }

  #closeBatch(): void {
    const batch = this.#current;
    if (batch === undefined || batch.isEmpty) return;
    this.#current = undefined;
    this.#batchNumber++;
    this.#generationBytes += sectorAligned(batch.length);
    this.#waiting.push(batch);
  }

  // Writing

  /** Has what was appended be written: at once if that `isAwaited`, and otherwise soon. */
  commit(isAwaited: boolean): void {
    if (isAwaited) this.#awaited = this.appended;
    this.#wasBehind ||= this.isBehind;
    if (this.#isWriting || this.#isClosed) return;
    if (this.#isDue) this.#write();
    else if (this.appended > this.durable) this.#cancelLazy ??= this.#host.after(LAZY_MS, () => this.#writeAll());
  }

  get #isDue(): boolean {
    return this.#awaited > this.durable || this.#waiting.length > 0;
  }

  #writeAll(): void {
    this.#cancelLazy = undefined;
    this.commit(true);
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    this.#cancelLazy?.();
    this.#cancelLazy = undefined;
    while (this.#isDue) {
      if (this.#waiting.length === 0) this.#closeBatch();
      const batch = this.#waiting.shift()!;
      await this.#writeBatch(batch);
      this.durable = batch.lastRecord;
      if (this.#host.sync === "always") this.synced = this.durable;
      batch.clear();
      if (this.#spare.length < SPARE_BATCHES_MAX) this.#spare.push(batch);
      this.#host.onDurable();
      if (this.#wasBehind && !this.isBehind) {
        this.#wasBehind = false;
        this.#host.onPressure();
      }
    }
    this.#isWriting = false;
    for (const resolve of this.#onIdle.splice(0)) resolve();
    // What nobody waits for came in the meantime.
    this.commit(false);
  }

  /** Writes a batch, however often it takes. */
  async #writeBatch(batch: Batch): Promise<void> {
    for (;;) {
      try {
        const slot = this.#slot?.generation === batch.generation ? this.#slot : await this.#nextSlot(batch);
        const bytes = batch.seal(this.#host.crc32, this.#slotBatches, this.#host.sync === "always");
        await slot.file.write(slot.end, bytes);
        slot.end += bytes.length;
        this.#slotBatches++;
        if (this.#host.sync === "interval") this.#syncLater(SYNC_INTERVAL_MS);
        if (!this.#hasSyncFailed) this.#setFailure(undefined);
        return;
      } catch (error) {
        this.#setFailure(error as Error);
        await new Promise<void>((resolve) => this.#host.after(RETRY_MS, resolve));
      }
    }
  }

  #setFailure(error: Error | undefined): void {
    if (this.failure === error) return;
    this.failure = error;
    this.#host.onPressure();
  }

  #syncLater(delayMs: number): void {
    this.#cancelSync ??= this.#host.after(delayMs, async () => {
      this.#cancelSync = undefined;
      try {
        // The files before this one were synced when it was begun.
        await this.#sync(this.#slot);
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

  /** Has all that was written until now survive a power loss. */
  async #sync(slot: Slot | undefined): Promise<void> {
    if (this.#host.sync === "always") return;
    const written = this.durable;
    await slot?.file.sync();
    if (written <= this.synced) return;
    this.synced = written;
    this.#host.onDurable();
  }

  /** Begins a generation, and writes into its first batch where the one before ends. */
  async #nextSlot(batch: Batch): Promise<Slot> {
    const previous = this.#slot;
    if (previous !== undefined) await this.#sync(previous);
    // If this fails, the head may be there all the same: it is tried again with the same file.
    const slot = this.#taken ??= await this.#takeSlot();
    await slot.file.write(0, journalHead(batch.generation, this.#host.crc32));
    if (this.#host.sync !== "always") await slot.file.sync();
    this.#taken = undefined;
    slot.generation = batch.generation;
    slot.end = FIRST_BATCH_AT;
    const at = BATCH_HEAD_BYTES + RECORD_HEAD_BYTES;
    batch.view.setUint32(at, previous?.generation ?? 0, true);
    batch.view.setUint32(at + 4, previous?.end ?? 0, true);
    this.#slot = slot;
    this.#slotBatches = 0;
    if (previous !== undefined) {
      this.full.push(previous);
      this.#host.onFull();
    }
    return slot;
  }

  async #takeSlot(): Promise<Slot> {
    while (this.#free.length === 0) {
      if (this.#slotCount < FILES_MAX) await this.#makeSlot();
      else await new Promise<void>((resolve) => this.#onFree = resolve);
    }
    const slot = this.#free.pop()!;
    this.prepare();
    return slot;
  }

  /** Makes the next file in advance, so that nobody has to wait for it, and a full disk is noticed before it hurts. */
  prepare(): void {
    if (this.#free.length > 0 || this.#slotCount === FILES_MAX) return this.#setShortage(undefined);
    this.#makeSlot().catch(() => {});
  }

  /** Makes a file of full length, so that writing to it later changes nothing but its content. */
  #makeSlot(): Promise<void> {
    return this.#making ??= this.#make().finally(() => this.#making = undefined);
  }

  async #make(): Promise<void> {
    const { files, sync } = this.#host;
    const number = this.#lastSlotNumber + 1;
    try {
      await fillWithZeros(files, journalName(number), this.#fileBytes, this.#batchBytes);
      await files.syncFolder();
      const file = await files.open(journalName(number), { synced: sync === "always" });
      this.#slotCount++;
      this.#lastSlotNumber = number;
      this.#free.push({ number, file, generation: 0, end: 0 });
      this.#setShortage(undefined);
    } catch (error) {
      await files.remove(journalName(number)).catch(() => {});
      this.#setShortage(error as Error);
      throw error;
    }
    this.#onFree?.();
    this.#onFree = undefined;
  }

  #setShortage(error: Error | undefined): void {
    if (this.shortage === error) return;
    this.shortage = error;
    this.#host.onPressure();
  }

  /** Gives up the oldest full file: all that is in it is elsewhere by now. */
  release(): void {
    const slot = this.full.shift()!;
    slot.generation = 0;
    this.#free.push(slot);
    this.#setShortage(undefined);
    this.#onFree?.();
    this.#onFree = undefined;
  }

  /**
   * Ends the current generation, so that its file can be given up. Resolves when all that was appended is safe; nothing is
   * written from then on.
   */
  async finish(): Promise<void> {
    await this.flush();
    this.#isClosed = true;
    if (this.#slot !== undefined) this.full.push(this.#slot);
    this.#slot = undefined;
    this.#startGeneration();
  }

  /** Resolves when all that was appended is safe. */
  async flush(): Promise<void> {
    while (this.appended > this.durable) {
      this.commit(true);
      await new Promise<void>((resolve) => this.#onIdle.push(resolve));
    }
    await this.#sync(this.#slot);
  }

  /** Closes the files. Nothing may be appended any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelLazy?.();
    this.#cancelSync?.();
    // Zeros must not be written to a file that another store uses by then.
    await this.#making?.catch(() => {});
    for (const slot of [...this.full, ...this.#free, this.#slot, this.#taken]) await slot?.file.close();
  }
}

async function fillWithZeros(files: Files, name: string, bytes: number, atOnce: number): Promise<void> {
  const file = await files.open(name, { create: true });
  try {
    const zeros = new Uint8Array(atOnce);
    for (let at = 0; at < bytes; at += zeros.length) await file.write(at, zeros.subarray(0, bytes - at));
  } finally {
    await file.close();
  }
}
