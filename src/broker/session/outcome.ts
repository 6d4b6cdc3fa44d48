/**
 * The outcome of a delivery: settled, returned to its queue, returned because its consumer has failed, or
 * dead-lettered.
 */
export type Outcome = "settle" | "requeue" | "fail" | "reject";
