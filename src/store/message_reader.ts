import type { Position, SequenceId } from "./sequence.ts";
import type { StoredBlock } from "./block.ts";
import type { ValueFilter } from "./value_filter.ts";

/** Messages of a sequence that follow one another, and are read at once. */
export interface BlockExtent {
  /** The positions of its first and last message, whether these are settled or not. */
  readonly first: Position;
  readonly last: Position;
  /** Times at which the broker took the first one, and the last one of which that is kept; 0 where it is not. */
  readonly firstTime: number;
  readonly lastTime: number;
  /** Number of messages it was written with, and of those the queue still has. */
  readonly count: number;
  readonly liveCount: number;
  /** Size of the bodies of all of them, settled or not. In bytes. */
  readonly bodyBytes: number;
  /** Size of all of them on disk. In bytes. */
  readonly bytes: number;
  /** Their filter values, for blocks of streams. */
  readonly values: ValueFilter | undefined;
}

/** Reads messages back, block by block, and tells where which ones are. */
export interface MessageReader {
  /** Returns the position before which a queue's messages can be read back, so that they may leave memory. */
  readableUpTo(queueId: SequenceId): Position;
  /**
   * Reads the messages that come next in a queue, from a position below {@linkcode readableUpTo} on: as many as lie together.
   * Resolves to `undefined` when there are none. Rejects when they can't be read, or are broken.
   */
  read(queueId: SequenceId, from: Position): Promise<StoredBlock | undefined>;
  /**
   * Returns the blocks that can be read back of a queue, in order, as they are until the next call. A caller that settles
   * whole blocks frees their space on disk.
   */
  blocks(queueId: SequenceId): readonly BlockExtent[];
  /**
   * Returns the size of the bodies of messages that can be read back from a position on, in bytes: exact for whole blocks,
   * and in proportion for parts of them. It looks at each block.
   */
  bodyBytesFrom(queueId: SequenceId, position: Position): number;
  /** Returns the position of the first message that a queue has, readable or not; `undefined` when it has none. */
  firstPosition(queueId: SequenceId): Position | undefined;
  /**
   * Returns the position of the first message of the first block whose last one is not older than a time; `undefined` when
   * all readable messages are older. Only for queues whose messages have times that never fall.
   */
  positionAt(queueId: SequenceId, time: number): Position | undefined;
}
