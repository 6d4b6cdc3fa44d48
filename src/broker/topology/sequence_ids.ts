import { resourceError } from "../../wire/error.ts";
import type { RecordOf } from "../../store/topology_record.ts";

/** The ids that a broker may give. No other one gives any of them. */
export interface IdRange {
  readonly first: number;
  readonly last: number;
}

export const ALL_IDS: IdRange = { first: 1, last: 0xffffffff };

/** Ids reserved by one record. */
const RESERVED_TOGETHER = 1024;

/**
 * Gives sequences of messages their ids, each once and for all: not even the id of a sequence that is gone is given again,
 * for its records may still be somewhere. A record reserves ids before they are given, so that the next start, or the
 * range's next owner, goes on behind them.
 */
export class SequenceIds {
  readonly #range: IdRange;
  readonly #commit: (record: RecordOf<"ids.reserved">) => void;
  #next: number;
  /** Ids of what is transient are below 0. */
  #lastTransient = 0;
  /** All ids of the range up to this one are reserved. */
  #reservedUpTo: number;

  constructor(range: IdRange, commit: (record: RecordOf<"ids.reserved">) => void) {
    this.#range = range;
    this.#commit = commit;
    this.#next = range.first;
    this.#reservedUpTo = range.first - 1;
  }

  /** Notes that ids of the range up to one have been reserved, or given. Ids of other ranges are not of interest. */
  taken(upTo: number): void {
    const { first, last } = this.#range;
    if (upTo < first || upTo > last) return;
    this.#next = Math.max(this.#next, upTo + 1);
    this.#reservedUpTo = Math.max(this.#reservedUpTo, upTo);
  }

  /** An id for what the store never hears of: no other broker does either, and no record reserves it. */
  nextTransient(): number {
    return --this.#lastTransient;
  }

  /** Throws RESOURCE_ERROR when all are given. */
  next(): number {
    const { first, last } = this.#range;
    if (this.#next > last) {
      throw resourceError(`no id is left for another queue: all from ${first} to ${last} have been given`);
    }
    const id = this.#next++;
    if (id > this.#reservedUpTo) {
      this.#reservedUpTo = Math.min(last, id + RESERVED_TOGETHER - 1);
      this.#commit({ type: "ids.reserved", first, upTo: this.#reservedUpTo });
    }
    return id;
  }
}
