import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Binding } from "../../../src/broker/exchange/binding.ts";
import { EMPTY_TABLE } from "../../../src/wire/field_table.ts";
import { ConnectionError } from "../../../src/wire/error.ts";
import { Node } from "../../../src/broker/node/node.ts";
import { ParameterError } from "../../../src/broker/policy/parameters.ts";
import type { VirtualHost } from "../../../src/broker/topology/vhost.ts";
import { MemoryFiles } from "../../../src/store/memory_files.ts";
import { FakeClock, settled } from "../../fake_clock.ts";
import { SlowStore } from "../../slow_store.ts";
import { SMALL, TestStore } from "../../store/test_store.ts";
import { consumption, TestReceiver } from "../queue/host.ts";
import { typesOf } from "../test_broker.ts";
import { RecordedEvents } from "./recorded_events.ts";

/** A clock that advances by half a millisecond each time it is read. */
class BusyClock extends FakeClock {
  #looks = 0;
  /** Number of calls of `later`. */
  laterCount = 0;
  override after(delayMs: number, callback: () => void): () => void {
    this.laterCount++;
    return super.after(delayMs, callback);
  }
  override now(): number {
    return super.now() + this.#looks++ / 2;
  }
}

function openNode(store = new SlowStore() as SlowStore | TestStore["store"], clock = new FakeClock()): Node {
  return new Node({ clock, store, memoryHighWatermarkBytes: Infinity });
}

const declareQueue = (vhost: VirtualHost, name: string, owner: object | null = null) =>
  vhost.declareQueue({ name, durable: true, autoDelete: false, owner, arguments: EMPTY_TABLE });
const declareExchange = (vhost: VirtualHost, name: string, durable = true) =>
  vhost.declareExchange({ name, type: "fanout", durable, autoDelete: false, internal: false, arguments: EMPTY_TABLE });

const putAlice = (node: Node) =>
  node.topology.userCommands.put({ user: "alice", passwordHash: new Uint8Array(0), hashingAlgorithm: "", tags: [] });

/** Creates a virtual host with one thing of each kind. */
function fill(node: Node, name: string): VirtualHost {
  putAlice(node);
  const vhost = node.addVirtualHost(name);
  const queue = declareQueue(vhost, "q");
  const exchange = declareExchange(vhost, "x");
  declareQueue(vhost, "own", {});
  vhost.bind(new Binding(exchange, queue, "", EMPTY_TABLE));
  vhost.bind(new Binding(vhost.exchange("amq.topic"), exchange, "", EMPTY_TABLE));
  vhost.bind(new Binding(declareExchange(vhost, "passing", false), queue, "", EMPTY_TABLE));
  vhost.policies.users.set({ name: "p", pattern: "", definition: { "max-length": 5 } });
  node.vhostLimits.set(name, { "max-queues": 9 });
  const permission = { user: "alice", vhost: name, configure: "", write: "", read: "" };
  node.topology.userCommands.setPermission(permission);
  node.topology.userCommands.setTopicPermission({ ...permission, exchange: "x" });
  return vhost;
}

