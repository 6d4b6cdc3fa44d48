import type { Address, Transport } from "../transport/transport.ts";
import { type LockFile, openLockedFolder, openLockedFolderToRead, programName, writeAll } from "./files.ts";
import { type ClientTls, needsNodeFetch } from "./client_tls.ts";
import { checkClientTls } from "./client_tls_check.ts";
import { cipherSuitesOf } from "./cipher_suites.ts";
import { lateNodeFetch } from "./late_node_fetch.ts";
import { listenOnPipe, pipeFetcher } from "./named_pipe.ts";
import { platform } from "./platform.ts";
import { sharedServices } from "./shared_services.ts";
import { type Listener, ListenError, type Runtime, type SocketOptions } from "./runtime.ts";
import { type TlsAbilities, TlsContext } from "./tls_context.ts";
import { sharedHandshakes } from "./tls_handshake.ts";
import { sendDatagram, SOCKET_LIBRARIES, type SocketLibrary } from "./notify_socket.ts";
import { socketAddress } from "./socket_address.ts";
import { listenOnPath } from "./unix_socket.ts";
import { listenTls } from "./tls_listener.ts";

/** The parts of Deno's interface that are used here, so that this file also type-checks without Deno's types. */
declare const Deno: {
  readonly version: { readonly deno: string };
  readonly args: readonly string[];
  readonly stdout: DenoOutput;
  readonly stderr: DenoOutput;
  createHttpClient(options: {
    caCerts?: string[];
    cert?: string;
    key?: string;
    proxy?: { transport: "unix"; path: string };
  }): unknown;
  memoryUsage(): { readonly rss: number };
  hostname(): string;
  systemMemoryInfo(): { readonly total: number };
  addSignalListener(signal: string, handler: () => void): void;
  removeSignalListener(signal: string, handler: () => void): void;
  listen(options: { hostname: string; port: number; tcpBacklog?: number }): DenoListener;
  listen(options: { transport: "unix"; path: string }): DenoListener;
  dlopen(library: string, symbols: Record<string, { parameters: string[]; result: string }>): {
    readonly symbols: Record<string, (...values: (number | bigint | Uint8Array)[]) => number | bigint>;
  };
  openSync(path: string, options: { read: boolean; write: boolean; create: boolean; mode: number }): DenoFile;
  exit(code: number): never;
};

declare const process: {
  readonly argv0: string;
  constrainedMemory(): number;
  getBuiltinModule(name: "node:zlib"): Pick<Runtime, "crc32">;
};

interface DenoFile {
  /** Locks by flock(2), and returns whether that was possible. */
  tryLockSync(exclusive: boolean): boolean;
  close(): void;
}

interface DenoOutput {
  write(bytes: Uint8Array): Promise<number>;
  writeSync(bytes: Uint8Array): number;
}

interface DenoListener {
  readonly addr: DenoAddress;
  accept(): Promise<DenoSocket>;
  close(): void;
}

interface DenoSocket {
  readonly remoteAddr: DenoAddress;
  readonly localAddr: DenoAddress;
  setNoDelay(noDelay: boolean): void;
  setKeepAlive(keepAlive: boolean): void;
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  closeWrite(): Promise<void>;
  close(): void;
}

interface DenoAddress {
  /** Absent for a Unix-domain socket. */
  readonly hostname?: string;
  readonly port: number;
}

const TLS: TlsAbilities = {
  name: "Deno",
  choosesCiphers: false,
  offers: ({ keyExchange, cipher }) => keyExchange.startsWith("ecdhe") && /^aes_\d+_gcm$|^chacha20/.test(cipher),
  handshakes: sharedHandshakes,
};

/** HareMQ on Deno. */
export const denoRuntime: Runtime = {
  ...sharedServices,
  name: "Deno",
  version: Deno.version.deno,
  args: Deno.args,
  programName: programName(process.argv0),
  residentBytes: () => Deno.memoryUsage().rss,
  totalMemoryBytes,
  listen,
  listenUnix: platform.hasPrivateSockets ? listenUnix : listenOnPipe,
  hasBacklog: true,
  listenTls: (address, options, handlers) => listenTls(listen, TLS, address, options, handlers),
  checkTls: (options) => void new TlsContext(options, TLS),
  cipherSuites: () => cipherSuitesOf(TLS),
  openFolder: (path) => openLockedFolder(path, lockFile),
  openFolderToRead: (path) => openLockedFolderToRead(path, lockFile),
  /** Loaded late, as that takes longer than the rest of the start. */
  get crc32() {
    return process.getBuiltinModule("node:zlib").crc32;
  },
  onStopSignal,
  onReloadSignal(handler) {
    for (const signal of platform.reloadSignals) Deno.addSignalListener(signal, handler);
  },
  checkClientTls: (section, tls) => checkClientTls(section, tls, TLS),
  fetcher,
  socketFetcher: platform.hasPrivateSockets ? socketFetcher : pipeFetcher,
  /** Does not use `node:fs`, which would block the process while nobody reads. */
  write: (stream, text) => writeAll(text, (bytes) => Deno[stream].write(bytes)),
  sendDatagram: (path, text) => sendDatagram(socketLibrary(), path, text),
  hostname: () => Deno.hostname().replace(/\..*/, ""),
  writeLine,
  exit: (code) => Deno.exit(code),
};

