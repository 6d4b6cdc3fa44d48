import type { StoredBlock } from "../../../store/block.ts";
import type { MessageContent } from "../../../store/store.ts";
import type { Consumer } from "../consumers/consumer.ts";
import type { CachedBlock } from "./block_cache.ts";
import type { StreamFilter } from "./filter.ts";

/** A consumer of a stream, and how far it has come. */
export class StreamReader {
  readonly consumer: Consumer;
  readonly filter: StreamFilter | undefined;
  /** The offset of the next message that it may be given. */
  offset: number;
  /** It wants no message that is older, until there was one that is not. Milliseconds since 1970. */
  #notBeforeMs: number;
  #cached: CachedBlock | undefined;
  #cursor: StoredBlock | undefined;

  constructor(consumer: Consumer, filter: StreamFilter | undefined, offset: number, notBeforeMs: number) {
    this.consumer = consumer;
    this.filter = filter;
    this.offset = offset;
    this.#notBeforeMs = notBeforeMs;
  }

  /** Returns whether its consumer is to receive a message. */
  wants(message: MessageContent): boolean {
    if (message.time < this.#notBeforeMs) return false;
    this.#notBeforeMs = 0;
    return this.filter === undefined || this.filter.matches(message);
  }

  /** The block that it is in, if that is still in memory: its cursor is before the next message. */
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

  /** The block is no more in memory. */
  forgetBlock(): void {
    this.#cached = this.#cursor = undefined;
  }
}