describe("deleting a virtual host", () => {
  it("deletes all its contents and settings, and nothing of others", async () => {
    const test = await TestStore.open(new MemoryFiles(), SMALL);
    const node = openNode(test.store);
    fill(node, "v");
    const other = fill(node, "other");
    const deleted = node.deleteVirtualHost("v");
    await test.flush();
    await deleted;
    const again = await test.reopen(SMALL);
    const second = openNode(again.store);
    assert.deepEqual([...second.vhosts.keys()].sort(), ["/", "other"]);
    assert.deepEqual([node.topology.queueCount, second.topology.queueCount], [2, 1]);
    assert.equal(second.topology.exchangeCount, node.topology.exchangeCount - 1);
    assert.equal(second.vhosts.get("other")!.exchange("x").bindings.size, 1);
    assert.equal(other.queues.size, 2);
    const inOther = again.store.recovered.topology.filter((record) => "vhost" in record && record.vhost === "other");
    const left = again.store.recovered.topology.filter((record) => "vhost" in record && record.vhost === "v");
    assert.deepEqual(left, []);
    assert.deepEqual(inOther.map(({ type }) => type), [
      "vhost.put",
      "permission.put",
      "topic_permission.put",
      "parameter.set",
      "parameter.set",
      "exchange.declared",
      "queue.declared",
      "binding.added",
      "binding.added",
    ]);
    await again.store.close();
  });

  it("is reported as in RabbitMQ: no events for permissions, then queues, exchanges, parameters, and the virtual host", () => {
    const node = openNode();
    fill(node, "v");
    const events = new RecordedEvents();
    node.events = events;
    node.deleteVirtualHost("v", { user: "admin" });
    const told = events.told.filter(({ event }) => event !== "binding.deleted");
    const names = told.map(({ event, facts }) => `${event} ${facts.name}`);
    assert.deepEqual(names.slice(0, 2), ["queue.deleted q", "queue.deleted own"]);
    assert.deepEqual(names.filter((name) => !/^(queue|exchange)/.test(name)), [
      "policy.cleared p",
      "parameter.cleared limits",
      "vhost.limits.cleared limits",
      "vhost.deleted v",
    ]);
    assert.ok(names.includes("exchange.deleted amq.direct"));
    assert.ok(told.every(({ user }) => user === "admin"));
  });

  it("is confirmed when the store has it, and not before", async () => {
    const store = new SlowStore();
    const node = openNode(store);
    fill(node, "v");
    store.sync();
    let isAnswered = false;
    node.deleteVirtualHost("v").then(() => isAnswered = true);
    await settled();
    assert.equal(isAnswered, false);
    assert.equal(node.vhosts.has("v"), false);
    store.sync();
    await settled();
    assert.equal(isAnswered, true);
  });

  it("tells the listener at once, and refuses further declarations", () => {
    const node = openNode();
    const vhost = fill(node, "v");
    const heard: VirtualHost[] = [];
    node.topology.listeners.add({ vhostDeleted: (deleted) => heard.push(deleted), userDeleted: () => {} });
    node.deleteVirtualHost("v");
    assert.deepEqual(heard, [vhost]);
    const isDown = (error: unknown) => error instanceof ConnectionError && /vhost 'v' is down/.test(error.message);
    assert.throws(() => declareQueue(vhost, "late"), isDown);
    assert.throws(() => declareExchange(vhost, "late"), isDown);
  });

  it("cancels the consumers of its queues", () => {
    const node = openNode();
    const vhost = fill(node, "v");
    const receiver = new TestReceiver();
    vhost.queues.get("q")!.consume(receiver, consumption());
    node.deleteVirtualHost("v");
    assert.equal(receiver.deletedConsumers.length, 1);
  });

  it("is refused for a protected or unknown one", () => {
    const node = openNode();
    const vhost = node.addVirtualHost("v", { protectedFromDeletion: true });
    const refused = (message: RegExp) => (error: unknown) =>
      error instanceof ParameterError && message.test(error.message);
    assert.throws(() => node.deleteVirtualHost("v"), refused(/'v' because it is protected from deletion/));
    assert.throws(() => node.deleteVirtualHost("w"), refused(/vhost 'w' does not exist/));
    vhost.metadata.update({ protectedFromDeletion: false });
    node.deleteVirtualHost("v");
    assert.equal(node.vhosts.has("v"), false);
  });

  it("takes many turns for many queues, serves others meanwhile, and a new one of its name waits for the end", async () => {
    const clock = new BusyClock();
    const node = openNode(new SlowStore(), clock);
    const vhost = node.addVirtualHost("v");
    for (let i = 0; i < 1000; i++) declareQueue(vhost, `q-${i}`);
    const other = node.addVirtualHost("other");
    node.deleteVirtualHost("v");
    const leftAtFirst = vhost.queues.size;
    assert.ok(leftAtFirst > 500, `${leftAtFirst} queues were left`);
    assert.throws(() => node.addVirtualHost("v"), /it is being deleted/);
    declareQueue(other, "served");
    await clock.advance(1);
    assert.equal(node.topology.deleting.size, 0);
    assert.ok(clock.laterCount > 3, `it took ${clock.laterCount} more turns`);
    assert.equal(vhost.queues.size + vhost.exchanges.size, 0);
    assert.equal(node.topology.queueCount, 1);
    assert.equal(node.addVirtualHost("v").queues.size, 0);
  });

  it("continues at the next start when the process ends in the middle", async () => {
    const test = await TestStore.open(new MemoryFiles(), SMALL);
    const node = openNode(test.store);
    fill(node, "v");
    test.store.append({ type: "vhost.deleted", vhost: "v" });
    const again = await test.reopen(SMALL);
    openNode(again.store);
    const last = await again.reopen(SMALL);
    assert.deepEqual(typesOf(last.store.recovered), ["user.put"]);
    await last.store.close();
  });
});
