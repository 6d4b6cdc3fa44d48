import { ByteWriter } from "../../src/wire/byte_writer.ts";
import { FRAME_BODY, FRAME_HEADER, FRAME_METHOD, HEARTBEAT_FRAME } from "../../src/amqp091/frame.ts";
import {
  AMQP_0_9_1,
  type Method,
  type MethodFields,
  type MethodName,
  type MethodOf,
} from "../../src/amqp091/methods.ts";
import { BODY_SIZE_OFFSET, PropertiesView, writeContentHeader } from "../../src/wire/properties.ts";
import { type FrameHandler, FrameReader } from "../../src/amqp091/frame_reader.ts";
import { bodyFrame, CLIENT_PROPERTIES, concat, frame, HEADER_0_9_1, methodFrame, plainResponse } from "../frames.ts";
import type { Census } from "./census.ts";
import { Channel } from "./channel.ts";
import type { Message, Model } from "./model.ts";
import type { Link } from "./network.ts";
import { mustHold, Violation } from "./violation.ts";

/** The parts of the world that a client uses. */
export interface ClientHost {
  readonly model: Model;
  readonly census: Census;
  after(delayMs: number, callback: () => void): () => void;
  /** True when a read of the disk may have failed recently, which may make the broker close a connection. */
  readonly mayFailToRead: boolean;
  /** Notes received bytes. */
  noteReceived(bytes: Uint8Array): void;
  /** Takes a line of the trace. */
  trace(line: () => string): void;
}

export interface ClientOptions {
  readonly heartbeatSeconds: number;
  readonly frameMax: number;
}

/** The parts of a method with content that have arrived. */
interface PartialContent {
  readonly channel: Channel;
  readonly method: Method;
  message: Message | undefined;
  bodyBytes: number;
  receivedBytes: number;
}

/** A client of the broker, which checks everything that it receives. */
export class Client implements FrameHandler {
  readonly isPaused = false;
  readonly host: ClientHost;
  readonly link: Link;
  readonly #options: ClientOptions;
  readonly #frames = new FrameReader(this, 0);
  readonly channels = new Map<number, Channel>();
  #contents = new Map<number, PartialContent>();
  #lastChannel = 0;
  readonly #name: string;
  #waitsFor: { readonly name: MethodName; readonly resolve: (method: Method | undefined) => void } | undefined;
  /** True when it has received something since its last check that the broker is alive. */
  #hasHeard = true;
  #silentChecks = 0;
  #isClosing = false;
  /** True once it has logged in. */
  isOpen = false;
  isEnded = false;
  isReading = true;
  /** Called when the connection begins to end, from either side. */
  onEnding = () => {};
  /** True while the broker has sent `connection.blocked`. */
  isBlocked = false;

  constructor(host: ClientHost, link: Link, options: ClientOptions) {
    this.host = host;
    this.link = link;
    this.#name = `client ${link.transport.peer!.port}`;
    this.#options = options;
    link.events = this;
  }

