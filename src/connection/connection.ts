import type { Access, User } from "../access/access.ts";
import {
  ChannelError,
  channelError,
  ConnectionError,
  connectionForced,
  frameError,
  internalError,
  type MethodId,
  notAllowed,
  unexpectedFrame,
} from "../amqp/error.ts";
import type { FieldTable } from "../amqp/field_table.ts";
import { FRAME_BODY, FRAME_HEADER, FRAME_HEARTBEAT, FRAME_METHOD, HEARTBEAT_FRAME } from "../amqp/frame.ts";
import { AMQP_0_9_1, type Method, type MethodCodec } from "../amqp/methods.ts";
import { REPLY_CODES } from "../amqp/reply_code.ts";
import type { Node } from "../broker/node.ts";
import type { Queue } from "../broker/queue/queue.ts";
import type { VirtualHost } from "../broker/vhost.ts";
import type { BufferPool } from "./buffer_pool.ts";
import { Channel } from "./channel/channel.ts";
import type { Confirms } from "./channel/confirms.ts";
import { NO_METHOD, PUBLISH } from "./channel/publishing.ts";
import { describeOctets, type FrameHandler, FrameReader } from "./frame_reader.ts";
import { type Agreement, Handshake, LoginRefused } from "./handshake.ts";
import { isProtocolName, PROTOCOL_HEADER, PROTOCOL_HEADER_BYTES, protocolOf } from "./handshake.ts";
import { startHeartbeat } from "./heartbeat.ts";
import type { Log, LogLevel } from "./log.ts";
import type { ConnectionOptions } from "./options.ts";
import { Output } from "./output.ts";
import type { Session } from "./session.ts";
import type { Transport } from "./transport.ts";

/** The frames before `connection.tune-ok` are small (RabbitMQ: `initial_frame_max`). In bytes. */
const INITIAL_FRAME_MAX = 8192;
/** A client that doesn't answer `connection.close` is dropped after its heartbeat, and at the latest after this. */
const CLOSE_TIMEOUT_SECONDS = 30;
/** How long a peer that was refused may take to read why. It is also how long a wrong password has to wait. */
const REFUSED_LINGER_MS = 3000;
/** A publisher waits while its queue has consumers and more messages than this, until they have caught up… */
const BEHIND_MESSAGES = 2048;
const CAUGHT_UP_MESSAGES = 1024;
/** …but no longer than this, so that it is still taken in when they can't. */
const BEHIND_WAIT_MS = 5;
/** Frames are not read while the peer has left more than so many times the high-water mark of replies unread. */
const OVERFULL_FACTOR = 4;

const START_OK: MethodId = [10, 11];
const BASIC_PUBLISH = 60 << 16 | 40;
const BASIC_ACK = 60 << 16 | 80;

/** What all connections of a broker share. */
export interface ConnectionHost {
  readonly node: Node;
  readonly access: Access;
  readonly options: ConnectionOptions;
  readonly serverProperties: FieldTable;
  readonly buffers: BufferPool;
  readonly log: Log;
  /** A part of a name that nobody else has: 22 characters that any name may have. */
  uniqueName(): string;
}

type State =
  /** The protocol header is awaited. */
  | "header"
  | "handshake"
  | "running"
  /** `connection.close` was sent: everything but the answer is dropped. */
  | "closing"
  /** There is nothing more to say: what still comes is dropped. */
  | "closed";

/** A connection from the protocol header to the end of the transport (AMQP 0-9-1 §2.2.4). */
export class Connection implements FrameHandler {
  /** `peer -> local`, as RabbitMQ names connections. */
  readonly name: string;
  /** Resolves when the connection is over and has let go of everything. */
  readonly closed: Promise<void>;
  readonly channels = new Map<number, Channel>();

  readonly #host: ConnectionHost;
  readonly #transport: Transport;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #output: Output;
  readonly #frames: FrameReader;
  #state: State = "header";
  #header = new Uint8Array(0);
  #codec: MethodCodec = AMQP_0_9_1;
  #handshake: Handshake | undefined;
  #session: Session | undefined;
  #agreement: Agreement | undefined;
  /** A login that is being checked. */
  #login: Promise<void> | undefined;
  #lastChannel: Channel | undefined;
  #receivedBytes = 0;
  /** Reading waits for something else than the peer. */
  #isHeldBack = false;
  #confirming: Confirms[] = [];
  #endHeartbeat = () => {};
  #cancelTimeout = () => {};

