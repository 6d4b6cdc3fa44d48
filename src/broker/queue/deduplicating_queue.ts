import type { StoredBlock } from "../../store/block.ts";
import type { MessageContent, RecoveredQueue } from "../../store/store.ts";
import { identityAt } from "../message/deduplication_header.ts";
import type { DeathReason } from "../routing/dead_letters.ts";
import type { Message } from "../message/messages.ts";
import { scanSequence } from "../sequence/scan_sequence.ts";
import { expiryOf } from "./rules/expiry.ts";
import { Queue } from "./queue.ts";

/** Messages of one identity in a queue. */
interface Present {
  count: number;
  /** When the last of them expires, in milliseconds since 1970; `Infinity` for never. It is no reason to refuse another then. */
  expiresAtMs: number;
}

/**
 * A queue with the argument `x-message-deduplication` of RabbitMQ's message deduplication plugin: it refuses a message while
 * another one with the same `x-deduplication-header` is in it, and dead-letters it as if it had no room for it. A message
 * that was handed out and is not settled is in the queue.
 */
export class DeduplicatingQueue extends Queue {
  /** By identity. */
  readonly #present = new Map<string, Present>();
  /** The positions of dead messages that are still held. */
  readonly #dying = new Set<number>();

  override get isConstrained(): boolean {
    return true;
  }

  /** How many different messages there are that have an identity. */
  get identityCount(): number {
    return this.#present.size;
  }

  override refuses(message: Message): boolean {
    if (super.refuses(message)) return true;
    const content = this.messages.locate(message);
    const identity = identityOf(content);
    if (identity === undefined) return false;
    const present = this.#present.get(identity);
    if (present !== undefined && present.expiresAtMs > this.host.timeMs) {
      if (this.settings.deadLetterExchange !== undefined) this.host.deadLetters.addRefused(this, message);
      return true;
    }
    this.#add(identity, expiryOf(content, this.host.timeMs, this.settings.messageTtlMs));
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

  /** It stays in memory, to be asked who it was when it is settled. */
  override handedOut(): void {}

  /** A dead message is in the queue no more, though it is held until it is where it belongs. */
  protected override die(message: Message, position: number, reason: DeathReason): void {
    this.#forget(message);
    this.#dying.add(position);
    super.die(message, position, reason);
  }

  override release(message: Message, position: number): void {
    if (!this.#dying.delete(position)) this.#forget(message);
    super.release(message, position);
  }

  #forget(message: Message): void {
    const identity = identityOf(this.messages.locate(message));
    const present = identity === undefined ? undefined : this.#present.get(identity);
    if (present !== undefined && --present.count === 0) this.#present.delete(identity!);
  }

  override purge(): number {
    const count = super.purge();
    this.#present.clear();
    return count;
  }

  /** Takes up in the background which messages there are: a duplicate that comes meanwhile may be taken. */
  override recover(queues: ReadonlyMap<number, RecoveredQueue>): void {
    super.recover(queues);
    for (const { id } of this.backingQueues) {
      const { count, nextPosition } = queues.get(id)!;
      if (count > 0) this.#scan(id, nextPosition);
    }
  }

  #scan(rowId: number, end: number): void {
    const take = (block: StoredBlock): void => {
      while (block.next()) {
        const identity = identityOf(block);
        if (identity !== undefined) {
          this.#add(identity, block.time === 0 ? Infinity : expiryOf(block, block.time, this.settings.messageTtlMs));
        }
      }
    };
    scanSequence(this.host, rowId, end, `queue '${this.name}'`, () => this.isDeleted, take);
  }
}

const identityOf = ({ bytes, offset, addressBytes }: MessageContent): string | undefined =>
  identityAt(bytes, offset + addressBytes);