  /** Logs in. Resolves with whether the connection is open. */
  async open(): Promise<boolean> {
    this.link.send(HEADER_0_9_1);
    if (await this.#receive("connection.start") === undefined) return false;
    this.send(0, "connection.start-ok", {
      clientProperties: CLIENT_PROPERTIES,
      mechanism: "PLAIN",
      response: plainResponse("guest", "guest"),
      locale: "en_US",
    });
    const tune = await this.#receive("connection.tune");
    if (tune === undefined) return false;
    const { channelMax } = tune as MethodOf<"connection.tune">;
    const { frameMax, heartbeatSeconds: heartbeat } = this.#options;
    this.send(0, "connection.tune-ok", { channelMax, frameMax, heartbeat });
    this.send(0, "connection.open", { virtualHost: "/" });
    if (await this.#receive("connection.open-ok") === undefined) return false;
    this.isOpen = true;
    this.#checkHeartbeat();
    return true;
  }

  /** Opens a channel. Resolves to `undefined` when the connection has ended. */
  async openChannel(): Promise<Channel | undefined> {
    if (this.isEnded || this.#isClosing) return undefined;
    const channel = new Channel(this, ++this.#lastChannel);
    this.channels.set(channel.number, channel);
    return await channel.request("channel.open") === undefined ? undefined : channel;
  }

  /** Closes the connection in an orderly way. */
  async close(): Promise<void> {
    if (this.isEnded || this.#isClosing) return;
    this.#isClosing = true;
    this.onEnding();
    this.send(0, "connection.close", { replyCode: 200 });
    await this.#receive("connection.close-ok");
    this.link.finish();
    for (const channel of this.channels.values()) channel.end(true);
    this.#end();
  }

  /** Disappears without telling the broker. */
  vanish(): void {
    this.link.vanish();
    if (!this.isEnded) this.#end();
  }

  /** Descriptions of what it waits for. */
  get waiting(): string[] {
    const waiting: string[] = this.#waitsFor === undefined ? [] : [this.#waitsFor.name];
    for (const channel of this.channels.values()) {
      waiting.push(...channel.waitingRequests);
      if (channel.unconfirmed.length > 0) waiting.push(`${channel.unconfirmed.length} confirms`);
    }
    return waiting;
  }

  pause(): void {
    this.isReading = false;
    this.link.pause();
  }

  resume(): void {
    this.isReading = true;
    this.link.resume();
  }

  // Sending

  send<N extends MethodName>(channel: number, name: N, fields: Partial<MethodFields<N>> = {}): void {
    this.host.trace(() => `${this.#name} ${channel} → ${describe({ name, ...fields })}`);
    this.link.send(methodFrame(channel, name, fields));
  }

  /** Returns the frames of `basic.publish` with its content. */
  publishFrames(channel: number, message: Message): Uint8Array {
    const { exchange, routingKey, isMandatory, isPersistent, body, headers } = message;
    this.host.trace(() => {
      const queues = [...message.copies].map(([{ name }, { isCertain }]) => isCertain ? name : `${name}?`);
      const what = `message ${message.number}, ${body.length} bytes, ${isPersistent ? "persistent" : "transient"}`;
      return `${this.#name} ${channel} → ${what}, '${exchange}' ${routingKey} for ${queues}`;
    });
    const header = new ByteWriter();
    const deliveryMode = isPersistent ? 2 : message.number % 2 === 0 ? 1 : undefined;
    writeContentHeader(header, body.length, { messageId: String(message.number), deliveryMode, headers });
    const frames = [
      methodFrame(channel, "basic.publish", { exchange, routingKey, mandatory: isMandatory }),
      frame(FRAME_HEADER, channel, header.written()),
    ];
    const partBytes = this.#options.frameMax - 8;
    for (let at = 0; at < body.length; at += partBytes) {
      frames.push(bodyFrame(channel, body.subarray(at, at + partBytes)));
    }
    return concat(...frames);
  }

  // Receiving

  received(bytes: Uint8Array): void {
    if (this.isEnded) return;
    this.#hasHeard = true;
    this.host.noteReceived(bytes);
    this.#frames.read(bytes, 0);
  }

  /** Called when the link has ended. */
  ended(): void {
    if (this.isEnded) return;
    const isExpected = this.#isClosing || this.link.isDisturbed || !this.isReading;
    mustHold(isExpected, () => `the broker ended the connection of ${this.#name} without a reason`);
    this.#end();
  }

  #end(): void {
    this.isEnded = true;
    this.onEnding();
    this.#waitsFor?.resolve(undefined);
    this.#waitsFor = undefined;
    for (const channel of this.channels.values()) channel.end(false);
    this.channels.clear();
  }

  #receive(name: MethodName): Promise<Method | undefined> {
    if (this.isEnded) return Promise.resolve(undefined);
    return new Promise((resolve) => this.#waitsFor = { name, resolve });
  }

  frame(type: number, number: number, bytes: Uint8Array, at: number, size: number): void {
    if (this.isEnded) return;
    if (type === FRAME_METHOD) {
      const method = AMQP_0_9_1.decode(bytes, at, at + size);
      this.host.trace(() => `${this.#name} ${number} ← ${describe(method)}`);
      if (number === 0) return this.#connectionMethod(method);
      const channel = this.channels.get(number);
      mustHold(channel !== undefined, () => `${method.name} came on channel ${number}, which is not open`);
      mustHold(!this.#contents.has(number), () => `${method.name} came in the middle of a message`);
      const hasContent = method.name === "basic.deliver" || method.name === "basic.get-ok" ||
        method.name === "basic.return";
      if (!hasContent) return channel.received(method);
      this.#contents.set(number, { channel, method, message: undefined, bodyBytes: 0, receivedBytes: 0 });
    } else if (type === FRAME_HEADER) {
      this.#header(number, bytes.slice(at, at + size));
    } else if (type === FRAME_BODY) {
      this.#body(number, bytes, at, size);
    }
  }

  #header(number: number, payload: Uint8Array): void {
    const content = this.#contents.get(number);
    mustHold(content !== undefined && content.message === undefined, () => "a content header came that nobody expects");
    const properties = new PropertiesView(payload);
    const message = this.host.model.messages[Number(properties.messageId)];
    mustHold(message !== undefined, () => `a message came that was never published: ${properties.messageId}`);
    mustHold(
      (properties.deliveryMode === 2) === message.isPersistent,
      () => `message ${message.number} came with delivery mode ${properties.deliveryMode}`,
    );
    content.message = message;
    content.bodyBytes = Number(new DataView(payload.buffer).getBigUint64(BODY_SIZE_OFFSET));
    mustHold(
      content.bodyBytes === message.body.length,
      () => `message ${message.number} came with a body of ${content.bodyBytes} bytes, it has ${message.body.length}`,
    );
    if (content.bodyBytes === 0) this.#complete(number, content);
  }

  #body(number: number, bytes: Uint8Array, at: number, size: number): void {
    const content = this.#contents.get(number);
    mustHold(content?.message !== undefined, () => "a part of a body came that nobody expects");
    const from = content.receivedBytes;
    const expected = content.message.body;
    for (let index = 0; index < size; index++) {
      if (bytes[at + index] === expected[from + index]) continue;
      throw new Violation(`the body of message ${content.message.number} differs at ${from + index}`);
    }
    content.receivedBytes += size;
    if (content.receivedBytes >= content.bodyBytes) this.#complete(number, content);
  }

  #complete(number: number, { channel, method, message }: PartialContent): void {
    this.#contents.delete(number);
    this.host.trace(() => `${this.#name} ${number} ← message ${message!.number}`);
    const { exchange, routingKey } = method as MethodOf<"basic.deliver">;
    mustHold(
      exchange === message!.exchange && routingKey === message!.routingKey,
      () => `message ${message!.number} came as if published to '${exchange}' with key '${routingKey}'`,
    );
    channel.receivedMessage(method, message!);
  }

  #connectionMethod(method: Method): void {
    if (method.name === "connection.blocked") this.isBlocked = true;
    else if (method.name === "connection.unblocked") this.isBlocked = false;
    else if (method.name === "connection.close") {
      const { replyCode, replyText } = method;
      const isExpected = (replyCode === 541 && this.host.mayFailToRead) || replyCode === 320;
      mustHold(isExpected, () => `the broker closed a connection: ${replyCode} ${replyText}`);
      this.link.isDisturbed = true;
      this.send(0, "connection.close-ok");
      this.link.finish();
      this.#end();
    } else {
      mustHold(this.#waitsFor?.name === method.name, () => `${method.name} came, ${this.#waitsFor?.name} is expected`);
      const { resolve } = this.#waitsFor!;
      this.#waitsFor = undefined;
      resolve(method);
    }
  }

  /** Called twice in an interval: sends a heartbeat, and checks that the broker has sent something. */
  #checkHeartbeat(): void {
    this.host.after(this.#options.heartbeatSeconds * 500, () => {
      if (this.isEnded) return;
      this.link.send(HEARTBEAT_FRAME);
      this.#silentChecks = this.#hasHeard || !this.isReading ? 0 : this.#silentChecks + 1;
      this.#hasHeard = false;
      if (this.#silentChecks < 5) return this.#checkHeartbeat();
      mustHold(this.link.isDisturbed, () => `the broker sent no heartbeats to ${this.#name}`);
      this.#end();
    });
  }
}

function describe(method: object): string {
  const shown = Object.entries(method).filter(([, value]) => typeof value !== "object" && value !== false);
  return shown.map(([name, value]) => name === "name" ? value : `${name}=${value}`).join(" ");
}
