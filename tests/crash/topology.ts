import type { ConfirmChannel } from "amqplib";
import { Buffer } from "node:buffer";
import { setTimeout as sleep } from "node:timers/promises";
import type { Ledger, Publisher } from "./ledger.ts";
import type { Peer, Session } from "./peer.ts";

/** Existence of a thing; unknown while its declaration or deletion has no answer. */
type Presence = "there" | "gone" | "unknown";

interface ChangingQueue {
  readonly name: string;
  readonly options: { readonly durable: true; readonly arguments: Record<string, unknown> };
  presence: Presence;
  /** Its name in the ledger, which is a new one each time that it is declared. */
  key: string;
  publisher: Publisher;
}

interface ChangingExchange {
  readonly name: string;
  readonly options: { readonly durable: true; readonly internal: boolean };
  presence: Presence;
}

interface ChangingBinding {
  readonly exchange: ChangingExchange;
  readonly queue: ChangingQueue;
  presence: Presence;
}

const QUEUES = 4;
const EXCHANGES = 2;

/** Durable queues, exchanges and bindings that come and go. */
export class ChangingTopology {
  readonly #ledger: Ledger;
  readonly #random: () => number;
  readonly #queues: ChangingQueue[];
  readonly #exchanges: ChangingExchange[];
  readonly #bindings: ChangingBinding[];
  #incarnations = 0;

  constructor(ledger: Ledger, random: () => number) {
    this.#ledger = ledger;
    this.#random = random;
    this.#queues = Array.from({ length: QUEUES }, (_, index): ChangingQueue => {
      const tables = [{}, { "x-queue-type": "classic" }, { "x-max-length": 1_000_000, "made-by": ["a", 1, true] }];
      const options = { durable: true, arguments: tables[index % tables.length] } as const;
      return { name: `changing-${index}`, options, presence: "gone", ...this.#incarnation(index) };
    });
    this.#exchanges = Array.from({ length: EXCHANGES }, (_, index) => {
      return { name: `changing-${index}`, options: { durable: true, internal: false }, presence: "gone" };
    });
    this.#bindings = this.#exchanges.flatMap((exchange) =>
      this.#queues.map((queue): ChangingBinding => ({ exchange, queue, presence: "gone" }))
    );
  }

  #incarnation(index: number): Pick<ChangingQueue, "key" | "publisher"> {
    const key = `changing-${index} (${++this.#incarnations})`;
    return { key, publisher: this.#ledger.addPublisher([key], (sequence) => 16 + sequence % 100) };
  }

  /** The existing queues with their names in the ledger. */
  get queues(): readonly (readonly [name: string, key: string])[] {
    return this.#queues.filter(({ presence }) => presence === "there").map(({ name, key }) => [name, key]);
  }

  /** Changes one thing after the other until the broker is killed. */
  async change(session: Session): Promise<void> {
    const peer = await session.connect();
    const channel = await peer.channel();
    while (!session.isOver) {
      const at = Math.floor(this.#random() * (QUEUES * 3 + EXCHANGES + this.#bindings.length));
      if (at < QUEUES) await this.#changeQueue(peer, channel, at);
      else if (at < QUEUES * 3) await this.#fillQueue(peer, channel, this.#queues[at % QUEUES]);
      else if (at < QUEUES * 3 + EXCHANGES) await this.#changeExchange(peer, channel, this.#exchanges[at % EXCHANGES]);
      else await this.#changeBinding(peer, channel, this.#bindings[at - QUEUES * 3 - EXCHANGES]);
      await sleep(this.#random() * 3);
    }
  }

  async #changeQueue(peer: Peer, channel: ConfirmChannel, index: number): Promise<void> {
    const queue = this.#queues[index];
    const { name, options, presence } = queue;
    queue.presence = "unknown";
    if (presence === "gone") {
      Object.assign(queue, this.#incarnation(index));
      await peer.until(channel.assertQueue(name, options));
      queue.presence = "there";
    } else {
      await peer.until(channel.deleteQueue(name));
      this.#queueIsGone(queue);
    }
  }

  #queueIsGone(queue: ChangingQueue): void {
    queue.presence = "gone";
    for (const binding of this.#bindings) if (binding.queue === queue) binding.presence = "gone";
  }

  async #changeExchange(peer: Peer, channel: ConfirmChannel, exchange: ChangingExchange): Promise<void> {
    const { name, options, presence } = exchange;
    exchange.presence = "unknown";
    if (presence === "gone") {
      await peer.until(channel.assertExchange(name, "direct", options));
      exchange.presence = "there";
    } else {
      await peer.until(channel.deleteExchange(name));
      this.#exchangeIsGone(exchange);
    }
  }

  #exchangeIsGone(exchange: ChangingExchange): void {
    exchange.presence = "gone";
    for (const binding of this.#bindings) if (binding.exchange === exchange) binding.presence = "gone";
  }

  async #changeBinding(peer: Peer, channel: ConfirmChannel, binding: ChangingBinding): Promise<void> {
    const { exchange, queue, presence } = binding;
    if (exchange.presence !== "there" || queue.presence !== "there") return;
    binding.presence = "unknown";
    if (presence === "gone") {
      await peer.until(channel.bindQueue(queue.name, exchange.name, queue.name));
      binding.presence = "there";
    } else {
      await peer.until(channel.unbindQueue(queue.name, exchange.name, queue.name));
      binding.presence = "gone";
    }
  }

  /** Publishes a few messages to a queue, or purges it. */
  async #fillQueue(peer: Peer, channel: ConfirmChannel, queue: ChangingQueue): Promise<void> {
    if (queue.presence !== "there") return;
    const { name, key, publisher } = queue;
    if (this.#random() < 0.1) {
      const all = this.#ledger.allIn(key);
      for (const message of all) this.#ledger.settled(message);
      await peer.until(channel.purgeQueue(name));
      for (const message of all) this.#ledger.settledForSure(message);
      return;
    }
    for (let left = 1 + Math.floor(this.#random() * 5); left > 0; left--) {
      await publishOne(peer, channel, publisher, "", name);
    }
  }

  /** Checks the topology after a restart of the broker. */
  async check(peer: Peer): Promise<void> {
    for (const queue of this.#queues) {
      const { name, options } = queue;
      const isThere = await peer.has((channel) => channel.checkQueue(name));
      this.#checkPresence(`queue ${name}`, queue.presence, isThere);
      if (isThere) {
        queue.presence = "there";
        // This is refused unless it is exactly as it was declared.
        await peer.has((channel) => channel.assertQueue(name, options));
      } else this.#queueIsGone(queue);
    }
    for (const exchange of this.#exchanges) {
      const { name, options } = exchange;
      const isThere = await peer.has((channel) => channel.checkExchange(name));
      this.#checkPresence(`exchange ${name}`, exchange.presence, isThere);
      if (isThere) {
        exchange.presence = "there";
        await peer.has((channel) => channel.assertExchange(name, "direct", options));
      } else this.#exchangeIsGone(exchange);
    }
  }

  /** Checks the bindings by a message to each pair of exchange and queue. */
  async checkBindings(peer: Peer): Promise<void> {
    const channel = await peer.channel();
    let isReturned = false;
    channel.on("return", () => isReturned = true);
    for (const binding of this.#bindings) {
      const { exchange, queue, presence } = binding;
      if (exchange.presence !== "there" || queue.presence !== "there") continue;
      isReturned = false;
      await publishOne(peer, channel, queue.publisher, exchange.name, queue.name, () => isReturned);
      this.#checkPresence(`binding of queue ${queue.name} to exchange ${exchange.name}`, presence, !isReturned);
      binding.presence = isReturned ? "gone" : "there";
    }
    await peer.until(channel.close());
  }

  #checkPresence(what: string, expected: Presence, isThere: boolean): void {
    if (expected === "there" && !isThere) this.#ledger.fail(`the ${what} is not there any more`);
    if (expected === "gone" && isThere) this.#ledger.fail(`the ${what} was deleted, and is there again`);
  }
}

