import type { FieldTable } from "../../src/wire/field_table.ts";
import { FRAME_BODY, FRAME_HEADER, FRAME_HEARTBEAT, FRAME_METHOD } from "../../src/amqp091/frame.ts";
import {
  AMQP_0_9_1,
  type Method,
  type MethodFields,
  type MethodName,
  type MethodOf,
} from "../../src/amqp091/methods.ts";
import { BODY_SIZE_OFFSET } from "../../src/wire/properties.ts";
import type { Connection } from "../../src/amqp091/connection.ts";
import type { Address, Transport } from "../../src/transport/transport.ts";
import type { Broker } from "../../src/embedding/broker.ts";
import { settled } from "../fake_clock.ts";
import {
  CLIENT_PROPERTIES,
  concat,
  HEADER_0_9_1,
  methodFrame,
  plainResponse,
  publishFrames,
  type Publishing,
} from "../frames.ts";

export interface ClientOptions {
  readonly user?: string;
  readonly password?: string;
  readonly heartbeat?: number;
  /** Default: those of a client with all capabilities. */
  readonly clientProperties?: FieldTable;
  readonly virtualHost?: string;
  /** Channels to open. Default: 1. */
  readonly channels?: readonly number[];
  /** Address of the client. Default: in the process. */
  readonly peer?: Address;
}

/** A method from the broker, with its content's body as text. */
export interface Received {
  readonly channel: number;
  readonly method: Method;
  readonly body?: string;
}

interface PartialContent {
  readonly channel: number;
  readonly method: Method;
  bodyBytes: number;
  readonly parts: Uint8Array[];
}

/**
 * An AMQP client at the other end of two streams inside the process. It reads only when a test asks for it, so unread
 * output waits in the broker.
 */
export class InProcessClient {
  readonly connection: Connection;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #bytes = new Uint8Array(0);
  #reading: Promise<void> | undefined;
  #partial: PartialContent | undefined;
  readonly #received: Received[] = [];
  /** Number of bytes read. */
  readBytes = 0;
  heartbeatCount = 0;
  hasEnded = false;

  constructor(broker: Broker, transport: Partial<Transport> = {}) {
    const toBroker = new TransformStream<Uint8Array, Uint8Array>();
    const fromBroker = new TransformStream<Uint8Array, Uint8Array>();
    this.#writer = toBroker.writable.getWriter();
    this.#reader = fromBroker.readable.getReader();
    this.connection = broker.accept({ readable: toBroker.readable, writable: fromBroker.writable, ...transport });
  }

  /** Logs in as guest, opens the virtual host and channel 1. */
  static async open(broker: Broker, options: ClientOptions = {}): Promise<InProcessClient> {
    const client = new InProcessClient(broker, { peer: options.peer });
    await client.logIn(options);
    const { channelMax, frameMax } = await client.receive(0, "connection.tune");
    client.send(0, "connection.tune-ok", { channelMax, frameMax, heartbeat: options.heartbeat ?? 0 });
    client.send(0, "connection.open", { virtualHost: options.virtualHost ?? "/" });
    await client.receive(0, "connection.open-ok");
    for (const channel of options.channels ?? [1]) {
      client.send(channel, "channel.open");
      await client.receive(channel, "channel.open-ok");
    }
    return client;
  }

  async logIn(options: ClientOptions = {}): Promise<void> {
    const { user = "guest", password = "guest", clientProperties = CLIENT_PROPERTIES } = options;
    this.write(HEADER_0_9_1);
    await this.receive(0, "connection.start");
    this.send(0, "connection.start-ok", {
      clientProperties,
      mechanism: "PLAIN",
      response: plainResponse(user, password),
      locale: "en_US",
    });
  }

  /** Resolves with true when the broker has read the bytes; with false if it reads no more. */
  write(...parts: readonly Uint8Array[]): Promise<boolean> {
    return this.#writer.write(concat(...parts)).then(() => true, () => false);
  }

  send<N extends MethodName>(channel: number, name: N, fields: Partial<MethodFields<N>> = {}): Promise<boolean> {
    return this.write(methodFrame(channel, name, fields));
  }

