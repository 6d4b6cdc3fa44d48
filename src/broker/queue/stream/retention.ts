import { BLOCK_HEAD_BYTES, messageBytes } from "../../../store/block.ts";
import type { MessageContent } from "../../../store/message_content.ts";
import type { BlockExtent } from "../../../store/message_reader.ts";
import type { Store } from "../../../store/store.ts";
import type { QueueSettings } from "../settings.ts";
import type { SequenceId } from "../../../store/sequence.ts";

/** Interval between checks for messages over the maximum age, while messages are published. In milliseconds. */
const LOOK_MS = 60_000;

/** Returns the size of the remaining messages of a block. In bytes. */
const liveBytesOf = ({ bytes, count, liveCount }: BlockExtent): number =>
  (bytes - BLOCK_HEAD_BYTES) * liveCount / count;

/** The messages of a stream that the store can't read back yet. */
interface Newest {
  readonly first: number;
  readonly end: number;
  /** Returns the content of a message, valid until the next call. */
  contentAt(offset: number): MessageContent;
}

/**
 * The retention of a stream (RabbitMQ: Streams, Data Retention). As in RabbitMQ, it is evaluated whenever a segment's
 * worth of messages has been published, so a stream may exceed its limit by that much; and once a minute for messages
 * over the maximum age. On disk it removes whole blocks. The last message always stays.
 */
export class Retention {
  readonly #store: Store;
  readonly #queueId: SequenceId;
  #settings: QueueSettings;
  /** Size of all messages, and of those published since the last check. In bytes. */
  #bytes = 0;
  #newBytes = 0;
  #lookedAtMs = 0;

  constructor(store: Store, queueId: SequenceId, settings: QueueSettings) {
    this.#store = store;
    this.#queueId = queueId;
    this.#settings = settings;
  }

  apply(settings: QueueSettings): void {
    this.#settings = settings;
    this.#newBytes = Infinity;
  }

  /** Counts recovered messages; retention is then due at once. */
  recover(): void {
    for (const block of this.#store.blocks(this.#queueId)) this.#bytes += liveBytesOf(block);
    this.#newBytes = Infinity;
  }

  /** Counts a new message. */
  add(message: MessageContent): void {
    const bytes = messageBytes(message);
    this.#bytes += bytes;
    this.#newBytes += bytes;
  }

  /** Returns whether retention is due. */
  isDue(nowMs: number): boolean {
    const { maxLengthBytes, maxAgeMs, segmentBytes } = this.#settings;
    if (maxLengthBytes === undefined && maxAgeMs === undefined) return false;
    return this.#newBytes >= segmentBytes || (maxAgeMs !== undefined && nowMs - this.#lookedAtMs >= LOOK_MS);
  }

  /** Returns the offset before which messages are too many or too old at a time; they are not counted any more. */
  cutOffset(first: number, newest: Newest, nowMs: number): number {
    const { maxLengthBytes = Infinity, maxAgeMs = Infinity } = this.#settings;
    const isToGo = (time: number) => this.#bytes > maxLengthBytes || time < nowMs - maxAgeMs;
    this.#newBytes = 0;
    this.#lookedAtMs = nowMs;
    let cut = first;
    for (const block of this.#store.blocks(this.#queueId)) {
      if (block.last + 1 >= newest.end || !isToGo(block.lastTime)) return cut;
      this.#bytes -= liveBytesOf(block);
      cut = block.last + 1;
    }
    for (let offset = Math.max(cut, newest.first); offset + 1 < newest.end; offset++) {
      const message = newest.contentAt(offset);
      if (!isToGo(message.time)) break;
      this.#bytes -= messageBytes(message);
      cut = offset + 1;
    }
    return cut;
  }
}
