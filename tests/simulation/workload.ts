import type { FieldTable } from "../../src/wire/field_table.ts";
import { EMPTY_TABLE, fieldTable } from "../../src/wire/field_table.ts";
import type { Channel, ConsumerModel } from "./channel.ts";
import type { Client } from "./client.ts";
import type { Delivery, Message, Publisher, QueueModel } from "./model.ts";
import type { BindingModel, ExchangeModel, ExchangeType } from "./topology.ts";
import type { World } from "./world.ts";

const KEYS = ["a", "b", "a.b", "a.c"];
const PATTERNS = ["a", "b", "a.*", "a.#", "#", "*.b"];
const EXCHANGE_TYPES: readonly ExchangeType[] = ["direct", "fanout", "topic", "headers"];
/** Arguments of quorum queues without a delivery limit, so that no message is dropped for its returns. */
const QUORUM = fieldTable({ "x-queue-type": "quorum", "x-delivery-limit": -1 });
/** Maximum number of a client's bytes that the broker has not read. */
const UNREAD_BYTES_MAX = 256 * 1024;
/** Maximum number of messages of all publishers in a simulation. */
const MESSAGES_MAX = 2000;
const BYTES_MAX = 6 * 1024 * 1024;

/** Opens a connection and a channel; waits a little when that fails. */
async function openChannel(world: World): Promise<Channel | undefined> {
  const client = await world.connect();
  const channel = await client?.openChannel();
  if (channel !== undefined) {
    world.census.did("connect");
    return channel;
  }
  world.census.missed("connect");
  await world.sleep(5, 500);
  return undefined;
}

/** Ends a connection in one of the ways in which clients do. */
async function leave(world: World, client: Client): Promise<void> {
  const how = world.chance.int(0, 4);
  if (how === 0) return client.link.reset();
  if (how === 1 && !world.isStopping) return client.vanish();
  await client.close();
}

// Publishing

/** Publishes with confirms, in transactions, or without either, on one connection after the other. */
export async function publish(world: World): Promise<void> {
  while (!world.isStopping) {
    const channel = await openChannel(world);
    if (channel === undefined) continue;
    // The exchange or queue may have been deleted.
    channel.mayBeClosedWith.add(404);
    const publisher = channel.publisher = { run: channel.run, sequence: 0, isTransactional: false };
    const mode = world.chance.weighted([[6, publishWithConfirms], [2, publishInTransactions], [1, publishOnly]]);
    const endAtMs = world.time.now() + world.chance.scale(100, 20_000);
    await mode(world, channel, publisher, () => world.isStopping || channel.isEnded || world.time.now() > endAtMs);
    await leave(world, channel.client);
  }
}

type Publish = (world: World, channel: Channel, publisher: Publisher, isOver: () => boolean) => Promise<void>;

const publishWithConfirms: Publish = async (world, channel, publisher, isOver) => {
  if (!await channel.confirmSelect()) return;
  const window = Math.round(world.chance.scale(1, 300));
  while (!isOver()) {
    const room = Math.min(window - channel.unconfirmed.length, 30);
    if (room > 0) channel.publish(someMessages(world, channel, publisher, world.chance.int(1, room)));
    await world.sleep(0.5, 60);
  }
  // Everything published is finally confirmed, or the connection breaks.
  while (channel.unconfirmed.length > 0 && !channel.isEnded) await world.sleep(5);
};

const publishInTransactions: Publish = async (world, channel, publisher, isOver) => {
  if (!await channel.txSelect()) return;
  publisher.isTransactional = true;
  while (!isOver()) {
    const messages = someMessages(world, channel, publisher, world.chance.int(1, 10));
    channel.publish(messages);
    await world.sleep(0.5, 60);
    if (world.chance.happens(0.8)) await channel.commit(messages);
    else await channel.rollback(messages);
  }
};

const publishOnly: Publish = async (world, channel, publisher, isOver) => {
  while (!isOver()) {
    channel.publish(someMessages(world, channel, publisher, world.chance.int(1, 10)));
    await world.sleep(0.5, 60);
    if (world.chance.happens(0.1)) await channel.request("basic.qos");
  }
};

