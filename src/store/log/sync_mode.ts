/** Moment at which a confirm is given: see the README. */
export type SyncMode = "always" | "interval" | "never";