  publish(channel: number, publishing: Publishing): Promise<boolean> {
    return this.write(publishFrames(channel, publishing));
  }

  /** Sends a method and waits for its answer. */
  async request<N extends MethodName>(
    channel: number,
    name: N,
    fields: Partial<MethodFields<N>> = {},
  ): Promise<Method> {
    this.send(channel, name, fields);
    return await this.receive(channel, `${name}-ok` as MethodName) as Method;
  }

  /** Returns the next method on any channel, which must be this one. */
  async receive<N extends MethodName>(channel: number, name: N): Promise<MethodOf<N>> {
    return (await this.receiveAll(channel, name)).method as MethodOf<N>;
  }

  /** Returns the same with the body. */
  async receiveAll(channel: number, name: MethodName): Promise<Received> {
    while (this.#received.length === 0) {
      if (this.hasEnded) throw new Error(`Expected ${name} on channel ${channel}, but the broker ended the connection`);
      await this.#read();
    }
    const received = this.#received.shift()!;
    if (received.method.name !== name || received.channel !== channel) {
      throw new Error(`Expected ${name} on channel ${channel}, received ${describe(received)}`);
    }
    return received;
  }

  /** Returns everything that the broker has sent so far. */
  async heard(): Promise<Received[]> {
    for (let bytes = -1; bytes !== this.readBytes && !this.hasEnded;) {
      bytes = this.readBytes;
      this.#read();
      await settled();
    }
    return this.#received.splice(0);
  }

  /** Returns the names of everything that the broker has sent so far. */
  async heardNames(): Promise<MethodName[]> {
    return (await this.heard()).map(({ method }) => method.name);
  }

  /** Ends the sending side. */
  finish(): void {
    this.#writer.close().catch(() => {});
  }

  /** Stops reading for good. */
  async stopReading(): Promise<void> {
    await this.#reader.cancel();
  }

  #read(): Promise<void> {
    return this.#reading ??= this.#reader.read().then(({ value, done }) => {
      this.#reading = undefined;
      if (done) this.hasEnded = true;
      else this.#receive(value);
    }, () => {
      this.hasEnded = true;
    });
  }

  #receive(chunk: Uint8Array): void {
    this.readBytes += chunk.length;
    const bytes = concat(this.#bytes, chunk);
    const view = new DataView(bytes.buffer);
    let at = 0;
    while (bytes.length - at >= 8) {
      const size = view.getUint32(at + 3);
      if (bytes.length - at < size + 8) break;
      this.#frame(bytes[at], view.getUint16(at + 1), bytes.slice(at + 7, at + 7 + size));
      at += size + 8;
    }
    this.#bytes = bytes.slice(at);
  }

  #frame(type: number, channel: number, payload: Uint8Array): void {
    if (type === FRAME_HEARTBEAT) {
      this.heartbeatCount++;
    } else if (type === FRAME_METHOD) {
      const method = AMQP_0_9_1.decode(payload);
      const hasContent = ["basic.deliver", "basic.get-ok", "basic.return"].includes(method.name);
      if (hasContent) this.#partial = { channel, method, bodyBytes: 0, parts: [] };
      else this.#received.push({ channel, method });
    } else if (this.#partial !== undefined) {
      const partial = this.#partial;
      if (type === FRAME_HEADER) {
        partial.bodyBytes = Number(new DataView(payload.buffer).getBigUint64(BODY_SIZE_OFFSET));
      }
      if (type === FRAME_BODY) partial.parts.push(payload);
      const body = concat(...partial.parts);
      if (body.length < partial.bodyBytes) return;
      this.#partial = undefined;
      this.#received.push({ channel, method: partial.method, body: new TextDecoder().decode(body) });
    }
  }
}

function describe({ channel, method, body }: Received): string {
  const shown = JSON.stringify(method, (_, value) => typeof value === "bigint" ? String(value) : value);
  return `${shown} on channel ${channel}${body === undefined ? "" : ` with ${body.slice(0, 100)}`}`;
}