/** Makes new messages; none when the broker does not keep up, or enough were published. */
function someMessages(world: World, channel: Channel, publisher: Publisher, count: number): Message[] {
  const { chance, model } = world;
  if (channel.client.link.unreadBytes > UNREAD_BYTES_MAX) {
    world.census.missed("make messages");
    return [];
  }
  world.census.did("make messages");
  const messages: Message[] = [];
  for (let i = 0; i < count && model.messages.length < MESSAGES_MAX; i++) {
    const bodyBytes = someBodyBytes(world);
    if (model.publishedBytes + bodyBytes > BYTES_MAX) break;
    const queues = [...model.topology.queues.keys()];
    const exchanges = [...model.topology.exchanges.values()].filter(({ presence }) => presence === "present");
    const exchange = chance.happens(0.6) && queues.length > 0 ? "" : chance.pick(exchanges).name;
    messages.push(model.publish(publisher, {
      exchange,
      routingKey: exchange === "" && !chance.happens(0.02) ? chance.pick(queues) : chance.pick(KEYS),
      headers: chance.happens(0.3) ? fieldTable({ h: chance.pick(["1", "2"]) }) : undefined,
      isMandatory: chance.happens(0.1),
      isPersistent: chance.happens(0.7),
      bodyBytes,
    }));
  }
  return messages;
}

function someBodyBytes({ chance }: World): number {
  const [least, most] = chance.weighted([
    [100, [0, 0]],
    [600, [1, 200]],
    [200, [200, 8000]],
    [80, [8000, 100_000]],
    [17, [100_000, 400_000]],
    [2, [1_000_000, 1_500_000]],
  ]);
  return chance.int(least, most);
}

// Consuming

/** Consumes in one way or another, on one connection after the other. */
export async function consume(world: World): Promise<void> {
  const { chance } = world;
  while (!world.isStopping) {
    const channel = await openChannel(world);
    if (channel === undefined) continue;
    channel.mayBeClosedWith.add(404);
    const endAtMs = world.time.now() + chance.scale(100, 20_000);
    const isOver = () => world.isStopping || channel.isEnded || world.time.now() > endAtMs;
    if (chance.happens(0.7)) await channel.qos(Math.round(chance.scale(1, 100)), chance.happens(0.3));
    if (chance.happens(0.2)) await channel.txSelect();
    if (chance.happens(0.2)) await poll(world, channel, isOver);
    else await consumeOnChannel(world, channel, isOver);
    await leave(world, channel.client);
  }
}

async function consumeOnChannel(world: World, channel: Channel, isOver: () => boolean): Promise<void> {
  const { chance } = world;
  const noAck = chance.happens(0.15);
  const paceMs = chance.scale(1, 100);
  const consumers: ConsumerModel[] = [];
  while (!isOver()) {
    if (consumers.length === 0 || (consumers.length < 3 && chance.happens(0.01))) {
      // A quorum queue has no consumers that share a prefetch.
      const queue = someQueue(world, ({ isQuorum }) => !(isQuorum && channel.isPrefetchGlobal));
      const consumer = queue && await channel.consume(queue, noAck);
      if (consumer !== undefined) consumers.push(consumer);
    } else if (chance.happens(0.01)) {
      await channel.cancel(consumers.splice(chance.int(0, consumers.length - 1), 1)[0]);
    } else if (chance.happens(0.005)) {
      await pauseReading(world, channel.client);
    } else {
      await settleSome(world, channel);
    }
    await world.sleep(paceMs * 0.5, paceMs * 2);
  }
}

/** Fetches messages one by one. */
async function poll(world: World, channel: Channel, isOver: () => boolean): Promise<void> {
  const { chance } = world;
  while (!isOver()) {
    const queue = someQueue(world);
    if (queue !== undefined) await channel.get(queue, chance.happens(0.05));
    if (chance.happens(0.5)) await settleSome(world, channel);
    await world.sleep(0.5, 50);
  }
}

async function pauseReading(world: World, client: Client): Promise<void> {
  client.pause();
  await world.sleep(10, 10_000);
  client.resume();
}

