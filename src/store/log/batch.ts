import { type LogPosition, NO_POSITION } from "./position.ts";

/** Batches begin at multiples of a disk's sector, so that writing one never touches another. In bytes. */
export const SECTOR_BYTES = 512;
export const sectorAligned = (bytes: number): number => Math.ceil(bytes / SECTOR_BYTES) * SECTOR_BYTES;

/**
 * Most that a batch takes, with what a log puts before its records. In bytes. It is one message of a replicated log, whose
 * 1 MiB counts the headers too, and large enough that a sync of it costs little more than the writing.
 */
export const BATCH_BYTES_MAX = 1024 * 1024 - 4096;
/** Room before the records, for the log that the batch goes to. In bytes. */
export const HEADROOM_BYTES = 48;

/**
 * Records that are appended, and become durable, together. They are written where the log sends them from: a message is
 * copied once. Who appends a batch leaves it alone until the log is done with it.
 */
export class Batch {
  readonly capacityBytes: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView;
  /** Where the next record goes. Records begin at {@linkcode HEADROOM_BYTES}. */
  length = HEADROOM_BYTES;
  /** The log may be trimmed before it, and before others of this kind only. */
  startsSection = false;
  /** The number of its last record, for whoever gathered them. */
  lastRecord = 0;
  /** Where it is in the log. The log sets it before it tells that the batch is durable. */
  position: LogPosition = NO_POSITION;

  /** @param capacityBytes the most that it takes, with its headroom. */
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
