import type { BufferPool } from "../transport/buffer_pool.ts";
import type { Address, TlsSession, Transport } from "../transport/transport.ts";
import { type Close, CLOSE_CODES, closePayload, WebSocketError } from "./close.ts";
import { frameOf, HEAD_MAX_BYTES, OP_BINARY, OP_CLOSE, OP_PING, OP_PONG, writeHead } from "./frame.ts";
import { FrameDecoder } from "./frame_decoder.ts";

/** Largest message of a client: RabbitMQ's largest `max_message_size`. In bytes. */
export const MESSAGE_MAX_BYTES = 512 * 1024 * 1024;
/** Length of data up to which it is copied behind its frame's head, to be written with it. In bytes. */
const JOINED_MAX_BYTES = 64 * 1024 - HEAD_MAX_BYTES;
/** Time limit for a peer to take the close frame, and to end the connection. In milliseconds. */
const CLOSE_TIMEOUT_MS = 1000;
/** Time without a byte of the peer after which it is sent a ping, and after as much again given up. In milliseconds. */
const SILENCE_MS = 30_000;

export interface WebSocketOptions {
  /** Calls back once. Returns a function that cancels the call. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
  /** Lends memory for frames. */
  readonly buffers: BufferPool;
  /** Largest message that is accepted. In bytes. Default: {@linkcode MESSAGE_MAX_BYTES}. */
  readonly messageMaxBytes?: number;
}

/**
 * The server's end of a WebSocket (RFC 6455) over a stream of bytes, as a stream of bytes itself: the data of binary
 * messages, whose limits mean nothing. What is written at once is a message.
 */
export class WebSocketTransport implements Transport {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  readonly isDoneWithWritten: boolean;
  readonly isWebSocket = true;
  readonly #transport: Transport;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #options: WebSocketOptions;
  readonly #decoder: FrameDecoder;
  /** Bytes that came with the handshake, until they are decoded. */
  #received: Uint8Array | undefined;
  #isReading = false;
  #isCloseSent = false;
  #isWritingPong = false;
  /** The last ping that came while a pong was being written; those between need no answer (RFC 6455 §5.5.3). */
  #unanswered: Uint8Array | undefined;
  /** Number of chunks that the peer has sent, and the number at the last look. */
  #chunks = 0;
  #chunksBefore = 0;
  #isPinged = false;
  #cancelSilence = () => {};

  /**
   * @param transport the connection behind the handshake; its chunks are changed in their own memory.
   * @param received bytes that came with the handshake.
   */
  constructor(transport: Transport, received: Uint8Array, options: WebSocketOptions) {
    this.#transport = transport;
    this.#options = options;
    this.#received = received.length === 0 ? undefined : received;
    this.#decoder = new FrameDecoder(options.messageMaxBytes ?? MESSAGE_MAX_BYTES);
    this.#reader = transport.readable.getReader();
    this.#writer = transport.writable.getWriter();
    this.#writer.closed.catch(() => {});
    this.isDoneWithWritten = transport.isDoneWithWritten ?? false;
    this.readable = new ReadableStream({
      pull: (controller) => this.#pull(controller),
      cancel: () => this.#end(() => this.#reader.cancel()),
    }, { highWaterMark: 0 });
    this.writable = new WritableStream({
      write: (chunk) => this.#write(chunk),
      close: () => this.#sendClose(CLOSE_CODES.normal),
      abort: () => this.abort(),
    });
    this.#listenForSilence();
  }

  get peer(): Address | undefined {
    return this.#transport.peer;
  }

  get local(): Address | undefined {
    return this.#transport.local;
  }

  get tls(): TlsSession | undefined {
    return this.#transport.tls;
  }

