import {
  type ChannelError,
  channelError,
  commandInvalid,
  type MethodId,
  NO_METHOD,
  notAllowed,
  syntaxError,
  unexpectedFrame,
} from "../../wire/error.ts";
import { loggedNameOf } from "../../broker/session/origin_fields.ts";
import { longlongAt } from "../../wire/longlong.ts";
import { FRAME_BODY, FRAME_HEADER, FRAME_METHOD } from "../frame.ts";
import type { Method } from "../methods.ts";
import { describeFailure } from "../connection_log.ts";
import { checkFrame, describeFrame } from "../frame_reader.ts";
import type { OpenConnection } from "../open_connection.ts";
import { AmqpChannel } from "./channel.ts";

const BASIC_PUBLISH = 60 << 16 | 40;
const BASIC_ACK = 60 << 16 | 80;
/** Size of its payload. In bytes. */
const BASIC_ACK_BYTES = 13;
/** Size of the frames held for waiting channels above which their connection is not read. In bytes. */
const HELD_BYTES_MAX = 1024 * 1024;

/** The open channels of a connection, and those that the server has closed and the client has not confirmed. */
export class Channels {
  readonly #connection: OpenConnection;
  /** Maximum number of channels; 0 is any number. */
  readonly #max: number;
  readonly #channels = new Map<number, AmqpChannel>();
  /** A waiting channel that holds more frames than it may. */
  overfull: AmqpChannel | undefined;
  /** The channel of the frame before: the next one is mostly for the same. */
  #last: AmqpChannel | undefined;

  constructor(connection: OpenConnection, max: number) {
    this.#connection = connection;
    this.#max = max;
  }

  get count(): number {
    return this.#channels.size;
  }

  /**
   * Passes a frame to its channel. `basic.publish`, its content and `basic.ack` take the direct way, undecoded, in one
   * function that makes no object (`bench/`: throughput). Throws the error that closes the channel or the connection.
   */
  frame(type: number, number: number, bytes: Uint8Array, at: number, size: number): void {
    let channel = this.#last;
    if (channel === undefined || channel.number !== number) {
      channel = this.#channels.get(number);
      if (channel === undefined) return this.#firstFrame(type, number, bytes, at, size);
      this.#last = channel;
    }
    if (channel.until !== undefined) return this.#hold(channel, type, bytes, at, size);
    if (type === FRAME_BODY) return channel.publishing.body(bytes, at, size);
    if (type === FRAME_HEADER) return channel.publishing.header(bytes, at, size);
    if (type !== FRAME_METHOD || size < 4) return refuse(type, bytes, at, size);
    const id = bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3];
    if (id === BASIC_PUBLISH) return channel.publishing.publish(bytes, at + 4, at + size);
    channel.publishing.expectMethod();
    if (id === BASIC_ACK && !channel.isClosing) {
      if (size < BASIC_ACK_BYTES) throw syntaxError("basic.ack is cut short");
      return channel.finish(longlongAt(bytes, at + 4), (bytes[at + 12] & 1) !== 0, "settle");
    }
    this.#method(channel, this.#connection.codec.decode(bytes, at, at + size));
  }

  /** Handles a frame for a channel that is not open: only `channel.open` is allowed there (AMQP 0-9-1 §4.3.2). */
  #firstFrame(type: number, number: number, bytes: Uint8Array, at: number, size: number): void {
    checkFrame(type, bytes, at, size);
    if (type === FRAME_HEADER || type === FRAME_BODY) {
      throw unexpectedFrame("expected method frame, got non method frame instead", NO_METHOD);
    }
    if (type !== FRAME_METHOD) return refuse(type, bytes, at, size);
    const method = this.#connection.codec.decode(bytes, at, at + size);
    if (method.name !== "channel.open") throw channelError("expected 'channel.open'");
    const { count } = this;
    if (this.#max !== 0 && count >= this.#max) {
      const limit = `has reached the negotiated channel_max (${this.#max})`;
      throw notAllowed(`number of channels opened (${count}) ${limit}`, NO_METHOD);
    }
    const channel = new AmqpChannel(this.#connection, number);
    this.#channels.set(number, channel);
    channel.reply({ name: "channel.open-ok" });
  }

  #method(channel: AmqpChannel, method: Method): void {
    if (channel.isClosing) return this.#closingMethod(channel, method);
    if (method.name === "channel.close-ok") throw commandInvalid("unimplemented method");
    if (method.name !== "channel.close") return channel.handle(method);
    this.#remove(channel);
    channel.close();
    channel.reply({ name: "channel.close-ok" });
  }

  /** Handles a method on a channel that the server has closed. What the client sent before it knew is dropped. */
  #closingMethod(channel: AmqpChannel, method: Method): void {
    if (method.name === "channel.open") return channel.handle(method);
    if (method.name === "channel.close-ok") this.#remove(channel);
    else if (method.name === "channel.close") channel.reply({ name: "channel.close-ok" });
  }

  #remove(channel: AmqpChannel): void {
    this.#channels.delete(channel.number);
    if (this.#last === channel) this.#last = undefined;
  }

  /** Closes a channel from this side, with an error and the method that caused it. */
  fail(number: number, { code: replyCode, replyText }: ChannelError, [classId, methodId]: MethodId): void {
    const channel = this.#channels.get(number)!;
    const { origin, vhost, user } = this.#connection.session;
    const name = loggedNameOf(origin);
    const line = `Channel error on connection ${name} (vhost: '${vhost.name}', user: '${user.name}'), ` +
      `channel ${number}: ${describeFailure("channel", replyText, [classId, methodId])}`;
    origin.log("error", line, "channel");
    channel.isClosing = true;
    channel.close();
    channel.reply({ name: "channel.close", replyCode, replyText, classId, methodId });
  }

  /** Releases everything that the channels hold, and sends nothing. */
  close(): void {
    const channels = [...this.#channels.values()];
    this.#channels.clear();
    this.#last = undefined;
    for (const channel of channels) {
      channel.close();
      channel.drop();
    }
  }

  // Waiting

  #hold(channel: AmqpChannel, type: number, bytes: Uint8Array, at: number, size: number): void {
    channel.hold(type, bytes, at, size);
    if (channel.heldBytes > HELD_BYTES_MAX) this.overfull = channel;
  }

  /** Promise that reading waits for while channels hold their maximum of frames; `undefined` when there is none. */
  get obstacle(): Promise<void> | undefined {
    if (this.overfull === undefined) return undefined;
    const { until, heldBytes } = this.overfull;
    if (until !== undefined && heldBytes > HELD_BYTES_MAX) return until;
    this.overfull = undefined;
    return undefined;
  }

  /** Returns whether a channel still exists. A closed one does until the client has confirmed. */
  has(channel: AmqpChannel): boolean {
    return this.#channels.get(channel.number) === channel;
  }
}

/** Throws the error for a frame that no channel can use. */
function refuse(type: number, bytes: Uint8Array, at: number, size: number): never {
  checkFrame(type, bytes, at, size);
  throw unexpectedFrame(describeFrame(type, bytes, at, size), NO_METHOD);
}
