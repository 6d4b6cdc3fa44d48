import { createConnection, type Socket } from "node:net";
import type { FieldTable } from "../src/wire/field_table.ts";
import {
  FRAME_BODY,
  FRAME_END,
  FRAME_HEADER,
  FRAME_HEADER_BYTES,
  FRAME_HEARTBEAT,
  FRAME_METHOD,
} from "../src/amqp091/frame.ts";
import {
  AMQP_0_9_1,
  type Method,
  type MethodCodec,
  type MethodFields,
  type MethodName,
  type MethodOf,
} from "../src/amqp091/methods.ts";
import { type BasicProperties, BODY_SIZE_OFFSET, PropertiesView } from "../src/wire/properties.ts";
import {
  CLIENT_PROPERTIES,
  concat,
  HEADER_0_9_1,
  methodFrame,
  plainResponse,
  publishFrames,
  type Publishing,
} from "./frames.ts";

export * from "./frames.ts";

/**
 * Time that a test waits for what it expects: long enough for a busy machine, and less than a test may take. In
 * milliseconds.
 */
const PATIENCE_MS = 20_000;
const LOGGED_EVENTS = 30;

/** A method with the content behind it. */
export interface Content<N extends MethodName = MethodName> {
  readonly method: MethodOf<N>;
  /** Throws when the properties are malformed. */
  readonly properties: BasicProperties;
  readonly body: Uint8Array;
  readonly text: string;
  /** Size of each body frame's payload. In bytes. */
  readonly bodyFrameBytes: readonly number[];
}

/** The reason for which a channel or connection was closed. */
export type CloseReason = readonly [replyCode: number, replyText: string, classId: number, methodId: number];

export interface HandshakeOptions {
  readonly header?: Uint8Array;
  readonly codec?: MethodCodec;
  readonly user?: string;
  readonly password?: string;
  readonly clientProperties?: FieldTable;
  readonly channelMax?: number;
  readonly frameMax?: number;
  readonly heartbeat?: number;
  readonly virtualHost?: string;
  /** Channels to open. */
  readonly channels?: readonly number[];
}

interface ContentInProgress<N extends MethodName = MethodName> {
  method: MethodOf<N>;
  header?: Uint8Array;
  bodyBytes: number;
  chunks: Uint8Array[];
}

interface Item {
  readonly method: Method;
  readonly content?: Content;
}

const METHODS_WITH_CONTENT: ReadonlySet<MethodName> = new Set(["basic.return", "basic.deliver", "basic.get-ok"]);

/**
 * An AMQP client that does nothing on its own: it sends what it is told, however wrong, and returns in order what comes
 * back on each channel. It answers no `close` and sends no heartbeats.
 */
export class RawClient implements AsyncDisposable {
  readonly #socket: Socket;
  #codec: MethodCodec;
  #received: Uint8Array = new Uint8Array(0);
  readonly #items = new Map<number, Item[]>();
  readonly #partial = new Map<number, ContentInProgress>();
  readonly #headers: Uint8Array[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #log: string[] = [];
  readonly #start = Date.now();
  /** Reason why the server's output could not be understood; waiting calls reject with it. */
  #failure: unknown;
  /** Times of received heartbeats, in milliseconds since the connection was made. */
  readonly heartbeatsMs: number[] = [];
  /** True when the peer has closed the connection. */
  hasEnded = false;

