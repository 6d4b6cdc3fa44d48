import { failAssertion } from "../../wire/assert.ts";
import type { StoredBlock } from "../block.ts";
import type { Blocks } from "../blocks/blocks.ts";
import { type Crc32, crc32 as tableCrc32 } from "../crc32.ts";
import type { JournalMeasures } from "../journal_measures.ts";
import type { Log } from "../log/log.ts";
import { Recorder } from "../recorder.ts";
import { recover, recoveredOf, type Recovery, removeLeftovers } from "../recovery.ts";
import type { Segments } from "../segments.ts";
import { STORE_SIZES, type StoreSizes } from "../sizes.ts";
import { SNAPSHOT } from "../snapshot.ts";
import type { Spill } from "../spill.ts";
import type { State } from "../state.ts";
import type { StoredQueue } from "../stored_queue.ts";
import type { MessageBytes } from "../message_content.ts";
import type { BlockExtent } from "../message_reader.ts";
import type { Recovered } from "../recovered.ts";
import type { Store, StoreEvents } from "../store.ts";
import { encodeTopology } from "../record_types.ts";
import type { TopologyRecord } from "../topology_record.ts";
import { Gatherer } from "./gatherer.ts";
import { Housekeeping } from "./housekeeping.ts";
import { type Report, Space } from "./space.ts";
import type { Position, SequenceId } from "../sequence.ts";

export interface StoredIndexOptions extends Partial<StoreSizes> {
  readonly log: Log;
  readonly blocks: Blocks;
  /** Default: none. */
  readonly spill?: Spill;
  /** Calls back once, in a turn of its own. Returns a function that cancels the call. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
  /** Default: one in TypeScript. */
  readonly crc32?: Crc32;
  /** Publishers are blocked while less is free on the disk. In bytes. Default: 50 MB, as RabbitMQ's `disk_free_limit`. */
  readonly diskFreeLimitBytes?: number;
  /** Default: drops it. */
  readonly report?: Report;
  /** Called once everything is closed. Default: nothing is left to do. */
  readonly onClosed?: () => Promise<void>;
}

const NOTHING: Recovered = { topology: [], queues: [], lastQueueId: 0 };
const NOBODY: StoreEvents = { durable: () => {}, readable: () => {}, pressure: () => {}, fenced: () => {} };

/**
 * The index of kept messages. Records go to a log first; messages that stay move to blocks, beside a snapshot of everything
 * but content. `CONTRIBUTING.md` shows the whole.
 */
export class StoredIndex implements Store {
  declared = 0;
  enqueued = 0;
  recovered: Recovered = NOTHING;
  readonly spill: Spill | undefined;

  readonly #log: Log;
  readonly #blocks: Blocks;
  readonly #onClosed: (() => Promise<void>) | undefined;
  readonly #state: State;
  readonly #segments: Segments;
  readonly #gatherer: Gatherer;
  readonly #recorder: Recorder;
  readonly #space: Space;
  readonly #housekeeping: Housekeeping;
  #events = NOBODY;
  /** The queue of the last {@linkcode #queueOf}. */
  #lastQueue: StoredQueue | undefined;

