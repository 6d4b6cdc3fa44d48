import type { CipherSuites } from "../transport/cipher_suite.ts";
import type { ServerProcess } from "./server_process.ts";

/** A limit of bytes, or a part of the machine's memory. */
export type ByteLimit = { readonly absolute: number } | { readonly relative: number };

/** A server, as far as its commands show it. */
export interface ServerDescription {
  /** Version of HareMQ. */
  readonly version: string;
  /** Id of the process. */
  readonly pid: number;
  readonly process: ServerProcess;
  /** Folder for everything durable; absent when it is kept in memory. */
  readonly dataFolder?: string;
  readonly configFiles: readonly string[];
  readonly logFiles: readonly string[];
}

/** What a server's TLS can do, whatever is configured. */
export interface TlsAbilities extends CipherSuites {
  /** Versions of TLS, the latest first. */
  readonly versions: readonly string[];
}

/** Settings of a running server. */
export interface RunningSettings {
  /**
   * Returns the effective value of a key, for some a list of names; `undefined` when it has none. The value of a secret is
   * absent.
   */
  get(name: string): { readonly value?: string | readonly string[] } | undefined;
  /** Sets a key until the server stops or its configuration is reloaded. Returns the reason when that is refused. */
  set(name: string, value: string | readonly string[]): Promise<string | undefined>;
}

/** Changes of a running server that only its own program can make. They last until it stops. */
export interface ServerControl {
  describe(): ServerDescription;
  /** Stops the server, after this turn. */
  stop(): void;
  /** Names of the levels of the log, by rising severity. */
  readonly logLevels: readonly string[];
  /** Sets the lowest level that is logged, in place of the configured ones. */
  setLogLevel(level: string): Promise<void>;
  /** Absent where the server has no configuration of its own. */
  readonly settings?: RunningSettings;
  /** Stops or begins to listen for clients, other than those of HTTP. Rejects when an address can't be listened on. */
  setListening(isListening: boolean): Promise<void>;
  /** Returns what TLS can do here. */
  tls(): TlsAbilities;
  /** Sets the memory for messages above which publishers are blocked. */
  setMemoryLimit(limit: ByteLimit): void;
  /** Sets the free disk space below which publishers are blocked. */
  setDiskFreeLimit(limit: ByteLimit): void;
}
