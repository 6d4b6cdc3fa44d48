/**
 * Size of the head of a record, of which journal and snapshot consist: its length in bytes (32 bits), its type (8 bits),
 * flags (8 bits) and a number (16 bits). Numbers are little-endian; a position takes 48 bits. In bytes.
 */
export const RECORD_HEAD_BYTES = 8;

/** The types from 16 on are those of `record_types.ts`. */
export const RECORD = {
  /** A message that came into queues: {@linkcode ENQUEUED_AT}, its queues, its time if it has one, its content. */
  enqueued: 1,
  /** A part of the content of the next message, which is too large for one batch. */
  content: 2,
  /** A queue is done with a range of positions. */
  settled: 3,
  /** A queue has delivered all positions before one. */
  delivered: 4,
  /** Segments that came and segments that are gone. */
  segments: 5,
  /** The first record of a snapshot. */
  snapshotStarted: 7,
  /** State of a queue, without its messages' content. */
  queueState: 8,
  /** Positions at which a queue has messages, as runs. */
  liveRuns: 9,
  /** The last record of a snapshot. */
  snapshotEnded: 10,
  /** A message was returned, with its delivery count. */
  returned: 11,
  /** Delivery counts of a queue's messages, as pairs of position and count. */
  deliveryCounts: 12,
} as const;

/** The content of a message is in the records before it. */
export const FLAG_CONTENT_BEFORE = 1;

/** Offsets of the parts of `enqueued`. The number in its head is that of its queues. */
export const ENQUEUED_AT = { headerBytes: 8, bodyBytes: 12, marks: 16, queues: 20 } as const;
/** A queue of `enqueued`: its id (32 bits), the position (48), and 16 bits to spare. */
export const ENQUEUED_QUEUE_BYTES = 12;
/** Queues that share one record. For more of them the message is written again. */
export const ENQUEUED_QUEUES_MAX = 32768;

/**
 * Where the parts lie of records about a position of a queue: `settled`, for which it is the first one of a `count` of 48
 * bits; `delivered`, for which it is the one behind the last; and `returned`, with a `count` of 32 bits.
 */
export const POSITION_AT = { queueId: 8, position: 12, count: 18 } as const;
export const SETTLED_BYTES = 24;
export const DELIVERED_BYTES = 20;
export const RETURNED_BYTES = 24;

/** To read and write numbers in bytes. */
export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** Writes a number of up to 48 bits. */
export function setUint48(view: DataView, at: number, value: number): void {
  view.setUint32(at, value, true);
  view.setUint16(at + 4, value > 0xffffffff ? Math.floor(value / 0x100000000) : 0, true);
}

export const getUint48 = (view: DataView, at: number): number =>
  view.getUint32(at, true) + view.getUint16(at + 4, true) * 0x100000000;

export function setRecordHead(view: DataView, at: number, length: number, type: number, flags = 0, number = 0): void {
  view.setUint32(at, length, true);
  view.setUint32(at + 4, type | flags << 8 | number << 16, true);
}

export const recordBytes = (view: DataView, at: number): number => view.getUint32(at, true);
export const recordType = (view: DataView, at: number): number => view.getUint8(at + 4);
export const recordFlags = (view: DataView, at: number): number => view.getUint8(at + 5);
export const recordNumber = (view: DataView, at: number): number => view.getUint16(at + 6, true);
