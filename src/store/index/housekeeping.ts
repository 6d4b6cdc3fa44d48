import { Arena } from "../arena.ts";
import type { Blocks } from "../blocks/blocks.ts";
import { type CheckpointHost, moveToSegments, retire } from "../checkpoint.ts";
import type { Crc32 } from "../crc32.ts";
import type { Log } from "../log/log.ts";
import { type LogPosition, NO_POSITION } from "../log/position.ts";
import { mergeSegments } from "../merge.ts";
import type { Recorder } from "../recorder.ts";
import { Scratch } from "../scratch.ts";
import type { Segment } from "../segment.ts";
import type { Segments } from "../segments.ts";
import type { StoreSizes } from "../sizes.ts";
import type { State } from "../state.ts";
import type { Block } from "../stored_queue.ts";
import type { Gatherer } from "./gatherer.ts";
import type { Report, Space } from "./space.ts";
import type { SequenceId } from "../sequence.ts";

/** Number of full sections that are kept, so that what is settled soon is never written twice. */
const FULL_SECTIONS = 1;
/** With less than this part of its section in use, the log does not begin another one to relieve memory. */
const RELIEF_PART = 1 / 16;
/** Interval between checks of free disk space, and of what should be merged. In milliseconds. */
const LOOK_AFTER_MS = 1000;

export interface HousekeepingHost {
  readonly log: Log;
  readonly blocks: Blocks;
  readonly crc32: Crc32;
  readonly state: State;
  readonly segments: Segments;
  readonly sizes: StoreSizes;
  readonly gatherer: Gatherer;
  readonly recorder: Recorder;
  readonly space: Space;
  readonly report: Report;
  after(delayMs: number, callback: () => void): () => void;
  /** More messages of these sequences can be read back. */
  onReadable(sequenceIds: readonly SequenceId[]): void;
}

/** A segment that can be removed once a record survives a power loss. */
interface Dying {
  readonly segment: Segment;
  readonly record: number;
  /** Position of a batch not before that of the record; {@linkcode NO_POSITION} while the record is not durable. */
  position: LogPosition;
}

/**
 * The work behind the scenes, one task after the other: moves live messages out of the log's old sections, merges mostly
 * empty segments, and removes unneeded ones.
 */
export class Housekeeping {
  readonly #host: HousekeepingHost;
  readonly #checkpoint: CheckpointHost;
  readonly #reliefBytesMin: number;
  /** In the order of their records. */
  readonly #dying: Dying[] = [];
  /** Segments whose last message is settled by the record that is being appended. */
  readonly #emptied: Segment[] = [];
  #work: Promise<void> = Promise.resolve();
  #isMoving = false;
  /** Number of the section before which all should move, to relieve memory. */
  #relieveBefore = 0;
  /** True while messages have moved to segments that the snapshot does not cover. */
  #isSnapshotBehind = false;
  #hasMergeFailed = false;
  #hasSettledInSegments = false;
  #isClosing = false;
  #isClosed = false;
  #cancelLook = () => {};

  constructor(host: HousekeepingHost) {
    this.#host = host;
    const { sizes } = host;
    this.#reliefBytesMin = sizes.journalFileBytes * RELIEF_PART;
    this.#checkpoint = { ...host, arena: new Arena(sizes.segmentBytes), scratch: new Scratch(sizes) };
  }

