/** Moment at which a confirm is given: see docs/durability.md. */
export type SyncMode = "always" | "interval" | "never";