  constructor(host: ConnectionHost, transport: Transport) {
    this.#host = host;
    this.#transport = transport;
    this.#reader = transport.readable.getReader();
    this.name = describeTransport(transport);
    const { node, options, buffers } = host;
    this.#output = new Output(node, buffers, transport.writable, options.outputHighWaterBytes);
    this.#frames = new FrameReader(this, INITIAL_FRAME_MAX);
    this.#log("debug", "accepted");
    this.#timeout(options.handshakeTimeoutMs, () => {
      this.#log("warning", `handshake_timeout: the handshake took more than ${options.handshakeTimeoutMs} ms`);
      this.#abort();
    });
    this.closed = this.#run();
  }

  /** Who has logged in. */
  get user(): User | undefined {
    return this.#handshake?.user;
  }
  get vhost(): VirtualHost | undefined {
    return this.#agreement?.vhost;
  }
  /** What the client says of itself. */
  get clientProperties(): FieldTable | undefined {
    return this.#handshake?.clientProperties;
  }

  /** Closes the connection from this side, with `connection.close` 320 where that can be said. Resolves when it is over. */
  async close(reason: string): Promise<void> {
    if (this.#session !== undefined) this.#closeWith(connectionForced(reason), NO_METHOD);
    else this.#abort();
    this.#host.node.endTurn();
    await this.closed;
  }

  // Reading

  async #run(): Promise<void> {
    try {
      for (;;) {
        const { value: chunk, done } = await this.#reader.read();
        if (done) break;
        this.#receivedBytes += chunk.length;
        let at = 0;
        while (at < chunk.length) {
          at = this.#receive(chunk, at);
          this.#host.node.endTurn();
          const obstacle = this.#obstacle();
          if (obstacle !== undefined) await this.#holdBack(obstacle);
        }
      }
      if (this.#state === "running") this.#log("warning", "client unexpectedly closed TCP connection");
      else if (this.#state === "handshake") this.#log("warning", "client closed TCP connection in the handshake");
    } catch (error) {
      if (this.#state !== "closed") this.#log("warning", `lost: ${describeError(error)}`);
    }
    await this.#release();
  }

  /** Handles what is in a chunk from `at` on, all of it or until the connection pauses; returns where it stopped. */
  #receive(chunk: Uint8Array, at: number): number {
    if (this.#state === "closed") return chunk.length;
    if (this.#state === "header") return this.#receiveHeader(chunk, at);
    try {
      return this.#frames.read(chunk, at);
    } catch (error) {
      // The frames are out of step: what comes can't be understood any more.
      this.#fail(error, 0, NO_METHOD);
      this.#linger();
      return chunk.length;
    } finally {
      for (const confirms of this.#confirming) confirms.confirm();
      this.#confirming.length = 0;
    }
  }

  /** What the next bytes have to wait for, if anything. */
  #obstacle(): Promise<void> | undefined {
    if (this.#login !== undefined) return this.#login;
    if (this.#isOverfull) return this.#output.whenRoom();
    const queue = this.#session?.fedQueue;
    if (queue === undefined) return undefined;
    this.#session!.fedQueue = undefined;
    if (this.#host.node.blockedReason !== undefined) return this.#block();
    return queue.isBehindBy(BEHIND_MESSAGES) ? this.#letCatchUp(queue) : undefined;
  }

  async #holdBack(obstacle: Promise<void>): Promise<void> {
    this.#isHeldBack = true;
    await obstacle;
    this.#isHeldBack = false;
  }

  /** Gives a queue's consumers time, for a publisher that never pauses would starve them. */
  #letCatchUp(queue: Queue): Promise<void> {
    return new Promise((resolve) => {
      const cancelTimer = this.#host.node.clock.after(BEHIND_WAIT_MS, () => {
        cancelWaiting();
        resolve();
      });
      const cancelWaiting = queue.whenBelow(CAUGHT_UP_MESSAGES, () => {
        cancelTimer();
        resolve();
      });
    });
  }

  /** Keeps a publisher waiting while an alarm is on (RabbitMQ: Blocked Connection Notifications). */
  async #block(): Promise<void> {
    const { node } = this.#host;
    const reason = node.blockedReason!;
    const tells = this.#handshake!.hasCapability("connection.blocked") && this.#codec === AMQP_0_9_1;
    this.#log("warning", `blocked: ${reason}`);
    if (tells) this.#send({ name: "connection.blocked", reason });
    node.endTurn();
    await node.whenUnblocked();
    if (tells && this.#state === "running") this.#send({ name: "connection.unblocked" });
    node.endTurn();
  }

  // The handshake

  #receiveHeader(chunk: Uint8Array, at: number): number {
    const end = Math.min(chunk.length, at + PROTOCOL_HEADER_BYTES - this.#header.length);
    this.#header = Uint8Array.of(...this.#header, ...chunk.subarray(at, end));
    if (this.#header.length < PROTOCOL_HEADER_BYTES && isProtocolName(this.#header)) return end;
    const protocol = protocolOf(this.#header);
    if (protocol === undefined) {
      this.#log("warning", `refused: it does not begin with an AMQP header but with ${describeStart(this.#header)}`);
      this.#output.raw(PROTOCOL_HEADER);
      this.#linger();
      return chunk.length;
    }
    const { access, node, options, serverProperties } = this.#host;
    this.#codec = protocol.codec;
    this.#state = "handshake";
    const send = (method: Method) => this.#send(method);
    const isFromLoopback = isLoopback(this.#transport);
    this.#handshake = new Handshake({ access, node, options, serverProperties, isFromLoopback, send }, protocol);
    return end;
  }

  #shakeHands(method: Method): void {
    const result = this.#handshake!.handle(method);
    if (result instanceof Promise) this.#login = this.#awaitLogin(result);
    else if (result !== undefined) this.#open(result);
    else if (method.name === "connection.tune-ok") this.#frames.maxPayloadBytes = method.frameMax;
  }

  async #awaitLogin(login: Promise<void>): Promise<void> {
    try {
      await login;
    } catch (error) {
      this.#refuseLogin(error);
    }
    this.#login = undefined;
    this.#host.node.endTurn();
  }

  #refuseLogin(error: unknown): void {
    if (!(error instanceof LoginRefused)) return this.#fail(error, 0, START_OK);
    this.#log("error", error.message);
    if (this.#handshake!.hasCapability("authentication_failure_close")) return this.#closeWith(error.close, NO_METHOD);
    // RabbitMQ: whoever doesn't want to know is told nothing, and has to wait before the next try.
    this.#state = "closed";
    this.#timeout(REFUSED_LINGER_MS, () => this.#abort());
  }

  #open(agreement: Agreement): void {
    const { node, access, options, log, uniqueName } = this.#host;
    this.#cancelTimeout();
    this.#agreement = agreement;
    this.#session = {
      node,
      access,
      options,
      uniqueName,
      user: agreement.user,
      vhost: agreement.vhost,
      output: this.#output,
      codec: this.#codec,
      frameMax: agreement.frameMax,
      wantsCancelNotify: this.#handshake!.hasCapability("consumer_cancel_notify"),
      log: (level, line) => log(level, `connection ${this.name}: ${line}`),
      fedQueue: undefined,
      owner: this,
      confirmAtTurnEnd: (confirms) => this.#confirming.push(confirms),
    };
    this.#state = "running";
    this.#send({ name: "connection.open-ok" });
    this.#endHeartbeat = startHeartbeat(node.clock, agreement.heartbeatSeconds, {
      sent: () => this.#output.writtenBytes,
      // While the broker itself holds the peer back, only what the peer reads can show that it is there.
      received: () => this.#isHeldBack ? this.#receivedBytes + this.#output.writtenBytes : this.#receivedBytes,
      sendHeartbeat: () => {
        this.#output.raw(HEARTBEAT_FRAME);
        node.endTurn();
      },
      peerIsSilent: () => {
        this.#log("warning", `missed heartbeats from client, timeout: ${agreement.heartbeatSeconds}s`);
        this.#abort();
      },
    });
    const { user, vhost } = agreement;
    this.#log("info", `user '${user.name}' authenticated and granted access to vhost '${vhost.name}'`);
  }

  // Frames

  /** A login is being checked, or the peer does not read its replies. */
  get isPaused(): boolean {
    return this.#login !== undefined || this.#isOverfull;
  }

  get #isOverfull(): boolean {
    return this.#output.length > this.#host.options.outputHighWaterBytes * OVERFULL_FACTOR;
  }

  frame(type: number, number: number, bytes: Uint8Array, at: number, size: number): void {
    try {
      if (number === 0 || this.#state !== "running") return this.#otherFrame(type, number, bytes, at, size);
      let channel = this.#lastChannel;
      if (channel === undefined || channel.number !== number) {
        channel = this.channels.get(number);
        if (channel === undefined) return this.#otherFrame(type, number, bytes, at, size);
        this.#lastChannel = channel;
      }
      if (type === FRAME_BODY) return channel.publishing.body(bytes, at, size);
      if (type === FRAME_HEADER) return channel.publishing.header(bytes, at, size);
      if (type !== FRAME_METHOD || size < 4) return this.#otherFrame(type, number, bytes, at, size);
      const id = bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3];
      if (id === BASIC_PUBLISH) return channel.publishing.publish(bytes, at + 4, at + size);
      channel.publishing.expectMethod();
      if (id === BASIC_ACK && !channel.isClosing) return channel.ack(bytes, at + 4, at + size);
      this.#channelMethod(channel, this.#codec.decode(bytes, at, at + size));
    } catch (error) {
      this.#fail(error, number, type === FRAME_METHOD ? methodId(bytes, at) : PUBLISH);
    }
  }

  /** A frame that is none of an open channel's. */
  #otherFrame(type: number, number: number, bytes: Uint8Array, at: number, size: number): void {
    const isOver = this.#state === "closing" || this.#state === "closed";
    if (type === FRAME_METHOD && number === 0 && size >= 4) {
      const method = this.#codec.decode(bytes, at, at + size);
      return isOver ? this.#closingMethod(method) : this.#connectionMethod(method);
    }
    if (isOver || (type === FRAME_HEARTBEAT && number === 0 && size === 0)) return;
    const octets = () => `type ${type}, ${describeOctets(bytes, at, size)}`;
    if (!isFrame(type, size)) throw frameError(`${octets()}: unknown_frame`, NO_METHOD);
    if (this.#state !== "running" || number === 0 || type === FRAME_HEARTBEAT) {
      throw unexpectedFrame(octets(), NO_METHOD);
    }
    if (type !== FRAME_METHOD) throw unexpectedFrame("expected method frame, got non method frame instead", NO_METHOD);
    this.#openChannel(number, this.#codec.decode(bytes, at, at + size));
  }

  #connectionMethod(method: Method): void {
    if (method.name === "connection.close") {
      this.#log("info", `closed by the client (${method.replyCode} ${method.replyText})`);
      this.#releaseChannels();
      this.#send({ name: "connection.close-ok" });
      this.#linger();
    } else if (this.#state === "handshake") {
      this.#shakeHands(method);
    } else if (method.name === "connection.update-secret") {
      this.#send({ name: "connection.update-secret-ok" });
    } else {
      throw channelError(`unexpected method in connection state ${this.#state}`);
    }
  }

  #closingMethod(method: Method): void {
    if (method.name === "connection.close") this.#send({ name: "connection.close-ok" });
    if (method.name === "connection.close" || method.name === "connection.close-ok") this.#linger();
  }

  #openChannel(number: number, method: Method): void {
    if (method.name !== "channel.open") throw channelError("expected 'channel.open'");
    const max = this.#agreement!.channelMax;
    const count = this.channels.size;
    if (max !== 0 && count >= max) {
      const text = `number of channels opened (${count}) has reached the negotiated channel_max (${max})`;
      throw notAllowed(text, NO_METHOD);
    }
    const channel = new Channel(this.#session!, number);
    this.channels.set(number, channel);
    channel.reply({ name: "channel.open-ok" });
  }

  #channelMethod(channel: Channel, method: Method): void {
    if (channel.isClosing) return this.#closingChannelMethod(channel, method);
    if (method.name !== "channel.close") return channel.handle(method);
    this.#removeChannel(channel);
    channel.close();
    channel.reply({ name: "channel.close-ok" });
  }

  /** The server has closed this channel: what the client sent before it knew is dropped. */
  #closingChannelMethod(channel: Channel, method: Method): void {
    if (method.name === "channel.open") return channel.handle(method);
    if (method.name === "channel.close-ok") this.#removeChannel(channel);
    else if (method.name === "channel.close") channel.reply({ name: "channel.close-ok" });
  }

  #removeChannel(channel: Channel): void {
    this.channels.delete(channel.number);
    if (this.#lastChannel === channel) this.#lastChannel = undefined;
  }

  // Errors and the end

  /** Tells the peer what went wrong with a method of its, and ends what has to end for it. */
  #fail(error: unknown, number: number, method: MethodId): void {
    if (error instanceof ChannelError) {
      const channel = this.channels.get(number);
      if (channel !== undefined) return this.#closeChannelWith(channel, error, method);
    }
    if (error instanceof ConnectionError) {
      // RabbitMQ puts down to no method what is wrong with the bytes of a channel's one.
      const isMalformed = error.code === REPLY_CODES.frameError.code && number !== 0;
      return this.#closeWith(error, error.method ?? (isMalformed ? NO_METHOD : method), number);
    }
    // A bug of ours. It costs this connection; the report is for whoever can mend it.
    this.#log("error", `internal error: ${error instanceof Error ? error.stack : error}`);
    this.#closeWith(internalError("internal error, see the broker's log"), method, number);
  }

  #closeChannelWith(channel: Channel, error: ChannelError, [classId, methodId]: MethodId): void {
    this.#log("error", `channel ${channel.number} error: ${error.replyText}`);
    channel.isClosing = true;
    channel.close();
    const { code: replyCode, replyText } = error;
    channel.reply({ name: "channel.close", replyCode, replyText, classId, methodId });
  }

  #closeWith(error: ConnectionError, [classId, methodId]: MethodId, channel = 0): void {
    if (this.#state === "closing" || this.#state === "closed") return;
    this.#log("error", `closing, channel ${channel}: ${error.replyText}`);
    this.#releaseChannels();
    this.#state = "closing";
    this.#send({ name: "connection.close", replyCode: error.code, replyText: error.replyText, classId, methodId });
    const heartbeat = this.#agreement?.heartbeatSeconds || CLOSE_TIMEOUT_SECONDS;
    this.#timeout(Math.min(heartbeat, CLOSE_TIMEOUT_SECONDS) * 1000, () => this.#abort());
  }

  /**
   * Says nothing more, but lets the peer read what was said: closing at once would have the peer's TCP drop it where the
   * peer is still sending.
   */
  #linger(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#timeout(REFUSED_LINGER_MS, () => this.#abort());
    this.#output.end();
  }

  #abort(): void {
    this.#state = "closed";
    this.#transport.abort?.();
    // A transport without abort ends so: a read that waits is done, and what was written still leaves.
    this.#reader.cancel().catch(() => {});
  }

  #releaseChannels(): void {
    this.#endHeartbeat();
    const channels = [...this.channels.values()];
    this.channels.clear();
    this.#lastChannel = undefined;
    for (const channel of channels) channel.close();
    this.vhost?.removeQueuesOf(this);
  }

  async #release(): Promise<void> {
    this.#state = "closed";
    this.#cancelTimeout();
    this.#releaseChannels();
    this.#output.end();
    this.#host.node.endTurn();
    await this.#output.ended;
    this.#transport.abort?.();
  }

  #timeout(ms: number, callback: () => void): void {
    this.#cancelTimeout();
    this.#cancelTimeout = this.#host.node.clock.after(ms, callback);
  }

  #send(method: Method): void {
    this.#output.method(this.#codec, 0, method);
  }

  #log(level: LogLevel, line: string): void {
    this.#host.log(level, `connection ${this.name}: ${line}`);
  }
}

