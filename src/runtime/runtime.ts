import { type Phrase, phrase } from "../phrase/phrase.ts";
import type { CipherSuites } from "../transport/cipher_suite.ts";
import type { Address, Transport } from "../transport/transport.ts";
import type { Files } from "../store/files.ts";
import type { OpenFiles } from "./open_files.ts";
import type { HeapUsage } from "./process_usage.ts";
import type { ClientTls } from "./client_tls.ts";
import type { TlsHandlers, TlsListenOptions, TlsOptions } from "./tls_options.ts";

/** The services that the server needs from its runtime. Each runtime has one file here that provides them. */
export interface Runtime {
  /** For example `"Deno"`. */
  readonly name: string;
  readonly version: string;
  /** Arguments behind the program's name. */
  readonly args: readonly string[];
  /** Name by which the program was called; that of the runtime when it runs the source. */
  readonly programName: string;
  /** Id of the process. */
  readonly pid: number;
  /** Returns the time since the process started. In milliseconds. */
  uptimeMs(): number;
  /** Returns the resident memory of the process. In bytes. */
  residentBytes(): number;
  /** Returns the size of the runtime's heap. */
  heapUsage(): HeapUsage;
  /** Returns the processor time that the process has taken. In seconds. */
  cpuSeconds(): number;
  /** Resolves to the files and sockets that the process has open; to `undefined` where the system does not tell. */
  openFiles(): Promise<OpenFiles | undefined>;
  /** Returns the machine's memory, or the part that the process may use. In bytes. */
  totalMemoryBytes(): number;
  /** Accepts TCP connections, with TCP_NODELAY. Rejects with {@linkcode ListenError}. Port 0 takes a free one. */
  listen(address: Address, accept: (transport: Transport) => void, options?: SocketOptions): Promise<Listener>;
  /**
   * Accepts connections on a Unix-domain socket of this path, which only this process's user may use, and removes one
   * that a killed process has left. On Windows a named pipe stands in for it, which a file of this path names. Rejects with {@linkcode UnixSocketError} where that is impossible.
   */
  listenUnix(path: string, accept: (transport: Transport) => void): Promise<Pick<Listener, "close">>;
  /** True when {@linkcode SocketOptions.backlog} has an effect. */
  readonly hasBacklog: boolean;
  /**
   * Accepts TCP connections, and passes on those with a completed TLS handshake. Rejects with {@linkcode ListenError},
   * and with {@linkcode TlsOptionsError} for options that can't be used here.
   */
  listenTls(address: Address, options: TlsListenOptions, handlers: TlsHandlers): Promise<TlsListener>;
  /** Throws {@linkcode TlsOptionsError} for options that can't be used here, or with invalid files. */
  checkTls(options: TlsOptions): void;
  /** Returns the cipher suites of TLS that listeners have here. */
  cipherSuites(): CipherSuites;
  /**
   * Makes a folder if it does not exist, and opens it for this process alone. Rejects with {@linkcode FolderInUseError}
   * while another process has it open, and with {@linkcode FolderNotUsableError} when it can't be created, written
   * to or locked.
   */
  openFolder(path: string): Promise<LockedFolder>;
  /**
   * Opens a folder for reading while no other process uses it. Rejects with {@linkcode FolderInUseError}, and with
   * {@linkcode FolderNotUsableError} when it does not exist or can't be read.
   */
  openFolderToRead(path: string): Promise<LockedFolder>;
  /** Returns the CRC-32 of bytes; with `previous`, that of earlier bytes and these together. */
  crc32(bytes: Uint8Array, previous?: number): number;
  /** Reads a file as text. Throws when it can't be read. */
  readTextFile(path: string): string;
  /** Returns the bytes of a file. Throws when it can't be read, or is larger than `maxBytes`. */
  readFile(path: string, maxBytes: number): Uint8Array;
  /** True when there is a folder of this path. */
  isFolder(path: string): boolean;
  /** Returns a private key in PEM format without its password. Throws when it can't be read with that. */
  decryptKey(key: string, password: string): string;
  /**
   * Throws {@linkcode TlsOptionsError} for TLS options of a section of keys, such as `auth_http.ssl_options`, that can't
   * be used here.
   */
  checkClientTls(section: string, tls: ClientTls): void;
  /** Returns a `fetch` that uses these for TLS, and gives up connecting after a time in milliseconds. */
  fetcher(tls: ClientTls, connectTimeoutMs?: number): (url: string, init: RequestInit) => Promise<Response>;
  /**
   * Returns a `fetch` whose requests go to a Unix-domain socket, or what stands in for it, whatever host their URL names.
   */
  socketFetcher(path: string): (url: string, init: RequestInit) => Promise<Response>;
  /** Returns the names of everything in a folder except folders; none when it does not exist. */
  listFolder(path: string): readonly string[];
  /** Sends a text to a Unix-domain socket for datagrams. Throws when it can't be sent. */
  sendDatagram(path: string, text: string): void;
  /** Returns the name of an IP address, as the system looks it up. Rejects when it has none. */
  hostNameOf(address: string): Promise<string>;
  /** Name of the machine, without its domain. */
  hostname(): string;
  /** Returns the value of an environment variable, if it is set. */
  environment(name: string): string | undefined;
  /** Folder of the machine's configuration, if there is one. */
  readonly configFolder: string | undefined;
  /**
   * Calls `handler` on SIGINT and SIGTERM, on Windows on Ctrl-C, Ctrl-Break and the end of the window, instead of ending
   * the process. Returns a function that undoes that.
   */
  onStopSignal(handler: (signal: string) => void): () => void;
  /** Calls `handler` on SIGHUP, instead of ending the process. Windows has no such signal. */
  onReloadSignal(handler: () => void): void;
  /** Writes text to standard output or standard error, in the background. Rejects when nobody can read it. */
  write(stream: "stdout" | "stderr", text: string): Promise<void>;
  /** Returns whether a stream goes to a terminal. */
  isTerminal(stream: "stdout" | "stderr"): boolean;
  /** Writes a line to standard output or standard error, at once. */
  writeLine(stream: "stdout" | "stderr", line: string): void;
  /** Ends the process. */
  exit(code: number): never;
}

