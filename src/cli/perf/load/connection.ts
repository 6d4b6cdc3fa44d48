import { phrase, PhraseError } from "../../../phrase/phrase.ts";
import { ByteWriter } from "../../../wire/byte_writer.ts";
import { fieldTable } from "../../../wire/field_table.ts";
import { FRAME_END, FRAME_HEADER_BYTES, FRAME_METHOD } from "../../../amqp091/frame.ts";
import {
  AMQP_0_9_1,
  type Method,
  type MethodFields,
  type MethodName,
  type MethodOf,
} from "../../../amqp091/methods.ts";
import { agreedHeartbeat, Heartbeats } from "./heartbeats.ts";
import { connect, type Socket } from "../../../runtime/client_socket.ts";

/** A broker with the credentials for it. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly vhost: string;
  /** Way to log in; `EXTERNAL` is by the certificate. Default: `PLAIN`. */
  readonly mechanism?: "PLAIN" | "EXTERNAL";
  /** Name that the broker shows. */
  readonly connectionName?: string;
  /** Largest frame that is asked for; 0 means as large as the broker allows. In bytes. */
  readonly frameMax?: number;
  /** Interval of heartbeats that is asked for; 0 means none. In seconds. */
  readonly heartbeatSeconds?: number;
  /** Connects to the broker. Default: by a socket. */
  readonly connect?: typeof connect;
  /** Handles what the broker does wrong once traffic runs. Default: reports it, and ends the process. */
  readonly onFailure?: (error: Error) => void;
}

/** Throws an error where nobody catches it, which ends the process. */
const endProcess = (error: Error): void =>
  queueMicrotask(() => {
    throw error;
  });

/** Channel of each connection from the start. */
export const CHANNEL = 1;

const PROTOCOL_HEADER = Uint8Array.of(65, 77, 81, 80, 0, 0, 9, 1);
const CONNECTION_CLASS = 10;
const CHANNEL_CLASS = 20;
export const BASIC_CLASS = 60;
const CLOSE_METHODS: Readonly<Record<number, number>> = { [CONNECTION_CLASS]: 50, [CHANNEL_CLASS]: 40 };
const INPUT_BYTES = 1024;
const FRAME_MAX = 131_072;

const encoder = new TextEncoder();

/** Makes a method frame; fields left out of `fields` are false, zero or empty. */
export function methodFrame<N extends MethodName>(
  channel: number,
  name: N,
  fields: Partial<MethodFields<N>> = {},
): Uint8Array {
  const writer = new ByteWriter();
  writer.octet(FRAME_METHOD);
  writer.short(channel);
  writer.lengthPrefixed(() => AMQP_0_9_1.encode(writer, { name, ...fields } as unknown as Method));
  writer.octet(FRAME_END);
  return writer.written();
}

const CLIENT_PROPERTIES = {
  product: "HareMQ's load generator",
  capabilities: { publisher_confirms: true, "basic.nack": true, authentication_failure_close: true },
};
const CHANNEL_OPEN = methodFrame(CHANNEL, "channel.open");
const GATHERED_BYTES = 4096;
const CLOSE = methodFrame(0, "connection.close", { replyCode: 200, replyText: "done" });

// Encoded once: the broker is measured when connections open and close.
const startOk = cached((mechanism: string, user: string, password: string, name: string) =>
  methodFrame(0, "connection.start-ok", {
    clientProperties: fieldTable(name === "" ? CLIENT_PROPERTIES : { ...CLIENT_PROPERTIES, connection_name: name }),
    mechanism,
    response: encoder.encode(mechanism === "PLAIN" ? `\0${user}\0${password}` : ""),
    locale: "en_US",
  })
);
const tuneOkAndOpen = cached((channelMax: number, frameMax: number, heartbeat: number, vhost: string) => {
  const tuneOk = methodFrame(0, "connection.tune-ok", { channelMax, frameMax, heartbeat });
  const open = methodFrame(0, "connection.open", { virtualHost: vhost });
  return Uint8Array.of(...tuneOk, ...open);
});

function cached<A extends readonly (string | number)[]>(
  make: (...parts: A) => Uint8Array,
): (...parts: A) => Uint8Array {
  const made = new Map<string, Uint8Array>();
  return (...parts) => {
    const key = parts.join("\0");
    let bytes = made.get(key);
    if (bytes === undefined) made.set(key, bytes = make(...parts));
    return bytes;
  };
}

/**
 * Walks the whole frames in `bytes` from `offset` to `end`, and returns where the first unfinished one begins. The hot
 * loops of the benchmark are walks: plain loops over bytes, without a call, object or promise per frame.
 */
export type Walk = (bytes: Uint8Array, offset: number, end: number) => number;

