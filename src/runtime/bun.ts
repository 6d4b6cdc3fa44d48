import type { Address, Transport } from "../transport/transport.ts";
import { type LockFile, openLockedFolder, openLockedFolderToRead, programName } from "./files.ts";
import { LISTEN_REASONS, nodeServices, zlib } from "./node_process.ts";
import { type ClientTls, needsNodeFetch } from "./client_tls.ts";
import { checkClientTls } from "./client_tls_check.ts";
import { cipherSuitesOf } from "./cipher_suites.ts";
import { lateNodeFetch } from "./late_node_fetch.ts";
import { listenOnPipe, pipeFetcher } from "./named_pipe.ts";
import { platform } from "./platform.ts";
import { type Listener, ListenError, type Runtime, type SocketOptions } from "./runtime.ts";
import { type TlsAbilities, TlsContext } from "./tls_context.ts";
import { separateHandshakes } from "./tls_handshake.ts";
import { sendDatagram, SOCKET_LIBRARIES, type SocketLibrary } from "./notify_socket.ts";
import { closedError } from "./closed_error.ts";
import { socketAddress } from "./socket_address.ts";
import { listenOnPath } from "./unix_socket.ts";
import { listenTls } from "./tls_listener.ts";
import { lockFileOnWindows } from "./windows_lock.ts";

/** The parts of Bun's interface that are used here, so that this file also type-checks without Bun's types. */
declare const Bun: {
  readonly version: string;
  listen(options: BunHandlers & ({ hostname: string; port: number } | { unix: string })): BunListener;
};

declare const process: {
  readonly platform: string;
  readonly argv: readonly string[];
  readonly argv0: string;
  getBuiltinModule(name: "node:fs"): {
    readonly constants: { readonly O_RDONLY: number; readonly O_RDWR: number; readonly O_CREAT: number };
    openSync(path: string, flags: number, mode: number): number;
    closeSync(descriptor: number): void;
  };
  getBuiltinModule(name: "bun:ffi"): {
    dlopen(library: string, symbols: Record<string, { args: string[]; returns: string }>): {
      readonly symbols: Record<string, (...args: number[]) => number | bigint>;
    };
    ptr(bytes: Uint8Array): number;
    readonly read: { i32(pointer: number, offset: number): number };
  };
};

declare function setImmediate(callback: () => void): void;

interface BunHandlers {
  readonly allowHalfOpen: boolean;
  readonly socket: {
    readonly binaryType: "uint8array";
    open(socket: BunSocket): void;
    data(socket: BunSocket, chunk: Uint8Array): void;
    drain(socket: BunSocket): void;
    end(socket: BunSocket): void;
    close(socket: BunSocket, error?: Error): void;
  };
}

interface BunListener {
  readonly hostname: string;
  readonly port: number;
  stop(): void;
}

interface BunSocket {
  data: SocketTransport;
  readonly remoteAddress: string | undefined;
  readonly remotePort: number;
  readonly localAddress: string | undefined;
  readonly localPort: number;
  setNoDelay(noDelay: boolean): void;
  setKeepAlive(keepAlive: boolean): void;
  pause(): void;
  resume(): void;
  /** Returns the number of bytes that the kernel took; -1 when the socket is closed. */
  write(bytes: Uint8Array): number;
  /** Sends a FIN. */
  shutdown(): void;
  close(): void;
  /** Closes the socket with a reset. */
  terminate(): void;
}

const { constants, openSync, closeSync } = process.getBuiltinModule("node:fs");

const TLS: TlsAbilities = {
  name: "Bun",
  choosesCiphers: true,
  offers: ({ cipher, hash }) => cipher !== "3des_ede_cbc" && (hash === "aead" || hash === "sha"),
  handshakes: separateHandshakes,
};

const lock: LockFile = (path, options) => (process.platform === "win32" ? lockFileOnWindows : lockFile)(path, options);

/** HareMQ on Bun. */
export const bunRuntime: Runtime = {
  ...nodeServices,
  name: "Bun",
  version: Bun.version,
  args: process.argv.slice(2),
  programName: programName(process.argv0),
  listen,
  listenUnix: platform.hasPrivateSockets ? listenUnix : listenOnPipe,
  hasBacklog: false,
  listenTls: (address, options, handlers) => listenTls(listen, TLS, address, options, handlers),
  checkTls: (options) => void new TlsContext(options, TLS),
  cipherSuites: () => cipherSuitesOf(TLS),
  openFolder: (path) => openLockedFolder(path, lock),
  openFolderToRead: (path) => openLockedFolderToRead(path, lock),
  get crc32() {
    return zlib().crc32;
  },
  checkClientTls: (section, tls) => checkClientTls(section, tls, TLS),
  fetcher,
  socketFetcher: platform.hasPrivateSockets ? socketFetcher : pipeFetcher,
  sendDatagram: (path, text) => sendDatagram(socketLibrary(), path, text),
};