/** Publishes the next message, and waits for its confirm. */
async function publishOne(
  peer: Peer,
  channel: ConfirmChannel,
  publisher: Publisher,
  exchange: string,
  routingKey: string,
  isReturned: () => boolean = () => false,
): Promise<void> {
  const { sequence, body } = publisher.next();
  await peer.until(
    new Promise<void>((resolve, reject) => {
      const options = { persistent: true, mandatory: true };
      channel.publish(exchange, routingKey, body, options, (error) => error ? reject(error) : resolve());
    }),
  );
  if (!isReturned()) publisher.confirm(sequence);
}

/** Declares things that do not survive their broker or connection, and publishes to them. */
export async function declareTransient(session: Session): Promise<void> {
  const peer = await session.connect();
  const channel = await peer.channel();
  await peer.until(channel.assertQueue("transient", { durable: false }));
  await peer.until(channel.assertQueue("exclusive", { durable: true, exclusive: true }));
  await peer.until(channel.assertExchange("transient", "fanout", { durable: false }));
  await peer.until(channel.bindQueue("transient", "everyone", ""));
  await peer.until(channel.bindQueue("untouched", "transient", ""));
  for (const queue of ["transient", "exclusive"]) {
    channel.sendToQueue(queue, Buffer.from("gone with the broker"), { persistent: true });
  }
  await peer.until(channel.waitForConfirms());
}

/** Checks that none of these exist. */
export async function checkTransient(peer: Peer, ledger: Ledger): Promise<void> {
  for (const queue of ["transient", "exclusive"]) {
    if (await peer.has((channel) => channel.checkQueue(queue))) ledger.fail(`the ${queue} queue is there again`);
  }
  if (await peer.has((channel) => channel.checkExchange("transient"))) {
    ledger.fail("a transient exchange is there again");
  }
}
