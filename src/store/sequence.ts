declare const brand: unique symbol;

/**
 * The id of a sequence of messages: from 1 on, less than 2^32, and never that of two. A transient sequence, of which no
 * store knows, has a negative one. A plain number may be one; a {@linkcode Position} may not.
 */
export type SequenceId = number & { readonly [brand]?: "sequence id" };

/** No sequence. */
export const NO_SEQUENCE = 0 as SequenceId;

/**
 * The position of a message in its sequence: from 0 on, less than 2^48. Positions of a sequence rise. A plain number may be
 * one; a {@linkcode SequenceId} may not.
 */
export type Position = number & { readonly [brand]?: "position in a sequence" };

/** Reads an id from a record or a block. */
export const readSequenceId = (view: DataView, at: number): SequenceId => view.getUint32(at, true) as SequenceId;
