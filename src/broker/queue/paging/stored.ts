import type { Message } from "../../message/messages.ts";
import { Positioned } from "./positioned.ts";

/**
 * The messages of a queue that left memory: how many there are and from where on they are to be read back. Those that were
 * read wait here, with their positions, for there may be gaps between these. So does a message that the store does not
 * have, until those before it are back.
 */
export class StoredMessages {
  /** All, in memory or not. */
  count = 0;
  /** From where on messages are to be read back, and the position behind the last of them. */
  from = 0;
  upTo = 0;
  /** How many of them are not in memory. */
  absentCount = 0;
  /** Size of the bodies of those. In bytes. After a start it is what the store knows: an estimate where blocks have gaps. */
  absentBytes = 0;
  readonly #loaded = new Positioned();
  /** Messages that the store does not have. Made for the first one. */
  #kept: Positioned | undefined;
  /** How many came with the last block. */
  #lastLoadedCount = 0;
  #redeliveredBefore = 0;

  /** How many of them are back. */
  get loadedCount(): number {
    return this.#loaded.count;
  }
  get isNextRedelivered(): boolean {
    return this.#loaded.count > 0 && this.#loaded.position < this.#redeliveredBefore;
  }
  /** The position of the next message, which must be loaded. */
  get nextPosition(): number {
    return this.#loaded.position;
  }
  /** The next message, which must be loaded. */
  get nextMessage(): Message {
    return this.#loaded.first;
  }
  /** Calls `visit` with all that are in memory. */
  forEach(visit: (message: Message) => void): void {
    this.#loaded.forEach(visit);
    this.#kept?.forEach(visit);
  }
  /** No message is before this position. */
  get firstPosition(): number {
    return this.#loaded.count > 0 ? this.#loaded.position : this.from;
  }

  /** Whether it is time to read more: so little is left of what was read that a consumer may soon have to wait. */
  get isRunningLow(): boolean {
    return this.absentCount > 0 && this.#loaded.count * 2 <= this.#lastLoadedCount;
  }

  recover(count: number, bodyBytes: number, upTo: number, redeliveredBefore: number): void {
    this.count = this.absentCount = count;
    this.absentBytes = bodyBytes;
    this.upTo = upTo;
    this.#redeliveredBefore = redeliveredBefore;
  }

  shift(): Message {
    this.count--;
    return this.#loaded.shift();
  }

  /** Messages from a position on are going to leave memory. */
  begin(position: number): void {
    if (this.absentCount === 0) this.from = position;
  }
  /** The next message, with a body of so many bytes, has left memory. */
  add(bodyBytes: number): void {
    this.count++;
    this.absentCount++;
    this.absentBytes += bodyBytes;
  }
  /** The next message can't leave memory. */
  keep(message: Message, position: number): void {
    this.count++;
    this.#kept ??= new Positioned();
    this.#kept.push(message, position);
  }
  /** Messages up to a position have left memory. */
  end(position: number): void {
    this.upTo = position;
    if (this.absentCount === 0) this.#takeKept(position);
  }

  /** A message is back, with a body of so many bytes. Those that come back come in order. */
  load(message: Message, position: number, bodyBytes: number): void {
    this.#takeKept(position);
    this.#loaded.push(message, position);
    this.absentCount--;
    this.absentBytes = this.absentCount === 0 ? 0 : Math.max(0, this.absentBytes - bodyBytes);
  }
  /** All up to a position are back that are still there. */
  loaded(position: number, count: number): void {
    this.#lastLoadedCount = count;
    this.from = Math.max(this.from, position);
    this.#takeKept(this.absentCount === 0 ? this.upTo : this.from);
  }

  #takeKept(upTo: number): void {
    const kept = this.#kept;
    if (kept === undefined) return;
    while (kept.count > 0 && kept.position < upTo) {
      const { position } = kept;
      this.#loaded.push(kept.shift(), position);
    }
  }

  /** Forgets all, and lets go of those in memory. */
  clear(release: (message: Message) => void): void {
    this.#takeKept(Infinity);
    while (this.#loaded.count > 0) release(this.#loaded.shift());
    this.count = this.absentCount = this.absentBytes = 0;
    this.from = this.upTo;
  }
}
