import { CLASS_BASIC, CONTENT_HEADER_MIN_BYTES } from "../../../wire/properties.ts";
import type { StoredBlock } from "../../../store/block.ts";
import type { RecoveredQueue } from "../../../store/recovered.ts";
import { ExchangeSequence, type SequenceKeeper, type SequenceOwner } from "../exchange_sequence.ts";
import type { QueueHost } from "../../queue/queue_host.ts";
import type { StoredSequence } from "../../sequence/stored_sequence.ts";
import type { Deferred } from "../../turn/turn.ts";

/** Maximum memory of an exchange's identities, above which the oldest are dropped. In bytes. */
const BYTES_MAX = 64 * 1024 * 1024;
/** Memory of one identity beside its text, and of a UTF-16 code unit of its text. In bytes. */
const ENTRY_BYTES = 128;
const CODE_UNIT_BYTES = 2;
/** Number of dropped identities that may stay in the order beyond the number of remembered ones. */
const ORDER_SLACK = 1024;

/** Address of the message that represents an identity in the store: two empty short strings. */
const ADDRESS = new DataView(new ArrayBuffer(2));
const HEADER = new Uint8Array(CONTENT_HEADER_MIN_BYTES);
HEADER[1] = CLASS_BASIC;
/** Position of an identity that the store does not have. */
const NOT_STORED = -1;

/** Limits of an exchange's identities, and their durability. */
export interface SeenOptions {
  /** Maximum number of identities. */
  readonly size: number;
  /** Time for which an identity is remembered unless its message sets another. In milliseconds. */
  readonly ttlMs: number;
  /** True when the identities of a durable exchange are durable too. */
  readonly isKept: boolean;
}

interface Seen {
  readonly identity: string;
  /** Time of expiry in milliseconds since 1970; `Infinity` for never. */
  readonly expiresAtMs: number;
  position: number;
  isForgotten: boolean;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The identities of messages that have come to an exchange (`x-deduplication-header`), up to a maximum number; the
 * oldest ones are dropped. They are in memory, and those of a durable exchange in the store too.
 */
export class SeenHeaders implements SequenceKeeper, StoredSequence, Deferred {
  sequence: ExchangeSequence | undefined;
  readonly #seen = new Map<string, Seen>();
  /**
   * In the order of arrival, starting at an index; some are dropped already. A map has an order too, but finding its
   * first entry is slow after many were deleted in front.
   */
  #order: Seen[] = [];
  #first = 0;
  /** Index in that order for the next identity read from the store: before those that came later. */
  #recoveredEnd = 0;
  readonly #options: SeenOptions;
  #bytes = 0;
  #host: QueueHost | undefined;
  /** Identities seen in this turn. */
  #fresh: Seen[] = [];

  constructor(options: SeenOptions) {
    this.#options = options;
  }

  /** Stores the identities of a durable exchange that asks for it. Called before anything else. */
  keepFor(owner: SequenceOwner, host: QueueHost): void {
    if (!this.#options.isKept) return;
    this.sequence = new ExchangeSequence("seen", owner, host, this);
    this.#host = host;
  }

  /** Does nothing: stored identities stay in memory. */
  leaveMemory(): void {}

  /** Number of remembered identities. */
  get count(): number {
    return this.#seen.size;
  }

  /**
   * Remembers a message for the given milliseconds, or for the exchange's default. Returns false when an equal one is
   * remembered already.
   */
  see(identity: string, timeMs: number, ttlMs: number = this.#options.ttlMs): boolean {
    const known = this.#seen.get(identity);
    if (known !== undefined && known.expiresAtMs > timeMs) return false;
    if (known !== undefined) this.#forget(known);
    const seen = { identity, expiresAtMs: timeMs + ttlMs, position: NOT_STORED, isForgotten: false };
    this.#add(seen);
    this.#makeRoom(timeMs);
    if (this.sequence !== undefined) this.#keepAtTurnEnd(seen);
    return true;
  }

  #add(seen: Seen): void {
    this.#remember(seen);
    this.#order.push(seen);
  }

