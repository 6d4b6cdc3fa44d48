import type { File, Files } from "../files.ts";
import { journalName } from "./log_file.ts";

/** Maximum number of files. The log of an index has no more sections. */
export const FILES_MAX = 5;
/** Delay before making a file is retried. In milliseconds. */
const MAKE_AGAIN_MS = 1000;

/** A file of the log and the generation that it is used for. */
export interface Slot {
  readonly number: number;
  readonly file: File;
  generation: number;
  /** Number of its batches, and end of the last one in bytes. */
  batchCount: number;
  end: number;
}

export interface LogFilesOptions {
  readonly files: Files;
  /** Size of each file, and of the writes that make it. In bytes. */
  readonly fileBytes: number;
  readonly writeBytes: number;
  /** True when a write resolves only once its bytes survive a power loss. */
  readonly isSynced: boolean;
  /** Calls back once. Returns a function that cancels the call. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
  /** {@linkcode LogFiles.shortage} has changed. */
  readonly onPressure: () => void;
}

/**
 * The unused files of a log. They are made in advance, at full length, and reused: so a sync has nothing to write but the
 * batch, nothing waits for a file, and a full disk is noticed before it hurts.
 */
export class LogFiles {
  /** Reason why the next file could not be made. Batches go to existing files. */
  shortage: Error | undefined;
  readonly #options: LogFilesOptions;
  readonly #free: Slot[] = [];
  #count = 0;
  #lastNumber = 0;
  #making: Promise<void> | undefined;
  #cancelPreparing: (() => void) | undefined;
  #isClosed = false;

  constructor(options: LogFilesOptions) {
    this.#options = options;
  }

  /** Notes an existing file. */
  found({ number }: Slot): void {
    this.#count++;
    this.#lastNumber = Math.max(this.#lastNumber, number);
  }

  /** Takes a file back for reuse. */
  give(slot: Slot): void {
    slot.generation = slot.batchCount = slot.end = 0;
    this.#free.push(slot);
    this.#setShortage(undefined);
  }

  /** Resolves to an unused file. Rejects when there is none and none can be made. */
  async take(): Promise<Slot> {
    while (this.#free.length === 0) await this.#makeOne();
    const slot = this.#free.pop()!;
    this.#prepare();
    return slot;
  }

  /** Makes the next file. */
  #prepare(): void {
    if (this.#free.length > 0 || this.#count >= FILES_MAX) return this.#setShortage(undefined);
    this.#makeOne().catch(() => {});
  }

  #makeOne(): Promise<void> {
    return this.#making ??= this.#make().finally(() => this.#making = undefined);
  }

  async #make(): Promise<void> {
    const { files, fileBytes, writeBytes, isSynced } = this.#options;
    const number = this.#lastNumber + 1;
    const name = journalName(number);
    try {
      await fillWithZeros(files, name, fileBytes, writeBytes);
      await files.syncFolder();
      const file = await files.open(name, { synced: isSynced });
      this.#count++;
      this.#lastNumber = number;
      this.#free.push({ number, file, generation: 0, batchCount: 0, end: 0 });
      this.#setShortage(undefined);
    } catch (error) {
      await files.remove(name).catch(() => {});
      this.#setShortage(error as Error);
      throw error;
    }
  }

  #setShortage(error: Error | undefined): void {
    if (error !== undefined && !this.#isClosed) {
      this.#cancelPreparing ??= this.#options.after(MAKE_AGAIN_MS, () => {
        this.#cancelPreparing = undefined;
        if (this.shortage !== undefined) this.#prepare();
      });
    }
    if (this.shortage === error) return;
    this.shortage = error;
    this.#options.onPressure();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelPreparing?.();
    // Zeros must not be written to a file that another log uses by then.
    await this.#making?.catch(() => {});
    for (const { file } of this.#free) await file.close();
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
