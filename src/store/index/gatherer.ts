import { failAssertion } from "../../wire/assert.ts";
import { Batch, SECTOR_BYTES, sectorAligned } from "../log/batch.ts";
import { JournalMeasures } from "../journal_measures.ts";
import type { Log } from "../log/log.ts";
import { type LogPosition, NO_POSITION } from "../log/position.ts";
import type { StoreSizes } from "../sizes.ts";

/** Delay before records that nothing waits for are appended to the log. In milliseconds. */
const LAZY_MS = 5;
/** Number of full batches waiting for the log from which on publishers should wait. */
const BEHIND_BATCHES = 4;
/** Number of batches that are kept for reuse. */
const SPARE_BATCHES_MAX = 4;
/** Number of sections of the log at most: with this many, no other one begins before one is trimmed away. */
const SECTIONS_MAX = 5;

export interface GathererHost {
  readonly log: Log;
  readonly sizes: StoreSizes;
  /** Calls back once. Returns a function that cancels the call. */
  after(delayMs: number, callback: () => void): () => void;
  /** More records are durable, or survive a power loss now. */
  onDurable(): void;
  /** A section is full: its live messages should move to segments, and the log should be trimmed. */
  onFull(): void;
  /** {@linkcode Gatherer.isBehind}, or the log's `failure` or `shortage`, has changed. */
  onPressure(): void;
  /** Another writer has taken over. */
  onFenced(): void;
}

/** A part of the log that is trimmed as a whole. Its end is where the next one begins. */
export interface Section {
  /** Number of the section, from 1 on. */
  readonly number: number;
  readonly start: LogPosition;
  readonly end: LogPosition;
}

/**
 * Gathers records into batches and appends these to the log. While a window of batches is being written the next one
 * gathers, so that one sync serves all records that came meanwhile (group commit).
 */
export class Gatherer {
  appended = 0;
  durable = 0;
  /** Another writer has taken the log over. Nothing more becomes durable. */
  isFenced = false;
  readonly measures = new JournalMeasures();
  /** Full sections that are not trimmed away, the oldest first. */
  readonly full: Section[];

  readonly #host: GathererHost;
  readonly #log: Log;
  readonly #batchBytes: number;
  readonly #sectionBytes: number;
  #current: Batch | undefined;
  #batchNumber = 0;
  /** Full batches that wait for the log. */
  readonly #waiting: Batch[] = [];
  /** Batches that the log has, and that are not durable. */
  readonly #underWay: Batch[] = [];
  readonly #spare: Batch[] = [];
  /** Section that records are gathered for, and the size of its full batches in bytes. */
  #gatheredSection: number;
  #gatheredBytes = 0;
  /** True while parts of a message are appended, which must stay in one section. */
  #isPinned = false;
  /** Last section of batches that the log has, of durable ones, and of trimmed ones. */
  #begunSection: number;
  #durableSection: number;
  #trimmedSection = 0;
  /** First position that the next durable batch can have. */
  #nextPosition: LogPosition;
  /** Position at which the section of the last durable batch begins. */
  #sectionStart = NO_POSITION;

  #lastBegun = 0;
  #awaited = 0;
  #isTelling = false;
  #isFinished = false;
  #cancelLazy: (() => void) | undefined;
  #wasBehind = false;
  #onIdle: (() => void)[] = [];

