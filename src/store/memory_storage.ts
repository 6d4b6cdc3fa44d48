import { type Epoch, LOG_START, type LogPosition, NO_EPOCH } from "./log/position.ts";

/** A batch of a log in memory. */
interface KeptBatch {
  readonly position: LogPosition;
  readonly startsSection: boolean;
  /** Its records. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * The content of a log and of blocks in memory. It outlasts its owner: another one can take it over, and the one before is
 * refused from then on.
 */
export class MemoryStorage {
  /** The batches of the log, in order. */
  batches: KeptBatch[] = [];
  lastPosition: LogPosition = LOG_START;
  /** The objects of the blocks, by name. */
  readonly objects = new Map<string, Uint8Array>();
  #epoch = NO_EPOCH;

  /** The epoch of the owner. */
  get epoch(): Epoch {
    return this.#epoch;
  }

  /** Makes the caller the owner. Returns its epoch. */
  takeOver(): Epoch {
    return this.#epoch = this.#epoch + 1 as Epoch;
  }
}
