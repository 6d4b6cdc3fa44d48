import type { Batch } from "./batch.ts";
import type { LogPosition } from "./position.ts";

/** A batch as it was read. Its records lie between two offsets of `bytes`, which are good until the next one is read. */
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
 * An append-only sequence of batches with one writer. It is opened, read once from the position up to which everything is
 * known to its end, and then appended to. What was told to be durable is there for the next writer, in order and once; of
 * what was not, any first part may be.
 */
export interface Log {
  /** How many batches should be under way at once. */
  readonly window: number;
  /** The position of the last batch that is durable. All before it are too. */
  readonly durable: LogPosition;
  /** Less than {@linkcode durable} where that does not wait for the disk: up to here all survives a power loss. */
  readonly synced: LogPosition;
  /** Where the next section begins at the earliest. All that was appended, which must be durable, is before it. */
  readonly end: LogPosition;
  /** Why the last attempt to append failed, while it is tried again. */
  readonly failure: Error | undefined;
  /** Why there is no room for another section, while there is none. Trimming makes room. */
  readonly shortage: Error | undefined;

  /** Tells who is to be called. To be called once, before the first {@linkcode append}. */
  listen(events: LogEvents): void;
  /** Appends a batch behind all others. The first one of this writer begins a section. */
  append(batch: Batch): void;
  /** Reads what is durable, from a position on and up to before another one. One at a time. */
  read(from: LogPosition, before?: LogPosition): AsyncIterable<ReadBatch>;
  /** Gives up all batches before the beginning of a section, soon. Nobody reads them any more. */
  trim(before: LogPosition): void;
  /** Resolves when nothing is under way. Nothing more is appended; what was not durable may not be there. */
  close(): Promise<void>;
}
