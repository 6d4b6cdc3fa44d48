/** The process that a broker runs in, as far as it may be asked about. */
export interface ServerProcess {
  /** Name and version of the runtime, for example `Deno 2.5.0`. */
  readonly platform: string;
  /** Returns the time since the process started. In milliseconds. */
  uptimeMs(): number;
  /** Returns the resident memory of the process. In bytes. */
  residentBytes(): number;
  /** Returns the memory of the garbage collector. In bytes; `totalBytes` includes what is free in it. */
  heap(): { readonly usedBytes: number; readonly totalBytes: number };
  /** Returns the processor time that the process has taken. In seconds. */
  cpuSeconds(): number;
  /** Resolves to the files and sockets that the process has open; to `undefined` where the system does not tell. */
  openFiles(): Promise<OpenFiles | undefined>;
  /** Resolves to the free space of the disk with the broker's data. In bytes. Absent where there is no disk. */
  freeDiskBytes?(): Promise<number>;
  /** Free space below which publishers are blocked. In bytes. */
  readonly diskFreeLimitBytes?: number;
}

/** Files and sockets that a process has open. */
export interface OpenFiles {
  /** Their number. */
  readonly count: number;
  /** Limit of the process; `Infinity` for none. */
  readonly max: number;
}