  private constructor(options: StoredIndexOptions, { state, segments, sections }: Recovery) {
    const { log, blocks, after, report = () => {} } = options;
    this.#log = log;
    this.#blocks = blocks;
    this.#onClosed = options.onClosed;
    this.spill = options.spill;
    this.#state = state;
    this.#segments = segments;
    const sizes = { ...STORE_SIZES, ...options };
    this.#gatherer = new Gatherer({
      log,
      sizes,
      after,
      onDurable: () => {
        this.#housekeeping.onDurable();
        this.#events.durable();
      },
      onFull: () => this.#housekeeping.moveOldSections(),
      onPressure: () => this.#space.update(),
      onFenced: () => {
        this.#events.fenced();
      },
    }, sections);
    this.#recorder = new Recorder(this.#gatherer, sizes.batchBytes / 2);
    const { diskFreeLimitBytes } = options;
    this.#space = new Space({ log, blocks, diskFreeLimitBytes, report, onPressure: () => this.#events.pressure() });
    this.#housekeeping = new Housekeeping({
      log,
      blocks,
      crc32: options.crc32 ?? tableCrc32,
      state,
      segments,
      sizes,
      gatherer: this.#gatherer,
      recorder: this.#recorder,
      space: this.#space,
      report,
      after,
      onReadable: (ids) => this.#events.readable(ids),
    });
  }

  /** Sets the free disk space below which there is an alarm. In bytes. */
  set diskFreeLimitBytes(bytes: number) {
    this.#space.limitBytes = bytes;
    this.#space.look();
  }

  /**
   * Opens the content of a log and blocks, or begins with nothing. The log has just been opened, and belongs to the index
   * from then on. Rejects with `StoreError` when they can't be used as they are.
   */
  static async open(options: StoredIndexOptions): Promise<StoredIndex> {
    const { log, blocks } = options;
    const recovery = await recover(log, blocks, options.crc32 ?? tableCrc32);
    await removeLeftovers(blocks, recovery.state, recovery.empty);
    const index = new StoredIndex(options, recovery);
    const hasSnapshot = (await blocks.list()).includes(SNAPSHOT);
    await index.#housekeeping.begin(recovery.empty, hasSnapshot);
    index.recovered = recoveredOf(recovery.state);
    return index;
  }

  listen(events: StoreEvents): void {
    this.#events = events;
  }

  get appended(): number {
    return this.#gatherer.appended;
  }
  get durable(): number {
    return this.#gatherer.durable;
  }
  get journal(): JournalMeasures {
    return this.#gatherer.measures;
  }
  get isBehind(): boolean {
    return this.#gatherer.isBehind;
  }
  get isShortOfSpace(): boolean {
    return this.#space.isShort;
  }
  get isFenced(): boolean {
    return this.#gatherer.isFenced;
  }

  // Appending

  append(record: TopologyRecord): void {
    const bytes = encodeTopology(record);
    this.#recorder.whole(bytes);
    this.declared = this.#gatherer.appended;
    this.#state.applyTopology(record, bytes, this.#housekeeping.onEmptied);
    this.#housekeeping.giveUpEmptied();
  }

  enqueue(message: MessageBytes, queueIds: readonly SequenceId[], positions: readonly Position[], count: number): void {
    this.#recorder.enqueued(message, queueIds, positions, count);
    this.enqueued = this.#gatherer.appended;
    for (let i = 0; i < count; i++) {
      const queue = this.#queueOf(queueIds[i])!;
      const position = positions[i];
      const { nextPosition } = queue;
      if (position < nextPosition) {
        failAssertion(`position in sequence ${queue.id}`, `at least ${nextPosition}`, position);
      }
      queue.live.add(position);
      queue.nextPosition = position + 1;
    }
  }

  settle(queueId: SequenceId, first: Position, count: number): void {
    const queue = this.#queueOf(queueId);
    if (queue === undefined) return;
    // The record need not name every position of a long range: its reader may examine each position.
    const from = count === 1 ? first : Math.max(first, queue.firstPosition ?? first);
    const end = Math.min(first + count, queue.nextPosition);
    if (!queue.settle(from, end, this.#housekeeping.onEmptied)) return;
    if (from < queue.segmentedUpTo) this.#housekeeping.settledInSegments();
    this.#recorder.settled(queue, from, end);
    this.#housekeeping.giveUpEmptied();
  }

  delivered(queueId: SequenceId, upTo: Position): void {
    const queue = this.#state.queues.get(queueId);
    if (queue === undefined || upTo <= queue.deliveredUpTo) return;
    queue.deliveredUpTo = upTo;
    this.#recorder.delivered(queue, upTo);
  }

  returned(queueId: SequenceId, position: Position, deliveryCount: number): void {
    const queue = this.#state.queues.get(queueId);
    if (queue?.returned(position, deliveryCount)) this.#recorder.returned(queue, position, deliveryCount);
  }

  /** Returns a queue by its id. Most calls are about the same one as the call before. */
  #queueOf(id: SequenceId): StoredQueue | undefined {
    const last = this.#lastQueue;
    if (last !== undefined && last.id === id && !last.isDeleted) return last;
    return this.#lastQueue = this.#state.queues.get(id);
  }

  commit(isAwaited: boolean): void {
    if (this.#gatherer.appended > this.#gatherer.durable) this.#gatherer.commit(isAwaited);
  }

  // Reading

  readableUpTo(queueId: SequenceId): Position {
    return this.#state.queues.get(queueId)?.segmentedUpTo ?? 0;
  }

  read(queueId: SequenceId, from: Position): Promise<StoredBlock | undefined> {
    const queue = this.#state.queues.get(queueId);
    const block = queue?.blocks[queue.blockFrom(from)];
    return block === undefined ? Promise.resolve(undefined) : this.#segments.read(block, queue!);
  }

  blocks(queueId: SequenceId): readonly BlockExtent[] {
    return this.#state.queues.get(queueId)?.blocks ?? [];
  }

  bodyBytesFrom(queueId: SequenceId, position: Position): number {
    return this.#state.queues.get(queueId)?.bodyBytesFrom(position) ?? 0;
  }

  firstPosition(queueId: SequenceId): Position | undefined {
    return this.#state.queues.get(queueId)?.firstPosition;
  }

  positionAt(queueId: SequenceId, time: number): Position | undefined {
    return this.#state.queues.get(queueId)?.positionAt(time);
  }

  // The end

  relieve(): void {
    this.#housekeeping.relieve();
  }

  async close(): Promise<void> {
    await this.#housekeeping.close();
    await this.#log.close();
    await this.#segments.close();
    await this.#blocks.close();
    await this.spill?.close();
    await this.#onClosed?.();
  }
}
