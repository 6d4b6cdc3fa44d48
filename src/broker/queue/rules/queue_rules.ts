import type { QueueHost } from "../queue_host.ts";
import type { QueueParts } from "../queue_parts.ts";
import { definitionOf, type QueueSettings, settingsOf } from "../settings.ts";
import type { FieldTable } from "../../../wire/field_table.ts";
import { type DeduplicatingQueue, Deduplication } from "./deduplication.ts";
import { type ExpiringQueue, Expiry } from "./expiry.ts";
import { LengthLimit } from "./length_limit.ts";

/** The queue of the rules. */
interface RuledQueue extends DeduplicatingQueue, ExpiringQueue {
  readonly arguments: FieldTable;
}

/** The rules of a queue that examine each message. A rule that its settings do not set is `undefined`. */
export class QueueRules {
  settings: QueueSettings;
  limit: LengthLimit | undefined;
  /** Defined while there may be messages that expire. */
  expiry: Expiry | undefined;
  readonly deduplication: Deduplication | undefined;
  readonly #queue: RuledQueue;
  readonly #host: QueueHost;
  readonly #parts: QueueParts;

  constructor(queue: RuledQueue, host: QueueHost, parts: QueueParts) {
    this.#queue = queue;
    this.#host = host;
    this.#parts = parts;
    this.settings = parts.allowed(settingsOf(definitionOf(queue.arguments)), host.behaviour);
    if (this.settings.messageDeduplication) this.deduplication = new Deduplication(queue, host);
  }

  /** Applies other settings. */
  apply(settings: QueueSettings): void {
    this.settings = this.#parts.allowed(settings, this.#host.behaviour);
  }

  /** Makes the rules that the settings set. `bytes` returns the size of the bodies of the queue's messages. */
  follow(bytes: () => number): void {
    const { messageTtlMs, maxLength, maxLengthBytes } = this.settings;
    if (messageTtlMs !== undefined) this.expectExpiry();
    const hasLimit = maxLength !== undefined || maxLengthBytes !== undefined;
    this.limit = hasLimit ? new LengthLimit(this.settings, this.#host.messages) : undefined;
    if (this.limit?.countsBytes) this.limit.recount(bytes());
  }

  expectExpiry(): void {
    this.expiry ??= new Expiry(this.#queue, this.#host);
  }

  get keepsTime(): boolean {
    return this.settings.messageTtlMs !== undefined;
  }

  /** True when arriving messages are examined. */
  get areAny(): boolean {
    return this.keepsTime || this.limit !== undefined || this.deduplication !== undefined;
  }

  /**
   * True when a message may leave memory while it is unacknowledged, as its identity is not needed when it is settled.
   */
  get mayForget(): boolean {
    return this.deduplication === undefined;
  }
}
