/**
 * The outcome of a delivery: it is settled, returned to its queue, returned because its consumer has failed with it, or
 * dead-lettered.
 */
export type Outcome = "settle" | "requeue" | "fail" | "reject";
