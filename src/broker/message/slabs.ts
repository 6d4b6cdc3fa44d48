import { resourceError } from "../../wire/error.ts";
import { assertEqual } from "../../wire/assert.ts";
import { locationOf, Slab, SLAB_BYTES, SLABS_MAX } from "./slab.ts";

/** Number of emptied slabs kept for the next messages, still warm in the processor's cache. */
const SPARE_SLABS_MAX = 48;
/**
 * Size of dead messages above which slabs are compacted, if it is also more than {@linkcode DEAD_PART_MAX} of the live
 * ones. In bytes.
 */
const DEAD_BYTES_MAX = 16 * 1024 * 1024;
const DEAD_PART_MAX = 0.25;
/**
 * Part of a slab's live size above which its dead size makes compacting it worthwhile. It is less than the limit for
 * all slabs together, so that some slab always is worthwhile while that is exceeded, whatever is dead in the slab that
 * is being filled.
 */
const DEAD_PART_WORTH = DEAD_PART_MAX / 2;

/** The memory of all messages: takes and frees room, and selects slabs to compact. */
export class Slabs {
  /** By slab index; `undefined` for an unused index. */
  readonly all: Slab[] = [];
  /** Size of all slabs in use. In bytes. */
  bytes = 0;
  /** Size of the used parts of all slabs. In bytes. */
  usedBytes = 0;
  /** Size of released and moved messages in them. In bytes. */
  deadBytes = 0;
  #current: Slab | null = null;
  readonly #freeIndexes: number[] = [];
  readonly #spare: Slab[] = [];
  /** Indexes of slabs to compact, the emptiest last. */
  #toCompact: number[] = [];

  /** Size of all held messages, overhead included. In bytes. */
  get liveBytes(): number {
    return this.usedBytes - this.deadBytes;
  }

  /** Returns a shared slab with room for a message. Throws RESOURCE_ERROR when there are too many slabs. */
  slabFor(bytes: number): Slab {
    const slab = this.#current;
    return slab !== null && slab.usedBytes + bytes <= SLAB_BYTES ? slab : this.#next();
  }

  /**
   * Makes a slab for one large message, of which `firstBytes` are allocated now. Throws RESOURCE_ERROR when there are too
   * many slabs.
   */
  ownSlab(firstBytes: number): Slab {
    return this.#add(new Slab(firstBytes, false));
  }

  /** Takes room in a slab, and returns its offset. */
  take(slab: Slab, bytes: number): number {
    const offset = slab.usedBytes;
    slab.usedBytes = offset + bytes;
    this.usedBytes += bytes;
    return offset;
  }

  /** Grows the slab of one large message to at least `bytes`. */
  growTo(slab: Slab, bytes: number): void {
    const before = slab.capacity;
    slab.growTo(bytes);
    this.bytes += slab.capacity - before;
  }

  /** Frees room in a slab. */
  free(slab: Slab, bytes: number): void {
    slab.deadBytes += bytes;
    this.deadBytes += bytes;
    if (slab.deadBytes === slab.usedBytes) this.emptied(slab);
  }

  #next(): Slab {
    const previous = this.#current;
    const slab = this.#add(this.#spare.pop() ?? new Slab(SLAB_BYTES, true));
    this.#current = slab;
    if (previous !== null && previous.liveBytes === 0) this.emptied(previous);
    return slab;
  }

  #add(slab: Slab): Slab {
    const index = this.#freeIndexes.pop() ?? this.all.length;
    if (index >= SLABS_MAX) throw resourceError("the broker holds too many messages to take in another one");
    slab.index = index;
    this.all[index] = slab;
    this.bytes += slab.capacity;
    return slab;
  }

  /** Frees or reuses a slab without live messages. */
  emptied(slab: Slab): void {
    this.usedBytes -= slab.usedBytes;
    this.deadBytes -= slab.deadBytes;
    slab.usedBytes = 0;
    slab.deadBytes = 0;
    if (slab === this.#current) return;
    this.bytes -= slab.capacity;
    this.all[slab.index] = undefined!;
    this.#freeIndexes.push(slab.index);
    if (slab.isShared && this.#spare.length < SPARE_SLABS_MAX) this.#spare.push(slab);
  }

  // Compaction

  /** True when dead messages take more memory than they may. */
  get isCompactionDue(): boolean {
    return this.deadBytes > DEAD_BYTES_MAX && this.deadBytes > this.liveBytes * DEAD_PART_MAX;
  }

  /** Returns the slab to compact next; `undefined` when there is none in this step. */
  nextToCompact(): Slab | undefined {
    if (this.#toCompact.length === 0) this.#toCompact = this.#worthCompacting();
    const index = this.#toCompact.pop();
    const slab = index === undefined ? undefined : this.all[index];
    // The index may have become another slab's since the list was made.
    return slab !== undefined && this.#isWorthCompacting(slab) ? slab : undefined;
  }

  #isWorthCompacting(slab: Slab): boolean {
    return slab.isShared && slab !== this.#current && slab.liveBytes * (1 + DEAD_PART_WORTH) < slab.usedBytes;
  }

  /** Returns their indexes, the emptiest last. */
  #worthCompacting(): number[] {
    const worth: number[] = [];
    this.all.forEach((slab, index) => {
      if (slab !== undefined && this.#isWorthCompacting(slab)) worth.push(index);
    });
    return worth.sort((a, b) => this.all[b].liveBytes - this.all[a].liveBytes);
  }

  /** Moves a message out of a shared slab, and returns its new location. */
  move(from: Slab, offset: number, bytes: number): number {
    const to = this.slabFor(bytes);
    const newOffset = this.take(to, bytes);
    to.bytes.set(from.bytes.subarray(offset, offset + bytes), newOffset);
    from.deadBytes += bytes;
    this.deadBytes += bytes;
    return locationOf(to, newOffset);
  }

  /** Throws `AssertionError` when a size is wrong, given the live bytes found in each slab. */
  checkCounts(liveBytesOf: ReadonlyMap<Slab, number>): void {
    let [usedBytes, deadBytes, bytes] = [0, 0, 0];
    this.all.forEach((slab, index) => {
      if (slab === undefined) return;
      assertEqual(`live bytes of slab ${index}`, slab.liveBytes, liveBytesOf.get(slab) ?? 0);
      usedBytes += slab.usedBytes;
      deadBytes += slab.deadBytes;
      bytes += slab.capacity;
    });
    assertEqual("used bytes", this.usedBytes, usedBytes);
    assertEqual("dead bytes", this.deadBytes, deadBytes);
    assertEqual("bytes of slabs", this.bytes, bytes);
  }
}
