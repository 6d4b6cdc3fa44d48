import type { MethodOf } from "../../src/amqp091/methods.ts";
import { SLAB_BYTES } from "../../src/broker/message/slab.ts";
import type { BrokerProcess } from "./broker_process.ts";
import type { Channel } from "./channel.ts";
import type { Client } from "./client.ts";
import type { Copy, QueueModel } from "./model.ts";
import { mustHold } from "./violation.ts";
import type { World } from "./world.ts";

/** Returns whether something exists, asked on a channel of its own, which the broker closes if it does not. */
async function ask(
  client: Client,
  thing: { readonly kind: "queue" | "exchange"; readonly name: string },
): Promise<{ readonly isThere: boolean; readonly messageCount: number } | undefined> {
  const channel = await client.openChannel();
  if (channel === undefined) return undefined;
  channel.mayBeClosedWith.add(404);
  const answer = thing.kind === "queue"
    ? await channel.request("queue.declare", { queue: thing.name, passive: true })
    : await channel.request("exchange.declare", { exchange: thing.name, passive: true });
  if (answer === undefined && channel.closeCode === undefined) return undefined;
  await channel.close();
  const messageCount = answer === undefined ? 0 : (answer as MethodOf<"queue.declare-ok">).messageCount ?? 0;
  return { isThere: answer !== undefined, messageCount };
}

/**
 * Checks after a restart that durable things exist, and deleted or transient ones do not. Nobody else is connected, so
 * queues hold all that they must.
 */
export async function checkTopology(world: World, process: BrokerProcess): Promise<void> {
  const isChecked = await isTopologyRight(world, process);
  if (isChecked) world.census.did("check the topology");
  else world.census.missed("check the topology");
}

/** Checks the topology. Returns false when the connection ended before that was finished. */
async function isTopologyRight(world: World, process: BrokerProcess): Promise<boolean> {
  const client = await world.connect(process);
  if (client === undefined) return false;
  const { topology } = world.model;
  for (const thing of [...topology.exchanges.values(), ...topology.queues.values()]) {
    if (thing.presence === "uncertain") continue;
    const found = await ask(client, thing);
    if (found === undefined) return false;
    const { isThere, messageCount } = found;
    const mustBe = thing.presence === "present";
    const text = `after the restart, ${thing.kind} ${thing.name} is ${isThere ? "there" : "not there"}`;
    mustHold(isThere === mustBe, () => text);
    if (thing.kind === "exchange" || !isThere) continue;
    const must = [...thing.copies].filter((copy) => world.model.mustBeThere(copy)).map(({ message }) => message.number);
    const what = `queue ${thing.name} has ${messageCount} messages`;
    mustHold(messageCount >= must.length, () => `${what}, and of these it must have ${must.length}: ${must}`);
  }
  await client.close();
  return true;
}

/**
 * Takes messages out while they take all of the memory and nobody consumes them, as publishers rightly wait then.
 * Returns whether that was necessary.
 */
export async function makeRoom(world: World): Promise<boolean> {
  for (let attempt = 0; attempt < 20; attempt++) {
    if ([...world.clients].every(({ isEnded, waiting }) => isEnded || waiting.length === 0)) return attempt > 0;
    if (!world.isShortOfMemory) return false;
    world.note("messages are taken out to make room in memory");
    // Messages in a transaction, or incomplete ones, take memory too, and their blocked publishers can't end that, as
    // in RabbitMQ.
    for (const { channels, link } of attempt < 3 ? [] : world.clients) {
      const isTransactional = [...channels.values()].some((channel) => channel.isTransactional);
      if (isTransactional || link.unreadBytes > 0) link.reset();
    }
    const client = await world.connect();
    const channel = await client?.openChannel();
    if (channel === undefined) return true;
    for (const queue of world.model.topology.queues.values()) {
      if (queue.presence === "present" && queue.owner === undefined) await takeAll(world, channel, queue);
    }
    await client!.close();
    await world.sleep(10_000);
  }
  return true;
}

/** Checks after the end of all faults that nobody waits, and that the broker has noticed who is gone. */
export function checkRest(world: World): void {
  for (const client of world.clients) {
    mustHold(client.isEnded || client.waiting.length === 0, () => `a client still waits for ${client.waiting}`);
  }
  const { size } = world.process!.broker.connections;
  mustHold(size === 0, () => `all clients are gone, and the broker has ${size} connections`);
  world.model.checkSuspicions();
}

/** Takes all messages out of all queues, and checks that they are complete and in order. */
export async function drain(world: World): Promise<void> {
  const client = await world.connect();
  const { topology } = world.model;
  for (const thing of [...topology.exchanges.values(), ...topology.queues.values()]) {
    const found = await ask(client!, thing);
    mustHold(found !== undefined, () => "the connection that empties the queues ends");
    const { isThere, messageCount } = found;
    mustHold(
      thing.presence === "uncertain" || isThere === (thing.presence === "present"),
      () => `${thing.kind} ${thing.name} is ${isThere ? "there" : "not there"}`,
    );
    if (thing.kind === "exchange") continue;
    if (!isThere) world.model.queueIsGone(thing);
    else await drainQueue(world, client!, thing, messageCount);
  }
  await client!.close();
}

