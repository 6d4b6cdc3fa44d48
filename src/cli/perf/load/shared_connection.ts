import { FRAME_HEADER_BYTES, FRAME_METHOD } from "../../../amqp091/frame.ts";
import type { MethodFields, MethodName, MethodOf } from "../../../amqp091/methods.ts";
import { type Connection, readLong, type Walk } from "./connection.ts";

/** What a consumer needs of a connection: all of one, or a channel of one that it shares. */
export type ConsumerLink = Pick<
  Connection,
  "send" | "receive" | "write" | "walkWith" | "pause" | "resume" | "stop" | "passOver" | "close"
>;

/** Size of what a channel keeps while it is paused, above which the whole connection is. In bytes. */
const KEPT_MAX_BYTES = 8 * 1024 ** 2;

/** A connection whose channels have a consumer each. */
export class SharedConnection {
  readonly #connection: Connection;
  readonly #channels = new Map<number, SharedChannel>();
  #open = 0;
  #isHot = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Adds an open channel. All channels are prepared before the first one consumes. */
  add(number: number): ConsumerLink {
    const channel = new SharedChannel(this.#connection, {
      onHot: () => this.#walkFrames(),
      onKept: () => this.#readIfNoneIsFull(),
      close: () => this.#close(),
    });
    this.#channels.set(number, channel);
    this.#open++;
    return channel;
  }

  #walkFrames(): void {
    if (this.#isHot) return;
    this.#isHot = true;
    this.#connection.walkWith((bytes, start, end) => this.#walk(bytes, start, end));
  }

  /** Gives each channel its frames, as many in a row as there are. */
  #walk(bytes: Uint8Array, start: number, end: number): number {
    let from = start;
    let number = -1;
    let offset = start;
    while (end - offset >= FRAME_HEADER_BYTES) {
      const payloadEnd = offset + FRAME_HEADER_BYTES + readLong(bytes, offset + 3);
      if (payloadEnd >= end) break;
      const next = bytes[offset + 1] << 8 | bytes[offset + 2];
      if (next !== number) {
        if (offset > from) this.#give(number, bytes, from, offset);
        from = offset;
        number = next;
      }
      offset = payloadEnd + 1;
    }
    if (offset > from) this.#give(number, bytes, from, offset);
    return offset;
  }

  #give(number: number, bytes: Uint8Array, start: number, end: number): void {
    const channel = this.#channels.get(number);
    if (channel !== undefined) return channel.take(bytes, start, end);
    for (let offset = start; offset < end;) {
      const payload = offset + FRAME_HEADER_BYTES;
      const payloadEnd = payload + readLong(bytes, offset + 3);
      if (bytes[offset] === FRAME_METHOD) this.#connection.passOver(bytes, payload, payloadEnd);
      offset = payloadEnd + 1;
    }
  }

  #readIfNoneIsFull(): void {
    for (const channel of this.#channels.values()) if (channel.isFull) return this.#connection.pause();
    this.#connection.resume();
  }

  /** Closes the connection once each channel is closed: what they write last goes before. */
  #close(): Promise<void> {
    this.#open--;
    if (this.#open === 0) this.#closed.resolve(this.#connection.close());
    return this.#closed.promise;
  }

  readonly #closed = Promise.withResolvers<void>();
}

interface Owner {
  readonly onHot: () => void;
  readonly onKept: () => void;
  readonly close: () => Promise<void>;
}

/** A channel that may stop reading for itself. */
class SharedChannel implements ConsumerLink {
  readonly #connection: Connection;
  readonly #owner: Owner;
  #walk: Walk = (_, __, end) => end;
  /** Whole frames that have come while it is paused. */
  #kept = new Uint8Array(0);
  #keptLength = 0;
  #isPaused = false;
  #isStopped = false;

  constructor(connection: Connection, owner: Owner) {
    this.#connection = connection;
    this.#owner = owner;
  }

  /** True when no more can be kept. */
  get isFull(): boolean {
    return this.#keptLength > KEPT_MAX_BYTES;
  }

  send<N extends MethodName>(channel: number, name: N, fields?: Partial<MethodFields<N>>): void {
    this.#connection.send(channel, name, fields);
  }

  receive<N extends MethodName>(name: N): Promise<MethodOf<N>> {
    return this.#connection.receive(name);
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    return this.#connection.write(bytes);
  }

  walkWith(walk: Walk): void {
    this.#walk = walk;
    this.#owner.onHot();
  }

  passOver(bytes: Uint8Array, start: number, end: number): void {
    this.#connection.passOver(bytes, start, end);
  }

  pause(): void {
    this.#isPaused = true;
  }

  /** Walks what has been kept, until the walk pauses again. */
  resume(): void {
    this.#isPaused = false;
    if (this.#keptLength === 0) return;
    const wasFull = this.isFull;
    const walked = this.#walk(this.#kept, 0, this.#keptLength);
    this.#kept.copyWithin(0, walked, this.#keptLength);
    this.#keptLength -= walked;
    if (wasFull && !this.isFull) this.#owner.onKept();
  }

  stop(): void {
    const wasFull = this.isFull;
    this.#isStopped = true;
    this.#keptLength = 0;
    if (wasFull) this.#owner.onKept();
  }

  close(): Promise<void> {
    return this.#owner.close();
  }

  /** Walks whole frames of this channel, or keeps them for later. */
  take(bytes: Uint8Array, start: number, end: number): void {
    if (this.#isStopped) return;
    const walked = this.#isPaused || this.#keptLength > 0 ? start : this.#walk(bytes, start, end);
    if (walked === end || this.#isStopped) return;
    const length = this.#keptLength + end - walked;
    if (length > this.#kept.length) {
      const grown = new Uint8Array(length * 2);
      grown.set(this.#kept.subarray(0, this.#keptLength));
      this.#kept = grown;
    }
    this.#kept.set(bytes.subarray(walked, end), this.#keptLength);
    this.#keptLength = length;
    if (this.isFull) this.#owner.onKept();
  }
}
