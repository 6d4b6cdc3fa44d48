import type { StoredBlock } from "../../../store/block.ts";
import type { MessageContent } from "../../../store/message_content.ts";
import type { Consumer } from "../consumers/consumer.ts";
import type { CachedBlock } from "./block_cache.ts";
import type { StreamFilter } from "./filter.ts";

/** A consumer of a stream, with its position. */
export class StreamReader {
  readonly consumer: Consumer;
  readonly filter: StreamFilter | undefined;
  /** Offset of the next message that it may get. */
  offset: number;
  /** Time before which it gets no message, until there is a later one. In milliseconds since 1970. */
  #notBeforeMs: number;
  #cached: CachedBlock | undefined;
  #cursor: StoredBlock | undefined;

  constructor(consumer: Consumer, filter: StreamFilter | undefined, offset: number, notBeforeMs: number) {
    this.consumer = consumer;
    this.filter = filter;
    this.offset = offset;
    this.#notBeforeMs = notBeforeMs;
  }

  /** Returns whether its consumer gets a message. */
  wants(message: MessageContent): boolean {
    if (message.time < this.#notBeforeMs) return false;
    this.#notBeforeMs = 0;
    return this.filter === undefined || this.filter.matches(message);
  }

  /** Its block, if that is still in memory: the block's cursor is before the next message. */
  get cursor(): StoredBlock | undefined {
    return this.#cursor;
  }

  /** Begins with a block. */
  enterBlock(cached: CachedBlock): StoredBlock {
    this.leaveBlock();
    this.#cached = cached;
    cached.readers.add(this);
    return this.#cursor = cached.block!.fromStart();
  }

  leaveBlock(): void {
    this.#cached?.readers.delete(this);
    this.forgetBlock();
  }

  /** Called when the block is no longer in memory. */
  forgetBlock(): void {
    this.#cached = this.#cursor = undefined;
  }
}
