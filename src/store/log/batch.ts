import { type LogPosition, NO_POSITION } from "./position.ts";

/** Size of a disk's sector. Batches begin at multiples of it, so that writing one never touches another. In bytes. */
export const SECTOR_BYTES = 512;
export const sectorAligned = (bytes: number): number => Math.ceil(bytes / SECTOR_BYTES) * SECTOR_BYTES;

/**
 * Maximum size of a batch, with what a log puts before its records. In bytes. A batch is one message of a replicated log,
 * whose 1 MiB counts the headers too, and it is so large that its sync costs little more than its writing.
 */
export const BATCH_BYTES_MAX = 1024 * 1024 - 4096;
/** Room before the records, for the log that the batch goes to. In bytes. */
export const HEADROOM_BYTES = 48;

/**
 * Records that are appended, and become durable, together. They are written into the memory that the log sends, so a message
 * is copied once. A batch must not change between its append and the event that it is durable.
 */
export class Batch {
  readonly capacityBytes: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView;
  /** Offset of the next record. Records begin at {@linkcode HEADROOM_BYTES}. */
  length = HEADROOM_BYTES;
  /** True when the log may be trimmed before this batch: only before such ones. */
  startsSection = false;
  /** Number of its last record, by the count of who gathers them. */
  lastRecord = 0;
  /** Time of its append, by `performance.now`. In milliseconds. */
  appendedAtMs = 0;
  /** Position in the log, which the log sets before it tells that the batch is durable. */
  position: LogPosition = NO_POSITION;

  /** @param capacityBytes maximum size with the headroom. */
  constructor(capacityBytes: number) {
    this.capacityBytes = capacityBytes;
    // Its head may begin anywhere in the headroom; and a copy in whole words may touch what is behind the last byte.
    this.bytes = new Uint8Array(sectorAligned(capacityBytes) + HEADROOM_BYTES);
    this.view = new DataView(this.bytes.buffer);
  }

  get isEmpty(): boolean {
    return this.length === HEADROOM_BYTES;
  }

  hasRoomFor(bytes: number): boolean {
    return this.length + bytes <= this.capacityBytes;
  }

  clear(): void {
    this.length = HEADROOM_BYTES;
    this.startsSection = false;
    this.position = NO_POSITION;
  }
}