/** Options of a listener, and of the sockets that it accepts. */
export interface SocketOptions {
  /** Sends small packets at once, by TCP_NODELAY. Default: true. */
  readonly noDelay?: boolean;
  /** Makes the system check whether idle peers are still there. Default: false. */
  readonly keepAlive?: boolean;
  /** Number of connections that may wait to be accepted. Default: the runtime's. */
  readonly backlog?: number;
}

export interface Listener {
  /** With the actual port. */
  readonly address: Address;
  /** Stops accepting; accepted connections stay open. */
  close(): void;
}

/** The reason why a Unix-domain socket can't be made; `message` is a clause. */
export class UnixSocketError extends Error {
  override name = "UnixSocketError";
}

export interface TlsListener extends Listener {
  /** Uses other options from the next handshake on. Throws {@linkcode TlsOptionsError}, and keeps the old ones. */
  use(options: TlsOptions): void;
}

export interface LockedFolder {
  readonly files: Files;
  /** Unlocks the folder for others. The end of the process unlocks it too. */
  unlock(): void;
}

/** The reason why an address could not be listened on; `message` is a sentence for the person who chose it. */
export class ListenError extends Error {
  /** Name of the class. */
  override name = "ListenError";
  /** What is wrong with the address. */
  readonly reason: "in use" | "not permitted" | "not available" | "other";
  /** @internal */
  readonly text: Phrase;
  readonly #address: Address;
  readonly #detail: string;

  /** @internal */
  constructor(reason: ListenError["reason"], address: Address, detail: string, setting = "--port") {
    const host = address.host.includes(":") ? `[${address.host}]` : address.host;
    const text = SENTENCES[reason](`${host}:${address.port}`, detail, setting);
    super(String(text));
    this.text = text;
    this.reason = reason;
    this.#address = address;
    this.#detail = detail;
  }

  /** Returns an error whose sentence names another flag or key for the port. */
  withSetting(setting: string): ListenError {
    return new ListenError(this.reason, this.#address, this.#detail, setting);
  }
}

type Sentence = (address: string, detail: string, setting: string) => Phrase;

const SENTENCES: Readonly<Record<ListenError["reason"], Sentence>> = {
  "in use": (address, _, setting) =>
    phrase`Cannot listen on ${address}: another program is using that port. Stop it, or choose another one, with ${setting} or in the configuration.`,
  "not permitted": (address, _, setting) =>
    phrase`Cannot listen on ${address}: this user is not permitted to. Choose a port above 1023, with ${setting} or in the configuration.`,
  "not available": (address) =>
    phrase`Cannot listen on ${address}: no network interface of this machine has that address. Choose another one, with --host or in the configuration.`,
  "other": (address, detail) => phrase`Cannot listen on ${address}: ${detail}`,
};

export { FolderInUseError, FolderNotUsableError } from "./folder_error.ts";
export {
  type PemFile,
  type TlsHandlers,
  type TlsListenOptions,
  type TlsOptions,
  TlsOptionsError,
  type TlsRefusal,
} from "./tls_options.ts";