async function drainQueue(world: World, client: Client, queue: QueueModel, messageCount: number): Promise<void> {
  queue.presence = "present";
  const missing = new Set([...queue.copies].filter((copy) => world.model.mustBeThere(copy)));
  const channel = (await client.openChannel())!;
  const drained = await takeAll(world, channel, queue);
  world.note(`queue ${queue.name} held ${drained.length} messages, at least ${missing.size}`);
  for (const copy of drained) missing.delete(copy);
  for (const { message, last } of missing) {
    const since = last === undefined ? "it was never delivered" : `its last delivery is ${last.state}`;
    mustHold(false, () => `message ${message.number} of queue ${queue.name} is lost: ${since}`);
  }
  mustHold(
    drained.length === messageCount,
    () => `queue ${queue.name} said that it has ${messageCount} messages, and has ${drained.length}`,
  );
  checkOrder(queue, queue.isQuorum ? drained.filter(({ wasRedelivered }) => !wasRedelivered) : drained);
  await channel.close();
}

/** Returns all messages of a queue, in order. */
async function takeAll(world: World, channel: Channel, queue: QueueModel): Promise<Copy[]> {
  const drained: Copy[] = [];
  if (world.chance.happens(0.5)) {
    for (;;) {
      const answer = await channel.get(queue, false);
      if (answer?.name !== "basic.get-ok") return drained;
      const delivery = [...channel.held.values()][0];
      drained.push(delivery.copy);
      channel.ack(delivery);
    }
  }
  await channel.qos(100, false);
  const consumer = (await channel.consume(queue, false))!;
  for (let idleCount = 0; idleCount < 50;) {
    const held = [...channel.held.values()];
    idleCount = held.length === 0 ? idleCount + 1 : 0;
    drained.push(...held.map(({ copy }) => copy));
    if (held.length > 0) channel.ack(held[held.length - 1], true);
    await world.sleep(20);
  }
  await channel.cancel(consumer);
  return drained;
}

/** Checks that a message confirmed before another was sent comes before that, wherever the two were meanwhile. */
function checkOrder(queue: QueueModel, drained: readonly Copy[]): void {
  let latest = drained[0];
  for (const copy of drained) {
    mustHold(
      copy.message.confirmedAtMs >= latest.message.sentAtMs,
      () => `in queue ${queue.name} message ${copy.message.number} is behind ${latest.message.number}, sent later`,
    );
    if (copy.message.sentAtMs > latest.message.sentAtMs) latest = copy;
  }
  const last = new Map<object, number>();
  for (const { message: { publisher, sequence, number } } of drained) {
    mustHold(
      sequence > (last.get(publisher) ?? -1),
      () => `in queue ${queue.name} message ${number} is behind a later one of its publisher`,
    );
    last.set(publisher, sequence);
  }
}

/** Checks that with empty queues almost nothing is left in memory and on disk. */
export async function checkNothingIsLeft(world: World): Promise<void> {
  const { broker, clock } = world.process!;
  await fillSlabs(world);
  const { messageBytes } = broker;
  mustHold(messageBytes <= SLAB_BYTES, () => `all queues are empty, and messages take ${messageBytes} bytes`);
  mustHold(broker.connections.size === 0, () => `there are ${broker.connections.size} connections`);
  mustHold(clock.timerCount <= 2, () => `nothing is left to do, and there are ${clock.timerCount} timers`);
  await world.place.checkNothingIsLeft();
}

/** Publishes and consumes messages until a slab with a leaked message would be one of two. */
async function fillSlabs(world: World): Promise<void> {
  const client = (await world.connect())!;
  const channel = (await client.openChannel())!;
  const publisher = channel.publisher = { run: channel.run, sequence: 0, isTransactional: false };
  const publishing = { exchange: "amq.direct", routingKey: "nowhere", headers: undefined, isMandatory: false };
  for (let bytes = 0; bytes < 2 * SLAB_BYTES; bytes += 60_000) {
    const message = world.model.publish(publisher, { ...publishing, isPersistent: false, bodyBytes: 60_000 });
    channel.publish([message]);
  }
  await channel.close();
  await client.close();
  await world.sleep(10_000);
}

/** Checks after another power loss that no message comes back. */
export async function checkEmpty(world: World): Promise<void> {
  const client = (await world.connect())!;
  for (const queue of world.model.topology.queues.values()) {
    const found = await ask(client, queue);
    mustHold(found?.isThere === (queue.presence === "present"), () => `queue ${queue.name} is there, or is not`);
    mustHold(found.messageCount === 0, () => `${found.messageCount} messages are back in queue ${queue.name}`);
  }
  await client.close();
}
