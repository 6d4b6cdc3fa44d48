declare const brand: unique symbol;

/** The position of a batch in a log. Positions rise from one batch to the next, though not always by one. */
export type LogPosition = number & { readonly [brand]: "position in a log" };
/** The position before all batches. */
export const LOG_START = 0 as LogPosition;
/** The position behind all batches. */
export const LOG_END = Infinity as LogPosition;
/** No position in a log. */
export const NO_POSITION = -1 as LogPosition;

/** The number of a log's owner among all its owners. A newer owner has a higher one. */
export type Epoch = number & { readonly [brand]: "epoch" };
/** The epoch before the first owner. */
export const NO_EPOCH = 0 as Epoch;
