import { resourceError } from "../../wire/error.ts";
import type { RecordOf } from "../../store/topology_record.ts";
import type { SequenceId } from "../../store/sequence.ts";

/** The ids that a broker may assign, and no other broker. */
export interface IdRange {
  readonly first: number;
  readonly last: number;
}

export const ALL_IDS: IdRange = { first: 1, last: 0xffffffff };

/** Number of ids reserved by one record. */
const RESERVED_TOGETHER = 1024;

/**
 * Assigns ids to sequences of messages. No id is ever assigned twice, not even that of a deleted sequence, as its
 * records may still exist somewhere. A record reserves ids before they are assigned, so that the next start, or the
 * next owner of the range, continues behind them.
 */
export class SequenceIds {
  readonly #range: IdRange;
  readonly #commit: (record: RecordOf<"ids.reserved">) => void;
  #next: number;
  /** Ids of transient sequences are negative. */
  #lastTransient = 0;
  /** Last reserved id of the range. */
  #reservedUpTo: number;

  constructor(range: IdRange, commit: (record: RecordOf<"ids.reserved">) => void) {
    this.#range = range;
    this.#commit = commit;
    this.#next = range.first;
    this.#reservedUpTo = range.first - 1;
  }

  /** Notes that ids of the range up to one have been reserved or assigned. Ids of other ranges are ignored. */
  taken(upTo: number): void {
    const { first, last } = this.#range;
    if (upTo < first || upTo > last) return;
    this.#next = Math.max(this.#next, upTo + 1);
    this.#reservedUpTo = Math.max(this.#reservedUpTo, upTo);
  }

  /** Returns an id for a sequence that neither the store nor another broker ever sees; no record reserves it. */
  nextTransient(): SequenceId {
    return --this.#lastTransient as SequenceId;
  }

  /** Returns the next id. Throws RESOURCE_ERROR when all are assigned. */
  next(): SequenceId {
    const { first, last } = this.#range;
    if (this.#next > last) {
      throw resourceError(`no id is left for another queue: all from ${first} to ${last} have been given`);
    }
    const id = this.#next++;
    if (id > this.#reservedUpTo) {
      this.#reservedUpTo = Math.min(last, id + RESERVED_TOGETHER - 1);
      this.#commit({ type: "ids.reserved", first, upTo: this.#reservedUpTo });
    }
    return id as SequenceId;
  }
}