/** Returns a `fetch` with TLS options; requests with the system's authorities need no client of their own. */
function fetcher(
  tls: ClientTls,
  connectTimeoutMs?: number,
): (url: string, init: RequestInit) => Promise<Response> {
  if (connectTimeoutMs !== undefined || needsNodeFetch(tls)) return lateNodeFetch({ ...tls, connectTimeoutMs });
  const { ca, cert, key } = tls;
  if (ca === undefined && cert === undefined) return fetch;
  const client = Deno.createHttpClient({ caCerts: ca === undefined ? undefined : [ca], cert, key });
  return (url, init) => fetch(url, { ...init, client } as RequestInit);
}

function socketFetcher(path: string): (url: string, init: RequestInit) => Promise<Response> {
  const client = Deno.createHttpClient({ proxy: { transport: "unix", path } });
  return (url, init) => fetch(url, { ...init, client } as RequestInit);
}

// deno-lint-ignore require-await -- so that a thrown error becomes a rejection
async function listen(
  address: Address,
  accept: (transport: Transport) => void,
  options: SocketOptions = {},
): Promise<Listener> {
  // Deno 2.9 opens a descriptor for signals late, and panics when none is left: open it now.
  onStopSignal(() => {})();
  let listener: DenoListener;
  try {
    listener = Deno.listen({ hostname: address.host, port: address.port, tcpBacklog: options.backlog });
  } catch (error) {
    throw listenError(error as Error, address);
  }
  let isClosed = false;
  acceptAll(listener, options, accept, () => isClosed);
  return {
    address: addressOf(listener.addr)!,
    close() {
      if (isClosed) return;
      isClosed = true;
      listener.close();
    },
  };
}

function listenUnix(path: string, accept: (transport: Transport) => void): Promise<Pick<Listener, "close">> {
  return listenOnPath(path, (path) => {
    const listener = Deno.listen({ transport: "unix", path });
    let isClosed = false;
    acceptAll(listener, undefined, accept, () => isClosed);
    return {
      close() {
        isClosed = true;
        listener.close();
      },
    };
  });
}

async function acceptAll(
  listener: DenoListener,
  options: SocketOptions | undefined,
  accept: (transport: Transport) => void,
  isClosed: () => boolean,
) {
  while (!isClosed()) {
    let transport: SocketTransport;
    try {
      transport = new SocketTransport(await listener.accept(), options);
    } catch {
      // Out of file descriptors, or the peer is gone already: wait for others to close.
      await new Promise((resolve) => setTimeout(resolve, ACCEPT_RETRY_MS));
      continue;
    }
    accept(transport);
  }
}

const ACCEPT_RETRY_MS = 20;

function listenError({ name, message }: Error, address: Address): ListenError {
  return new ListenError(REASONS[name] ?? "other", address, message);
}

const REASONS: Readonly<Record<string, ListenError["reason"]>> = {
  AddrInUse: "in use",
  PermissionDenied: "not permitted",
  AddrNotAvailable: "not available",
};

const NO_BYTES = new Uint8Array(0);

class SocketTransport implements Transport {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  readonly isDoneWithWritten = true;
  readonly #socket: DenoSocket;
  #buffer = new Uint8Array(READ_BYTES.idle);
  #lastReadBytes = 0;
  #isReading = true;
  #isWriting = true;
  #isClosed = false;

  /** @param options absent for a Unix-domain socket. */
  constructor(socket: DenoSocket, options: SocketOptions | undefined) {
    if (options !== undefined) {
      const { noDelay = true, keepAlive = false } = options;
      socket.setNoDelay(noDelay);
      if (keepAlive) socket.setKeepAlive(true);
    }
    this.#socket = socket;
    this.readable = new ReadableStream({
      pull: (controller) => this.#read(controller),
      cancel: () => this.#endReading(),
    }, { highWaterMark: 0 });
    this.writable = new WritableStream({
      write: (chunk) => this.#write(chunk),
      close: () => this.#endWriting(),
      abort: () => this.abort(),
    });
  }

