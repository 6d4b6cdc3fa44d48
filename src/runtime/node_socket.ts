import type { Address, Transport } from "../transport/transport.ts";
import { closedError } from "./closed_error.ts";
import type { Listener, SocketOptions } from "./runtime.ts";
import { socketAddress } from "./socket_address.ts";

/** The parts of Node's interface that are used here, so that this file also type-checks without Node's types. */
declare const process: {
  getBuiltinModule(name: "node:net"): {
    createServer(options: NodeServerOptions, accept: (socket: NodeSocket) => void): NodeServer;
  };
};

declare function setImmediate(callback: () => void): void;

interface NodeServerOptions {
  readonly allowHalfOpen: true;
  readonly pauseOnConnect: true;
  readonly highWaterMark: number;
  readonly noDelay?: boolean;
  readonly keepAlive?: boolean;
}

interface NodeServer {
  readonly listening: boolean;
  listen(options: { host: string; port: number; backlog?: number } | { path: string }): void;
  address(): { readonly address: string; readonly port: number };
  on(event: "listening", handler: () => void): void;
  on(event: "error", handler: (error: SystemError) => void): void;
  close(): void;
}

interface NodeSocket {
  readonly remoteAddress?: string;
  readonly remotePort?: number;
  readonly localAddress?: string;
  readonly localPort?: number;
  /** Number of bytes that the kernel has not taken yet. */
  readonly writableLength: number;
  on(event: "data", handler: (chunk: Uint8Array<ArrayBuffer>) => void): void;
  on(event: "end" | "drain" | "close", handler: () => void): void;
  on(event: "error", handler: (error: SystemError) => void): void;
  pause(): void;
  resume(): void;
  write(bytes: Uint8Array): boolean;
  /** Sends a FIN. */
  end(done: (error?: Error | null) => void): void;
  destroy(): void;
}

export type SystemError = Error & { readonly code?: string };

/** Returns a server whose sockets keep nothing in memory beyond a chunk, read or written. */
export function createServer(accept: (transport: Transport) => void, options: SocketOptions | undefined): NodeServer {
  const { createServer } = process.getBuiltinModule("node:net");
  const { noDelay = true, keepAlive = false } = options ?? {};
  return createServer(
    { allowHalfOpen: true, pauseOnConnect: true, highWaterMark: 1, ...options && { noDelay, keepAlive } },
    (socket) => accept(new SocketTransport(socket, options !== undefined)),
  );
}

/** Resolves when a server listens, and rejects when it can't. Later errors are of connections that were not accepted. */
export function listening(server: NodeServer): Promise<void> {
  return new Promise((resolve, reject) => {
    server.on("listening", resolve);
    server.on("error", reject);
  });
}

/** Listens on a Unix-domain socket or a named pipe of Windows. */
export async function listenAt(path: string, accept: (transport: Transport) => void): Promise<Pick<Listener, "close">> {
  const server = createServer(accept, undefined);
  server.listen({ path });
  await listening(server);
  return { close: () => server.close() };
}

class SocketTransport implements Transport {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  readonly isDoneWithWritten = true;
  readonly peer: Address | undefined;
  readonly local: Address | undefined;
  readonly #socket: NodeSocket;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #isWanted = false;
  #isPaused = true;
  #isReading = true;
  #isWriting = true;
  #error: Error | undefined;
  #unwritten: { resolve(): void; reject(reason: Error): void } | undefined;

  constructor(socket: NodeSocket, hasAddress: boolean) {
    this.#socket = socket;
    if (hasAddress) {
      this.peer = socketAddress(socket.remoteAddress, socket.remotePort);
      this.local = socketAddress(socket.localAddress, socket.localPort);
    }
    socket.on("data", (chunk) => this.#onData(chunk));
    socket.on("end", () => this.#onEnd());
    socket.on("drain", () => this.#onDrain());
    socket.on("error", (error) => this.#error = error);
    socket.on("close", () => this.#onClose());
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
    this.#socket.destroy();
  }

  #onData({ buffer, byteOffset, length }: Uint8Array<ArrayBuffer>): void {
    if (!this.#isReading) return;
    const isUnasked = !this.#isWanted;
    this.#isWanted = false;
    // Not Node's kind of bytes: the reader's code has seen only one kind, and stays fast.
    this.#controller.enqueue(new Uint8Array(buffer, byteOffset, length));
    // A pause costs system calls, so the reader has until the end of this turn to ask for the next chunk.
    if (isUnasked) this.#pauseUnlessWanted();
    else setImmediate(this.#pauseUnlessWanted);
  }

  #onDrain(): void {
    this.#unwritten?.resolve();
    this.#unwritten = undefined;
  }

  #onEnd(): void {
    if (!this.#isReading) return;
    this.#controller.close();
    this.#endReading();
  }

  #onClose(): void {
    if (this.#isReading) {
      this.#isReading = false;
      if (this.#error === undefined) this.#controller.close();
      else this.#controller.error(this.#error);
    }
    this.#isWriting = false;
    this.#unwritten?.reject(this.#error ?? closedError());
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
    if (!this.#isWriting) throw closedError();
    this.#socket.write(chunk);
    if (this.#socket.writableLength === 0) return;
    return new Promise((resolve, reject) => this.#unwritten = { resolve, reject });
  }

  async #endWriting(): Promise<void> {
    this.#isWriting = false;
    await new Promise<void>((resolve, reject) => this.#socket.end((error) => error ? reject(error) : resolve()));
    if (!this.#isReading) this.#socket.destroy();
  }

  #endReading(): void {
    this.#isReading = false;
    if (!this.#isWriting) this.#socket.destroy();
  }
}
