import type { Batch } from "./batch.ts";
import type { LogPosition } from "./position.ts";

/** A batch that was read. Its records lie between two offsets of `bytes`, which are valid until the next one is read. */
export interface ReadBatch {
  readonly position: LogPosition;
  readonly startsSection: boolean;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly start: number;
  readonly end: number;
}

/** Callbacks of a log. */
export interface LogEvents {
  /** {@linkcode Log.durable} or {@linkcode Log.synced} has risen. Never called within {@linkcode Log.append}. */
  durable(): void;
  /** {@linkcode Log.failure} or {@linkcode Log.shortage} has changed. */
  pressure(): void;
  /** Another writer has taken the log over: nothing more becomes durable. Called once, and not within `append`. */
  fenced(): void;
}

/** Drops all events. */
export const NO_LOG_EVENTS: LogEvents = { durable: () => {}, pressure: () => {}, fenced: () => {} };

/**
 * An append-only sequence of batches with one writer. It is opened, read once from a known position to its end, and then
 * appended to. The next writer finds all batches that were told to be durable, in order and once, and any first part of the
 * others. A writer that was replaced is refused: nothing that it appends is there for others.
 */
export interface Log {
  /** Number of batches that should be in progress at once. */
  readonly window: number;
  /** Position of the last durable batch. All before it are durable too. */
  readonly durable: LogPosition;
  /** Position up to which all survives a power loss: less than {@linkcode durable} where that does not wait for the disk. */
  readonly synced: LogPosition;
  /** First position that the next section can have. All batches, which must be durable, are before it. */
  readonly end: LogPosition;
  /** Reason why the last attempt to append failed, while it is retried. */
  readonly failure: Error | undefined;
  /** Reason why there is no room for another section, while there is none. Trimming makes room. */
  readonly shortage: Error | undefined;

  /** Sets the callbacks. Must be called once, before the first {@linkcode append}. */
  listen(events: LogEvents): void;
  /** Appends a batch behind all others. The first one of this writer begins a section. */
  append(batch: Batch): void;
  /** Reads the durable batches from a position on and up to before another one. One read at a time. */
  read(from: LogPosition, before?: LogPosition): AsyncIterable<ReadBatch>;
  /** Drops all batches before the beginning of a section, soon. They are not read any more. */
  trim(before: LogPosition): void;
  /** Resolves when nothing is in progress. Nothing more is appended; batches that were not durable may be lost. */
  close(): Promise<void>;
}
