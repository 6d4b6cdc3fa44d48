import type { Address, TlsSession, Transport } from "../transport/transport.ts";
import type { Ciphertext } from "./ciphertext.ts";
import { closedError } from "./closed_error.ts";
import type { NodeTlsSocket } from "./node_tls.ts";

/** A connection with a completed TLS handshake. */
export class TlsTransport implements Transport {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  readonly isDoneWithWritten = true;
  readonly peer: Address | undefined;
  readonly local: Address | undefined;
  readonly tls: TlsSession;
  readonly #socket: NodeTlsSocket;
  readonly #ciphertext: Ciphertext;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #isReading = true;
  #isWriting = true;
  #isEnding = false;
  /** Fails the waiting write, if there is one. */
  #failWrite: ((reason: Error) => void) | undefined;
  #error: Error | undefined;

  constructor(
    socket: NodeTlsSocket,
    ciphertext: Ciphertext,
    { peer, local }: Pick<Transport, "peer" | "local">,
    tls: TlsSession,
  ) {
    this.#socket = socket;
    this.#ciphertext = ciphertext;
    this.peer = peer;
    this.local = local;
    this.tls = tls;
    this.readable = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => {
        ciphertext.isWanted = true;
      },
      cancel: () => this.#endReading(),
    }, { highWaterMark: 0 });
    this.writable = new WritableStream({
      write: (chunk) => this.#write(chunk),
      close: () => this.#endWriting(),
      abort: () => this.abort(),
    });
    ciphertext.isWanted = false;
    socket.on("data", (chunk) => this.#onData(chunk));
    socket.on("end", () => this.#onEnd());
    socket.on("error", (error) => this.#error ??= error);
    socket.on("close", () => this.#onClose());
    ciphertext.stream.on("error", (error) => this.#error ??= error);
  }

  abort(): void {
    this.#socket.destroy();
    this.#ciphertext.abort();
    this.#onClose();
  }

  #onData({ buffer, byteOffset, length }: Uint8Array<ArrayBuffer>): void {
    if (!this.#isReading) return;
    this.#ciphertext.isWanted = false;
    // Not Node's kind of bytes: the reader's code has seen only one kind, and stays fast.
    this.#controller.enqueue(new Uint8Array(buffer, byteOffset, length));
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
    this.#failWrite?.(this.#error ?? closedError());
    // Its last bytes may not be written.
    if (!this.#isEnding) this.#ciphertext.abort();
  }

  async #write(chunk: Uint8Array): Promise<void> {
    if (!this.#isWriting) throw closedError();
    await new Promise<void>((resolve, reject) => {
      this.#failWrite = reject;
      this.#socket.write(chunk, (error) => {
        if (error) reject(error);
        else this.#ciphertext.flushed().then(resolve, reject);
      });
    });
    this.#failWrite = undefined;
  }

  async #endWriting(): Promise<void> {
    this.#isWriting = false;
    this.#isEnding = true;
    await new Promise<void>((resolve) => {
      this.#socket.on("close", resolve);
      this.#socket.end(resolve);
    });
    await this.#ciphertext.flushed();
    await this.#ciphertext.close();
    if (!this.#isReading) this.abort();
  }

  #endReading(): void {
    this.#isReading = false;
    // What still comes is dropped, to reach the end of it.
    if (this.#isWriting) this.#ciphertext.isWanted = true;
    else this.abort();
  }
}