function socketFetcher(unix: string): (url: string, init: RequestInit) => Promise<Response> {
  return (url, init) => fetch(url, { ...init, unix } as RequestInit);
}

/** Returns a `fetch` with TLS options; requests with the system's authorities need none. */
function fetcher(
  tls: ClientTls,
  connectTimeoutMs?: number,
): (url: string, init: RequestInit) => Promise<Response> {
  if (connectTimeoutMs !== undefined || needsNodeFetch(tls)) return lateNodeFetch({ ...tls, connectTimeoutMs });
  if (tls.ca === undefined && tls.cert === undefined) return fetch;
  return (url, init) => fetch(url, { ...init, tls } as RequestInit);
}

// deno-lint-ignore require-await -- so that a thrown error becomes a rejection
async function listen(
  address: Address,
  accept: (transport: Transport) => void,
  options: SocketOptions = {},
): Promise<Listener> {
  let listener: BunListener;
  try {
    listener = Bun.listen({ hostname: address.host, port: address.port, ...handlers(accept, options) });
  } catch (error) {
    throw listenError(error as Error & { code?: string }, address);
  }
  return {
    address: { host: listener.hostname, port: listener.port },
    close: () => listener.stop(),
  };
}

function listenUnix(path: string, accept: (transport: Transport) => void): Promise<Pick<Listener, "close">> {
  return listenOnPath(path, (unix) => {
    const listener = Bun.listen({ unix, ...handlers(accept, undefined) });
    return { close: () => listener.stop() };
  });
}

const handlers = (accept: (transport: Transport) => void, options: SocketOptions | undefined): BunHandlers => ({
  allowHalfOpen: true,
  socket: {
    binaryType: "uint8array",
    open: (socket) => accept(socket.data = new SocketTransport(socket, options)),
    data: (socket, chunk) => socket.data.onData(chunk),
    drain: (socket) => socket.data.onDrain(),
    end: (socket) => socket.data.onEnd(),
    close: (socket, error) => socket.data.onClose(error),
  },
});

function listenError({ code = "", message }: Error & { code?: string }, address: Address): ListenError {
  return new ListenError(LISTEN_REASONS[code] ?? "other", address, message);
}

class SocketTransport implements Transport {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  readonly isDoneWithWritten = true;
  readonly peer: Address | undefined;
  readonly local: Address | undefined;
  readonly #socket: BunSocket;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #isWanted = false;
  #isPaused = true;
  #isReading = true;
  #isWriting = true;
  #unwritten: PendingWrite | undefined;

  /** @param options absent for a Unix-domain socket. */
  constructor(socket: BunSocket, options: SocketOptions | undefined) {
    socket.pause();
    this.#socket = socket;
    if (options !== undefined) {
      const { noDelay = true, keepAlive = false } = options;
      socket.setNoDelay(noDelay);
      if (keepAlive) socket.setKeepAlive(true);
      this.peer = socketAddress(socket.remoteAddress, socket.remotePort);
      this.local = socketAddress(socket.localAddress, socket.localPort);
    }
    this.readable = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => this.#resume(),
      cancel: () => this.#endReading(),
    }, { highWaterMark: 0 });
    this.writable = new WritableStream({
      write: (chunk) => this.#write(chunk),
      close: () => this.#endWriting(),
      abort: () => this.abort(),
    });
  }

  abort(): void {
    this.#socket.terminate();
  }

  onData(chunk: Uint8Array): void {
    if (!this.#isReading) return;
    const isUnasked = !this.#isWanted;
    this.#isWanted = false;
    this.#controller.enqueue(chunk);
    // A pause costs system calls, so the reader has until the end of this turn to ask for the next chunk.
    if (isUnasked) this.#pauseUnlessWanted();
    else setImmediate(this.#pauseUnlessWanted);
  }

  onDrain(): void {
    const unwritten = this.#unwritten;
    if (unwritten === undefined) return;
    const count = this.#socket.write(unwritten.bytes);
    if (count < 0) return;
    if (count < unwritten.bytes.length) {
      unwritten.bytes = unwritten.bytes.subarray(count);
    } else {
      this.#unwritten = undefined;
      unwritten.resolve();
    }
  }

  onEnd(): void {
    if (!this.#isReading) return;
    this.#controller.close();
    this.#endReading();
  }

  onClose(error?: Error): void {
    if (this.#isReading) {
      this.#isReading = false;
      if (error === undefined) this.#controller.close();
      else this.#controller.error(error);
    }
    this.#isWriting = false;
    this.#unwritten?.reject(error ?? closedError());
    this.#unwritten = undefined;
  }

  #resume(): void {
    this.#isWanted = true;
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#socket.resume();
  }

  readonly #pauseUnlessWanted = (): void => {
    if (this.#isWanted || this.#isPaused) return;
    this.#isPaused = true;
    this.#socket.pause();
  };

  #write(chunk: Uint8Array): Promise<void> | undefined {
    const count = this.#socket.write(chunk);
    if (count < 0) throw closedError();
    if (count === chunk.length) return;
    return new Promise((resolve, reject) => {
      this.#unwritten = { bytes: chunk.subarray(count), resolve, reject };
    });
  }

  #endWriting(): void {
    this.#isWriting = false;
    this.#socket.shutdown();
    if (!this.#isReading) this.#socket.close();
  }

  #endReading(): void {
    this.#isReading = false;
    if (!this.#isWriting) this.#socket.close();
  }
}

