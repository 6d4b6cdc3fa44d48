import type { Address, Transport } from "../transport/transport.ts";
import type { Files } from "../store/files.ts";
import type { TlsHandlers, TlsListenOptions, TlsOptions } from "./tls_options.ts";

/** What the server needs of the program that runs it. Each runtime has one file here that gives it. */
export interface Runtime {
  /** Such as `"Deno"`. */
  readonly name: string;
  readonly version: string;
  /** The arguments behind the program's name. */
  readonly args: readonly string[];
  /** The number of the process. */
  readonly pid: number;
  /** Milliseconds since the process started. */
  uptimeMs(): number;
  /** How much of the machine's memory the process holds, in bytes. */
  residentBytes(): number;
  /** The machine's memory (or what of it the process may use), in bytes. */
  totalMemoryBytes(): number;
  /** Accepts TCP connections, with TCP_NODELAY. Rejects with {@linkcode ListenError}. Port 0 takes a free one. */
  listen(address: Address, accept: (transport: Transport) => void, options?: SocketOptions): Promise<Listener>;
  /** Whether {@linkcode SocketOptions.backlog} has an effect. */
  readonly hasBacklog: boolean;
  /**
   * Accepts TCP connections, and hands over those on which the TLS handshake is done. Rejects with {@linkcode ListenError},
   * and with {@linkcode TlsOptionsError} for options that can't be used here.
   */
  listenTls(address: Address, options: TlsListenOptions, handlers: TlsHandlers): Promise<TlsListener>;
  /** Throws {@linkcode TlsOptionsError} for options that can't be used here, or whose files are not what they are to be. */
  checkTls(options: TlsOptions): void;
  /**
   * Makes a folder where there is none, and opens it for this process alone. Rejects with {@linkcode FolderInUseError} while
   * another has it open, and with {@linkcode FolderNotUsableError} when it can't be made, written or locked.
   */
  openFolder(path: string): Promise<LockedFolder>;
  /**
   * Opens a folder to be read only, while no other process uses it. Rejects with {@linkcode FolderInUseError}, and with
   * {@linkcode FolderNotUsableError} when it is not there or can't be read.
   */
  openFolderToRead(path: string): Promise<LockedFolder>;
  /** The CRC-32 of bytes, or of what `previous` is the CRC-32 of and these bytes behind it. */
  crc32(bytes: Uint8Array, previous?: number): number;
  /** What is in a file, as text. Throws when it can't be read. */
  readTextFile(path: string): string;
  /** Returns the bytes of a file. Throws when it can't be read, or is larger than `maxBytes`. */
  readFile(path: string, maxBytes: number): Uint8Array;
  /** True when there is a folder of this path. */
  isFolder(path: string): boolean;
  /** Returns a `fetch` that uses these for TLS. */
  fetcher(tls: ClientTls): (url: string, init: RequestInit) => Promise<Response>;
  /** The names of what is in a folder but other folders; none where there is no such folder. */
  listFolder(path: string): readonly string[];
  /** Name of the machine, without its domain. */
  hostname(): string;
  /** The value of an environment variable, where it is set. */
  environment(name: string): string | undefined;
  /** Calls `handler` on SIGINT and SIGTERM, instead of ending the process. Returns what takes that back. */
  onStopSignal(handler: (signal: string) => void): () => void;
  /** Calls `handler` on SIGHUP, instead of ending the process. */
  onReloadSignal(handler: () => void): void;
  /** Writes text to standard output or standard error, beside what the program does. Rejects when nobody can read it. */
  write(stream: "stdout" | "stderr", text: string): Promise<void>;
  /** Whether somebody watches a stream at a terminal. */
  isTerminal(stream: "stdout" | "stderr"): boolean;
  /** Writes a line to standard output or standard error, at once. */
  writeLine(stream: "stdout" | "stderr", line: string): void;
  /** Ends the process. */
  exit(code: number): never;
}

/** Certificates and keys of a client of TLS, in PEM format. What is left out is the runtime's own, or none. */
export interface ClientTls {
  /** The authorities that servers are verified by. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Options of a listener, and of the sockets that it accepts. */
export interface SocketOptions {
  /** Sends small packets at once, by TCP_NODELAY. Default: true. */
  readonly noDelay?: boolean;
  /** Has the system look whether idle peers are still there. Default: false. */
  readonly keepAlive?: boolean;
  /** Number of connections that may wait to be accepted. Default: the runtime's. */
  readonly backlog?: number;
}

export interface Listener {
  /** With the port that was taken. */
  readonly address: Address;
  /** Accepts no more; accepted connections go on. */
  close(): void;
}

export interface TlsListener extends Listener {
  /** Uses other options from the next handshake on. Throws {@linkcode TlsOptionsError}, and goes on with what it has. */
  use(options: TlsOptions): void;
}

export interface LockedFolder {
  readonly files: Files;
  /** Lets others open the folder. It also is unlocked when the process ends, however that ends. */
  unlock(): void;
}

/** Why an address could not be listened on; `message` is a sentence for the person who chose it. */
export class ListenError extends Error {
  override name = "ListenError";
  readonly reason: "in use" | "not permitted" | "not available" | "other";

  constructor(reason: ListenError["reason"], address: Address, detail: string) {
    const host = address.host.includes(":") ? `[${address.host}]` : address.host;
    super(SENTENCES[reason](`${host}:${address.port}`, detail));
    this.reason = reason;
  }
}

const SENTENCES: Readonly<Record<ListenError["reason"], (address: string, detail: string) => string>> = {
  "in use": (address) =>
    `Cannot listen on ${address}: another program is using that port. Stop it, or choose another one, with --port or in the configuration.`,
  "not permitted": (address) =>
    `Cannot listen on ${address}: this user is not permitted to. Choose a port above 1023, with --port or in the configuration.`,
  "not available": (address) =>
    `Cannot listen on ${address}: no network interface of this machine has that address. Choose another one, with --host or in the configuration.`,
  "other": (address, detail) => `Cannot listen on ${address}: ${detail}`,
};

export { FolderInUseError, FolderNotUsableError } from "./folder_error.ts";
export {
  type Refusal,
  type TlsHandlers,
  type TlsListenOptions,
  type TlsOptions,
  TlsOptionsError,
} from "./tls_options.ts";
