import { LivePositions } from "./live_positions.ts";
import type { IndexEntry, Segment } from "./segment.ts";
import type { BlockExtent } from "./message_reader.ts";
import type { Position, SequenceId } from "./sequence.ts";

/** Place of a block, and number of its messages that the queue still has. */
export interface Block extends BlockExtent {
  readonly segment: Segment;
  readonly offset: number;
  liveCount: number;
}

/** A sequence of messages in the store. */
export class StoredQueue {
  readonly id: SequenceId;
  /** True when its blocks tell the filter values of their messages. */
  readonly hasFilterValues: boolean;
  nextPosition: Position = 0;
  /** All messages before this position have been delivered. */
  deliveredUpTo: Position = 0;
  /** The content of messages before this position is in blocks, and that of the others in the journal. */
  segmentedUpTo: Position = 0;
  readonly live = new LivePositions();
  /** By position; the positions of two blocks never overlap. */
  blocks: Block[] = [];
  isDeleted = false;
  /** Delivery counts of returned messages, by position. There are few, if any. */
  deliveryCounts: Map<number, number> | undefined;

  /** Batch and offset of its last `settled` and `delivered` records, which are extended instead of adding others. */
  settledBatch = -1;
  settledAt = 0;
  settledFirst = 0;
  settledEnd = 0;
  /** Messages from this position on were appended behind that record, so it can't settle them. */
  settledUpTo = 0;
  deliveredBatch = -1;
  deliveredAt = 0;

  #lastBlock = 0;

  constructor(id: SequenceId, hasFilterValues = false) {
    this.id = id;
    this.hasFilterValues = hasFilterValues;
  }

  /** Returns the approximate size of the bodies of messages in blocks from a position on. In bytes. */
  bodyBytesFrom(position: Position): number {
    const { blocks, live } = this;
    let sum = 0;
    for (let index = this.blockFrom(position); index < blocks.length; index++) {
      const { first, last, count, liveCount, bodyBytes } = blocks[index];
      sum += bodyBytes * (position <= first ? liveCount : live.countBetween(position, last + 1)) / count;
    }
    return Math.round(sum);
  }

  /** Position of the first message; `undefined` when there is none. */
  get firstPosition(): Position | undefined {
    if (this.live.count === 0) return undefined;
    return this.blocks.length > 0 ? this.live.firstFrom(this.blocks[0].first) : this.live.first;
  }

  /** Returns the position of the first message of the first block whose last one is not older than a time. */
  positionAt(time: number): Position | undefined {
    const { blocks } = this;
    let low = 0;
    let high = blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (blocks[middle].lastTime < time) low = middle + 1;
      else high = middle;
    }
    return blocks[low]?.first;
  }

  /** Returns the index of the first block whose last position is not before one. */
  blockFrom(position: Position): number {
    const { blocks } = this;
    const last = this.#lastBlock;
    if (last < blocks.length && blocks[last].last >= position && (last === 0 || blocks[last - 1].last < position)) {
      return last;
    }
    let low = 0;
    let high = blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (blocks[middle].last < position) low = middle + 1;
      else high = middle;
    }
    return this.#lastBlock = low;
  }

  /**
   * Forgets the messages at positions from `first` up to `end`, which is excluded. Calls `onEmptied` with each block that has
   * none left, after removing it. Returns whether there were any.
   */
  settle(first: Position, end: Position, onEmptied: (block: Block) => void): boolean {
    if (end - first === 1) {
      if (!this.live.remove(first)) return false;
      this.deliveryCounts?.delete(first);
      if (first >= this.segmentedUpTo) return true;
      const index = this.blockFrom(first);
      const block = this.blocks[index];
      if (block !== undefined && block.first <= first && --block.liveCount === 0) this.#emptied(index, 1, onEmptied);
      return true;
    }
    if (this.live.removeRange(first, end) === 0) return false;
    if (this.deliveryCounts !== undefined) forgetRange(this.deliveryCounts, first, end);
    const from = this.blockFrom(first);
    let to = from;
    // Only the outermost blocks can have messages left.
    for (; to < this.blocks.length && this.blocks[to].first < end; to++) {
      const block = this.blocks[to];
      const isCovered = first <= block.first && block.last < end;
      block.liveCount = isCovered ? 0 : this.live.countBetween(block.first, block.last + 1);
    }
    for (let index = to - 1; index >= from;) {
      let start = index;
      while (start >= from && this.blocks[start].liveCount === 0) start--;
      if (start < index) this.#emptied(start + 1, index - start, onEmptied);
      index = start - 1;
    }
    return true;
  }

  /** Notes a returned message's delivery count. Returns whether it is new. */
  returned(position: Position, deliveryCount: number): boolean {
    // A snapshot may know of more than a record behind it.
    if (!this.live.has(position) || deliveryCount <= (this.deliveryCounts?.get(position) ?? 0)) return false;
    this.deliveryCounts ??= new Map();
    this.deliveryCounts.set(position, deliveryCount);
    return true;
  }

  #emptied(index: number, count: number, onEmptied: (block: Block) => void): void {
    for (const block of this.blocks.splice(index, count)) onEmptied(block);
  }

  /** Adds a block behind all others, unless all its messages are settled. */
  addBlock(segment: Segment, entry: IndexEntry): void {
    const { offset, bytes, first, last, firstTime, lastTime, count, bodyBytes, values } = entry;
    const liveCount = this.live.countBetween(first, last + 1);
    if (this.isDeleted || liveCount === 0) return;
    this.blocks.push({ segment, offset, bytes, first, last, firstTime, lastTime, count, liveCount, bodyBytes, values });
    segment.blockCount++;
  }

  /** Replaces blocks by others with the messages that are left of them. Each segment counts its blocks. */
  replaceBlocks(old: ReadonlySet<Segment>, segment: Segment, entries: readonly IndexEntry[]): void {
    const kept = this.blocks.filter((block) => !old.has(block.segment));
    this.blocks = kept;
    for (const entry of entries) this.addBlock(segment, entry);
    this.blocks.sort((a, b) => a.first - b.first);
  }
}

function forgetRange(counts: Map<number, number>, first: Position, end: Position): void {
  if (counts.size > end - first) {
    for (let position = first; position < end; position++) counts.delete(position);
  } else {
    for (const position of counts.keys()) if (position >= first && position < end) counts.delete(position);
  }
}