  #remember(seen: Seen): void {
    this.#seen.set(seen.identity, seen);
    this.#bytes += bytesOf(seen.identity);
  }

  /** Drops the oldest identities while there are too many or they have expired. */
  #makeRoom(timeMs: number): void {
    for (; this.#first < this.#order.length; this.#first++) {
      const oldest = this.#order[this.#first];
      if (oldest.isForgotten) continue;
      const isFull = this.#seen.size > this.#options.size || this.#bytes > BYTES_MAX;
      if (!isFull && oldest.expiresAtMs > timeMs) break;
      this.#forget(oldest);
    }
    if (this.#order.length <= 2 * this.#seen.size + ORDER_SLACK) return;
    const isRemembered = ({ isForgotten }: Seen) => !isForgotten;
    this.#recoveredEnd = this.#order.slice(0, this.#recoveredEnd).filter(isRemembered).length;
    this.#order = this.#order.filter(isRemembered);
    this.#first = 0;
  }

  #forget(seen: Seen): void {
    seen.isForgotten = true;
    this.#seen.delete(seen.identity);
    this.#bytes -= bytesOf(seen.identity);
    if (seen.position !== NOT_STORED) this.sequence!.settle(seen.position);
  }

  // The store

  /**
   * Stores an identity at the end of the turn, after the message itself: a crash in between may cause a duplicate,
   * while in the opposite order the only copy would be lost. A confirm waits for both.
   */
  #keepAtTurnEnd(seen: Seen): void {
    this.#fresh.push(seen);
    if (this.#fresh.length === 1) this.#host!.turn.addQueue(this);
  }

  finishTurn(): void {
    for (const seen of this.#fresh.splice(0)) if (!seen.isForgotten) this.#store(seen);
  }

  #store(seen: Seen): void {
    const { messages, store } = this.#host!;
    const body = encoder.encode(seen.identity);
    const message = messages.create(ADDRESS, HEADER, 0, HEADER.length, body.length);
    messages.write(message, 0, body, 0, body.length);
    if (seen.expiresAtMs !== Infinity) messages.setTime(message, seen.expiresAtMs);
    seen.position = this.sequence!.nextPosition++;
    store.enqueue(messages.locate(message), [this.sequence!.id], [seen.position], 1);
    messages.release(message);
  }

  /** Recovers stored identities in the background; duplicates published meanwhile may pass. */
  recover({ count, nextPosition }: RecoveredQueue): void {
    this.sequence!.nextPosition = nextPosition;
    if (count > 0) this.sequence!.scan((block) => this.#recoverBlock(block));
  }

  #recoverBlock(block: StoredBlock): void {
    const { timeMs } = this.#host!;
    const recovered: Seen[] = [];
    while (block.next()) {
      const { position, bytes, offset, addressBytes, headerBytes, bodyBytes, time } = block;
      const start = offset + addressBytes + headerBytes;
      const identity = decoder.decode(bytes.subarray(start, start + bodyBytes));
      const expiresAtMs = time === 0 ? Infinity : time;
      if (expiresAtMs <= timeMs || this.#seen.has(identity)) this.sequence!.settle(position);
      else {
        const seen = { identity, expiresAtMs, position, isForgotten: false };
        this.#remember(seen);
        recovered.push(seen);
      }
    }
    const at = Math.max(this.#recoveredEnd, this.#first);
    this.#order.splice(at, 0, ...recovered);
    this.#recoveredEnd = at + recovered.length;
    this.#makeRoom(timeMs);
  }

  delete(): void {
    this.#seen.clear();
    this.#order = [];
    this.#first = 0;
    this.#fresh = [];
    this.sequence?.delete();
  }
}

const bytesOf = (identity: string): number => ENTRY_BYTES + identity.length * CODE_UNIT_BYTES;
