import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Binding } from "../../../src/broker/exchange/binding.ts";
import { ChannelError } from "../../../src/wire/error.ts";
import { EMPTY_TABLE, fieldTable } from "../../../src/wire/field_table.ts";
import type { Exchange } from "../../../src/broker/exchange/exchange.ts";
import { Node } from "../../../src/broker/node/node.ts";
import type { AnyQueue } from "../../../src/broker/queue/any_queue.ts";
import { Queue } from "../../../src/broker/queue/queue.ts";
import { findLastingRoute } from "../../../src/broker/routing/route.ts";
import type { VirtualHost } from "../../../src/broker/topology/vhost.ts";
import { FakeClock } from "../../fake_clock.ts";
import { SlowStore } from "../../slow_store.ts";
import { consumption, TestReceiver } from "../queue/host.ts";

function newVirtualHost(): { vhost: VirtualHost; store: SlowStore; node: Node } {
  const store = new SlowStore();
  const node = new Node({ clock: new FakeClock(), store, memoryHighWatermarkBytes: Infinity });
  return { vhost: node.addVirtualHost("test"), store, node };
}

function declareExchange(vhost: VirtualHost, name: string, options: { autoDelete?: boolean; durable?: boolean } = {}) {
  const declaration = { name, type: "fanout", durable: false, autoDelete: false, internal: false };
  return vhost.declareExchange({ ...declaration, arguments: EMPTY_TABLE, ...options });
}

function declareQueue(
  vhost: VirtualHost,
  name: string,
  options: { autoDelete?: boolean; durable?: boolean; owner?: object } = {},
): AnyQueue {
  return vhost.declareQueue({
    name,
    durable: false,
    autoDelete: false,
    owner: null,
    arguments: EMPTY_TABLE,
    ...options,
  });
}

const isRefusedWith = (code: number) => (error: unknown) => error instanceof ChannelError && error.code === code;

describe("auto-delete", () => {
  /** Makes exchanges, each bound to the next, the last one to a queue. */
  function row(vhost: VirtualHost, length: number): [Exchange[], AnyQueue] {
    const exchanges = Array.from({ length }, (_, i) => declareExchange(vhost, `row-${i}`, { autoDelete: true }));
    const queue = declareQueue(vhost, "end", { autoDelete: true });
    exchanges.forEach((each, i) => vhost.bind(new Binding(each, exchanges[i + 1] ?? queue, "", EMPTY_TABLE)));
    return [exchanges, queue];
  }

  it("deletes all exchanges that lead to a queue with the queue, when its last consumer is cancelled", () => {
    const { vhost } = newVirtualHost();
    const [exchanges, queue] = row(vhost, 4);
    const consumers = [1, 2].map(() => queue.consume(new TestReceiver(), consumption()));
    vhost.cancelConsumer(consumers[0]);
    assert.ok(exchanges.every(({ name }) => vhost.exchanges.has(name)));
    vhost.cancelConsumer(consumers[1]);
    assert.equal(queue.isDeleted, true);
    assert.equal(vhost.queues.size, 0);
    assert.deepEqual(exchanges.filter(({ name }) => vhost.exchanges.has(name)), []);
  });

  it("stops at an exchange with another binding", () => {
    const { vhost } = newVirtualHost();
    const [exchanges, queue] = row(vhost, 4);
    vhost.bind(new Binding(exchanges[1], declareQueue(vhost, "other"), "", EMPTY_TABLE));
    vhost.removeQueue(queue);
    assert.deepEqual(exchanges.map(({ name }) => vhost.exchanges.has(name)), [true, true, false, false]);
    assert.deepEqual(findLastingRoute(vhost.exchanges, exchanges[0], "")?.map(({ name }) => name), ["other"]);
  });

  it("ends in a circle of exchanges, and leaves no binding to any of them", () => {
    const { vhost } = newVirtualHost();
    const ring = [0, 1, 2].map((i) => declareExchange(vhost, `ring-${i}`, { autoDelete: true }));
    ring.forEach((each, i) => {
      vhost.bind(new Binding(each, ring[(i + 1) % 3], "", EMPTY_TABLE));
      vhost.bind(new Binding(each, each, "self", EMPTY_TABLE));
    });
    vhost.deleteExchange("ring-1");
    vhost.unbind(new Binding(ring[0], ring[0], "self", EMPTY_TABLE));
    vhost.unbind(new Binding(ring[2], ring[2], "self", EMPTY_TABLE));
    vhost.unbind(new Binding(ring[2], ring[0], "", EMPTY_TABLE));
    assert.deepEqual(ring.map(({ name }) => vhost.exchanges.has(name)), [false, false, false]);
    assert.deepEqual(ring.map((each) => each.bindings.size + vhost.incoming.of(each).size), [0, 0, 0]);
  });

  it("waits for the first binding of an exchange, and for the first consumer of a queue", () => {
    const { vhost } = newVirtualHost();
    const unbound = declareExchange(vhost, "unbound", { autoDelete: true });
    const bound = declareExchange(vhost, "bound", { autoDelete: true });
    const queue = declareQueue(vhost, "q", { autoDelete: true });
    vhost.unbind(new Binding(unbound, queue, "", EMPTY_TABLE));
    assert.ok(vhost.exchanges.has("unbound") && vhost.queues.has("q"));
    vhost.bind(new Binding(bound, queue, "a", EMPTY_TABLE));
    vhost.bind(new Binding(bound, queue, "b", EMPTY_TABLE));
    vhost.unbind(new Binding(bound, queue, "a", EMPTY_TABLE));
    assert.ok(vhost.exchanges.has("bound"));
    vhost.unbind(new Binding(bound, queue, "b", EMPTY_TABLE));
    assert.equal(vhost.exchanges.has("bound"), false);
  });
});

