import type { StoredBlock } from "../../../store/block.ts";
import type { MessageContent } from "../../../store/message_content.ts";
import { identityAt } from "../../message/deduplication_header.ts";
import type { Message } from "../../message/messages.ts";
import { scanSequence } from "../../sequence/scan_sequence.ts";
import type { QueueHost } from "../queue_host.ts";
import type { QueueSettings } from "../settings.ts";
import { expiryOf } from "./expiry.ts";
import type { SequenceId } from "../../../store/sequence.ts";

/** The messages of one identity in a queue. */
interface Present {
  count: number;
  /**
   * Expiry of the last one in milliseconds since 1970; `Infinity` for never. After that it no longer refuses others.
   */
  expiresAtMs: number;
}

/** A queue without duplicates. */
export interface DeduplicatingQueue {
  readonly name: string;
  readonly settings: QueueSettings;
  readonly isDeleted: boolean;
}

/**
 * Refuses a message while another one with the same `x-deduplication-header` is in the queue (RabbitMQ's message
 * deduplication plugin: `x-message-deduplication`). An unacknowledged message is in the queue, and stays in memory, as
 * its identity is needed when it is settled.
 */
export class Deduplication {
  readonly #queue: DeduplicatingQueue;
  readonly #host: QueueHost;
  /** By identity. */
  readonly #present = new Map<string, Present>();
  /** Positions of dead messages that are still held. */
  readonly #dying = new Set<number>();

  constructor(queue: DeduplicatingQueue, host: QueueHost) {
    this.#queue = queue;
    this.#host = host;
  }

  /** Number of distinct identities in the queue. */
  get identityCount(): number {
    return this.#present.size;
  }

  /** Returns whether an equal message is in the queue. If not, the message is assumed to be added. */
  refuses(message: Message): boolean {
    const content = this.#host.messages.locate(message);
    const identity = identityOf(content);
    if (identity === undefined) return false;
    const { timeMs } = this.#host;
    const present = this.#present.get(identity);
    if (present !== undefined && present.expiresAtMs > timeMs) return true;
    this.#add(identity, expiryOf(content, timeMs, this.#queue.settings.messageTtlMs));
    return false;
  }

  #add(identity: string, expiresAtMs: number): void {
    const present = this.#present.get(identity);
    if (present === undefined) this.#present.set(identity, { count: 1, expiresAtMs });
    else {
      present.count++;
      present.expiresAtMs = Math.max(present.expiresAtMs, expiresAtMs);
    }
  }

  /** Removes a dead message: it is not in the queue any more, although it is held until its dead letter has arrived. */
  died(message: Message, position: number): void {
    this.#forget(message);
    this.#dying.add(position);
  }

  /** Removes a message that the queue releases. */
  released(message: Message, position: number): void {
    if (!this.#dying.delete(position)) this.#forget(message);
  }

  #forget(message: Message): void {
    const identity = identityOf(this.#host.messages.locate(message));
    const present = identity === undefined ? undefined : this.#present.get(identity);
    if (present !== undefined && --present.count === 0) this.#present.delete(identity!);
  }

  /** Removes a dead message that the queue releases and that is not in memory. */
  settled(position: number): void {
    this.#dying.delete(position);
  }

  /** Removes all messages, as the queue was purged. */
  clear(): void {
    this.#present.clear();
  }

  /**
   * Finds in the background the identities of recovered messages of a sequence, up to a position. A duplicate that
   * comes meanwhile may be accepted.
   */
  recover(sequenceId: SequenceId, end: number): void {
    const { name } = this.#queue;
    scanSequence(
      this.#host,
      sequenceId,
      end,
      `queue '${name}'`,
      () => this.#queue.isDeleted,
      (block) => this.#scan(block),
    );
  }

  #scan(block: StoredBlock): void {
    const { messageTtlMs } = this.#queue.settings;
    while (block.next()) {
      const identity = identityOf(block);
      if (identity === undefined) continue;
      this.#add(identity, block.time === 0 ? Infinity : expiryOf(block, block.time, messageTtlMs));
    }
  }
}

const identityOf = ({ bytes, offset, addressBytes }: MessageContent): string | undefined =>
  identityAt(bytes, offset + addressBytes);
