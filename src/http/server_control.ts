/** A limit of bytes, or a part of the machine's memory. */
export type ByteLimit = { readonly absolute: number } | { readonly relative: number };

/** Changes of a running server that only its own program can make. They last until it stops. */
export interface ServerControl {
  /** Stops the server, after this turn. */
  stop(): void;
  /** Names of the levels of the log, by rising severity. */
  readonly logLevels: readonly string[];
  /** Sets the lowest level that is logged, in place of the configured ones. */
  setLogLevel(level: string): Promise<void>;
  /** Sets the memory for messages above which publishers are blocked. */
  setMemoryLimit(limit: ByteLimit): void;
  /** Sets the free disk space below which publishers are blocked. */
  setDiskFreeLimit(limit: ByteLimit): void;
}