  /** @param full the sections that are in the log already, numbered from 1 on. */
  constructor(host: GathererHost, full: Section[]) {
    this.#host = host;
    this.#log = host.log;
    this.#batchBytes = host.sizes.batchBytes;
    // A file has a head.
    this.#sectionBytes = host.sizes.journalFileBytes - SECTOR_BYTES;
    this.full = full;
    this.#begunSection = this.#durableSection = full.length;
    this.#gatheredSection = full.length + 1;
    this.#nextPosition = this.#log.end;
    this.#log.listen({
      durable: () => this.#onDurable(),
      pressure: () => host.onPressure(),
      fenced: () => this.#onFenced(),
    });
  }

  /** True when publishers should wait for the log. */
  get isBehind(): boolean {
    return this.#waiting.length >= BEHIND_BATCHES;
  }

  // Gathering

  /** Makes room for a record at the end of the current batch, and returns the batch. */
  reserve(bytes: number): Batch {
    let batch = this.#current;
    if (batch === undefined || !batch.hasRoomFor(bytes)) batch = this.#nextBatch();
    batch.lastRecord = ++this.appended;
    return batch;
  }

  /** Counts a record that became part of another one in the current batch. */
  extended(): void {
    this.#current!.lastRecord = ++this.appended;
  }

  /** Number that rises when a batch is begun or full. While it is the same, a record can still be extended. */
  get batchNumber(): number {
    return this.#batchNumber;
  }

  /** The batch that is being gathered. There must have been a {@linkcode reserve}. */
  get current(): Batch {
    return this.#current!;
  }

  /** Keeps all records until {@linkcode unpin}, `bytes` bytes in all, in one section. */
  pin(bytes: number): void {
    // Each batch may leave as much empty as the record that does not fit into it.
    const needed = (Math.ceil(bytes / (this.#batchBytes / 2)) + 2) * this.#batchBytes;
    if (this.#gatheredBytes > 0 && this.#gatheredBytes + needed > this.#sectionBytes) {
      this.#closeBatch();
      this.#endSection();
    }
    this.#isPinned = true;
  }

  unpin(): void {
    this.#isPinned = false;
  }

  /** Number of the section that records are gathered for. */
  get section(): number {
    return this.#gatheredSection;
  }

  /** Number of the last trimmed section; 0 for none. */
  get trimmedSection(): number {
    return this.#trimmedSection;
  }

  /** Size of the current section. In bytes. */
  get sectionBytes(): number {
    return this.#gatheredBytes + (this.#current?.length ?? 0);
  }

  /** Starts another section for all records from now on, so that the current one is full. */
  startSection(): void {
    this.#closeBatch();
    this.#endSection();
    // A section is known to be full when the next one begins, and that begins with a batch.
    this.#nextBatch();
    this.extended();
  }

  #nextBatch(): Batch {
    this.#closeBatch();
    const isFull = this.#gatheredBytes + this.#batchBytes > this.#sectionBytes;
    if (isFull && !this.#isPinned) this.#endSection();
    const batch = this.#spare.pop() ?? new Batch(this.#batchBytes);
    batch.startsSection = this.#gatheredBytes === 0;
    this.#batchNumber++;
    return this.#current = batch;
  }

  #endSection(): void {
    if (this.#gatheredBytes > 0) this.#gatheredSection++;
    this.#gatheredBytes = 0;
  }

  #closeBatch(): void {
    const batch = this.#current;
    if (batch === undefined) return;
    this.#current = undefined;
    this.#batchNumber++;
    this.#gatheredBytes += sectorAligned(batch.length);
    this.#waiting.push(batch);
  }

  // Appending

  /** Appends the gathered records to the log: at once when somebody waits for them (`isAwaited`), and otherwise soon. */
  commit(isAwaited: boolean): void {
    if (isAwaited) this.#awaited = this.appended;
    this.#wasBehind ||= this.isBehind;
    if (this.#isTelling || this.#isFinished || this.isFenced) return;
    this.#pump();
    if (this.#underWay.length > 0 || this.appended === this.durable || this.#isDue) return;
    this.#cancelLazy ??= this.#host.after(LAZY_MS, () => {
      this.#cancelLazy = undefined;
      this.commit(true);
    });
  }

  get #isDue(): boolean {
    return this.#waiting.length > 0 || this.#awaited > this.#lastBegun;
  }

  #pump(): void {
    const { window } = this.#log;
    while (this.#underWay.length < window && this.#isDue) {
      if (this.#waiting.length === 0) this.#closeBatch();
      const batch = this.#waiting[0];
      if (batch.startsSection) {
        if (this.#begunSection - this.#trimmedSection >= SECTIONS_MAX) return;
        this.#begunSection++;
      }
      this.#cancelLazy?.();
      this.#cancelLazy = undefined;
      this.#waiting.shift();
      this.#underWay.push(batch);
      this.#lastBegun = batch.lastRecord;
      batch.appendedAtMs = performance.now();
      this.measures.batchBytes.observe(batch.length);
      this.#log.append(batch);
    }
  }

  #onDurable(): void {
    const { durable } = this.#log;
    const fullBefore = this.full.length;
    for (let batch = this.#underWay[0]; batch !== undefined; batch = this.#underWay[0]) {
      const { position } = batch;
      if (position === NO_POSITION || position > durable) break;
      if (position < this.#nextPosition) {
        failAssertion("position of a batch in the log", `at least ${this.#nextPosition}`, position);
      }
      this.#nextPosition = position + 1 as LogPosition;
      this.#underWay.shift();
      if (batch.startsSection) this.#sectionStarted(position);
      this.durable = batch.lastRecord;
      this.measures.syncSeconds.observe((performance.now() - batch.appendedAtMs) / 1000);
      batch.clear();
      if (this.#spare.length < SPARE_BATCHES_MAX) this.#spare.push(batch);
    }
    this.#isTelling = true;
    if (this.full.length > fullBefore) this.#host.onFull();
    this.#host.onDurable();
    if (this.#wasBehind && !this.isBehind) {
      this.#wasBehind = false;
      this.#host.onPressure();
    }
    this.#isTelling = false;
    if (this.#isFinished || this.isFenced) return;
    this.#pump();
    if (this.#underWay.length > 0) return;
    for (const resolve of this.#onIdle.splice(0)) resolve();
    // Records that nothing waits for have come meanwhile.
    this.commit(false);
  }

  #sectionStarted(position: LogPosition): void {
    if (this.#sectionStart !== NO_POSITION) this.#sectionEnded(position);
    this.#sectionStart = position;
    this.#durableSection++;
  }

  #sectionEnded(end: LogPosition): void {
    this.full.push({ number: this.#durableSection, start: this.#sectionStart, end });
  }

  #onFenced(): void {
    this.isFenced = true;
    this.#cancelLazy?.();
    for (const resolve of this.#onIdle.splice(0)) resolve();
    this.#host.onFenced();
  }

  /** Trims the oldest full section, whose messages are elsewhere by now. */
  trim(): void {
    const { number, end } = this.full.shift()!;
    this.#trimmedSection = number;
    this.#log.trim(end);
    if (!this.#isTelling && !this.#isFinished && !this.isFenced) this.#pump();
  }

  // The end

  /** Resolves when all records are durable. Nothing is appended from then on, and all sections are full. */
  async finish(): Promise<void> {
    while (this.appended > this.durable && !this.isFenced) {
      this.commit(true);
      await new Promise<void>((resolve) => this.#onIdle.push(resolve));
    }
    this.#isFinished = true;
    this.#cancelLazy?.();
    if (this.#sectionStart !== NO_POSITION && !this.isFenced) this.#sectionEnded(this.#log.end);
  }
}
