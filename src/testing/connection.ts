import type { Connection } from "../amqp091/connection.ts";
import type { Node } from "../broker/node/node.ts";
import type { Channel } from "../broker/session/channel.ts";
import type { Session } from "../broker/session/session.ts";
import { type PlainObject, plainObject } from "./plain.ts";
import type { Transport } from "../transport/transport.ts";
import type { Fault, Faults } from "./fault.ts";
import { channelErrorOf, connectionErrorOf } from "./reply_error.ts";
import type { Delay } from "./slow_transport.ts";

/** A channel of a client. */
export class TestChannel {
  readonly #channel: Channel;
  readonly #node: Node;

  /** Called by the test broker only. */
  constructor(channel: Channel, node: Node) {
    this.#channel = channel;
    this.#node = node;
  }

  /** Number of the channel on its connection. */
  get number(): number {
    return this.#channel.number;
  }
  /** Number of deliveries that the client has not acknowledged. */
  get unackedCount(): number {
    return this.#channel.subscriptions.unacked.count;
  }
  /** Number of consumers. */
  get consumerCount(): number {
    return this.#channel.subscriptions.count;
  }
  /** Number of publishes that are neither confirmed nor refused; 0 without confirms. */
  get unconfirmedCount(): number {
    return this.#channel.publisher.confirms?.unconfirmedCount ?? 0;
  }

  /** Closes the channel with a reply code. Throws `RangeError` for a code that AMQP lacks. */
  close(code = 406, text = "closed by a test"): void {
    this.#channel.sink.failed(channelErrorOf(code, text));
    this.#node.endTurn();
  }
}

/** A client's connection. */
export class TestConnection {
  readonly #connection: Connection;
  readonly #transport: Transport;
  readonly #node: Node;
  readonly #faults: Faults;
  readonly #delay: Delay;

  /** Called by the test broker only. */
  constructor(connection: Connection, transport: Transport, node: Node, faults: Faults, delay: Delay) {
    this.#connection = connection;
    this.#transport = transport;
    this.#node = node;
    this.#faults = faults;
    this.#delay = delay;
  }

  /** Name of the connection, such as `127.0.0.1:51234 -> 127.0.0.1:5672`. */
  get name(): string {
    return this.#connection.name;
  }
  /** Name of the user, from the login on. */
  get user(): string | undefined {
    return this.#connection.user?.name;
  }
  /** Name of the virtual host, once it is open. */
  get vhost(): string | undefined {
    return this.#connection.vhost?.name;
  }
  /** The client's own description of itself. */
  get clientProperties(): PlainObject {
    return plainObject(this.#connection.clientProperties);
  }
  /** The open channels. */
  get channels(): readonly TestChannel[] {
    return [...this.#session?.channels ?? []].map((channel) => new TestChannel(channel, this.#node));
  }
  /** Number of bytes in both directions. */
  get bytes(): number {
    const { receivedBytes, sentBytes } = this.#connection.traffic;
    return receivedBytes + sentBytes;
  }

  /**
   * Closes the connection with a reply code, as when an administrator closes it. Resolves when it is over. Rejects with
   * `RangeError` for a code that AMQP lacks.
   */
  async close(code = 320, text = "closed by a test"): Promise<void> {
    await this.#connection.close(connectionErrorOf(code, text));
  }

  /** Drops the connection without a word, as when the broker's machine fails. */
  drop(): void {
    this.#transport.abort!();
  }

  /** Delays everything that is sent on it; by `Infinity` until the fault ends. In milliseconds of real time. */
  slow(delayMs: number): Fault {
    this.#delay.delayMs = delayMs;
    return this.#faults.begin(() => this.#delay.delayMs = 0);
  }

  get #session(): Session | undefined {
    return [...this.#node.sessions].find(({ origin }) => origin === this.#connection);
  }
}
