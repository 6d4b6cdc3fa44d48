import { type ChannelModel, type ConfirmChannel, connect } from "amqplib";
import { setTimeout as sleep } from "node:timers/promises";
import { socketOf } from "../conformance/client.ts";
import type { RawClient } from "../raw_client.ts";

/** Time within which clients must notice that their broker is gone. In milliseconds. */
const END_MS = 2000;

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** An amqplib connection to a broker that will be killed: nothing waits longer than it lives. */
export class Peer {
  readonly #connection: ChannelModel;
  readonly #lost: Promise<never>;
  #lose: (why: Error) => void = () => {};

  private constructor(connection: ChannelModel) {
    this.#connection = connection;
    connection.on("error", () => {});
    this.#lost = new Promise((_, reject) => this.#lose = reject);
    this.#lost.catch(() => {});
    connection.on("close", () => this.#lose(new Error("the connection is lost")));
  }

  static async connect({ host, port }: Address): Promise<Peer> {
    return new Peer(await connect(`amqp://guest:guest@${host}:${port}`, { noDelay: true }));
  }

  /** Waits for something, or rejects when the connection ends first. */
  until<Value>(awaited: PromiseLike<Value>): Promise<Value> {
    return Promise.race([awaited, this.#lost]);
  }

  async channel(): Promise<ConfirmChannel> {
    const channel = await this.until(this.#connection.createConfirmChannel());
    channel.on("error", () => {});
    return channel;
  }

  /** Returns whether something exists, asked on a channel of its own, as a refusal closes that. */
  async has(check: (channel: ConfirmChannel) => PromiseLike<unknown>): Promise<boolean> {
    const channel = await this.channel();
    try {
      await this.until(check(channel));
      await this.until(channel.close());
      return true;
    } catch (error) {
      if ((error as { code?: number }).code === 404) return false;
      throw error;
    }
  }

  async close(): Promise<void> {
    try {
      await this.until(this.#connection.close());
    } catch {
      // It is closed already.
    }
  }

  /** Ends the connection without the broker. */
  drop(): void {
    this.#lose(new Error("the connection was dropped"));
    socketOf(this.#connection).destroy();
  }
}

/** A broker and its clients, until it is killed. */
export class Session {
  readonly address: Address;
  /** True when the broker may be gone, so that errors are expected. */
  isOver = false;
  readonly #fail: (what: string) => void;
  readonly #work: Promise<void>[] = [];
  readonly #peers: (Peer | RawClient)[] = [];

  constructor(address: Address, fail: (what: string) => void) {
    this.address = address;
    this.#fail = fail;
  }

  /** Does something until the broker is killed. If it fails earlier, that is a failure of the broker. */
  start(name: string, work: () => Promise<void>): void {
    this.#work.push(
      work().catch((error) => {
        if (!this.isOver) this.#fail(`${name} failed before the broker was killed: ${error.stack}`);
      }),
    );
  }

  async connect(): Promise<Peer> {
    const peer = await Peer.connect(this.address);
    this.#peers.push(peer);
    return peer;
  }

  keep(client: RawClient): RawClient {
    this.#peers.push(client);
    return client;
  }

  /** Resolves when everything has ended. The broker must be gone. */
  async end(): Promise<void> {
    this.isOver = true;
    const work = Promise.all(this.#work);
    // The broker's last output is still read. Bun 1.4 does not always report that a socket's peer is gone.
    await Promise.race([work, sleep(END_MS)]);
    for (const peer of this.#peers) peer.drop();
    await work;
  }
}
