/** Number of messages in a block. */
const BLOCK = 65_536;
const BLOCK_BYTES = BLOCK / 8;

interface Block {
  readonly bits: Uint8Array;
  count: number;
}

/**
 * What has come from one queue, by whichever of its consumers: a bit for each message, until 65,536 in a row are
 * complete.
 */
export class Arrivals {
  readonly #publishers: readonly Numbers[];

  constructor(publishers: number) {
    this.#publishers = Array.from({ length: publishers }, () => new Numbers());
  }

  /** Notes a publisher's message. Returns false when it came before. */
  note(publisher: number, number: number): boolean {
    return this.#publishers[publisher].note(number);
  }

  /** Returns the number of different messages of a publisher. */
  count(publisher: number): number {
    return this.#publishers[publisher].count;
  }
}

/** Counts of what is wrong with the messages of a consumer. */
export interface Disorder {
  /** Number of messages that came before an earlier one of the same publisher. */
  outOfOrder: number;
  /** Number of messages that came again. */
  repeated: number;
}

/**
 * Notes a message of a queue that other consumers may share.
 *
 * @param highest number behind the highest one of each publisher, at `at` for this one.
 */
export function noteArrival(
  disorder: Disorder,
  arrivals: Arrivals,
  highest: Float64Array,
  at: number,
  publisher: number,
  number: number,
): void {
  if (!arrivals.note(publisher, number)) disorder.repeated++;
  else if (number < highest[at]) disorder.outOfOrder++;
  else highest[at] = number + 1;
}

class Numbers {
  count = 0;
  /** Blocks with gaps, by their index. */
  readonly #blocks = new Map<number, Block>();
  /** Complete blocks: all before this one… */
  #floor = 0;
  /** …and these. */
  readonly #complete = new Set<number>();

  note(number: number): boolean {
    const index = Math.floor(number / BLOCK);
    if (index < this.#floor || this.#complete.has(index)) return false;
    let block = this.#blocks.get(index);
    if (block === undefined) this.#blocks.set(index, block = { bits: new Uint8Array(BLOCK_BYTES), count: 0 });
    const at = number % BLOCK >> 3;
    const bit = 1 << (number & 7);
    if ((block.bits[at] & bit) !== 0) return false;
    block.bits[at] |= bit;
    this.count++;
    if (++block.count === BLOCK) this.#forget(index);
    return true;
  }

  #forget(index: number): void {
    this.#blocks.delete(index);
    this.#complete.add(index);
    while (this.#complete.delete(this.#floor)) this.#floor++;
  }
}
