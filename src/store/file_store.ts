import { Arena } from "./arena.ts";
import type { StoredBlock } from "./block.ts";
import { type CheckpointHost, moveToSegments, retire } from "./checkpoint.ts";
import { type Crc32, crc32 as tableCrc32 } from "./crc32.ts";
import type { Files } from "./files.ts";
import { Journal, type SyncMode } from "./journal.ts";
import { mergeSegments } from "./merge.ts";
import { Recorder } from "./recorder.ts";
import { recover, recoveredOf, type Recovery, removeLeftovers } from "./recovery.ts";
import { Scratch } from "./scratch.ts";
import type { Segment } from "./segment.ts";
import type { Segments } from "./segments.ts";
import { STORE_SIZES, type StoreSizes } from "./sizes.ts";
import type { State } from "./state.ts";
import { SNAPSHOT } from "./snapshot.ts";
import { Spill } from "./spill.ts";
import type { BlockExtent, MessageBytes, Recovered, Store, StoreEvents } from "./store.ts";
import type { Block } from "./stored_queue.ts";
import { encodeTopology } from "./record_types.ts";
import type { TopologyRecord } from "./topology_record.ts";

/** Full journal files that are kept, so that what is settled soon is never written twice. */
const FULL_FILES = 1;
/** With less than this part of its file in use, the journal does not begin another one to relieve memory. */
const RELIEF_PART = 1 / 16;
/** Interval between checks of free disk space. In milliseconds. */
const LOOK_AFTER_MS = 1000;
const DEFAULT_DISK_FREE_LIMIT_BYTES = 50_000_000;

export interface FileStoreOptions extends Partial<StoreSizes> {
  readonly files: Files;
  /** Calls back once, in a turn of its own. Returns a function that cancels the call. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
  /** Default: one in TypeScript. */
  readonly crc32?: Crc32;
  /** Default: `"always"`. */
  readonly sync?: SyncMode;
  /** Publishers are blocked while less is free on the disk. In bytes. Default: 50 MB, as RabbitMQ's `disk_free_limit`. */
  readonly diskFreeLimitBytes?: number;
  /** Logs a sentence for the operator. Default: drops it. */
  readonly report?: (level: "info" | "warning" | "error", line: string) => void;
}

const NOTHING: Recovered = { topology: [], queues: [], lastQueueId: 0 };
const NOBODY: StoreEvents = { durable: () => {}, readable: () => {}, pressure: () => {} };

/**
 * Keeps things in a folder of files: a journal that is written first, segments for what stays, and a snapshot of all that
 * is not content. See `CONTRIBUTING.md` for how these belong together.
 */
export class FileStore implements Store {
  declared = 0;
  enqueued = 0;
  recovered: Recovered = NOTHING;
  readonly spill: Spill;

  readonly #options: FileStoreOptions;
  readonly #files: Files;
  readonly #crc32: Crc32;
  readonly #state: State;
  readonly #segments: Segments;
  readonly #journal: Journal;
  readonly #recorder: Recorder;
  readonly #checkpoint: CheckpointHost;
  readonly #reliefBytesMin: number;
  #events = NOBODY;
  /** Segments that nobody needs once a record is safe, in the order of these. */
  readonly #dying: { readonly segment: Segment; readonly record: number }[] = [];
  /** Segments of which the last message was settled by a record that is being appended. */
  readonly #emptied: Segment[] = [];
  /** The work behind the scenes, one thing after the other. */
  #background: Promise<void> = Promise.resolve();
  #isMoving = false;
  /** Files of the journal before this generation should move, for want of memory. */
  #relieveBefore = 0;
  /** Messages were moved to segments, and the snapshot does not know. */
  #isSnapshotBehind = false;
  #hasMergeFailed = false;
  /** Why the last attempt to make room in the journal failed. */
  #checkpointFailure: Error | undefined;
  #isDiskLow = false;
  #isShortOfSpace = false;
  #hasSettledInSegments = false;
  #isClosing = false;
  #isClosed = false;
  #cancelLook = () => {};

