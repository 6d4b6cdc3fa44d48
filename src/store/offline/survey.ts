import { type Phrase, phrase } from "../../phrase/phrase.ts";
import { COPY_SLACK } from "../../wire/copy.ts";
import type { BlockHead } from "../block.ts";
import { ContentReader } from "../content.ts";
import { isUnfinished } from "../blocks/file_blocks.ts";
import type { Crc32 } from "../crc32.ts";
import { StoreError } from "../error.ts";
import type { Files } from "../files.ts";
import { FORMAT_VERSION } from "../format.ts";
import type { FileEnd } from "../log/batch_format.ts";
import { generationOf } from "../log/file_log.ts";
import { journalSlot, readJournalHead } from "../log/log_file.ts";
import { LivePositions } from "../live_positions.ts";
import {
  ENQUEUED_AT,
  ENQUEUED_QUEUE_BYTES,
  getUint48,
  POSITION_AT,
  RECORD,
  recordBytes,
  recordNumber,
  recordType,
  viewOf,
} from "../record.ts";
import { type IndexEntry, segmentId, segmentName } from "../segment.ts";
import { readSegmentIndex } from "../segment_format.ts";
import { applySnapshotRecord, checkSnapshotHead, SNAPSHOT } from "../snapshot.ts";
import { isSpill } from "../spill.ts";
import { State } from "../state.ts";
import type { MessageBytes, MessageContent } from "../message_content.ts";
import { StoredQueue } from "../stored_queue.ts";
import { decodeTopology } from "../record_types.ts";
import { withoutDangling } from "./dangling.ts";
import { blockOf, blockProblem } from "./read_block.ts";
import { ReadFolder } from "./read_folder.ts";
import { COUNT, type Survey, SurveyedQueue } from "./surveyed.ts";
import { findBlocks, highestGeneration, ReadFile, walkBatches } from "./walk.ts";
import { readSequenceId, type SequenceId } from "../sequence.ts";
import { originsOf } from "./origins.ts";

/** Reads all that is in a folder, without changing anything. Throws `StoreError` when its format is not known. */
export async function survey(files: Files, crc32: Crc32): Promise<Survey> {
  try {
    return await new Surveyor(files, crc32).run();
  } catch (error) {
    throw error instanceof StoreError ? error.inFolder(files.folder) : error;
  }
}

interface JournalFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly generation: number;
}

class Surveyor {
  readonly #folder: ReadFolder;
  readonly #crc32: Crc32;
  readonly #state = new State();
  readonly #queues = new Map<SequenceId, SurveyedQueue>();
  /** Queues that were deleted after the snapshot. */
  readonly #deleted = new Set<number>();
  /** Messages that the journal settles; needed where the snapshot does not tell which are left. */
  readonly #settled = new Map<SequenceId, LivePositions>();
  readonly #generations: number[] = [];
  /** Ends of the content of journal files, by generation. In bytes. */
  readonly #ends = new Map<number, number>();
  /** The torn tail of the journal file that was read last. */
  #tornTail: Survey["tornTail"];
  #formatVersion = FORMAT_VERSION;
  #isSnapshotWhole = true;
  #isJournalWhole = true;

  constructor(files: Files, crc32: Crc32) {
    this.#folder = new ReadFolder(files);
    this.#crc32 = crc32;
  }

