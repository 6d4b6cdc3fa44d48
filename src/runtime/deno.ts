import type { Address, Transport } from "../connection/transport.ts";
import { type Listener, ListenError, type Runtime } from "./runtime.ts";

/** The part of Deno's own interface that is used here, so that this file also type-checks without Deno's types. */
declare const Deno: {
  readonly version: { readonly deno: string };
  readonly args: readonly string[];
  readonly stdout: { writeSync(bytes: Uint8Array): number };
  readonly stderr: { writeSync(bytes: Uint8Array): number };
  memoryUsage(): { readonly rss: number };
  systemMemoryInfo(): { readonly total: number };
  readTextFileSync(path: string): string;
  addSignalListener(signal: string, handler: () => void): void;
  removeSignalListener(signal: string, handler: () => void): void;
  listen(options: { hostname: string; port: number }): DenoListener;
  exit(code: number): never;
};

interface DenoListener {
  readonly addr: DenoAddress;
  accept(): Promise<DenoSocket>;
  close(): void;
}

interface DenoSocket {
  readonly remoteAddr: DenoAddress;
  readonly localAddr: DenoAddress;
  setNoDelay(noDelay: boolean): void;
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  closeWrite(): Promise<void>;
  close(): void;
}

interface DenoAddress {
  readonly hostname: string;
  readonly port: number;
}

/** HareMQ on Deno. */
export const denoRuntime: Runtime = {
  name: "Deno",
  version: Deno.version.deno,
  args: Deno.args,
  uptimeMs: () => performance.now(),
  residentBytes: () => Deno.memoryUsage().rss,
  totalMemoryBytes,
  listen,
  onStopSignal,
  writeLine,
  exit: (code) => Deno.exit(code),
};

// deno-lint-ignore require-await -- so that what is thrown becomes a rejection
async function listen(address: Address, accept: (transport: Transport) => void): Promise<Listener> {
  let listener: DenoListener;
  try {
    listener = Deno.listen({ hostname: address.host, port: address.port });
  } catch (error) {
    throw listenError(error as Error, address);
  }
  let isClosed = false;
  acceptAll(listener, accept, () => isClosed);
  return {
    address: addressOf(listener.addr),
    close() {
      if (isClosed) return;
      isClosed = true;
      listener.close();
    },
  };
}

async function acceptAll(listener: DenoListener, accept: (transport: Transport) => void, isClosed: () => boolean) {
  while (!isClosed()) {
    let transport: SocketTransport;
    try {
      transport = new SocketTransport(await listener.accept());
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

class SocketTransport implements Transport {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  readonly peer: Address;
  readonly local: Address;
  readonly #socket: DenoSocket;
  #buffer = new Uint8Array(SMALLEST_READ_BYTES);
  #isReading = true;
  #isWriting = true;
  #isAborted = false;

  constructor(socket: DenoSocket) {
    socket.setNoDelay(true);
    this.#socket = socket;
    this.peer = addressOf(socket.remoteAddr);
    this.local = addressOf(socket.localAddr);
    this.readable = new ReadableStream({
      pull: (controller) => this.#read(controller),
      cancel: () => this.#endReading(),
    }, { highWaterMark: 0 });
    this.writable = new WritableStream({
      write: (chunk) => this.#write(chunk),
      close: () => this.#close(),
      abort: () => this.abort(),
    });
  }

  abort(): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    if (this.#isReading || this.#isWriting) this.#socket.close();
    this.#isReading = this.#isWriting = false;
  }

  async #read(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    let count: number | null = null;
    try {
      if (this.#isReading) count = await this.#socket.read(this.#buffer);
    } catch (error) {
      if (!this.#isAborted) {
        this.abort();
        throw error;
      }
    }
    if (count === null) {
      controller.close();
      this.#endReading();
      return;
    }
    const buffer = this.#buffer;
    controller.enqueue(buffer.subarray(0, count));
    if (count === buffer.length) {
      if (count < LARGEST_READ_BYTES) this.#buffer = new Uint8Array(count * GROWTH);
    } else if (count < SMALLEST_READ_BYTES && buffer.length > SMALLEST_READ_BYTES) {
      this.#buffer = new Uint8Array(SMALLEST_READ_BYTES);
    }
  }

  async #write(chunk: Uint8Array): Promise<void> {
    let written = await this.#socket.write(chunk);
    while (written < chunk.length) written += await this.#socket.write(chunk.subarray(written));
  }

  async #close(): Promise<void> {
    await this.#socket.closeWrite();
    this.#isWriting = false;
    if (!this.#isReading) this.#socket.close();
  }

  #endReading(): void {
    if (!this.#isReading) return;
    this.#isReading = false;
    if (!this.#isWriting) this.#socket.close();
  }
}

const SMALLEST_READ_BYTES = 4 * 1024;
const LARGEST_READ_BYTES = 256 * 1024;
const GROWTH = 4;

function addressOf({ hostname, port }: DenoAddress): Address {
  return { host: hostname.replace(/^::ffff:(?=\d+\.)/, ""), port };
}

function totalMemoryBytes(): number {
  return Deno.systemMemoryInfo().total;
}

function onStopSignal(handler: (signal: string) => void): () => void {
  const listeners = ["SIGINT", "SIGTERM"].map((signal) => ({ signal, listener: () => handler(signal) }));
  for (const { signal, listener } of listeners) Deno.addSignalListener(signal, listener);
  return () => {
    for (const { signal, listener } of listeners) Deno.removeSignalListener(signal, listener);
  };
}

function writeLine(stream: "stdout" | "stderr", line: string): void {
  const bytes = new TextEncoder().encode(`${line}\n`);
  for (let written = 0; written < bytes.length;) written += Deno[stream].writeSync(bytes.subarray(written));
}