  get peer(): Address | undefined {
    return addressOf(this.#socket.remoteAddr);
  }

  get local(): Address | undefined {
    return addressOf(this.#socket.localAddr);
  }

  abort(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#isReading = this.#isWriting = false;
    this.#dropBuffer();
    this.#socket.close();
  }

  async #read(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    let count: number | null = null;
    this.#buffer = bufferFor(this.#lastReadBytes, this.#buffer);
    try {
      if (this.#isReading) count = await this.#socket.read(this.#buffer);
    } catch (error) {
      if (!this.#isClosed) {
        this.abort();
        throw error;
      }
    }
    if (count === null) {
      this.#endReading();
      controller.close();
    } else {
      this.#lastReadBytes = count;
      controller.enqueue(this.#buffer.subarray(0, count));
    }
  }

  async #write(chunk: Uint8Array): Promise<void> {
    let written = await this.#socket.write(chunk);
    while (written < chunk.length) written += await this.#socket.write(chunk.subarray(written));
  }

  async #endWriting(): Promise<void> {
    try {
      await this.#socket.closeWrite();
    } catch (error) {
      this.abort();
      throw error;
    }
    if (this.#isReading) this.#isWriting = false;
    else this.abort();
  }

  #dropBuffer(): void {
    if (this.#buffer.length === READ_BYTES.flooded) largeBuffers--;
    this.#buffer = NO_BYTES;
  }

  #endReading(): void {
    this.#dropBuffer();
    if (this.#isWriting) this.#isReading = false;
    else this.abort();
  }
}

/**
 * Returns the smallest buffer that the last read would not have filled. So an idle connection holds little, and one
 * that sends much is read in large chunks, while there are not too many of those.
 */
function bufferFor(lastReadBytes: number, buffer: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const { idle, busy, flooded } = READ_BYTES;
  let size = lastReadBytes < idle ? idle : lastReadBytes < busy ? busy : flooded;
  if (size === buffer.length) return buffer;
  if (buffer.length === flooded) {
    largeBuffers--;
    if (spareBuffers.length < MOST_SPARE_BUFFERS) spareBuffers.push(buffer);
  }
  if (size === flooded && largeBuffers >= MOST_LARGE_BUFFERS) size = busy;
  if (size === buffer.length) return buffer;
  if (size !== flooded) return new Uint8Array(size);
  largeBuffers++;
  return spareBuffers.pop() ?? new Uint8Array(size);
}

const READ_BYTES = { idle: 512, busy: 16 * 1024, flooded: 128 * 1024 };
/** Maximum number of large buffers: those of a thousand publishers would take 128 MB. */
const MOST_LARGE_BUFFERS = 128;
const MOST_SPARE_BUFFERS = 16;
const spareBuffers: Uint8Array<ArrayBuffer>[] = [];
let largeBuffers = 0;

/** Returns an address, `undefined` for that of a Unix-domain socket. An IPv4 peer of an IPv6 socket keeps its own. */
function addressOf({ hostname, port }: DenoAddress): Address | undefined {
  if (hostname === undefined) return undefined;
  return socketAddress(hostname, port);
}

function totalMemoryBytes(): number {
  return Math.min(Deno.systemMemoryInfo().total, process.constrainedMemory() || Infinity);
}

const lockFile: LockFile = (path, { isToRead = false } = {}) => {
  const file = Deno.openSync(path, { read: true, write: !isToRead, create: !isToRead, mode: 0o600 });
  let isLocked = false;
  try {
    isLocked = file.tryLockSync(true);
  } catch (cause) {
    throw Object.assign(new Error("The file can't be locked", { cause }), { code: "NOLOCK" });
  } finally {
    if (!isLocked) file.close();
  }
  return isLocked ? () => file.close() : undefined;
};

function onStopSignal(handler: (signal: string) => void): () => void {
  const listeners = platform.stopSignals.map((signal) => ({ signal, listener: () => handler(signal) }));
  for (const { signal, listener } of listeners) Deno.addSignalListener(signal, listener);
  return () => {
    for (const { signal, listener } of listeners) Deno.removeSignalListener(signal, listener);
  };
}

/** Opens the library, as Deno has no datagrams on Unix-domain sockets without a flag. */
function socketLibrary(): SocketLibrary {
  for (const library of SOCKET_LIBRARIES) {
    let symbols;
    try {
      ({ symbols } = Deno.dlopen(library, {
        socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
        sendto: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"], result: "isize" },
        close: { parameters: ["i32"], result: "i32" },
      }));
    } catch {
      continue;
    }
    const { socket, sendto, close } = symbols;
    return {
      socket: (...values) => Number(socket(...values)),
      sendto: (descriptor, bytes, flags, address) =>
        Number(sendto(descriptor, bytes, BigInt(bytes.length), flags, address, address.length)),
      close: (descriptor) => Number(close(descriptor)),
    };
  }
  throw new Error("This system has no library for sockets");
}

function writeLine(stream: "stdout" | "stderr", line: string): void {
  const bytes = new TextEncoder().encode(`${line}\n`);
  for (let written = 0; written < bytes.length;) {
    try {
      written += Deno[stream].writeSync(bytes.subarray(written));
    } catch (error) {
      // A full pipe that somebody has set to non-blocking: try again. A pipe without a reader: the line is dropped.
      if ((error as Error).name !== "WouldBlock") return;
    }
  }
}
