import type { MessageContent } from "../../../store/message_content.ts";
import type { BlockExtent } from "../../../store/message_reader.ts";
import type { Store } from "../../../store/store.ts";
import type { Message, Messages } from "../../message/messages.ts";
import { MessageTotals } from "../message_totals.ts";
import { RingTotals } from "../paging/ring_totals.ts";
import type { QueueHost } from "../queue_host.ts";
import type { QueueSettings } from "../settings.ts";
import type { StreamFilter } from "./filter.ts";
import type { StartOffset } from "./offset.ts";
import type { StreamReader } from "./reader.ts";
import type { Slice } from "../../turn/slices.ts";
import { Retention } from "./retention.ts";
import { Tail } from "./tail.ts";
import type { SequenceId } from "../../../store/sequence.ts";

/** Number of filtered-out messages that a reader examines before others get their turn. */
const LOOKS_MAX = 4096;

/** Reason why a reader gets no message: there is none, a block must be read, or others have waited long enough. */
export type Pause = "end" | "read" | "later";

/**
 * The messages of a stream by their offsets, which are their positions in the store. The store has all of them; those
 * that it can't read back yet are kept in memory too, as the {@linkcode Tail}.
 */
export class StreamLog {
  readonly #id: SequenceId;
  readonly #host: QueueHost;
  readonly #messages: Messages;
  readonly #store: Store;
  readonly #retention: Retention;
  readonly #tail = new Tail();
  /** Time of the last message. In milliseconds since 1970. */
  #lastTimeMs = 0;
  /** Offset of the first remaining message. */
  first = 0;
  /** Number of messages that were read back since the broker started. */
  readCount = 0;
  /** Offset of the first message since the broker started. */
  #firstNew = 0;
  /** Made when totals are read. */
  #tailTotals: RingTotals | undefined;

  constructor(id: SequenceId, settings: QueueSettings, host: QueueHost) {
    this.#id = id;
    this.#host = host;
    this.#messages = host.messages;
    this.#store = host.store;
    this.#retention = new Retention(host.store, id, settings);
  }

  /** Offset of the next message to come. */
  get end(): number {
    return this.#tail.end;
  }

  /** Number of messages since the broker started. */
  get arrivedCount(): number {
    return this.end - this.#firstNew;
  }