  async run(): Promise<Survey> {
    const names = await this.#folder.names();
    await this.#readSnapshot(names);
    await this.#readJournal(names);
    await this.#readSegments(names);
    this.#takeJournalMessages();
    await this.#folder.noteOthers((name) => {
      const isLeft = isUnfinished(name) || isSpill(name);
      return isLeft ? phrase`left over, and removed at the next start` : phrase`no file of HareMQ's`;
    });
    this.#state.finish();
    return this.#finish();
  }

  /** The snapshot knows all generations of the journal up to this one. */
  get #retiredGeneration(): number {
    return generationOf(this.#state.snapshotPosition) - 1;
  }

  // The snapshot

  async #readSnapshot(names: readonly string[]): Promise<void> {
    if (!names.includes(SNAPSHOT)) {
      this.#isSnapshotWhole = !names.some((name) => segmentId(name) !== undefined);
      if (!this.#isSnapshotWhole) this.#folder.damaged(SNAPSHOT, 0, phrase`it is not there, though there are segments`);
      return;
    }
    const bytes = await this.#folder.read(SNAPSHOT);
    const before = this.#folder.damages.length;
    const version = await this.#folder.check(SNAPSHOT, () => checkSnapshotHead(bytes, this.#crc32));
    if (version !== undefined) this.#formatVersion = version;
    const view = viewOf(bytes);
    let hasEnded = false;
    for (const walked of walkBatches(bytes, 0, this.#crc32)) {
      if (hasEnded) break;
      if (walked.kind === "gap") this.#folder.gap(SNAPSHOT, walked.offset, walked.batches);
      else if (walked.kind === "end") this.#folder.damaged(SNAPSHOT, walked.offset, NO_BATCH);
      else {
        for (let at = walked.start; at < walked.end; at += recordBytes(view, at)) {
          const type = recordType(view, at);
          if (type === RECORD.queueState || type === RECORD.liveRuns) this.#knowQueue(readSequenceId(view, at + 8));
          hasEnded = applySnapshotRecord(this.#state, bytes, view, at);
        }
      }
    }
    this.#isSnapshotWhole = this.#folder.damages.length === before;
    const retiredGeneration = this.#retiredGeneration;
    const what = phrase`snapshot of all generations up to ${retiredGeneration}`;
    this.#folder.note(SNAPSHOT, bytes, what);
  }

  /** Keeps what is known of a queue even when its declaration is lost. */
  #knowQueue(id: SequenceId): void {
    if (this.#state.queues.has(id) || this.#deleted.has(id)) return;
    this.#state.queues.set(id, new StoredQueue(id));
  }

  // The journal

  async #readJournal(names: readonly string[]): Promise<void> {
    const live: JournalFile[] = [];
    for (const name of names.filter((name) => journalSlot(name) !== undefined)) {
      const bytes = await this.#folder.read(name);
      const generation = await this.#generationOf(name, bytes);
      const isLive = generation > this.#retiredGeneration;
      if (isLive) live.push({ name, bytes, generation });
      else this.#folder.note(name, bytes, phrase`journal, free to be used`);
    }
    live.sort((a, b) => a.generation - b.generation);
    live.forEach((file, index) => this.#replay(file, live[index - 1]));
    this.#checkGenerations(live);
  }

  async #generationOf(name: string, bytes: Uint8Array): Promise<number> {
    const generation = await readJournalHead(new ReadFile(bytes), name, this.#crc32);
    if (generation !== undefined) return generation;
    const found = highestGeneration(bytes, this.#crc32);
    if (found > this.#retiredGeneration) {
      this.#folder.damaged(name, 0, phrase`its head is broken, and there are batches of generation ${found} in it`);
      this.#isJournalWhole = false;
    }
    return found;
  }

  #checkGenerations(live: readonly JournalFile[]): void {
    // Without the snapshot it is not known which generation comes first.
    let expected = this.#isSnapshotWhole ? this.#retiredGeneration + 1 : live[0]?.generation;
    for (const { generation, name } of live) {
      if (generation !== expected) {
        this.#folder.damaged(
          name,
          0,
          phrase`it is of generation ${generation}, and there is none of generation ${expected}`,
        );
        this.#isJournalWhole = false;
      }
      expected = generation + 1;
    }
  }

  #replay({ name, bytes, generation }: JournalFile, previous?: JournalFile): void {
    const view = viewOf(bytes);
    const tornBefore = this.#tornTail;
    this.#tornTail = undefined;
    let content = new ContentReader();
    let batches = 0;
    for (const walked of walkBatches(bytes, generation, this.#crc32)) {
      if (walked.kind === "batch") {
        batches++;
        if (walked.previous !== undefined) this.#checkPrevious(previous, walked.previous);
        for (let at = walked.start; at < walked.end; at += recordBytes(view, at)) {
          this.#journalRecord(bytes, view, at, content);
        }
        continue;
      }
      // Parts of a message may be gone.
      content = new ContentReader();
      if (walked.kind === "gap") {
        this.#folder.gap(name, walked.offset, walked.batches);
        this.#isJournalWhole = false;
      } else {
        this.#ends.set(generation, walked.offset);
        if (walked.isTorn) this.#tornTail = { file: name, offset: walked.offset };
      }
    }
    // A file without a batch does not say where the one before it ends.
    if (batches === 0 && tornBefore !== undefined) {
      this.#folder.damaged(tornBefore.file, tornBefore.offset, NO_BATCH);
      this.#isJournalWhole = false;
    }
    this.#generations.push(generation);
    const what = phrase`journal, generation ${generation}, ${COUNT.batches(batches)}`;
    this.#folder.note(name, bytes, what);
  }

  #checkPrevious(previous: JournalFile | undefined, { generation, end }: FileEnd): void {
    if (previous === undefined || generation !== previous.generation) return;
    const found = this.#ends.get(previous.generation)!;
    if (found === end) return;
    this.#folder.damaged(
      previous.name,
      found,
      phrase`there is no whole batch of records, though its content ends at offset ${end}`,
    );
    this.#isJournalWhole = false;
  }

  #journalRecord(bytes: Uint8Array, view: DataView, at: number, content: ContentReader): void {
    const type = recordType(view, at);
    const number = recordNumber(view, at);
    if (type === RECORD.enqueued) {
      for (let i = 0, from = at + ENQUEUED_AT.queues; i < number; i++, from += ENQUEUED_QUEUE_BYTES) {
        this.#knowQueue(readSequenceId(view, from));
      }
    } else if (type === RECORD.settled) this.#noteSettled(view, at);
    else {
      const record = decodeTopology(bytes, at, type);
      if (record !== undefined) { for (const id of this.#state.records.sequencesOf(record)) this.#deleted.add(id); }
    }
    this.#state.apply(bytes, view, at, () => {});
    if (!content.read(bytes, view, at) || !content.isWhole) return;
    const message = copyOf(content);
    for (let i = 0, from = at + ENQUEUED_AT.queues; i < number; i++, from += ENQUEUED_QUEUE_BYTES) {
      this.#queue(readSequenceId(view, from)).journal.set(getUint48(view, from + 4), message);
    }
  }

  #noteSettled(view: DataView, at: number): void {
    const id = readSequenceId(view, at + POSITION_AT.queueId);
    let settled = this.#settled.get(id);
    if (settled === undefined) this.#settled.set(id, settled = new LivePositions());
    const first = getUint48(view, at + POSITION_AT.position);
    const end = first + getUint48(view, at + POSITION_AT.count);
    settled.addRange(first, end);
  }

  #queue(id: SequenceId): SurveyedQueue {
    let queue = this.#queues.get(id);
    if (queue === undefined) this.#queues.set(id, queue = new SurveyedQueue(id));
    return queue;
  }

  // Segments

  async #readSegments(names: readonly string[]): Promise<void> {
    const isWhole = this.#isSnapshotWhole && this.#isJournalWhole;
    for (const name of names) {
      const id = segmentId(name);
      if (id === undefined) continue;
      const bytes = await this.#folder.read(name);
      if (isWhole && !this.#state.segmentIds.has(id)) {
        this.#folder.note(name, bytes, phrase`segment, not used any more`);
        continue;
      }
      const blocks = await this.#readSegment(name, id, bytes);
      this.#folder.note(name, bytes, phrase`segment, ${COUNT.blocks(blocks)}`);
    }
    for (const id of this.#state.segmentIds) {
      const name = segmentName(id);
      if (!names.includes(name)) this.#folder.damaged(name, 0, phrase`it is not there`);
    }
  }

  /** Takes the messages of a segment's blocks, and returns how many whole blocks there are. */
  async #readSegment(name: string, id: number, bytes: Uint8Array): Promise<number> {
    const entries = await this.#folder.check(name, () => readSegmentIndex(new ReadFile(bytes), id, this.#crc32));
    const blocks = entries === undefined
      ? [...findBlocks(bytes, this.#crc32)]
      : entries.filter((entry) => this.#isWhole(name, bytes, entry));
    for (const block of blocks) this.#takeBlock(name, block, bytes);
    return blocks.length;
  }

  #isWhole(name: string, bytes: Uint8Array, entry: IndexEntry): boolean {
    const problem = blockProblem(bytes, entry, this.#crc32);
    if (problem !== undefined) this.#folder.damaged(name, entry.offset, phrase`${problem}; ${this.#describe(entry)}`);
    return problem === undefined;
  }

  #describe({ queueId, first, last, count: messages }: BlockHead): Phrase {
    return phrase`it held ${COUNT.messages(messages)} of ${this.#labelOf(queueId)}, from position ${first} to ${last}`;
  }

  #labelOf(id: SequenceId): Phrase {
    const queue = new SurveyedQueue(id);
    Object.assign(queue, originsOf(this.#state.records.records()).get(id));
    return queue.label;
  }

  #takeBlock(segment: string, head: BlockHead & { readonly offset: number }, bytes: Uint8Array): void {
    if (!this.#isWanted(head.queueId)) return;
    this.#knowQueue(head.queueId);
    const queue = this.#queue(head.queueId);
    const isWanted = {
      has: (position: number) => this.#isLive(head.queueId, position) && !queue.whole.has(position),
    };
    let isNeeded = false;
    for (const block = blockOf(bytes, head, isWanted); block.next();) {
      queue.whole.add(block.position);
      queue.bodyBytes += block.bodyBytes;
      isNeeded = true;
    }
    if (isNeeded) queue.blocks.push({ ...head, segment });
  }

  /** A queue that is not known was deleted long ago, unless what is known is not all. */
  #isWanted(id: SequenceId): boolean {
    if (this.#deleted.has(id)) return false;
    return this.#state.queues.has(id) || !this.#isSnapshotWhole;
  }

  #isLive(id: SequenceId, position: number): boolean {
    const queue = this.#state.queues.get(id);
    if (queue?.live.has(position)) return true;
    const isKnown = this.#isSnapshotWhole && (this.#isJournalWhole || position < queue!.segmentedUpTo);
    return !isKnown && !this.#settled.get(id)?.has(position);
  }

  #takeJournalMessages(): void {
    for (const queue of this.#queues.values()) {
      const { id, journal, whole } = queue;
      for (const [position, { bodyBytes }] of journal) {
        const isLive = !this.#deleted.has(id) && this.#state.queues.get(id)?.live.has(position);
        if (!isLive || whole.has(position)) {
          journal.delete(position);
          continue;
        }
        whole.add(position);
        queue.bodyBytes += bodyBytes;
      }
    }
  }

  // The end

  #finish(): Survey {
    const { records, lostBindingCount } = withoutDangling(this.#state.records.records());
    const origins = originsOf(this.#state.records.records());
    const isWhole = this.#isSnapshotWhole && this.#isJournalWhole;
    const queues: SurveyedQueue[] = [];
    for (const { id, live, deliveredUpTo, deliveryCounts } of this.#state.queues.values()) {
      const queue = this.#queue(id);
      Object.assign(queue, origins.get(id));
      live.forEachRun((first, end) => queue.lostCount += end - first - queue.whole.countBetween(first, end));
      if (queue.isUnknown && (isWhole || queue.whole.count + queue.lostCount === 0)) continue;
      queue.deliveredUpTo = this.#isSnapshotWhole ? deliveredUpTo : lastOf(queue.whole) + 1;
      if (deliveryCounts !== undefined) queue.deliveryCounts = deliveryCounts;
      queues.push(queue);
      if (queue.lostCount > 0 && this.#folder.damages.length === 0) {
        const what = phrase`${queue.label} should have ${COUNT.messages(queue.lostCount)} that are in no file`;
        this.#folder.damaged(SNAPSHOT, 0, what);
      }
    }
    queues.sort((a, b) => a.id - b.id);
    return {
      folder: this.#folder.name,
      files: this.#folder.surveyed,
      damages: this.#folder.damages,
      tornTail: this.#tornTail,
      formatVersion: this.#formatVersion,
      retiredGeneration: this.#retiredGeneration,
      generations: this.#generations,
      topology: records,
      queues,
      lostBindingCount: isWhole ? 0 : lostBindingCount,
      hasLostRecords: !isWhole,
      isComplete: isWhole && queues.every(({ lostCount }) => lostCount === 0),
    };
  }
}

const NO_BATCH = phrase`there is no whole batch of records`;

/** A message in memory of its own, with room behind it to be copied fast. */
function copyOf({ bytes, offset, addressBytes, headerBytes, bodyBytes, time, hasDied }: MessageContent): MessageBytes {
  const length = addressBytes + headerBytes + bodyBytes;
  const copy = new Uint8Array(length + COPY_SLACK);
  copy.set(bytes.subarray(offset, offset + length));
  return { bytes: copy, view: viewOf(copy), offset: 0, addressBytes, headerBytes, bodyBytes, time, hasDied };
}

function lastOf(positions: LivePositions): number {
  let last = -1;
  positions.forEachRun((_, end) => last = end - 1);
  return last;
}