  abort(): void {
    this.#end(() => {
      if (this.#transport.abort !== undefined) return this.#transport.abort();
      this.#reader.cancel().catch(() => {});
      this.#writer.abort().catch(() => {});
    });
  }

  #end<Result>(end: () => Result): Result {
    this.#cancelSilence();
    return end();
  }

  // Reading

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    const decoder = this.#decoder;
    while (decoder.close === undefined) {
      const chunk = await this.#next();
      if (chunk === undefined) return this.#end(() => controller.close());
      this.#chunks++;
      decoder.decode(chunk);
      if (decoder.ping !== undefined) this.#answerPing();
      if (decoder.end === decoder.start) continue;
      return controller.enqueue(chunk.subarray(decoder.start, decoder.end));
    }
    await this.#finish(decoder.close);
    this.#cancelSilence();
    if (decoder.close.isByPeer) controller.close();
    else controller.error(new WebSocketError(decoder.close));
  }

  async #next(): Promise<Uint8Array | undefined> {
    const received = this.#received;
    this.#received = undefined;
    if (received !== undefined) return received;
    this.#isReading = true;
    try {
      return (await this.#reader.read()).value;
    } catch (error) {
      this.#cancelSilence();
      throw error;
    } finally {
      this.#isReading = false;
    }
  }

  /** Answers a close, or sends one, so that the peer can read it: a reset would make its system drop it. */
  async #finish({ code, reason, isByPeer }: Close): Promise<void> {
    const finish = async () => {
      await this.#sendClose(code, isByPeer ? "" : reason);
      while (!isByPeer && !(await this.#reader.read()).done);
    };
    let cancel = () => {};
    const late = new Promise<void>((resolve) => cancel = this.#options.after(CLOSE_TIMEOUT_MS, resolve));
    await Promise.race([finish().catch(() => {}), late]);
    cancel();
  }

  // Writing

  #write(chunk: Uint8Array): Promise<void> {
    if (this.#isCloseSent) throw new TypeError("The WebSocket is closed.");
    const { length } = chunk;
    if (length <= JOINED_MAX_BYTES) return this.#writeJoined(chunk);
    const head = new Uint8Array(HEAD_MAX_BYTES);
    this.#writer.write(head.subarray(0, writeHead(head, OP_BINARY, length))).catch(() => {});
    return this.#writer.write(chunk);
  }

  async #writeJoined(chunk: Uint8Array): Promise<void> {
    const { buffers } = this.#options;
    const frame = this.isDoneWithWritten
      ? buffers.take(HEAD_MAX_BYTES + chunk.length)
      : new Uint8Array(HEAD_MAX_BYTES + chunk.length);
    const size = writeHead(frame, OP_BINARY, chunk.length);
    frame.set(chunk, size);
    await this.#writer.write(frame.subarray(0, size + chunk.length));
    if (this.isDoneWithWritten) buffers.give(frame);
  }

  async #answerPing(): Promise<void> {
    const { ping } = this.#decoder;
    this.#decoder.ping = undefined;
    this.#unanswered = ping;
    if (this.#isWritingPong) return;
    this.#isWritingPong = true;
    while (this.#unanswered !== undefined && !this.#isCloseSent) {
      const pong = frameOf(OP_PONG, this.#unanswered);
      this.#unanswered = undefined;
      // A connection that is lost ends by its reading side.
      await this.#writer.write(pong).catch(() => {});
    }
    this.#isWritingPong = false;
  }

  async #sendClose(code: number, reason?: string): Promise<void> {
    if (this.#isCloseSent) return;
    this.#isCloseSent = true;
    this.#writer.write(frameOf(OP_CLOSE, closePayload(code, reason))).catch(() => {});
    await this.#writer.close();
  }

  // Silence

  /** Pings a peer that is silent, as browsers never do and proxies end what is silent, and gives up one that is gone. */
  #listenForSilence(): void {
    this.#cancelSilence = this.#options.after(SILENCE_MS, () => {
      const isSilent = this.#isReading && this.#chunks === this.#chunksBefore;
      this.#chunksBefore = this.#chunks;
      if (isSilent && this.#isPinged) return this.abort();
      this.#isPinged = isSilent;
      if (isSilent && !this.#isCloseSent) this.#writer.write(frameOf(OP_PING, new Uint8Array(0))).catch(() => {});
      this.#listenForSilence();
    });
  }
}
