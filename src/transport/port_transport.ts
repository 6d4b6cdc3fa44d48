import type { Transport } from "./transport.ts";

/** The parts that are used of a `MessagePort`, or of a `BroadcastChannel` that only two sides know. */
export interface MessageEnd {
  /** A channel does not transfer the memory, and copies it. */
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  /** The event `close` tells that the other side is gone, on platforms that have it. */
  addEventListener(
    type: "message" | "messageerror" | "close",
    listener: (event: Event & { readonly data?: unknown }) => void,
  ): void;
  /** Begins to deliver messages. A channel does that by itself. */
  start?(): void;
  /** Ends the connection to the other side. */
  close(): void;
}

/** Maximum number of bytes that are sent and not read by the other side. */
const WINDOW_BYTES = 512 * 1024;
/** Number of bytes read after which the other side may send as many more. */
const CREDIT_BYTES = WINDOW_BYTES / 2;

/** Message of a side that sends nothing more. Others are bytes, and numbers of bytes that may be sent. */
const END = "end";
/** Message of a side that has dropped the connection. */
const ABORT = "abort";

/**
 * Returns a transport over a `MessagePort`, whose other side has one too: for {@linkcode Broker.accept} in a Worker, and
 * for an AMQP client in the page.
 *
 * ```ts
 * const { port1, port2 } = new MessageChannel();
 * worker.postMessage(port2, [port2]);
 * const { readable, writable } = portTransport(port1);
 * ```
 *
 * A side sends at most 512 KiB that the other one has not read.
 */
export function portTransport(port: MessageEnd): PortTransport {
  return new PortTransport(port);
}

/** A stream of bytes over the messages of a port. */
export class PortTransport implements Transport {
  /** What the other side sends. */
  readonly readable: ReadableStream<Uint8Array>;
  /** What goes to the other side. A write waits for room there. */
  readonly writable: WritableStream<Uint8Array>;
  /** What is written is copied, as a message takes its memory along. */
  readonly isDoneWithWritten = true;
  /** Resolves when both directions have ended. */
  readonly closed: Promise<void>;

  readonly #port: MessageEnd;
  #input!: ReadableStreamDefaultController<Uint8Array>;
  #output!: WritableStreamDefaultController;
  /** Received chunks that nobody has read. */
  readonly #unread: Uint8Array[] = [];
  #unreadBytes = 0;
  /** Number of bytes read since the other side was last allowed to send. */
  #readBytes = 0;
  /** Number of bytes that the other side can take. */
  #credit = WINDOW_BYTES;
  #onCredit: () => void = () => {};
  #isWanted = false;
  #hasReceivedEnd = false;
  #hasReadAll = false;
  #hasSentEnd = false;
  #isClosed = false;
  #onClosed: () => void = () => {};

  /** Made by {@linkcode portTransport}. */
  constructor(port: MessageEnd) {
    this.#port = port;
    this.closed = new Promise((resolve) => this.#onClosed = resolve);
    this.readable = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#input = controller;
      },
      pull: () => {
        this.#isWanted = true;
        this.#give();
      },
      cancel: () => this.abort(),
    }, { highWaterMark: 0 });
    this.writable = new WritableStream<Uint8Array>({
      start: (controller) => {
        this.#output = controller;
      },
      write: (chunk) => this.#write(chunk),
      close: () => this.#end(),
      abort: () => this.abort(),
    });
    port.addEventListener("message", ({ data }) => this.#receive(data));
    port.addEventListener("messageerror", () => this.#breakOff());
    port.addEventListener("close", () => this.#lose());
    port.start?.();
  }

  #receive(data: unknown): void {
    if (this.#isClosed) return;
    if (typeof data === "number") {
      this.#credit += data;
      this.#onCredit();
    } else if (data instanceof Uint8Array) {
      this.#unreadBytes += data.length;
      if (this.#unreadBytes > WINDOW_BYTES || this.#hasReceivedEnd) return this.#breakOff();
      this.#unread.push(data);
      this.#give();
    } else if (data === END) {
      this.#hasReceivedEnd = true;
      this.#give();
    } else if (data === ABORT) {
      this.#fail(gone());
    } else {
      this.#breakOff();
    }
  }

  /** Drops the connection to a side that does not keep to the rules of this file. */
  #breakOff(): void {
    this.#post(ABORT);
    this.#fail(new TypeError("The other side of the port sent what it must not"));
  }

  /** Notes that the other side is gone. When both sides have ended before, what they sent is still to be read. */
  #lose(): void {
    if (!this.#hasReceivedEnd || !this.#hasSentEnd) this.#fail(gone());
  }

  #give(): void {
    if (!this.#isWanted) return;
    const chunk = this.#unread.shift();
    if (chunk !== undefined) {
      this.#isWanted = false;
      this.#unreadBytes -= chunk.length;
      this.#readBytes += chunk.length;
      if (this.#readBytes >= CREDIT_BYTES && !this.#hasReceivedEnd) {
        this.#post(this.#readBytes);
        this.#readBytes = 0;
      }
      this.#input.enqueue(chunk);
    } else if (this.#hasReceivedEnd) {
      this.#isWanted = false;
      this.#hasReadAll = true;
      this.#input.close();
      this.#closeWhenBothEnded();
    }
  }

  async #write(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length && !this.#isClosed;) {
      if (this.#credit <= 0) await new Promise<void>((resolve) => this.#onCredit = resolve);
      const bytes = chunk.slice(at, at + Math.min(this.#credit, chunk.length - at));
      this.#credit -= bytes.length;
      at += bytes.length;
      this.#post(bytes, [bytes.buffer]);
    }
    if (this.#isClosed) throw gone();
  }

  #end(): void {
    this.#hasSentEnd = true;
    this.#post(END);
    this.#closeWhenBothEnded();
  }

  #closeWhenBothEnded(): void {
    if (this.#hasSentEnd && this.#hasReadAll) this.#close();
  }

  #post(message: unknown, transfer: ArrayBuffer[] = []): void {
    if (!this.#isClosed) this.#port.postMessage(message, transfer);
  }

  /** Drops the connection at once. May be called twice. */
  abort(): void {
    this.#post(ABORT);
    this.#fail(gone());
  }

  /** Ends both directions with an error. */
  #fail(error: Error): void {
    if (this.#isClosed) return;
    this.#close();
    this.#unread.length = 0;
    if (!this.#hasReadAll) this.#input.error(error);
    this.#output.error(error);
  }

  #close(): void {
    this.#isClosed = true;
    this.#port.close();
    // A write that waits finds the port closed.
    this.#onCredit();
    this.#onClosed();
  }
}

const gone = (): Error => new TypeError("The other side of the port is gone");