  private constructor(options: FileStoreOptions, { state, segments, journal }: Recovery) {
    this.#options = options;
    this.#files = options.files;
    this.spill = new Spill(options.files);
    this.#crc32 = options.crc32 ?? tableCrc32;
    this.#state = state;
    this.#segments = segments;
    const sizes = { ...STORE_SIZES, ...options };
    this.#reliefBytesMin = sizes.journalFileBytes * RELIEF_PART;
    const arena = new Arena(sizes.segmentBytes);
    this.#checkpoint = {
      files: this.#files,
      crc32: this.#crc32,
      state,
      segments,
      arena,
      sizes,
      scratch: new Scratch(sizes),
    };
    this.#journal = new Journal(
      {
        files: this.#files,
        crc32: this.#crc32,
        sync: options.sync ?? "always",
        sizes,
        after: options.after,
        onDurable: () => this.#onDurable(),
        onFull: () => this.#moveOldFiles(),
        onPressure: () => this.#onPressure(),
      },
      journal.free,
      journal.slots,
      journal.lastGeneration + 1,
    );
    this.#recorder = new Recorder(this.#journal, sizes.batchBytes / 2);
  }

  /**
   * Opens what is in a folder, or begins a new one. Nobody else may use it. Rejects with `StoreError` when it can't be
   * used as it is.
   */
  static async open(options: FileStoreOptions): Promise<FileStore> {
    const { files, report = () => {} } = options;
    const crc32 = options.crc32 ?? tableCrc32;
    // A process that was killed may have left names that a power loss would still undo.
    await files.syncFolder();
    const isSynced = (options.sync ?? "always") === "always";
    const recovery = await recover(files, crc32, (name) => files.open(name, { synced: isSynced }));
    const { state, tail, empty } = recovery;
    if (tail !== undefined) {
      report(
        "warning",
        `${tail.file}: what was being written when the broker was stopped is cut off at offset ${tail.offset}. Nobody ` +
          `was told that it was safe.`,
      );
    }
    await removeLeftovers(files, state, empty);
    const store = new FileStore(options, recovery);
    await store.#begin(empty);
    return store;
  }

  /**
   * Moves what is in the journal to segments, so that all messages can be read back, and looks after the disk. Removes
   * segments that are empty once no snapshot counts on them.
   */
  async #begin(empty: readonly string[]): Promise<void> {
    const isNew = !(await this.#files.list()).includes(SNAPSHOT);
    const isJournalEmpty = this.#journal.full.length === 0;
    while (this.#journal.full.length > 0) await this.#moveOldest();
    if (isJournalEmpty && (isNew || empty.length > 0)) {
      await retire(this.#checkpoint, this.#state.retiredGeneration);
    }
    for (const name of empty) await this.#files.remove(name);
    this.recovered = recoveredOf(this.#state);
    await this.#lookAfterDisk();
    this.#lookLater();
  }

  listen(events: StoreEvents): void {
    this.#events = events;
  }

  get appended(): number {
    return this.#journal.appended;
  }
  get durable(): number {
    return this.#journal.durable;
  }
  get isBehind(): boolean {
    return this.#journal.isBehind;
  }
  get isShortOfSpace(): boolean {
    return this.#isShortOfSpace;
  }

  // Appending

  append(record: TopologyRecord): void {
    const bytes = encodeTopology(record);
    this.#recorder.whole(bytes);
    this.declared = this.#journal.appended;
    this.#state.applyTopology(record, bytes, this.#onEmptied);
    this.#giveUpEmptied();
  }

  enqueue(message: MessageBytes, queueIds: readonly number[], positions: readonly number[], count: number): void {
    this.#recorder.enqueued(message, queueIds, positions, count);
    this.enqueued = this.#journal.appended;
    const { queues } = this.#state;
    for (let i = 0; i < count; i++) {
      const queue = queues.get(queueIds[i])!;
      queue.live.add(positions[i]);
      queue.nextPosition = positions[i] + 1;
    }
  }

  settle(queueId: number, first: number, count: number): void {
    const queue = this.#state.queues.get(queueId);
    if (queue === undefined) return;
    // The record need not name every position of a long range: its reader may examine each position.
    const from = count === 1 ? first : Math.max(first, queue.firstPosition ?? first);
    const end = Math.min(first + count, queue.nextPosition);
    if (!queue.settle(from, end, this.#onEmptied)) return;
    if (from < queue.segmentedUpTo) this.#hasSettledInSegments = true;
    this.#recorder.settled(queue, from, end);
    this.#giveUpEmptied();
  }

  delivered(queueId: number, upTo: number): void {
    const queue = this.#state.queues.get(queueId);
    if (queue === undefined || upTo <= queue.deliveredUpTo) return;
    queue.deliveredUpTo = upTo;
    this.#recorder.delivered(queue, upTo);
  }

  returned(queueId: number, position: number, deliveryCount: number): void {
    const queue = this.#state.queues.get(queueId);
    if (queue?.returned(position, deliveryCount)) this.#recorder.returned(queue, position, deliveryCount);
  }

  commit(isAwaited: boolean): void {
    if (this.#journal.appended > this.#journal.durable) this.#journal.commit(isAwaited);
  }

  // Reading

  readableUpTo(queueId: number): number {
    return this.#state.queues.get(queueId)?.segmentedUpTo ?? 0;
  }

  read(queueId: number, from: number): Promise<StoredBlock | undefined> {
    const queue = this.#state.queues.get(queueId);
    const block = queue?.blocks[queue.blockFrom(from)];
    return block === undefined ? Promise.resolve(undefined) : this.#segments.read(block, queue!);
  }

  blocks(queueId: number): readonly BlockExtent[] {
    return this.#state.queues.get(queueId)?.blocks ?? [];
  }

  bodyBytesFrom(queueId: number, position: number): number {
    return this.#state.queues.get(queueId)?.bodyBytesFrom(position) ?? 0;
  }

  firstPosition(queueId: number): number | undefined {
    return this.#state.queues.get(queueId)?.firstPosition;
  }

  positionAt(queueId: number, time: number): number | undefined {
    return this.#state.queues.get(queueId)?.positionAt(time);
  }

  // Space

  relieve(): void {
    const journal = this.#journal;
    const isUnderWay = this.#state.retiredGeneration + 1 < this.#relieveBefore;
    if (isUnderWay) return;
    if (journal.currentBytes >= this.#reliefBytesMin) {
      journal.startFile();
      journal.commit(true);
    } else if (journal.full.length === 0) return;
    this.#relieveBefore = journal.generation;
    this.#moveOldFiles();
  }

  readonly #onEmptied = ({ segment }: Block): void => {
    if (--segment.blockCount === 0) this.#emptied.push(segment);
  };

  /** Behind the record that emptied them: with half of it on disk, their messages would be missed. */
  #giveUpEmptied(): void {
    if (this.#emptied.length > 0) this.#giveUp([], this.#emptied.splice(0));
  }

  /** Notes that segments came and others are of no use any more; these are removed once that is safe. */
  #giveUp(added: readonly Segment[], removed: readonly Segment[]): void {
    this.#recorder.segments(added, removed);
    for (const segment of removed) {
      this.#state.segmentIds.delete(segment.id);
      this.#segments.byId.delete(segment.id);
      this.#dying.push({ segment, record: this.#journal.appended });
    }
  }

  #onDurable(): void {
    while (this.#dying.length > 0 && this.#dying[0].record <= this.#journal.synced) {
      this.#segments.remove(this.#dying.shift()!.segment);
    }
    this.#events.durable();
  }

  /** Does something behind the scenes when all that was begun before is done. */
  #inBackground(work: () => Promise<void>): Promise<void> {
    return this.#background = this.#background.then(work);
  }

  get #hasFileToMove(): boolean {
    const { full, shortage } = this.#journal;
    // Where no file can be made, the next one is the one that is given up. What has failed is tried until it succeeds.
    const isPressing = shortage !== undefined || this.#checkpointFailure !== undefined;
    return full.length > (isPressing ? 0 : FULL_FILES) ||
      (full.length > 0 && full[0].generation < this.#relieveBefore);
  }

  #moveOldFiles(): void {
    if (this.#isMoving || this.#isClosed || !this.#hasFileToMove) return;
    this.#isMoving = true;
    this.#inBackground(async () => {
      try {
        while (this.#hasFileToMove && !this.#isClosed) await this.#moveOldest();
        this.#setCheckpointFailure(undefined);
        await this.#merge();
        this.#isMoving = false;
        // More files may have become full while segments were merged.
        this.#moveOldFiles();
      } catch (error) {
        this.#isMoving = false;
        this.#setCheckpointFailure(error as Error);
      }
    });
  }

  async #moveOldest(): Promise<void> {
    const slot = this.#journal.full[0];
    const queues = await moveToSegments(this.#checkpoint, slot);
    this.#isSnapshotBehind = true;
    if (queues.length > 0 && !this.#isClosing) this.#events.readable(queues.map(({ id }) => id));
    await retire(this.#checkpoint, slot.generation);
    this.#isSnapshotBehind = false;
    this.#journal.release();
  }

  async #merge(): Promise<void> {
    // The journal must not tell of segments that hold more than the snapshot expects there.
    if (this.#isClosing || this.#isSnapshotBehind) return;
    try {
      const merged = await mergeSegments(this.#checkpoint);
      this.#hasMergeFailed = false;
      if (merged === undefined) return;
      this.#giveUp(merged.added.blockCount > 0 ? [merged.added] : [], merged.removed);
      this.#journal.commit(true);
    } catch (error) {
      const why = (error as Error).message;
      if (!this.#hasMergeFailed) this.#options.report?.("warning", `segments can't be merged to save space: ${why}`);
      this.#hasMergeFailed = true;
    }
  }

  #setCheckpointFailure(error: Error | undefined): void {
    if (error !== undefined && this.#checkpointFailure === undefined) {
      this.#options.report?.("error", `journal files can't be given up: ${error.message}. It is tried again.`);
    }
    this.#checkpointFailure = error;
    this.#onPressure();
  }

  // The disk

  #onPressure(): void {
    const { failure, shortage } = this.#journal;
    const error = failure ?? shortage ?? this.#checkpointFailure;
    const isShort = error !== undefined || this.#isDiskLow;
    if (isShort !== this.#isShortOfSpace) {
      this.#isShortOfSpace = isShort;
      const why = error?.message ?? `less than ${this.#diskFreeLimitBytes} bytes are free`;
      if (isShort) this.#options.report?.("warning", `disk alarm set, publishers are blocked: ${why}`);
      else this.#options.report?.("info", "disk alarm cleared");
    }
    this.#events.pressure();
  }

  get #diskFreeLimitBytes(): number {
    return this.#options.diskFreeLimitBytes ?? DEFAULT_DISK_FREE_LIMIT_BYTES;
  }

  async #lookAfterDisk(): Promise<void> {
    const freeBytes = await this.#files.freeBytes().catch(() => Infinity);
    this.#isDiskLow = freeBytes < this.#diskFreeLimitBytes;
    this.#onPressure();
  }

  #lookLater(): void {
    if (this.#isClosed) return;
    this.#cancelLook = this.#options.after(LOOK_AFTER_MS, async () => {
      await this.#lookAfterDisk();
      if (this.#isClosed) return;
      if (this.#journal.shortage !== undefined) this.#journal.prepare();
      this.#moveOldFiles();
      if (this.#hasSettledInSegments) {
        this.#hasSettledInSegments = false;
        this.#inBackground(() => this.#merge());
      }
      this.#lookLater();
    });
  }

  // The end

  /** Moves all messages to segments, so that the next start has nothing to carry out again. */
  async close(): Promise<void> {
    this.#isClosing = true;
    // The work behind the scenes goes on meanwhile: where all files are full, one has to be given up first.
    await this.#journal.finish();
    this.#isClosed = true;
    this.#cancelLook();
    await this.#background;
    try {
      while (this.#journal.full.length > 0) await this.#moveOldest();
    } catch (error) {
      this.#options.report?.("warning", `the next start takes longer: ${(error as Error).message}`);
    }
    await this.#journal.close();
    await this.#segments.close();
    await this.spill.close();
  }
}
