import { HttpServer } from "../../src/http1/server.ts";
import { DEFAULT_HTTP_SERVER_OPTIONS, type HttpServerOptions } from "../../src/http1/options.ts";
import type { HttpHandler } from "../../src/http1/connection.ts";
import type { Transport } from "../../src/transport/transport.ts";

const encoder = new TextEncoder();

/** A server with a clock that tests move. */
export class TestServer {
  readonly server: HttpServer;
  readonly #timers = new Set<{ readonly dueMs: number; readonly callback: () => void }>();
  #nowMs = 0;

  constructor(handle: HttpHandler, options: Partial<HttpServerOptions> = {}) {
    this.server = new HttpServer({ ...DEFAULT_HTTP_SERVER_OPTIONS, ...options }, handle, (delayMs, callback) => {
      const timer = { dueMs: this.#nowMs + delayMs, callback };
      this.#timers.add(timer);
      return () => this.#timers.delete(timer);
    });
  }

  /** Number of deadlines that wait. */
  get timers(): number {
    return this.#timers.size;
  }

  connect(): Peer {
    const peer = new Peer();
    this.server.accept(peer.transport);
    return peer;
  }

  /** Lets time pass, and waits until its effects are done. */
  async pass(ms: number): Promise<void> {
    await settle();
    this.#nowMs += ms;
    for (const timer of [...this.#timers]) {
      if (timer.dueMs > this.#nowMs) continue;
      this.#timers.delete(timer);
      timer.callback();
    }
    await settle();
  }
}

/** Lets everything happen that needs no time. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve));
}

/** The other end of a connection, which sends bytes as they are. */
export class Peer {
  readonly transport: Transport;
  readonly #toServer: TransformStream<Uint8Array, Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  /** All that the server has sent, as Latin-1. */
  received = "";
  isClosed = false;
  isAborted = false;
  /** True when the peer takes nothing of what the server writes. */
  isStalled = false;

  constructor() {
    this.#toServer = new TransformStream();
    this.#writer = this.#toServer.writable.getWriter();
    this.#writer.closed.catch(() => {});
    let controller!: ReadableStreamDefaultController<Uint8Array>;
    const abort = new AbortController();
    const source = this.#toServer.readable.getReader();
    const readable = new ReadableStream<Uint8Array>({
      start: (it) => void (controller = it),
      pull: async (controller) => {
        const { value } = await source.read();
        if (this.isAborted) return;
        if (value === undefined) controller.close();
        else controller.enqueue(value);
      },
    }, { highWaterMark: 0 });
    const writable = new WritableStream<Uint8Array>({
      write: (bytes): void | Promise<void> => {
        if (this.isStalled) return new Promise(() => {});
        this.received += String.fromCharCode(...bytes);
      },
      close: () => void (this.isClosed = true),
      abort: () => void (this.isClosed = true),
    });
    this.transport = {
      readable,
      writable,
      peer: { host: "127.0.0.1", port: 1 },
      abort: () => {
        if (this.isAborted) return;
        this.isAborted = this.isClosed = true;
        abort.abort();
        try {
          controller.close();
        } catch {
          // It is closed already.
        }
      },
    };
  }

  /** Sends text, each character as a byte. */
  async send(text: string): Promise<void> {
    this.push(text);
    await settle();
  }

  /** Sends text as one chunk, without waiting for anything. */
  push(text: string): void {
    this.#writer.write(Uint8Array.from(text, (character) => character.charCodeAt(0))).catch(() => {});
  }

  async end(): Promise<void> {
    this.#writer.close().catch(() => {});
    await settle();
  }
}

export const utf8 = (text: string): Uint8Array => encoder.encode(text);
