/** What a confirm promises: see the README. */
export type SyncMode = "always" | "interval" | "never";