describe("a virtual host", () => {
  it("raises its version with each change of routes, and with nothing else", () => {
    const { vhost } = newVirtualHost();
    const versions: number[] = [];
    const changes = (act: () => void): boolean => {
      const before = vhost.topologyVersion;
      act();
      versions.push(vhost.topologyVersion);
      return vhost.topologyVersion > before;
    };
    assert.ok(changes(() => declareExchange(vhost, "e")));
    assert.ok(changes(() => declareQueue(vhost, "q")));
    const [e, q] = [vhost.exchange("e"), vhost.queue("q", null)];
    assert.ok(changes(() => vhost.bind(new Binding(e, q, "k", EMPTY_TABLE))));
    assert.ok(!changes(() => vhost.bind(new Binding(e, q, "k", EMPTY_TABLE))));
    assert.ok(changes(() => vhost.bind(new Binding(e, q, "k", fieldTable({ a: 1 })))));
    assert.ok(!changes(() => declareExchange(vhost, "e")));
    assert.ok(!changes(() => declareQueue(vhost, "q")));
    assert.ok(!changes(() => vhost.unbind(new Binding(e, q, "other", EMPTY_TABLE))));
    assert.ok(changes(() => vhost.unbind(new Binding(e, q, "k", EMPTY_TABLE))));
    assert.ok(q instanceof Queue);
    assert.ok(!changes(() => q.purge()));
    assert.ok(changes(() => vhost.deleteQueue("q", null)));
    assert.ok(changes(() => vhost.deleteExchange("e")));
    assert.ok(!changes(() => vhost.deleteExchange("e")));
    assert.deepEqual(versions, [...versions].sort((a, b) => a - b), "a version never comes again");
  });

  it("removes a deleted queue or exchange from all routes", () => {
    const { vhost } = newVirtualHost();
    const [first, second] = [declareExchange(vhost, "first"), declareExchange(vhost, "second")];
    const queue = declareQueue(vhost, "q");
    vhost.bind(new Binding(first, second, "", EMPTY_TABLE));
    vhost.bind(new Binding(second, queue, "", EMPTY_TABLE));
    vhost.bind(new Binding(first, queue, "", EMPTY_TABLE));
    vhost.deleteExchange("second");
    assert.deepEqual([first.bindings.size, vhost.incoming.of(queue).size], [1, 1]);
    vhost.deleteQueue("q", null);
    assert.deepEqual([first.bindings.size, vhost.incoming.of(queue).size], [0, 0]);
    assert.deepEqual(findLastingRoute(vhost.exchanges, first, ""), []);
    assert.deepEqual(findLastingRoute(vhost.exchanges, vhost.exchange(""), "q"), []);
  });

  it("gives only the owner access to an exclusive queue, and deletes it with its owner", () => {
    const { vhost } = newVirtualHost();
    const [mine, theirs] = [{}, {}];
    declareQueue(vhost, "own", { owner: mine });
    declareQueue(vhost, "own too", { owner: mine });
    declareQueue(vhost, "theirs", { owner: theirs });
    declareQueue(vhost, "shared");
    assert.equal(vhost.queue("own", mine).name, "own");
    assert.throws(() => vhost.queue("own", theirs), isRefusedWith(405));
    assert.throws(() => vhost.deleteQueue("own", theirs), isRefusedWith(405));
    assert.throws(() => declareQueue(vhost, "own"), isRefusedWith(405));
    assert.throws(() => declareQueue(vhost, "shared", { owner: mine }), isRefusedWith(405));
    vhost.deleteQueue("own too", mine);
    vhost.removeQueuesOf(mine);
    vhost.removeQueuesOf(mine);
    assert.deepEqual([...vhost.queues.keys()], ["theirs", "shared"]);
  });

  it("stores what must survive a restart, and nothing else", () => {
    const { vhost, store } = newVirtualHost();
    store.records.length = 0;
    const [lasting, passing] = [
      declareExchange(vhost, "lasting", { durable: true }),
      declareExchange(vhost, "passing"),
    ];
    const [kept, dropped] = [declareQueue(vhost, "kept", { durable: true }), declareQueue(vhost, "dropped")];
    const own = declareQueue(vhost, "own", { durable: true, owner: {} });
    for (const queue of [kept, dropped, own]) {
      vhost.bind(new Binding(lasting, queue, "", EMPTY_TABLE));
      vhost.bind(new Binding(passing, queue, "", EMPTY_TABLE));
    }
    assert.deepEqual(store.types(), ["exchange.declared", "ids.reserved", "queue.declared", "binding.added"]);
    store.records.length = 0;
    vhost.bind(new Binding(lasting, kept, "", EMPTY_TABLE));
    vhost.unbind(new Binding(passing, kept, "", EMPTY_TABLE));
    vhost.unbind(new Binding(lasting, kept, "", EMPTY_TABLE));
    for (const queue of [dropped, own, kept]) vhost.removeQueue(queue);
    vhost.deleteExchange("passing");
    vhost.deleteExchange("lasting");
    assert.deepEqual(store.types(), ["binding.removed", "queue.deleted", "exchange.deleted"]);
  });

  it("shares messages, but no names, with the other virtual hosts of a node", () => {
    const { vhost, node } = newVirtualHost();
    const other = node.addVirtualHost("other");
    assert.equal(node.addVirtualHost("other"), other);
    const [here, there] = [declareQueue(vhost, "q"), declareQueue(other, "q")];
    assert.notEqual(here, there);
    assert.notEqual(here.id, there.id);
    vhost.deleteQueue("q", null);
    assert.deepEqual([there.isDeleted, other.queues.size], [false, 1]);
  });
});