  /** Calls `visit` for all messages in memory. */
  forEachHeld(visit: (message: Message) => void): void {
    for (let offset = this.#tail.first; offset < this.#tail.end; offset++) visit(this.#tail.at(offset));
  }

  /** Totals of the messages in memory. */
  get inMemory(): MessageTotals {
    const totals = new MessageTotals();
    (this.#tailTotals ??= new RingTotals()).addTo(totals, this.#tail, this.#messages);
    totals.setPersistent(true);
    return totals;
  }

  /** Totals of all messages. The rest of a block after retention is counted in proportion. */
  get all(): MessageTotals {
    const { bytes } = this.inMemory;
    const totals = new MessageTotals();
    totals.addAll(this.end - this.first, this.#store.bodyBytesFrom(this.#id, this.first) + bytes, true);
    return totals;
  }

  /** Offset before which messages are on disk only. */
  get onDiskUpTo(): number {
    return this.#tail.first;
  }

  /** Recovers the messages up to an offset after the store was opened. */
  recover(end: number): void {
    this.#tail.startAt(end);
    this.#firstNew = end;
    this.first = this.#store.firstPosition(this.#id) ?? end;
    this.#lastTimeMs = this.#store.blocks(this.#id).at(-1)?.lastTime ?? 0;
    this.#retention.recover();
    this.retain();
  }

  apply(settings: QueueSettings): void {
    this.#retention.apply(settings);
    this.retain();
  }

  /** Adds a message, and returns its offset. */
  add(message: Message): number {
    // When the clock is set back, times stand still, as messages are searched by them.
    this.#lastTimeMs = Math.max(this.#lastTimeMs, this.#host.timeMs);
    this.#messages.setTime(message, this.#lastTimeMs);
    const offset = this.#tail.push(message);
    this.#retention.add(this.#messages.locate(message));
    return offset;
  }

  leaveMemory(upTo: number): void {
    this.#tail.dropBefore(upTo, (message) => this.#messages.release(message));
  }

  /** True when it is time to {@linkcode retain}. */
  get isRetentionDue(): boolean {
    return this.#retention.isDue(this.#host.timeMs);
  }

  /** Applies retention: removes messages from the front. */
  retain(): void {
    if (!this.isRetentionDue) return;
    const tail = this.#tail;
    const contentAt = (offset: number) => this.#messages.locate(tail.at(offset));
    const newest = { first: tail.first, end: tail.end, contentAt };
    const cut = this.#retention.cutOffset(this.first, newest, this.#host.timeMs);
    if (cut === this.first) return;
    this.#store.settle(this.#id, this.first, cut - this.first);
    this.first = cut;
    this.leaveMemory(cut);
  }

  /** Drops all messages, as the stream was deleted. */
  clear(): void {
    this.leaveMemory(Infinity);
    this.first = this.end;
    this.#host.blocks.forgetQueue(this.#id);
  }

  // Reading

  /** Returns the offset at which a reader begins. For a time on disk, older messages may follow it. */
  offsetOf(start: StartOffset): number {
    switch (start.from) {
      case "first":
        return this.first;
      case "next":
        return this.end;
      case "last":
        return Math.max(this.first, this.end - 1);
      case "offset":
        return Math.max(this.first, start.offset);
      case "time":
        return this.#offsetAtTime(start.timeMs);
    }
  }

  #offsetAtTime(timeMs: number): number {
    const stored = this.#store.positionAt(this.#id, timeMs);
    if (stored !== undefined) return Math.max(this.first, stored);
    const tail = this.#tail;
    let low = tail.first;
    let high = tail.end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#messages.time(tail.at(middle)) < timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * Returns the next message before an offset that a reader gets, and moves the reader behind it. Valid until the next
   * call or the end of the turn.
   */
  next(reader: StreamReader, upTo: number): MessageContent | Pause {
    for (let looks = 0; looks < LOOKS_MAX; looks++) {
      if (reader.offset < this.first) reader.offset = this.first;
      if (reader.offset >= upTo) return "end";
      const message = reader.offset < this.#tail.first ? this.#nextStored(reader) : this.#nextInTail(reader);
      if (message === "read") return "read";
      if (message !== undefined && reader.wants(message)) return message;
    }
    return "later";
  }

  #nextInTail(reader: StreamReader): MessageContent {
    reader.leaveBlock();
    return this.#messages.locate(this.#tail.at(reader.offset++));
  }

  /** Returns the next message on disk; `"read"` when a block must be read first, and `undefined` at the end of one. */
  #nextStored(reader: StreamReader): MessageContent | "read" | undefined {
    let { cursor } = reader;
    if (cursor === undefined) {
      if (reader.filter !== undefined && this.#skipBlocks(reader, reader.filter)) return undefined;
      const cached = this.#host.blocks.get(this.#id, reader.offset);
      if (cached === undefined) return "read";
      cursor = reader.enterBlock(cached);
    }
    while (cursor.next()) {
      if (cursor.position < reader.offset) continue;
      reader.offset = cursor.position + 1;
      return cursor;
    }
    reader.offset = Math.max(reader.offset, cursor.last + 1);
    reader.leaveBlock();
    return undefined;
  }

  /** Skips blocks without messages for a reader. Returns whether its next message is not on disk. */
  #skipBlocks(reader: StreamReader, filter: StreamFilter): boolean {
    const blocks = this.#store.blocks(this.#id);
    let index = blockFrom(blocks, reader.offset);
    while (index < blocks.length && !filter.mayMatch(blocks[index])) index++;
    const next = index < blocks.length ? blocks[index].first : this.#tail.first;
    reader.offset = Math.max(reader.offset, next);
    return reader.offset >= this.#tail.first;
  }

  /** Calls `show` for messages from an offset on, until it returns false. Rejects when they can't be read. */
  async peek(
    offset: number,
    slice: Slice,
    show: (content: MessageContent) => boolean | Promise<boolean>,
  ): Promise<void> {
    let next = Math.max(offset, this.first);
    while (next < this.end) {
      if (slice.isOver) await slice.next();
      next = Math.max(next, this.first);
      if (next < this.#tail.first) {
        const block = await this.#store.read(this.#id, next);
        while (block?.next()) if (block.position >= next && !await show(block)) return;
        next = block === undefined ? Math.max(next, this.#tail.first) : block.last + 1;
      } else if (!await show(this.#messages.locate(this.#tail.at(next++)))) return;
    }
  }

  /** Reads the block that a reader needs next into memory. Rejects when it can't be read. */
  async read(reader: StreamReader): Promise<void> {
    const cached = await this.#host.blocks.read(this.#id, reader.offset, (count) => this.readCount += count);
    if (reader.consumer.isCancelled) return;
    if (cached?.block !== undefined) reader.enterBlock(cached);
    // Retention may have removed the messages meanwhile.
    else if (cached === undefined) reader.offset = Math.max(reader.offset, this.#tail.first);
  }
}

/** Returns the index of the first block whose last offset is not before a given one. */
function blockFrom(blocks: readonly BlockExtent[], offset: number): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (blocks[middle].last < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