  /**
   * Moves the log's messages to segments, so that all can be read back, and starts to watch the disk. Removes empty segments
   * once no snapshot refers to them.
   */
  async begin(empty: readonly string[], hasSnapshot: boolean): Promise<void> {
    const { gatherer, log, state, blocks, space } = this.#host;
    const hasSections = gatherer.full.length > 0;
    while (gatherer.full.length > 0) await this.#moveOldest();
    const isSnapshotOld = !hasSections && (!hasSnapshot || empty.length > 0);
    if (isSnapshotOld || state.snapshotPosition < log.end) {
      await retire(this.#checkpoint, log.end);
      log.trim(log.end);
    }
    for (const name of empty) await blocks.remove(name);
    await space.look();
    this.#lookLater();
  }

  // Unneeded segments

  readonly onEmptied = ({ segment }: Block): void => {
    if (--segment.blockCount === 0) this.#emptied.push(segment);
  };

  /** Behind the record that emptied them: with half of it on disk, their messages would be missed. */
  giveUpEmptied(): void {
    if (this.#emptied.length > 0) this.#giveUp([], this.#emptied.splice(0));
  }

  /** Records added and unneeded segments. The latter are removed once the record survives a power loss. */
  #giveUp(added: readonly Segment[], removed: readonly Segment[]): void {
    const { recorder, state, segments, gatherer } = this.#host;
    recorder.segments(added, removed);
    for (const segment of removed) {
      state.segmentIds.delete(segment.id);
      segments.byId.delete(segment.id);
      this.#dying.push({ segment, record: gatherer.appended, position: NO_POSITION });
    }
  }

  /** Removes segments after more records have become durable, or survive a power loss. */
  onDurable(): void {
    const { gatherer, log, segments } = this.#host;
    for (const dying of this.#dying) {
      if (dying.record > gatherer.durable) break;
      if (dying.position === NO_POSITION) dying.position = log.durable;
    }
    for (let oldest = this.#dying[0]; oldest !== undefined; oldest = this.#dying[0]) {
      if (oldest.position === NO_POSITION || oldest.position > log.synced) return;
      segments.remove(oldest.segment);
      this.#dying.shift();
    }
  }

  /** Notes that messages in segments were settled, so that there may be something to merge. */
  settledInSegments(): void {
    this.#hasSettledInSegments = true;
  }

  // Moving

  /** Moves the log's messages to segments soon, so that they can leave memory. */
  relieve(): void {
    const { gatherer } = this.#host;
    const isUnderWay = gatherer.trimmedSection + 1 < this.#relieveBefore;
    if (isUnderWay) return;
    if (gatherer.sectionBytes >= this.#reliefBytesMin) {
      gatherer.startSection();
      gatherer.commit(true);
    } else if (gatherer.full.length === 0) return;
    this.#relieveBefore = gatherer.section;
    this.moveOldSections();
  }

  get #hasSectionToMove(): boolean {
    const { log, gatherer: { full }, space } = this.#host;
    // Where no section can be begun, the next one is the one that is given up. What has failed is tried until it succeeds.
    const isPressing = log.shortage !== undefined || space.checkpointFailure !== undefined;
    return full.length > (isPressing ? 0 : FULL_SECTIONS) ||
      (full.length > 0 && full[0].number < this.#relieveBefore);
  }

  moveOldSections(): void {
    if (this.#isMoving || this.#isClosed || !this.#hasSectionToMove) return;
    this.#isMoving = true;
    const { space } = this.#host;
    this.#inBackground(async () => {
      try {
        while (this.#hasSectionToMove && !this.#isClosed) await this.#moveOldest();
        space.checkpointFailure = undefined;
        await this.#merge();
        this.#isMoving = false;
        // More sections may have become full while segments were merged.
        this.moveOldSections();
      } catch (error) {
        this.#isMoving = false;
        if (!this.#host.gatherer.isFenced) space.checkpointFailure = error as Error;
      }
    });
  }

  /** Does some work after all work that was begun before. */
  #inBackground(work: () => Promise<void>): void {
    this.#work = this.#work.then(work);
  }

  async #moveOldest(): Promise<void> {
    const { gatherer, onReadable } = this.#host;
    const section = gatherer.full[0];
    const queues = await moveToSegments(this.#checkpoint, section);
    this.#isSnapshotBehind = true;
    if (queues.length > 0 && !this.#isClosing) onReadable(queues.map(({ id }) => id));
    await retire(this.#checkpoint, section.end);
    this.#isSnapshotBehind = false;
    gatherer.trim();
  }

  async #merge(): Promise<void> {
    // The log must not tell of segments that hold more than the snapshot expects there.
    if (this.#isClosing || this.#isSnapshotBehind) return;
    const { gatherer, report } = this.#host;
    try {
      const merged = await mergeSegments(this.#checkpoint);
      this.#hasMergeFailed = false;
      if (merged === undefined) return;
      this.#giveUp(merged.added.blockCount > 0 ? [merged.added] : [], merged.removed);
      gatherer.commit(true);
    } catch (error) {
      const why = (error as Error).message;
      if (!this.#hasMergeFailed) report("warning", `segments can't be merged to save space: ${why}`);
      this.#hasMergeFailed = true;
    }
  }

  #lookLater(): void {
    if (this.#isClosed) return;
    this.#cancelLook = this.#host.after(LOOK_AFTER_MS, async () => {
      await this.#host.space.look();
      if (this.#isClosed) return;
      this.moveOldSections();
      if (this.#hasSettledInSegments) {
        this.#hasSettledInSegments = false;
        this.#inBackground(() => this.#merge());
      }
      this.#lookLater();
    });
  }

  // The end

  /** Finishes the log and moves all messages to segments, so that the next start has no records to apply. */
  async close(): Promise<void> {
    const { gatherer, report } = this.#host;
    this.#isClosing = true;
    // The work behind the scenes continues meanwhile: with too many sections, one has to be trimmed first.
    await gatherer.finish();
    this.#isClosed = true;
    this.#cancelLook();
    await this.#work;
    if (gatherer.isFenced) return;
    try {
      while (gatherer.full.length > 0) await this.#moveOldest();
    } catch (error) {
      report("warning", `the next start takes longer: ${(error as Error).message}`);
    }
  }
}