/** Settles deliveries as clients do: mostly it acknowledges them. */
async function settleSome(world: World, channel: Channel): Promise<void> {
  const held = [...channel.held.values()];
  if (channel.isEnded) return world.census.missed("settle");
  // Often nothing has come yet.
  if (held.length === 0) return;
  world.census.did("settle");
  const { chance } = world;
  const one: Delivery = chance.pick(held);
  const multiple = chance.happens(0.3);
  const requeue = chance.happens(0.7);
  await chance.weighted<() => Promise<void> | void>([
    [40, () => channel.ack(held[held.length - 1], true)],
    [40, () => {
      for (const each of held.slice(0, chance.int(1, 20))) channel.ack(each);
    }],
    [10, () => channel.ack(one, multiple)],
    [6, () => channel.nack(one, { multiple, requeue })],
    [6, () => channel.reject(one, requeue)],
    [1, () => channel.isTransactional ? undefined : channel.recover()],
    [10, () => {}],
  ])();
  if (!channel.isTransactional) return;
  if (chance.happens(0.3)) await channel.commit([]);
  else if (chance.happens(0.1)) await channel.rollback([]);
}

function someQueue(
  { chance, model, census }: World,
  isFine: (queue: QueueModel) => boolean = () => true,
): QueueModel | undefined {
  const shared = [...model.topology.queues.values()].filter((queue) =>
    queue.owner === undefined && queue.presence === "present" && isFine(queue)
  );
  if (shared.length === 0) {
    census.missed("pick a queue");
    return undefined;
  }
  census.did("pick a queue");
  return chance.pick(shared);
}

// Exclusive queues

/** Uses an exclusive queue for as long as its connection lasts. */
export async function ownQueue(world: World, name: string): Promise<void> {
  const { model, chance } = world;
  for (let count = 0; !world.isStopping; count++) {
    const channel = await openChannel(world);
    if (channel === undefined) continue;
    const { client } = channel;
    const queue = model.declareQueue(`${name}-${count}`, chance.happens(0.5), client.link);
    client.onEnding = () => {
      if (queue.presence === "absent") return;
      queue.presence = "uncertain";
      model.topologyMayChange();
    };
    client.link.letGo.then(() => model.queueIsGone(queue));
    const durable = chance.happens(0.5);
    if (await channel.request("queue.declare", { queue: queue.name, exclusive: true, durable }) === undefined) continue;
    queue.presence = "present";
    const noAck = chance.happens(0.5);
    if (chance.happens(0.7)) await channel.consume(queue, noAck);
    const endAtMs = world.time.now() + chance.scale(50, 5000);
    while (!world.isStopping && !channel.isEnded && world.time.now() < endAtMs) {
      await settleSome(world, channel);
      await world.sleep(1, 100);
    }
    await leave(world, client);
  }
}

// Declaring and deleting

/** Declares and deletes queues, exchanges and bindings of its own. */
export async function arrange(world: World, name: string): Promise<void> {
  const arrangement = new Arrangement(world, name);
  while (!world.isStopping) {
    const channel = await openChannel(world);
    if (channel === undefined) continue;
    await arrangement.change(channel);
    await leave(world, channel.client);
    // Requests on this connection may still be done while the broker has it.
    await channel.client.link.letGo;
  }
}

class Arrangement {
  readonly #world: World;
  readonly #name: string;
  readonly #queueNames: readonly string[];
  readonly #exchangeNames: readonly string[];
  #isFirst = true;

  constructor(world: World, name: string) {
    this.#world = world;
    this.#name = name;
    this.#queueNames = Array.from({ length: world.chance.int(1, 4) }, (_, i) => `${name}q${i}`);
    this.#exchangeNames = Array.from({ length: world.chance.int(1, 3) }, (_, i) => `${name}x${i}`);
  }

