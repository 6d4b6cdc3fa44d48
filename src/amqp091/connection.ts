import type { Peer, User } from "../access/access.ts";
import {
  ChannelError,
  channelError,
  ConnectionError,
  connectionForced,
  internalError,
  type MethodId,
  NO_METHOD,
  unexpectedFrame,
} from "../wire/error.ts";
import type { FieldTable } from "../wire/field_table.ts";
import { FRAME_HEARTBEAT, FRAME_METHOD } from "./frame.ts";
import { AMQP_0_9_1, type Method, type MethodCodec, type MethodOf } from "./methods.ts";
import { REPLY_CODES } from "../wire/reply_code.ts";
import type { VirtualHost } from "../broker/topology/vhost.ts";
import { type ChunkHandler, ChunkReader } from "./chunk_reader.ts";
import type { AmqpChannel } from "./channel/channel.ts";
import { Channels } from "./channel/channels.ts";
import { PUBLISH } from "./channel/publishing.ts";
import { checkFrame, describeFrame, type FrameHandler, FrameReader } from "./frame_reader.ts";
import { Client } from "./client.ts";
import type { Agreement, LoginRefused } from "./handshake.ts";
import type { ConnectionHost } from "./connection_host.ts";
import { notifyConnectionClosed, notifyConnectionCreated } from "./connection_events.ts";
import { ConnectionLog } from "./connection_log.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { waitUntilUnblocked } from "./blocked.ts";
import { describeError, type LogCategory, type LogLevel } from "./logger.ts";
import { Opening } from "./opening.ts";
import { Output } from "./output.ts";
import { updateSecret } from "./secret_update.ts";
import { startSendTimeout } from "./send_timeout.ts";
import { TransportEnd } from "./transport_end.ts";
import type { Origin, OriginState, Session, Traffic } from "../broker/session/session.ts";
import {
  type Address,
  describeTransport,
  type HostNames,
  isLoopback,
  type TlsSession,
  type Transport,
} from "../transport/transport.ts";

/** Maximum time for a client to answer `connection.close`; a shorter heartbeat interval replaces it. */
const CLOSE_TIMEOUT_SECONDS = 30;
/** Resolved promise that a connection waits for to check an alarm again after its turn. */
const ALARM = Promise.resolve();
/** Multiple of the high-water mark at which unread replies stop the reading of frames. */
const OVERFULL_FACTOR = 4;

const UPDATE_SECRET: MethodId = [10, 70];

const NOTHING = () => {};

type State =
  /** Waits for the protocol header. */
  | "header"
  | "handshake"
  | "running"
  /** After sending `connection.close`: drops everything except the answer. */
  | "closing"
  /** After the last output: drops all further input. */
  | "closed";

/** A connection from the protocol header to the end of the transport (AMQP 0-9-1 §2.2.4). */
export class Connection implements ChunkHandler, FrameHandler, Origin {
  /** `peer -> local`, as RabbitMQ names connections. */
  readonly name: string;
  /** The same by addresses, which stand in the log. */
  readonly loggedName: string;
  /** Names of both ends, where they were looked up. */
  readonly hostNames: HostNames | undefined;
  /** Resolves when the connection is over and has released everything. */
  readonly closed: Promise<void>;

  readonly #host: ConnectionHost;
  readonly #transport: Transport;
  readonly #input: ChunkReader;
  readonly #output: Output;
  readonly #log: ConnectionLog;
  readonly #end: TransportEnd;
  readonly #frames: FrameReader;
  readonly #overfullBytes: number;
  #state: State = "header";
  #codec: MethodCodec = AMQP_0_9_1;
  readonly #client = new Client();
  /** Absent once the connection is open. */
  #opening: Opening | undefined;
  #session: Session | undefined;
  #agreement: Agreement | undefined;
  /** Time at which it was opened, in milliseconds since 1970; 0 before that. */
  connectedAtMs = 0;
  #channels: Channels | undefined;
  /** Promise that the next frame waits for: the check of a login, or messages that are read from disk. */
  #waiting: Promise<void> | undefined;
  /** True while an alarm holds publishers back. */
  #isBlocked = false;
  #endHeartbeat = NOTHING;
  #endSendTimeout = NOTHING;