  private constructor(socket: Socket, codec: MethodCodec) {
    this.#socket = socket;
    this.#codec = codec;
    socket.on("data", (chunk: Uint8Array) => {
      try {
        this.#receive(chunk);
      } catch (error) {
        this.#failure ??= error;
        this.#wake();
      }
    });
    socket.on("error", (error) => this.#note(`error ${error.message}`));
    socket.on("end", () => this.#end("end of stream"));
    socket.on("close", () => this.#end("closed"));
  }

  /** Connects, and sends nothing. */
  static async connect(
    address: { readonly host: string; readonly port: number },
    codec: MethodCodec = AMQP_0_9_1,
  ): Promise<RawClient> {
    const socket = createConnection({ host: address.host, port: address.port, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    return new RawClient(socket, codec);
  }

  /** Connects, accepts the server's limits, logs in as guest and opens the virtual host and channel 1. */
  static async open(
    address: { readonly host: string; readonly port: number },
    options: HandshakeOptions = {},
  ): Promise<RawClient> {
    const client = await RawClient.connect(address, options.codec);
    try {
      await client.logIn(options);
      const { channelMax, frameMax } = await client.receive(0, "connection.tune");
      client.send(0, "connection.tune-ok", {
        channelMax: options.channelMax ?? channelMax,
        frameMax: options.frameMax ?? frameMax,
        heartbeat: options.heartbeat ?? 0,
      });
      client.send(0, "connection.open", { virtualHost: options.virtualHost ?? "/" });
      await client.receive(0, "connection.open-ok");
      for (const channel of options.channels ?? [1]) await client.request(channel, "channel.open");
    } catch (error) {
      await client[Symbol.asyncDispose]();
      throw error;
    }
    return client;
  }

  /** Sends the protocol header and, after `connection.start`, `connection.start-ok` with a PLAIN response. */
  async logIn(options: HandshakeOptions = {}): Promise<MethodOf<"connection.start">> {
    this.write(options.header ?? HEADER_0_9_1);
    const start = await this.receive(0, "connection.start");
    this.send(0, "connection.start-ok", {
      clientProperties: options.clientProperties ?? CLIENT_PROPERTIES,
      mechanism: "PLAIN",
      response: plainResponse(options.user ?? "guest", options.password ?? "guest"),
      locale: "en_US",
    });
    return start;
  }

  /** Reads and writes methods in the layout of another version of the protocol. */
  speak(codec: MethodCodec): void {
    this.#codec = codec;
  }

  /** Sends bytes as they are. */
  write(...parts: readonly Uint8Array[]): void {
    const bytes = concat(...parts);
    this.#note(`sent ${bytes.length} bytes`);
    this.#socket.write(bytes);
  }

  /** Sends bytes and waits until the operating system has them. */
  async flush(...parts: readonly Uint8Array[]): Promise<void> {
    const bytes = concat(...parts);
    this.#note(`sent ${bytes.length} bytes`);
    await new Promise<void>((resolve) => {
      this.#socket.write(bytes, () => resolve());
    });
  }

  send<N extends MethodName>(channel: number, name: N, fields: Partial<MethodFields<N>> = {}): void {
    this.#note(`sent ${name} on channel ${channel}`);
    this.#socket.write(methodFrame(channel, name, fields, this.#codec));
  }

  publish(channel: number, publishing: Publishing): void {
    this.#note(`sent basic.publish on channel ${channel}`);
    this.#socket.write(publishFrames(channel, publishing, this.#codec));
  }

  /** Sends a method and waits for its answer. */
  request<N extends MethodName & RequestName>(
    channel: number,
    name: N,
    fields: Partial<MethodFields<N>> = {},
  ): Promise<MethodOf<`${N}-ok`>> {
    this.send(channel, name, fields);
    return this.receive(channel, `${name}-ok` as `${N}-ok`);
  }

  /** Returns the next method on a channel, which must be `name`. */
  async receive<N extends MethodName>(channel: number, name: N): Promise<MethodOf<N>> {
    return (await this.#next(channel, name)).method as MethodOf<N>;
  }

  /** Returns the next method on a channel, which must be `name`, with its content. */
  async receiveContent<N extends MethodName>(channel: number, name: N): Promise<Content<N>> {
    const { content } = await this.#next(channel, name);
    if (content === undefined) throw new Error(`${name} carries no content`);
    return content as unknown as Content<N>;
  }

  /** Returns the next method on a channel, whatever it is. */
  async receiveAny(channel: number): Promise<Method> {
    return (await this.#next(channel)).method;
  }

  /**
   * Waits for the server to close a channel, or with channel 0 the connection. The test answers with `close-ok`, if it
   * wants to.
   */
  async receiveClose(channel: number): Promise<CloseReason> {
    const close = await this.receive(channel, channel === 0 ? "connection.close" : "channel.close");
    return [close.replyCode, close.replyText, close.classId, close.methodId];
  }

  /** Waits for the server to close the connection, with a reason or without; skips `ignored` methods. */
  async receiveCloseOrEnd(...ignored: readonly MethodName[]): Promise<CloseReason | "end"> {
    const isIgnored = ({ method }: Item): boolean => ignored.includes(method.name);
    const queue = this.#queue(0);
    await this.#until(() => {
      while (queue.length > 0 && isIgnored(queue[0])) queue.shift();
      return queue.length > 0 || this.hasEnded;
    }, "connection.close or the end of the connection");
    return queue.length > 0 ? await this.receiveClose(0) : "end";
  }

  /** Returns the protocol header with which the server refuses another one. */
  async receiveProtocolHeader(): Promise<Uint8Array> {
    await this.#until(() => this.#headers.length > 0, "a protocol header");
    return this.#headers.shift()!;
  }

  async receiveHeartbeats(count: number): Promise<void> {
    await this.#until(() => this.heartbeatsMs.length >= count, `${count} heartbeats`);
  }

  /** Waits until the server has closed the connection. */
  async waitForEnd(): Promise<void> {
    await this.#until(() => this.hasEnded, "the end of the connection");
  }

  /** Returns the methods on a channel that no test has asked for. */
  unread(channel: number): readonly MethodName[] {
    return (this.#items.get(channel) ?? []).map(({ method }) => method.name);
  }

  /** Ends the connection without `connection.close`. */
  drop(): void {
    this.#socket.destroy();
  }

  /** Sends a FIN behind what was written, like a process that has closed its socket. */
  finish(): void {
    this.#socket.end();
  }

  /** Stops reading, so that the server's output piles up. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.closed || this.#socket.destroyed) return;
    await new Promise<void>((resolve) => {
      this.#socket.once("close", () => resolve());
      this.#socket.destroy();
    });
  }

  async #next(channel: number, name?: MethodName): Promise<Item> {
    const queue = this.#queue(channel);
    const what = `${name ?? "any method"} on channel ${channel}`;
    await this.#until(() => queue.length > 0, what, channel);
    const item = queue.shift()!;
    if (name !== undefined && item.method.name !== name) {
      throw new Error(`Expected ${what}, received ${describe(item.method)}\n${this.#history()}`);
    }
    return item;
  }

  async #until(condition: () => boolean, what: string, channel = 0): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!condition()) {
      if (this.#failure !== undefined) throw this.#failure;
      const closed = this.#items.get(0)?.find(({ method }) => method.name === "connection.close");
      if (closed !== undefined && channel !== 0) {
        throw new Error(`Expected ${what}, received ${describe(closed.method)}\n${this.#history()}`);
      }
      if (this.hasEnded) {
        throw new Error(`Expected ${what}, but the server closed the connection\n${this.#history()}`);
      }
      const leftMs = deadline - Date.now();
      if (leftMs <= 0) throw new Error(`Waited ${PATIENCE_MS} ms in vain for ${what}\n${this.#history()}`);
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, leftMs);
        this.#waiting.add(wake);
      });
    }
  }

  /** Returns what came on a channel and was not asked for. */
  #queue(channel: number): Item[] {
    let queue = this.#items.get(channel);
    if (queue === undefined) this.#items.set(channel, queue = []);
    return queue;
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  #note(event: string): void {
    if (this.#log.length === LOGGED_EVENTS) this.#log.shift();
    this.#log.push(`  ${Date.now() - this.#start} ms: ${event}`);
  }

  #history(): string {
    return `What happened on this connection:\n${this.#log.join("\n")}`;
  }

  #end(how: string): void {
    this.#note(how);
    this.hasEnded = true;
    this.#wake();
  }

  #receive(chunk: Uint8Array): void {
    const bytes = this.#received.length === 0 ? Uint8Array.from(chunk) : concat(this.#received, chunk);
    let offset = 0;
    while (bytes.length - offset >= FRAME_HEADER_BYTES) {
      if (bytes[offset] === HEADER_0_9_1[0]) {
        if (bytes.length - offset < 8) break;
        this.#headers.push(bytes.slice(offset, offset + 8));
        this.#note(`received the protocol header ${bytes.slice(offset + 4, offset + 8).join(" ")}`);
        offset += 8;
        continue;
      }
      const view = new DataView(bytes.buffer, bytes.byteOffset + offset);
      const size = view.getUint32(3);
      if (bytes.length - offset < size + 8) break;
      const start = offset + FRAME_HEADER_BYTES;
      if (bytes[start + size] !== FRAME_END) {
        throw new Error(`The server sent a frame that ends in ${bytes[start + size]}`);
      }
      this.#receiveFrame(bytes[offset], view.getUint16(1), bytes.slice(start, start + size));
      offset = start + size + 1;
    }
    this.#received = bytes.slice(offset);
    this.#wake();
  }

  #receiveFrame(type: number, channel: number, payload: Uint8Array): void {
    const partial = this.#partial.get(channel);
    if (type === FRAME_HEARTBEAT) {
      this.#note("received a heartbeat");
      this.heartbeatsMs.push(Date.now() - this.#start);
    } else if (type === FRAME_METHOD && partial === undefined) {
      const method = this.#codec.decode(payload);
      this.#note(`received ${describe(method)} on channel ${channel}`);
      if (METHODS_WITH_CONTENT.has(method.name)) this.#partial.set(channel, { method, bodyBytes: 0, chunks: [] });
      else this.#push(channel, { method });
    } else if (type === FRAME_HEADER && partial !== undefined && partial.header === undefined) {
      partial.header = payload;
      partial.bodyBytes = Number(new DataView(payload.buffer, payload.byteOffset).getBigUint64(BODY_SIZE_OFFSET));
      this.#completeContent(channel, partial);
    } else if (type === FRAME_BODY && partial?.header !== undefined) {
      partial.chunks.push(payload);
      this.#completeContent(channel, partial);
    } else {
      throw new Error(`The server sent a frame of type ${type} on channel ${channel} out of order\n${this.#history()}`);
    }
  }

  #completeContent(channel: number, partial: ContentInProgress): void {
    const bodyFrameBytes = partial.chunks.map((chunk) => chunk.length);
    if (bodyFrameBytes.reduce((sum, bytes) => sum + bytes, 0) < partial.bodyBytes) return;
    this.#partial.delete(channel);
    const { method, header } = partial;
    const body = concat(...partial.chunks);
    const content: Content = {
      method: method as Content["method"],
      // The server may pass on what its publisher sent, malformed or not: the test decides.
      get properties(): BasicProperties {
        return new PropertiesView(header!).toObject();
      },
      body,
      text: new TextDecoder().decode(body),
      bodyFrameBytes,
    };
    this.#push(channel, { method: method as Method, content });
  }

  #push(channel: number, item: Item): void {
    this.#queue(channel).push(item);
  }
}

/** Methods whose answer has their name with `-ok`. */
type RequestName = { [N in MethodName]: `${N}-ok` extends MethodName ? N : never }[MethodName];

function describe({ name, ...fields }: Method): string {
  const shown = Object.entries(fields).map(([field, value]) => `${field}: ${show(value)}`);
  return `${name}(${shown.join(", ")})`;
}

function show(value: unknown): string {
  if (value instanceof Uint8Array) return show(new TextDecoder().decode(value));
  if (typeof value === "string") return JSON.stringify(value);
  return value instanceof Map ? "{…}" : String(value);
}

let made = 0;
/** Makes a name that no other test uses. */
export function uniqueName(stem: string): string {
  return `${stem}-${Date.now().toString(36)}-${++made}-${Math.random().toString(36).slice(2, 8)}`;
}
