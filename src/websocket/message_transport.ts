import type { Address, TlsSession, Transport } from "../transport/transport.ts";

/** Close codes that programs may send: those of the protocol itself are not open to them. */
const UNSUPPORTED_DATA = 4003;
const TRY_AGAIN_LATER = 4013;
/** Memory for messages that nobody has read. In bytes. */
const UNREAD_MAX_BYTES = 64 * 1024 * 1024;
/** Memory that a message takes besides its data. In bytes. */
const MESSAGE_BYTES = 128;
/** Size up to which messages are read as one piece. In bytes. */
const JOINED_MAX_BYTES = 64 * 1024;

/** What a program tells of a WebSocket of its own. */
export interface MessageTransportOptions {
  /**
   * Address of the client; `"in-process"` for one that needs no network, which counts as one on this machine. Default:
   * an unknown one, from which guest can't log in.
   */
  readonly peer?: Address | "in-process";
  /** The address that the client connected to. */
  readonly local?: Address;
  /** Absent where the connection is not encrypted, or the program does not know. */
  readonly tls?: TlsSession;
  /**
   * Memory for what a client has sent and the broker has not read. The client is disconnected with 4013 when it sends
   * more, as most WebSockets can't make a client wait. In bytes. Default: 64 MiB.
   */
  readonly unreadMaxBytes?: number;
}

/** A WebSocket that a program or its server has opened. */
export interface MessageSocket {
  /** Sends a message. The memory is not used again by the sender. */
  send(bytes: Uint8Array<ArrayBuffer>): void;
  /** Resolves when more can be sent; `undefined` when that is so at once. */
  whenRoom(): Promise<void> | undefined;
  close(code: number, reason: string): void;
}

const UNKNOWN: Address = { host: "unknown", port: 0 };

/** A stream of bytes over the messages of somebody else's WebSocket, which calls `receive` and `end`. */
export class MessageTransport implements Transport {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  readonly isWebSocket = true;
  readonly peer: Address | undefined;
  readonly local: Address | undefined;
  readonly tls: TlsSession | undefined;
  readonly #socket: MessageSocket;
  readonly #unreadMaxBytes: number;
  readonly #unread: Uint8Array[] = [];
  #unreadBytes = 0;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #isWanted = false;
  #isEnded = false;
  #onEnd: () => void = () => {};
  readonly #ended: Promise<void> = new Promise((resolve) => this.#onEnd = resolve);

  constructor(socket: MessageSocket, options: MessageTransportOptions) {
    const { peer = UNKNOWN, local, tls, unreadMaxBytes = UNREAD_MAX_BYTES } = options;
    this.#socket = socket;
    this.#unreadMaxBytes = unreadMaxBytes;
    this.peer = peer === "in-process" ? undefined : peer;
    this.local = local;
    this.tls = tls;
    this.readable = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => {
        this.#isWanted = true;
        this.#give();
      },
      cancel: () => this.abort(),
    }, { highWaterMark: 0 });
    this.writable = new WritableStream({
      write: (chunk) => this.#write(chunk),
      close: () => this.#socket.close(1000, ""),
      abort: () => this.abort(),
    });
  }

  /** Takes a message of the client. */
  receive(data: unknown): void {
    if (this.#isEnded) return;
    const bytes = bytesOf(data);
    if (bytes === undefined) return this.#refuse(UNSUPPORTED_DATA, "a message is text, and AMQP is binary");
    if (bytes.length === 0) return;
    this.#unreadBytes += bytes.length + MESSAGE_BYTES;
    if (this.#unreadBytes > this.#unreadMaxBytes) {
      return this.#refuse(TRY_AGAIN_LATER, "more was sent than the broker can take for now");
    }
    this.#unread.push(bytes);
    this.#give();
  }

  /** Notes that the WebSocket is closed. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#onEnd();
    this.#give();
  }

  abort(): void {
    this.#unread.length = 0;
    this.#unreadBytes = 0;
    if (!this.#isEnded) this.#socket.close(1000, "");
    this.end();
  }

  #refuse(code: number, reason: string): void {
    this.#socket.close(code, reason);
    this.#isEnded = true;
    this.#onEnd();
    this.#controller.error(new TypeError(`WebSocket closed with ${code}: ${reason}`));
  }

  #give(): void {
    if (!this.#isWanted) return;
    if (this.#unread.length > 0) {
      this.#isWanted = false;
      this.#controller.enqueue(this.#take());
    } else if (this.#isEnded) {
      this.#isWanted = false;
      this.#controller.close();
    }
  }

  /** Takes the oldest messages: one, or several small ones as one piece. */
  #take(): Uint8Array {
    let [{ length }] = this.#unread;
    let count = 1;
    while (count < this.#unread.length && length + this.#unread[count].length <= JOINED_MAX_BYTES) {
      length += this.#unread[count++].length;
    }
    this.#unreadBytes -= length + count * MESSAGE_BYTES;
    const taken = this.#unread.splice(0, count);
    if (count === 1) return taken[0];
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const part of taken) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  async #write(chunk: Uint8Array): Promise<void> {
    if (this.#isEnded) throw new TypeError("The WebSocket is closed.");
    this.#socket.send(chunk as Uint8Array<ArrayBuffer>);
    const room = this.#socket.whenRoom();
    if (room !== undefined) await Promise.race([room, this.#ended]);
  }
}

/** Returns the bytes of a message. A `Buffer` becomes a plain array, as its `slice` would be a part of the same memory. */
function bytesOf(data: unknown): Uint8Array | undefined {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return data instanceof Uint8Array ? new Uint8Array(data.buffer, data.byteOffset, data.length) : undefined;
}