  /** @internal */
  constructor(host: ConnectionHost, transport: Transport, hostNames?: HostNames) {
    this.#host = host;
    this.#transport = transport;
    this.#input = new ChunkReader(transport.readable, this);
    this.hostNames = hostNames;
    this.loggedName = describeTransport(transport);
    this.name = hostNames === undefined ? this.loggedName : describeTransport(transport, hostNames);
    const { node, clock, options, buffers } = host;
    this.#output = new Output(node, buffers, transport, options.outputHighWaterBytes);
    this.#end = new TransportEnd(clock, transport, this.#input, this.#output);
    this.#overfullBytes = options.outputHighWaterBytes * OVERFULL_FACTOR;
    this.#frames = new FrameReader(this, options.initialFrameMax);
    this.#log = new ConnectionLog(host.log, this, node);
    this.#opening = this.#newOpening();
    this.log("debug", "accepted");
    if (this.name !== this.loggedName) this.log("info", `it is shown as ${this.name}`);
    this.#end.setDeadline(options.handshakeTimeoutMs, () => {
      this.log("warning", `handshake_timeout: the handshake took more than ${options.handshakeTimeoutMs} ms`);
      this.#abort();
    });
    this.closed = this.#run();
  }

  /** The authenticated user, from the login on. */
  get user(): User | undefined {
    return this.#client.user;
  }
  /** @internal */
  get vhost(): VirtualHost | undefined {
    return this.#agreement?.vhost;
  }
  // Origin of a session

  /** Protocol that the client speaks, such as `AMQP 0-9-1`. */
  get protocol(): string {
    const name = this.#codec === AMQP_0_9_1 ? "AMQP 0-9-1" : "AMQP 0-8";
    // As RabbitMQ has `Web MQTT`.
    return this.#transport.isWebSocket ? `Web ${name}` : name;
  }
  /** Address of the client, if it is known. */
  get peer(): Address | undefined {
    return this.#transport.peer;
  }
  /** Address that the client has connected to, if it is known. */
  get local(): Address | undefined {
    return this.#transport.local;
  }
  /** The TLS session, if there is one. */
  get tls(): TlsSession | undefined {
    return this.#transport.tls;
  }
  /** SASL mechanism of the login; empty before. */
  get mechanism(): string {
    return this.#client.mechanism;
  }
  /** Interval of heartbeats. In seconds; 0 is none. */
  get heartbeatSeconds(): number {
    return this.#agreement?.heartbeatSeconds ?? 0;
  }
  /** Largest frame, as agreed on. In bytes. */
  get frameMax(): number {
    return this.#agreement?.frameMax ?? 0;
  }
  /** Maximum number of channels, as agreed on. */
  get channelMax(): number {
    return this.#agreement?.channelMax ?? 0;
  }
  /** State of the connection in RabbitMQ's words. */
  get state(): OriginState {
    if (this.#state !== "running") return "closing";
    return this.#isBlocked ? "blocked" : this.#input.isHeldBack ? "flow" : "running";
  }
  /** Traffic since the connection was opened. */
  get traffic(): Traffic {
    return {
      receivedBytes: this.#input.receivedBytes,
      receivedFrames: this.#frames.frames,
      sentBytes: this.#output.writtenBytes,
      sentFrames: this.#output.frames,
      unsentBytes: this.#output.length,
    };
  }
  /** Number of open channels. */
  get channelCount(): number {
    return this.#channels?.count ?? 0;
  }
  /** The client's own description of itself. */
  get clientProperties(): FieldTable {
    return this.#client.properties;
  }

  /**
   * Closes the connection from this side, if it is open with `connection.close`, which tells an error, or the reason
   * with code 320. Resolves when it is over.
   */
  async close(reason: string | ConnectionError): Promise<void> {
    const error = typeof reason === "string" ? connectionForced(reason) : reason;
    if (this.#session !== undefined) this.#closeWith(error, NO_METHOD);
    else this.#abort();
    this.#host.node.endTurn();
    await this.closed;
  }

  // Reading

  async #run(): Promise<void> {
    try {
      await this.#input.run();
      if (this.#state === "running") this.#log.lost("client unexpectedly closed TCP connection");
      else if (this.#state === "handshake") this.#log.lost("client closed TCP connection in the handshake");
    } catch (error) {
      if (this.#state !== "closed") this.#log.lost(describeError(error));
    }
    await this.#release();
  }

  /** Handles a chunk from `at` on in one turn. Returns where it stopped: at the end, or where reading has to wait. */
  receive(chunk: Uint8Array, at: number): number {
    this.#host.node.turnTimes.begin();
    const end = this.#receive(chunk, at);
    this.#host.node.endTurn();
    return end;
  }

  #receive(chunk: Uint8Array, at: number): number {
    if (this.#state === "closed") return chunk.length;
    if (this.#state === "header") return this.#opening!.receiveHeader(chunk, at);
    try {
      return this.#frames.read(chunk, at);
    } catch (error) {
      // The frames are out of step, and nothing that follows can be understood.
      this.#fail(error, 0, NO_METHOD);
      this.#linger();
      return chunk.length;
    }
  }

  /** Returns a promise that reading waits for; `undefined` when there is none. */
  obstacle(): Promise<void> | undefined {
    if (this.#waiting === ALARM) this.#waiting = undefined;
    if (this.#waiting !== undefined) return this.#waiting;
    if (this.#state === "closing" || this.#state === "closed") return undefined;
    if (this.#isOverfull) return this.#output.whenRoom();
    const held = this.#channels?.obstacle;
    if (held !== undefined) return held;
    return this.#session?.flow.obstacle(() => this.#block());
  }

  /** Notes the start of a publish. During an alarm the rest of the message is not read, as in RabbitMQ. */
  #beginToPublish(): void {
    this.#session!.flow.hasPublished = true;
    if (this.#host.node.blockedReason !== undefined) this.#waiting = ALARM;
  }

  /** Waits until an alarm ends, and tells the client so. */
  #block(): Promise<void> {
    this.log("warning", `blocked: ${this.#host.node.blockedReason}`);
    const notifies = this.#client.hasCapability("connection.blocked") && this.#codec === AMQP_0_9_1;
    this.#isBlocked = true;
    return waitUntilUnblocked(this.#host.node, (method) => {
      if (notifies && this.#state === "running") this.#send(method);
    }).finally(() => this.#isBlocked = false);
  }

  // Opening

  #newOpening(): Opening {
    return new Opening({
      host: this.#host,
      origin: this,
      peer: peerOf(this.#transport),
      client: this.#client,
      output: this.#output,
      log: this.#log,
      isOpening: () => this.#state === "handshake",
      begin: (codec) => {
        this.#codec = codec;
        this.#state = "handshake";
      },
      send: (method) => this.#send(method),
      limitFrames: (frameMax) => this.#frames.maxPayloadBytes = frameMax,
      await: (done, method) => this.#await(done, method),
      open: (agreement) => this.#open(agreement),
      refuse: (error) => this.#refuseLogin(error),
      linger: () => this.#linger(),
    });
  }

  #refuseLogin(error: LoginRefused): void {
    if (this.#client.hasCapability("authentication_failure_close")) return this.#closeBy(error.close, NO_METHOD);
    // RabbitMQ tells a client without this capability nothing, and makes it wait before its next attempt.
    this.#state = "closed";
    this.#end.awaitPeer(() => this.#abort());
  }

  #open(agreement: Agreement): void {
    const { node } = this.#host;
    const { user, vhost, frameMax } = agreement;
    this.#end.clearDeadline();
    this.#opening = undefined;
    this.#agreement = agreement;
    this.connectedAtMs = this.#log.sinceMs = node.timeMs;
    this.#session = node.open({ user, vhost, origin: this, peer: peerOf(this.#transport) });
    this.#channels = new Channels({
      session: this.#session,
      output: this.#output,
      codec: this.#codec,
      frames: this.#frames,
      frameMax,
      wantsCancelNotify: this.#client.hasCapability("consumer_cancel_notify"),
      beginToPublish: () => this.#beginToPublish(),
      fail: (channel, error, method) => this.#failChannel(channel, error, method),
      resume: (channel, method, resume) => this.#resume(channel, method, resume),
    }, agreement.channelMax);
    this.#state = "running";
    this.#send({ name: "connection.open-ok" });
    this.#startHeartbeat(agreement.heartbeatSeconds);
    this.#startSendTimeout();
    if (node.events !== undefined) notifyConnectionCreated(node.events, this, agreement);
    this.#log.authenticated(user, vhost);
  }

  #startHeartbeat(intervalSeconds: number): void {
    const { node, clock } = this.#host;
    this.#endHeartbeat = startHeartbeat(clock, intervalSeconds, {
      sent: () => this.#output.writtenBytes,
      // While the broker itself holds the peer back, only the peer's reading shows that it is alive.
      received: () =>
        this.#input.isHeldBack ? this.#input.receivedBytes + this.#output.writtenBytes : this.#input.receivedBytes,
      sendHeartbeat: () => {
        this.#output.heartbeat();
        node.endTurn();
      },
      peerIsSilent: () => {
        this.log("warning", `missed heartbeats from client, timeout: ${intervalSeconds}s`);
        this.#abort();
      },
    });
  }

  #startSendTimeout(): void {
    const { clock, options: { sendTimeoutMs } } = this.#host;
    this.#endSendTimeout = startSendTimeout(clock, sendTimeoutMs, this.#output, () => {
      this.log("error", `{writer,send_failed,timeout}: the client has not read for ${sendTimeoutMs} ms`);
      this.#abort();
    });
  }

  // Frames

  /** True while a login is checked, messages are read from disk, or the peer does not read its replies. */
  get isPaused(): boolean {
    return this.#waiting !== undefined || this.#isOverfull || this.#channels?.overfull !== undefined;
  }

  /** Continues a channel that has waited, in a turn of its own. */
  #resume(channel: AmqpChannel, method: MethodId, resume: () => void): void {
    if (this.#state !== "running" || !this.#channels!.has(channel)) return;
    const { node } = this.#host;
    try {
      if (!channel.isClosing) resume();
    } catch (error) {
      this.#fail(error, channel.number, method);
    }
    channel.release((type, bytes, at, size) => this.frame(type, channel.number, bytes, at, size));
    node.endTurn();
  }

  #failChannel(channel: number, error: ChannelError, method: MethodId = NO_METHOD): void {
    if (this.#state === "running") this.#channels!.fail(channel, error, method);
  }

  get #isOverfull(): boolean {
    return this.#output.length > this.#overfullBytes;
  }

  /** @internal */
  frame(type: number, number: number, bytes: Uint8Array, at: number, size: number): void {
    try {
      if (number !== 0 && this.#state === "running") this.#channels!.frame(type, number, bytes, at, size);
      else this.#otherFrame(type, number, bytes, at, size);
    } catch (error) {
      this.#fail(error, number, type === FRAME_METHOD ? methodId(bytes, at) : PUBLISH);
    }
  }

  /** Handles a frame on channel 0, or on any channel before the connection is open or after it is closed. */
  #otherFrame(type: number, number: number, bytes: Uint8Array, at: number, size: number): void {
    const isOver = this.#state === "closing" || this.#state === "closed";
    if (!isOver) checkFrame(type, bytes, at, size);
    if (type === FRAME_METHOD && number === 0 && size >= 4) {
      const method = this.#codec.decode(bytes, at, at + size);
      return isOver ? this.#closingMethod(method) : this.#connectionMethod(method);
    }
    if (isOver || (type === FRAME_HEARTBEAT && number === 0)) return;
    throw unexpectedFrame(describeFrame(type, bytes, at, size), NO_METHOD);
  }

  #connectionMethod(method: Method): void {
    if (method.name === "connection.close") {
      this.log("debug", `closed by the client (${method.replyCode} ${method.replyText})`);
      this.#log.closing();
      this.#releaseChannels();
      this.#send({ name: "connection.close-ok" });
      this.#awaitEnd();
    } else if (this.#state === "handshake") {
      this.#opening!.handle(method);
    } else if (method.name === "connection.update-secret") {
      this.#updateSecret(method);
    } else {
      throw channelError(`unexpected method in connection state ${this.#state}`);
    }
  }

  #updateSecret({ newSecret }: MethodOf<"connection.update-secret">): void {
    const done = updateSecret(
      {
        access: this.#host.node.access,
        session: this.#session!,
        peer: peerOf(this.#transport),
        log: (level, line) => this.log(level, line),
        isRunning: () => this.#state === "running",
      },
      newSecret,
      () => this.#send({ name: "connection.update-secret-ok" }),
    );
    if (done instanceof Promise) this.#await(done, UPDATE_SECRET);
  }

  /** Makes the next frame wait for a method that is answered later. */
  #await(done: Promise<void>, method: MethodId): void {
    const finish = async () => {
      try {
        await done;
      } catch (error) {
        this.#fail(error, 0, method);
      }
      this.#waiting = undefined;
      this.#host.node.endTurn();
    };
    this.#waiting = finish();
  }

  #closingMethod(method: Method): void {
    if (method.name === "connection.close") this.#send({ name: "connection.close-ok" });
    if (method.name === "connection.close") this.#awaitEnd();
    else if (method.name === "connection.close-ok") this.#linger();
  }

  // Errors and closing

  /** Reports what went wrong with a method to the peer, and closes the channel or the connection. */
  #fail(error: unknown, number: number, method: MethodId): void {
    if (error instanceof ChannelError) return this.#channels!.fail(number, error, method);
    if (error instanceof ConnectionError) {
      // For malformed bytes on a channel RabbitMQ names no method.
      const isMalformed = error.code === REPLY_CODES.frameError.code && number !== 0;
      return this.#closeWith(error, error.method ?? (isMalformed ? NO_METHOD : method), number);
    }
    // A bug in the broker costs this connection only. The report is for the developers.
    this.log("error", `internal error: ${error instanceof Error ? error.stack : error}`);
    this.#closeWith(internalError("internal error, see the broker's log"), method, number);
  }

  #closeWith(error: ConnectionError, method: MethodId, channel = 0): void {
    if (this.#state === "closing" || this.#state === "closed") return;
    this.#log.failed(error, method, channel, this.#state);
    this.#closeBy(error, method);
  }

  #closeBy(error: ConnectionError, [classId, methodId]: MethodId): void {
    this.#releaseChannels();
    this.#state = "closing";
    this.#send({ name: "connection.close", replyCode: error.code, replyText: error.replyText, classId, methodId });
    const heartbeat = this.#agreement?.heartbeatSeconds || CLOSE_TIMEOUT_SECONDS;
    this.#end.setDeadline(Math.min(heartbeat, CLOSE_TIMEOUT_SECONDS) * 1000, () => this.#abort());
    if (this.#waiting === undefined) this.#input.letGo();
  }

  /** Waits for the client to close the transport, as RabbitMQ does, and sends nothing more. */
  #awaitEnd(): void {
    this.#state = "closed";
    this.#end.awaitPeer(() => this.#abort());
  }

  /** Sends nothing more, and closes the transport once the peer has read all output. */
  #linger(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#end.linger(() => this.#abort());
  }

  #abort(): void {
    this.#state = "closed";
    this.#end.abort();
    if (this.#waiting === undefined) this.#input.letGo();
  }

  #releaseChannels(): void {
    this.#endHeartbeat();
    this.#endSendTimeout();
    this.#channels?.close();
    this.#session?.close();
  }

  async #release(): Promise<void> {
    this.#state = "closed";
    this.#releaseChannels();
    const { node } = this.#host;
    if (node.events !== undefined) notifyConnectionClosed(node.events, this);
    node.endTurn();
    await this.#end.finish(() => this.#abort());
  }

  #send(method: Method): void {
    this.#output.method(this.#codec, 0, method);
  }

  /** @internal */
  log(level: LogLevel, line: string, category?: LogCategory): void {
    this.#log.line(level, line, category);
  }
}

/** Returns the class id and method id at the start of a method frame's payload. */
const methodId = (bytes: Uint8Array, at: number): MethodId => [
  bytes[at] << 8 | bytes[at + 1],
  bytes[at + 2] << 8 | bytes[at + 3],
];

/** Returns the peer as access control sees it. */
const peerOf = (transport: Transport): Peer => ({
  isLoopback: isLoopback(transport),
  host: transport.peer?.host,
  certificate: transport.tls?.peerCertificate,
});