/** The class id and method id that a method frame's payload begins with. */
const methodId = (bytes: Uint8Array, at: number): MethodId => [
  bytes[at] << 8 | bytes[at + 1],
  bytes[at + 2] << 8 | bytes[at + 3],
];

/** Whether there are frames of this type with a payload of this size. */
function isFrame(type: number, size: number): boolean {
  if (type === FRAME_METHOD) return size >= 4;
  if (type === FRAME_HEARTBEAT) return size === 0;
  return type === FRAME_HEADER || type === FRAME_BODY;
}

function describeTransport({ peer, local }: Transport): string {
  if (peer === undefined) return "in-process";
  return local === undefined ? `${peer.host}:${peer.port}` : `${peer.host}:${peer.port} -> ${local.host}:${local.port}`;
}

/** A transport without a peer's address is inside this process. */
function isLoopback({ peer }: Transport): boolean {
  return peer === undefined || peer.host === "::1" || /^(::ffff:)?127\./.test(peer.host);
}

/** The first bytes of a peer that does not speak AMQP, with a guess at what it speaks. */
function describeStart(start: Uint8Array): string {
  const text = String.fromCharCode(...start);
  const octets = [...start].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  if (/^(GET|POST|PUT|HEAD|DELE)/.test(text)) return `an HTTP request (${octets})`;
  if (start[0] === 0x16 && start[1] === 0x03) return `a TLS hello (${octets})`;
  if (text.startsWith("AMQP")) return `the header of another version (${octets})`;
  return octets;
}

function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