/** An AMQP client's connection, with one channel at first. */
export class Connection {
  #socket!: Socket;
  #input: Uint8Array = new Uint8Array(INPUT_BYTES);
  #inputLength = 0;
  #walk: Walk = (bytes, offset, end) => this.#walkMethods(bytes, offset, end);
  readonly #payloads: Uint8Array[] = [];
  #wake: () => void = () => {};
  #isClosed = false;
  #isHot = false;
  #frameMax = FRAME_MAX;
  #serverVersion = "";
  #closing: Promise<void> | undefined;
  #heartbeats: Heartbeats | undefined;
  #gathered = new Uint8Array(0);
  #gatheredLength = 0;
  #writing: Promise<void> | undefined;

  private constructor() {}

  static async open(target: Target): Promise<Connection> {
    const connection = new Connection();
    connection.#socket = await (target.connect ?? connect)(target.host, target.port, {
      onData: (chunk) => connection.#onData(chunk),
      onClose: () => connection.#onClose(),
      onError: target.onFailure ?? endProcess,
    }).catch((cause: Error) => {
      throw new PhraseError(phrase`Cannot connect to ${target.host}:${target.port}: ${cause.message}`, { cause });
    });
    await connection.#handshake(target);
    return connection;
  }

  /** Largest frame, as agreed on. In bytes. */
  get frameMax(): number {
    return this.#frameMax;
  }

  /** Version of the broker, as it says. */
  get serverVersion(): string {
    return this.#serverVersion;
  }

  async #handshake(target: Target): Promise<void> {
    this.write(PROTOCOL_HEADER);
    const { serverProperties } = await this.receive("connection.start");
    const version = serverProperties.get("version");
    if (version?.type === "S" && typeof version.value === "string") this.#serverVersion = version.value;
    const { mechanism = "PLAIN", user, password, connectionName = "" } = target;
    this.write(startOk(mechanism, user, password, connectionName));
    const { channelMax, frameMax, heartbeat } = await this.receive("connection.tune");
    const heartbeatSeconds = agreedHeartbeat(target.heartbeatSeconds ?? 0, heartbeat);
    this.#frameMax = Math.min(frameMax || FRAME_MAX, target.frameMax || FRAME_MAX, FRAME_MAX);
    this.write(tuneOkAndOpen(channelMax, this.#frameMax, heartbeatSeconds, target.vhost));
    await this.#receivePayload("connection.open-ok");
    if (heartbeatSeconds > 0) this.#startHeartbeats(heartbeatSeconds, target.onFailure ?? endProcess);
    this.write(CHANNEL_OPEN);
    await this.#receivePayload("channel.open-ok");
  }

  #startHeartbeats(seconds: number, onFailure: (error: Error) => void): void {
    this.#heartbeats = new Heartbeats(
      seconds,
      (frame) => this.write(frame),
      () => onFailure(new PhraseError(phrase`The broker has sent nothing for ${seconds * 2} seconds`)),
    );
  }

  async openChannel(channel: number): Promise<void> {
    this.send(channel, "channel.open");
    await this.receive("channel.open-ok");
  }

  /**
   * Writes bytes. Returns `undefined` when the kernel has taken all of them already; only after that may they be
   * changed.
   */
  write(bytes: Uint8Array): Promise<void> | undefined {
    return this.#socket.write(bytes);
  }

  /**
   * Copies the bytes, and writes them together with all other output of this turn: a write for each of a hundred
   * channels with a message or two would measure system calls. Returns a promise while the kernel has yet to take
   * earlier output.
   */
  writeTogether(bytes: Uint8Array): Promise<void> | undefined {
    const length = this.#gatheredLength + bytes.length;
    if (length > this.#gathered.length) {
      const grown = new Uint8Array(Math.max(length, this.#gathered.length * 2, GATHERED_BYTES));
      grown.set(this.#gathered.subarray(0, this.#gatheredLength));
      this.#gathered = grown;
    }
    this.#gathered.set(bytes, this.#gatheredLength);
    if (this.#gatheredLength === 0) queueMicrotask(() => this.#writeGathered());
    this.#gatheredLength = length;
    return this.#writing;
  }

  #writeGathered(): void {
    const writing = this.write(this.#gathered.slice(0, this.#gatheredLength));
    this.#gatheredLength = 0;
    this.#writing = writing;
    writing?.then(() => {
      if (this.#writing === writing) this.#writing = undefined;
    });
  }

  send<N extends MethodName>(channel: number, name: N, fields: Partial<MethodFields<N>> = {}): void {
    this.write(methodFrame(channel, name, fields));
  }

  /** Waits for the next method, which must be this one. */
  async receive<N extends MethodName>(name: N): Promise<MethodOf<N>> {
    return AMQP_0_9_1.decode(await this.#receivePayload(name)) as MethodOf<N>;
  }

  /** Passes frames to a hot loop from now on. The loop gives frames that it does not know to `passOver`. */
  walkWith(walk: Walk): void {
    this.#isHot = true;
    this.#walk = walk;
  }

  /** Stops reading until {@linkcode resume}. */
  pause(): void {
    this.#heartbeats?.noteListening(false);
    this.#socket.pause();
  }

  /** Stops reading for good, so that what has not been read stays with the broker. */
  stop(): void {
    this.pause();
  }

  /** Walks what has been left, and reads on. */
  resume(): void {
    this.#heartbeats?.noteListening(true);
    this.#socket.resume();
    this.#walkInput(this.#inputLength);
  }

  /** Handles a method that a hot loop does not know: ignores it, or ends the program if it is a close. */
  passOver(bytes: Uint8Array, start: number, end: number): void {
    const classId = bytes[start + 1];
    const methodId = bytes[start + 3];
    if (CLOSE_METHODS[classId] !== methodId) return;
    const { replyCode, replyText } = AMQP_0_9_1.decode(bytes, start, end) as MethodOf<"connection.close">;
    throw new PhraseError(
      classId === CHANNEL_CLASS
        ? phrase`The broker closed the channel: ${replyCode} ${replyText}`
        : phrase`The broker closed the connection: ${replyCode} ${replyText}`,
    );
  }

  /** Closes the connection. When this resolves, the broker has handled everything that was sent. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    this.#walk = (bytes, offset, end) => this.#walkMethods(bytes, offset, end);
    this.#isHot = false;
    this.#heartbeats?.stop();
    this.#socket.resume();
    this.write(CLOSE);
    while (!isMethod(await this.#nextPayload("connection.close-ok"), "connection.close-ok"));
    this.drop();
  }

  /** Ends the connection without a close. */
  drop(): void {
    this.#isClosed = true;
    this.#heartbeats?.stop();
    this.#socket.close();
  }

  #onData(chunk: Uint8Array): void {
    this.#heartbeats?.noteHeard();
    const length = this.#inputLength + chunk.length;
    if (length > this.#input.length) {
      const grown = new Uint8Array(Math.max(length, this.#input.length * 2));
      grown.set(this.#input.subarray(0, this.#inputLength));
      this.#input = grown;
    }
    this.#input.set(chunk, this.#inputLength);
    this.#walkInput(length);
  }

  #walkInput(length: number): void {
    const walked = this.#walk(this.#input, 0, length);
    if (walked > 0) this.#input.copyWithin(0, walked, length);
    this.#inputLength = length - walked;
  }

  #onClose(): void {
    this.#heartbeats?.stop();
    // In a hot loop nobody waits for a method, so nobody would notice.
    if (!this.#isClosed && this.#isHot) throw new PhraseError(phrase`The broker closed the connection`);
    this.#isClosed = true;
    this.#wake();
  }

  /** Keeps received methods for the calls that wait for them, and skips content. */
  #walkMethods(bytes: Uint8Array, start: number, end: number): number {
    let offset = start;
    while (end - offset >= FRAME_HEADER_BYTES) {
      const payload = offset + FRAME_HEADER_BYTES;
      const payloadEnd = payload + readLong(bytes, offset + 3);
      if (payloadEnd >= end) break;
      if (bytes[offset] === FRAME_METHOD) {
        if (bytes[payload + 1] !== BASIC_CLASS) this.passOver(bytes, payload, payloadEnd);
        this.#payloads.push(bytes.slice(payload, payloadEnd));
      }
      offset = payloadEnd + 1;
    }
    if (this.#payloads.length > 0) this.#wake();
    return offset;
  }

  async #receivePayload(name: MethodName): Promise<Uint8Array> {
    const payload = await this.#nextPayload(name);
    if (!isMethod(payload, name)) {
      throw new Error(`Expected ${name}, received ${AMQP_0_9_1.decode(payload).name}`);
    }
    return payload;
  }

  async #nextPayload(name: MethodName): Promise<Uint8Array> {
    while (this.#payloads.length === 0) {
      if (this.#isClosed) {
        throw new PhraseError(phrase`The broker closed the connection instead of sending ${name}`);
      }
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    return this.#payloads.shift()!;
  }
}

function isMethod(payload: Uint8Array, name: MethodName): boolean {
  const [classId, methodId] = AMQP_0_9_1.id(name);
  return payload[1] === classId && payload[3] === methodId;
}

/** Reads an unsigned 32-bit integer. */
export function readLong(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3]) >>> 0;
}

export function writeLong(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
