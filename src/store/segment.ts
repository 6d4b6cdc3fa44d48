import type { BlockHead } from "./block.ts";
import type { ValueFilter } from "./value_filter.ts";
import type { SequenceId } from "./sequence.ts";

const PREFIX = "segment-";
export const segmentName = (id: number): string => `${PREFIX}${String(id).padStart(10, "0")}`;
/** Returns the id in a segment's name; `undefined` for any other name. */
export const segmentId = (name: string): number | undefined => {
  const id = Number(name.slice(PREFIX.length));
  // A person may have put a copy beside it.
  return segmentName(id) === name ? id : undefined;
};

/** A segment file. */
export class Segment {
  readonly id: number;
  /** Size of its blocks. In bytes. */
  readonly bytes: number;
  /** Number of blocks that still have messages. */
  blockCount = 0;
  /** Number of reads in progress. */
  readerCount = 0;

  constructor(id: number, entries: readonly IndexEntry[]) {
    this.id = id;
    this.bytes = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get name(): string {
    return segmentName(this.id);
  }
}

/** Place and properties of a block, known without reading it. */
export interface IndexEntry extends BlockHead {
  readonly offset: number;
  /** Size of the bodies of its messages. In bytes. */
  readonly bodyBytes: number;
  /** Times of its first message, and of the last one of which that is kept; 0 where it is not. */
  readonly firstTime: number;
  readonly lastTime: number;
  /** Filter values of a stream's messages. */
  readonly values: ValueFilter | undefined;
}

/** Messages in the form that they have in blocks, gathered in any order of queues. */
export interface Gathered {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** By queue: offsets of its messages, in the order of their positions; a negative number ends a block. */
  readonly queues: ReadonlyMap<SequenceId, readonly number[]>;
}

/** Mark of the end of a block in the list of a queue's messages. */
export const END_OF_BLOCK = -1;