interface PendingWrite {
  bytes: Uint8Array;
  resolve(): void;
  reject(reason: Error): void;
}

const lockFile: LockFile = (path, { isToRead = false } = {}) => {
  const descriptor = openSync(path, isToRead ? constants.O_RDONLY : constants.O_RDWR | constants.O_CREAT, 0o600);
  let isLocked = false;
  try {
    isLocked = lockDescriptor(descriptor);
  } finally {
    if (!isLocked) closeSync(descriptor);
  }
  return isLocked ? () => closeSync(descriptor) : undefined;
};

/** Locks a file by flock(2), which Bun does not offer. Returns false when another process has the lock. */
function lockDescriptor(descriptor: number): boolean {
  const { dlopen, read } = process.getBuiltinModule("bun:ffi");
  for (const { name, errorPlace, wouldBlock } of SYSTEM_LIBRARIES) {
    let library;
    try {
      library = dlopen(name, {
        flock: { args: ["i32", "i32"], returns: "i32" },
        [errorPlace]: { args: [], returns: "ptr" },
      });
    } catch {
      continue;
    }
    const { flock, [errorPlace]: placeOfError } = library.symbols;
    if (flock(descriptor, LOCK_EX | LOCK_NB) === 0) return true;
    if (read.i32(Number(placeOfError()), 0) === wouldBlock) return false;
    break;
  }
  throw Object.assign(new Error("The file can't be locked"), { code: "NOLOCK" });
}

const LOCK_EX = 2;
const LOCK_NB = 4;

/** Libraries with flock(2), the function that returns the address of `errno`, and the number of EWOULDBLOCK. */
const SYSTEM_LIBRARIES = [
  { name: "libc.so.6", errorPlace: "__errno_location", wouldBlock: 11 },
  { name: "libc.musl-x86_64.so.1", errorPlace: "__errno_location", wouldBlock: 11 },
  { name: "libc.musl-aarch64.so.1", errorPlace: "__errno_location", wouldBlock: 11 },
  { name: "libSystem.B.dylib", errorPlace: "__error", wouldBlock: 35 },
];

/** Opens the library, as Bun has no datagrams on Unix-domain sockets. */
function socketLibrary(): SocketLibrary {
  const { dlopen, ptr } = process.getBuiltinModule("bun:ffi");
  for (const library of SOCKET_LIBRARIES) {
    let symbols;
    try {
      ({ symbols } = dlopen(library, {
        socket: { args: ["i32", "i32", "i32"], returns: "i32" },
        sendto: { args: ["i32", "ptr", "usize", "i32", "ptr", "u32"], returns: "i64" },
        close: { args: ["i32"], returns: "i32" },
      }));
    } catch {
      continue;
    }
    const { socket, sendto, close } = symbols;
    return {
      socket: (...values) => Number(socket(...values)),
      sendto: (descriptor, bytes, flags, address) =>
        Number(sendto(descriptor, ptr(bytes), bytes.length, flags, ptr(address), address.length)),
      close: (descriptor) => Number(close(descriptor)),
    };
  }
  throw new Error("This system has no library for sockets");
}
