declare const brand: unique symbol;

/** The place of a batch in a log. Places rise from one batch to the next, though not always by one. */
export type LogPosition = number & { readonly [brand]: "position in a log" };
/** Before all batches. */
export const LOG_START = 0 as LogPosition;
/** No place in a log. */
export const NO_POSITION = -1 as LogPosition;

/** The number of a log's owner among all that it had. A newer owner has a higher one. */
export type Epoch = number & { readonly [brand]: "epoch" };
