/** The part of a Durable Object's storage (Cloudflare Workers: SQLite-backed Durable Objects) that is used here. */
export interface DurableObjectStorage {
  /** The object's database. */
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

/** A value of a column, or one that is bound to a query. */
export type SqlValue = ArrayBuffer | string | number | null;
/** A row of a result, by the names of its columns. */
export type SqlRow = Record<string, SqlValue>;

/** The database of a Durable Object. */
export interface SqlStorage {
  /** Carries out a query, with values for its `?`. */
  exec(query: string, ...bindings: readonly (SqlValue | Uint8Array)[]): { toArray(): SqlRow[] };
  /** Size of the database. In bytes. */
  readonly databaseSize: number;
}
