import { AMQPBaseClient } from "@cloudamqp/amqp-client/amqp-base-client";
import { AMQPChannel } from "@cloudamqp/amqp-client/amqp-channel";
import { AMQPError } from "@cloudamqp/amqp-client/amqp-error";
import { AMQPView } from "@cloudamqp/amqp-client/amqp-view";

/** A stream of bytes in each direction, such as `portTransport()` and `connectTab()` return. */
export interface Streams {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

const PROTOCOL_HEADER = Uint8Array.of(65, 77, 81, 80, 0, 0, 9, 1);
/** Size of a frame besides its payload: type, channel, size and end. In bytes. */
const FRAME_BYTES = 8;
const SIZE_AT = 3;

/** CloudAMQP's client for browsers, over any streams instead of a WebSocket. */
export class AMQPStreamClient extends AMQPBaseClient {
  readonly #readable: ReadableStream<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  /** The beginning of a frame whose rest is to come. */
  #unfinished = new Uint8Array(0);

  constructor({ readable, writable }: Streams, vhost = "/", username = "guest", password = "guest") {
    super(vhost, username, password, undefined, "streams");
    this.#readable = readable;
    this.#writer = writable.getWriter();
  }

  override connect(): Promise<AMQPBaseClient> {
    this.channels = [new AMQPChannel(this, 0)];
    return new Promise((resolve, reject) => {
      this.connectPromise = [resolve, reject];
      this.#writer.write(PROTOCOL_HEADER).catch(reject);
      this.#read().then(() => this.#end(undefined), (error) => (reject(error), this.#end(error)));
    });
  }

  override async send(bytes: Uint8Array): Promise<void> {
    await this.#writer.write(bytes);
  }

  protected override closeSocket(): void {
    this.closed = true;
    this.#writer.close().catch(() => {});
  }

  async #read(): Promise<void> {
    const reader = this.#readable.getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      this.#receive(value);
    }
  }

  /** Handles the whole frames of a chunk, and keeps the rest. */
  #receive(chunk: Uint8Array): void {
    const bytes = new Uint8Array(this.#unfinished.length + chunk.length);
    bytes.set(this.#unfinished);
    bytes.set(chunk, this.#unfinished.length);
    const view = new DataView(bytes.buffer);
    let end = 0;
    while (bytes.length - end >= FRAME_BYTES) {
      const size = FRAME_BYTES + view.getUint32(end + SIZE_AT);
      if (bytes.length - end < size) break;
      end += size;
    }
    this.#unfinished = bytes.slice(end);
    if (end > 0) this.parseFrames(new AMQPView(bytes.buffer, 0, end));
  }

  #end(cause: Error | undefined): void {
    const error = this.closed
      ? undefined
      : new AMQPError(`The connection is lost: ${cause?.message ?? "it ended"}`, this);
    this.closed = true;
    for (const channel of this.channels) channel?.setClosed(error);
    this.channels = [new AMQPChannel(this, 0)];
    if (error === undefined) return;
    this.onerror(error);
    this.ondisconnect?.(error);
  }
}
