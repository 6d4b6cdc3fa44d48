/**
 * What becomes of a delivery: it is forgotten, goes back to its queue, goes back because its consumer has failed with it,
 * or is dead-lettered.
 */
export type Outcome = "settle" | "requeue" | "fail" | "reject";
