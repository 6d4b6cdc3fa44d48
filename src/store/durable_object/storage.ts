/** The part of a Durable Object's storage (Cloudflare Workers: SQLite-backed Durable Objects) that is used here. */
export interface DurableObjectStorage {
  readonly sql: SqlStorage;
  /** Makes all changes or none. What is changed is seen at once, and safe later. */
  transactionSync<Result>(change: () => Result): Result;
  /** Resolves when all changes so far are safe, with the copies that the platform keeps elsewhere. */
  sync(): Promise<void>;
  /** Resolves to the time at which the object is called next, in milliseconds since 1970; `null` for none. */
  getAlarm(): Promise<number | null>;
  /** Sets that time, in place of an earlier one. Part of the changes of this turn. */
  setAlarm(atMs: number): Promise<void>;
}

export type SqlValue = ArrayBuffer | string | number | null;
export type SqlRow = Record<string, SqlValue>;

export interface SqlStorage {
  exec(query: string, ...bindings: readonly (SqlValue | Uint8Array)[]): { toArray(): SqlRow[] };
  /** In bytes. */
  readonly databaseSize: number;
}
