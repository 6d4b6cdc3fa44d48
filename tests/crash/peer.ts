import { type ChannelModel, type ConfirmChannel, connect } from "amqplib";
import type { RawClient } from "../raw_client.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A connection by amqplib to a broker that is going to be killed: nothing waits any longer than it lives. */
export class Peer {
  readonly #connection: ChannelModel;
  readonly #lost: Promise<never>;

  private constructor(connection: ChannelModel) {
    this.#connection = connection;
    connection.on("error", () => {});
    this.#lost = new Promise((_, reject) => connection.on("close", () => reject(new Error("the connection is lost"))));
    this.#lost.catch(() => {});
  }

  static async connect({ host, port }: Address): Promise<Peer> {
    return new Peer(await connect(`amqp://guest:guest@${host}:${port}`, { noDelay: true }));
  }

  /** Waits for something, or rejects when the connection ends before. */
  until<Value>(awaited: PromiseLike<Value>): Promise<Value> {
    return Promise.race([awaited, this.#lost]);
  }

  async channel(): Promise<ConfirmChannel> {
    const channel = await this.until(this.#connection.createConfirmChannel());
    channel.on("error", () => {});
    return channel;
  }

  /** Whether something is there, asked on a channel of its own, for a refusal closes that. */
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
      await this.#connection.close();
    } catch {
      // It is gone already.
    }
  }
}

/** A broker and those who use it, until it is killed. */
export class Session {
  readonly address: Address;
  /** Whether the broker may be gone, so that nobody wonders. */
  isOver = false;
  readonly #fail: (what: string) => void;
  readonly #work: Promise<void>[] = [];
  readonly #peers: (Peer | RawClient)[] = [];

  constructor(address: Address, fail: (what: string) => void) {
    this.address = address;
    this.#fail = fail;
  }

  /** Does something until the broker is killed. That it fails before is a failure of the broker. */
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

  /** Resolves when all that was begun has ended. */
  async end(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.#work);
    for (const peer of this.#peers) await (peer instanceof Peer ? peer.close() : peer[Symbol.asyncDispose]());
  }
}