  async change(channel: Channel): Promise<void> {
    const { chance, time } = this.#world;
    const endAtMs = time.now() + chance.scale(100, 20_000);
    const isOver = () => this.#world.isStopping || channel.isEnded || time.now() > endAtMs;
    if (this.#isFirst) {
      for (const name of this.#queueNames) await this.#declareQueue(channel, name);
      for (let i = 0; i < 3; i++) await this.#bind(channel);
      this.#isFirst = false;
    }
    while (!isOver()) {
      await this.#resolve(channel);
      await chance.weighted<() => Promise<void>>([
        [4, () => this.#declareQueue(channel, chance.pick(this.#queueNames))],
        [1, () => this.#deleteQueue(channel, chance.pick(this.#queueNames))],
        [1, () => this.#purge(channel)],
        [3, () => this.#declareExchange(channel, chance.pick(this.#exchangeNames))],
        [1, () => this.#deleteExchange(channel, chance.pick(this.#exchangeNames))],
        [6, () => this.#bind(channel)],
        [3, () => this.#unbind(channel)],
      ])();
      await this.#world.sleep(5, 2000);
    }
  }

  /** Repeats requests that were not answered. */
  async #resolve(channel: Channel): Promise<void> {
    const { chance, model } = this.#world;
    for (const name of this.#queueNames) {
      if (model.topology.queues.get(name)?.presence !== "uncertain") continue;
      if (chance.happens(0.5)) await this.#declareQueue(channel, name);
      else await this.#deleteQueue(channel, name);
    }
    for (const name of this.#exchangeNames) {
      if (model.topology.exchanges.get(name)?.presence !== "uncertain") continue;
      if (chance.happens(0.5)) await this.#declareExchange(channel, name);
      else await this.#deleteExchange(channel, name);
    }
  }

  async #declareQueue(channel: Channel, name: string): Promise<void> {
    const { chance, model } = this.#world;
    let queue = model.topology.queues.get(name);
    if (queue === undefined || queue.presence === "absent") {
      const isDurable = chance.happens(0.7);
      queue = model.declareQueue(name, isDurable, undefined, isDurable && chance.happens(0.3));
    }
    const { isDurable, isQuorum } = queue;
    const declared = { queue: name, durable: isDurable, arguments: isQuorum ? QUORUM : EMPTY_TABLE };
    if (await channel.request("queue.declare", declared) === undefined) return;
    // The broker may have answered before its power failed, and lost a transient queue with it.
    if (!isDurable && channel.run !== model.run) return;
    queue.presence = "present";
    this.#world.note(`queue ${name} is declared, ${isQuorum ? "quorum" : isDurable ? "durable" : "transient"}`);
  }

  async #deleteQueue(channel: Channel, name: string): Promise<void> {
    const { model } = this.#world;
    const queue = model.topology.queues.get(name);
    if (queue === undefined || queue.presence === "absent") return this.#world.census.missed("delete a queue");
    this.#world.census.did("delete a queue");
    this.#mayGo(queue);
    model.mayBeEmptied(queue, "may have been deleted with its queue");
    if (await channel.request("queue.delete", { queue: name }) === undefined) return;
    model.queueIsGone(queue);
    this.#world.note(`queue ${name} is deleted`);
  }

  async #purge(channel: Channel): Promise<void> {
    const { chance, model } = this.#world;
    const queue = model.topology.queues.get(chance.pick(this.#queueNames));
    if (queue?.presence !== "present") return this.#world.census.missed("purge a queue");
    this.#world.census.did("purge a queue");
    model.mayBeEmptied(queue, "may have been purged");
    await channel.request("queue.purge", { queue: queue.name });
    if (channel.isEnded) await channel.client.link.letGo;
    model.mayBeEmptied(queue, "may have been purged");
    this.#world.note(`queue ${queue.name} is purged`);
  }

  async #declareExchange(channel: Channel, name: string): Promise<void> {
    const { chance, model } = this.#world;
    const { exchanges } = model.topology;
    let exchange = exchanges.get(name);
    if (exchange === undefined || exchange.presence === "absent") {
      exchange = {
        kind: "exchange",
        name,
        type: chance.pick(EXCHANGE_TYPES),
        isDurable: chance.happens(0.7),
        presence: "uncertain",
      };
      exchanges.set(name, exchange);
      model.topologyMayChange();
    }
    const { type, isDurable: durable } = exchange;
    if (await channel.request("exchange.declare", { exchange: name, type, durable }) === undefined) return;
    if (!durable && channel.run !== model.run) return;
    exchange.presence = "present";
    this.#world.note(`exchange ${name} is declared, ${durable ? "durable" : "transient"}`);
  }

  async #deleteExchange(channel: Channel, name: string): Promise<void> {
    const { model } = this.#world;
    const exchange = model.topology.exchanges.get(name);
    if (exchange === undefined || exchange.presence === "absent") {
      return this.#world.census.missed("delete an exchange");
    }
    this.#world.census.did("delete an exchange");
    this.#mayGo(exchange);
    if (await channel.request("exchange.delete", { exchange: name }) === undefined) return;
    model.topology.forget(exchange);
    model.topologyMayChange();
    this.#world.note(`exchange ${name} is deleted`);
  }

  #mayGo(thing: ExchangeModel | QueueModel): void {
    const { model } = this.#world;
    thing.presence = "uncertain";
    for (const binding of model.topology.bindings) {
      if (binding.source === thing || binding.destination === thing) binding.presence = "uncertain";
    }
    model.topologyMayChange();
  }

  #present<Thing extends ExchangeModel | QueueModel>(things: Map<string, Thing>, names: readonly string[]): Thing[] {
    return names.map((name) => things.get(name)).filter((thing) => thing?.presence === "present") as Thing[];
  }

  async #bind(channel: Channel): Promise<void> {
    const { chance, model } = this.#world;
    const { topology } = model;
    const queues = this.#present(topology.queues, this.#queueNames);
    const own = this.#present(topology.exchanges, this.#exchangeNames);
    const sources = [...own, ...this.#present(topology.exchanges, EXCHANGE_TYPES.map((type) => `amq.${type}`))];
    const destinations = chance.happens(0.8) ? queues : own;
    if (destinations.length === 0) return this.#world.census.missed("bind");
    this.#world.census.did("bind");
    const source = chance.pick(sources);
    const destination = chance.pick<ExchangeModel | QueueModel>(destinations);
    const routingKey = chance.pick(source.type === "topic" ? PATTERNS : KEYS);
    const bindingArguments: FieldTable = source.type === "headers"
      ? fieldTable({ h: chance.pick(["1", "2"]) })
      : fieldTable({});
    const known = topology.bindingOf(source, destination, routingKey);
    const binding: BindingModel = known ??
      { source, destination, routingKey, arguments: bindingArguments, presence: "uncertain" };
    if (known === undefined) topology.bindings.push(binding);
    model.topologyMayChange();
    if (!await this.#requestBinding(channel, "bind", binding)) return;
    if (topology.bindings.includes(binding)) binding.presence = "present";
    this.#world.note(`${source.name} is bound to ${destination.name} by ${routingKey}`);
  }

  async #unbind(channel: Channel): Promise<void> {
    const { chance, model } = this.#world;
    const { topology } = model;
    const own = topology.bindings.filter(({ source, destination }) =>
      destination.name.startsWith(this.#name) && source.presence === "present" && destination.presence === "present"
    );
    if (own.length === 0) return this.#world.census.missed("unbind");
    this.#world.census.did("unbind");
    const binding = chance.pick(own);
    binding.presence = "uncertain";
    model.topologyMayChange();
    if (!await this.#requestBinding(channel, "unbind", binding)) return;
    topology.bindings = topology.bindings.filter((one) => one !== binding);
    model.topologyMayChange();
    this.#world.note(`${binding.source.name} is unbound from ${binding.destination.name}`);
  }

  async #requestBinding(channel: Channel, verb: "bind" | "unbind", binding: BindingModel): Promise<boolean> {
    const { source, destination, routingKey, arguments: bindingArguments } = binding;
    const answer = destination.kind === "queue"
      ? await channel.request(`queue.${verb}`, {
        queue: destination.name,
        exchange: source.name,
        routingKey,
        arguments: bindingArguments,
      })
      : await channel.request(`exchange.${verb}`, {
        destination: destination.name,
        source: source.name,
        routingKey,
        arguments: bindingArguments,
      });
    return answer !== undefined;
  }
}
