import type { Transport } from "../transport/transport.ts";
import { type NodeDuplex, nodeStream } from "./node_tls.ts";

/** The first bytes of a record with an alert: its type, the version that all clients accept first, and its length. */
const ALERT = [0x15, 0x03, 0x01, 0x00, 0x02];
const FATAL = 2;
/** Time limit for a peer to read why it is refused. In milliseconds. */
const LINGER_MS = 1000;

/**
 * The encrypted side of a connection, as the stream under the runtimes' TLS. TLS in Deno 2.9 continues reading while
 * nobody reads what it has decrypted, and TLS in Bun 1.4 completes writes too early: so it gets bytes only while some
 * are wanted, and this class knows what is written.
 */
export class Ciphertext {
  readonly stream: NodeDuplex;
  /** Called when the peer sends no more bytes, or the connection is lost. */
  onEnd = () => {};
  readonly #transport: Transport;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  /** First bytes of the connection, until they are passed on. */
  #first: Uint8Array | undefined;
  #isWanted = true;
  /** True when TLS can take more. */
  #isAsked = false;
  #isReading = false;
  #isWriting = false;
  #isClosed = false;
  /** Number of bytes that TLS has sent, written or not. */
  #sentBytes = 0;
  /** Reason for which nothing can be written any more. */
  #failure: Error | undefined;
  /** Callers that wait until everything is written. */
  readonly #waiting: { resolve(): void; reject(reason: Error): void }[] = [];

  constructor(transport: Transport, reader: ReadableStreamDefaultReader<Uint8Array>, first: Uint8Array) {
    this.#transport = transport;
    this.#reader = reader;
    this.#writer = transport.writable.getWriter();
    this.#first = first;
    this.stream = new (nodeStream().Duplex)({
      readableHighWaterMark: 1,
      read: () => {
        this.#isAsked = true;
        this.#read();
      },
      write: (bytes, _, done) => this.#write(bytes, done),
      // The owner ends the connection, as there may be more to send.
      final: (done) => done(),
      destroy: (error, done) => done(error),
    });
    this.stream.on("error", () => {});
  }

  /** True when decrypted bytes are wanted. */
  set isWanted(isWanted: boolean) {
    this.#isWanted = isWanted;
    this.#read();
  }

  /** Resolves when everything that TLS has sent is written. Rejects when that has become impossible. */
  flushed(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (!this.#isWriting && this.stream.writableLength === 0) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /**
   * Ends a connection without a handshake. Sends an alert with the reason, if there is one and TLS has sent nothing,
   * and lets the peer read it: after an abrupt close its system would drop it.
   */
  async refuse(alert: number | undefined): Promise<void> {
    const timer = setTimeout(() => this.abort(), LINGER_MS);
    try {
      if (alert !== undefined && this.#sentBytes === 0) await this.#writer.write(Uint8Array.of(...ALERT, FATAL, alert));
      await this.flushed();
      await this.close();
      while (!this.#isReading && !(await this.#reader.read()).done);
    } catch {
      // The peer is gone.
    }
    clearTimeout(timer);
    this.abort();
  }

  /** Ends the connection on this side. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#writer.close();
  }

  abort(): void {
    this.#isClosed = true;
    this.#transport.abort?.();
    this.#fail(new TypeError("The connection is closed."));
  }

  async #read(): Promise<void> {
    if (!this.#isAsked || !this.#isWanted || this.#isReading) return;
    this.#isReading = true;
    try {
      const bytes = this.#first ?? (await this.#reader.read()).value;
      this.#first = undefined;
      this.#isReading = this.#isAsked = false;
      // A copy, as the transport reuses its memory.
      this.stream.push(bytes === undefined ? null : bytes.slice());
      if (bytes === undefined) this.onEnd();
    } catch (error) {
      this.stream.destroy(error as Error);
      this.onEnd();
    }
  }

  async #write(bytes: Uint8Array, done: (error?: Error) => void): Promise<void> {
    this.#isWriting = true;
    this.#sentBytes += bytes.length;
    try {
      await this.#writer.write(bytes);
    } catch (error) {
      this.#fail(error as Error);
    }
    this.#isWriting = false;
    done(this.#failure);
    // By then the next bytes are being written, if there are any.
    if (!this.#isWriting) { for (const { resolve } of this.#waiting.splice(0)) resolve(); }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}
