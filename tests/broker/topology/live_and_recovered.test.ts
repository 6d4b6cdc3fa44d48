import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { Binding } from "../../../src/broker/exchange/binding.ts";
import { canonicalTable, EMPTY_TABLE, fieldTable } from "../../../src/wire/field_table.ts";
import { ChannelError, ConnectionError } from "../../../src/wire/error.ts";
import { Node } from "../../../src/broker/node/node.ts";
import { PREDECLARED } from "../../../src/broker/exchange/predeclared.ts";
import { ParameterError } from "../../../src/broker/policy/parameters.ts";
import type { VirtualHost } from "../../../src/broker/topology/vhost.ts";
import { MemoryFiles } from "../../../src/store/memory_files.ts";
import type { Store } from "../../../src/store/store.ts";
import type { TopologyRecord } from "../../../src/store/topology_record.ts";
import { FakeClock } from "../../fake_clock.ts";
import { SlowStore } from "../../slow_store.ts";
import { SMALL, TestStore } from "../../store/test_store.ts";
import { consumption, TestReceiver } from "../queue/host.ts";

const openNode = (store: Store): Node =>
  new Node({ clock: new FakeClock(), store, memoryHighWatermarkBytes: Infinity });

/** Returns everything durable of a node, in an order that has no meaning. */
function durableStateOf(node: Node) {
  const { topology } = node;
  return {
    vhosts: [...node.vhosts.values()].map((vhost) => ({
      ...vhost.metadata.record,
      exchanges: [...vhost.exchanges.values()].filter(({ isDurable }) => isDurable).map((exchange) => ({
        name: exchange.name,
        type: exchange.type,
        flags: [exchange.isAutoDelete, exchange.isInternal],
        arguments: canonicalTable(exchange.arguments),
        alternateExchange: exchange.alternateExchange,
        policy: exchange.effectivePolicy.policy?.name,
        // The order of bindings decides where a consistent hash exchange sends messages.
        bindings: [...exchange.bindings.values()].filter(({ isDurable }) => isDurable).map(({ identity }) => identity),
      })).sort(byName),
      queues: [...vhost.queues.values()].filter(({ isDurable }) => isDurable).map((queue) => ({
        name: queue.name,
        id: queue.id,
        isAutoDelete: queue.isAutoDelete,
        arguments: canonicalTable(queue.arguments),
        maxLength: queue.settings.maxLength,
        incoming: [...vhost.incoming.of(queue)].filter(({ isDurable }) => isDurable).map(({ identity }) => identity)
          .sort(),
      })).sort(byName),
      policies: vhost.policies.users.list().map(({ name, value }) => ({ name, value })).sort(byName),
      limits: node.vhostLimits.get(vhost.name),
    })).sort((a, b) => a.vhost < b.vhost ? -1 : 1),
    users: [...topology.users.users.values()].sort(byText),
    permissions: [...topology.users.permissions()].sort(byText),
    topicPermissions: [...topology.users.topicPermissions()].sort(byText),
    userLimits: ["u1", "u2"].map((user) => node.userLimits.get(user)),
  };
}

const byName = (a: { readonly name: string }, b: { readonly name: string }) => a.name < b.name ? -1 : 1;
const byText = (a: object, b: object) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;

/** Checks derived state: counts, and the index of bindings. */
function checkIndexes(node: Node): void {
  const vhosts = [...node.vhosts.values(), ...node.topology.deleting.values()];
  const sum = (count: (vhost: VirtualHost) => number) => vhosts.reduce((all, vhost) => all + count(vhost), 0);
  assert.equal(node.topology.queueCount, sum(({ queues }) => queues.size));
  assert.equal(node.topology.exchangeCount, sum(({ exchanges }) => exchanges.size));
  for (const { exchanges, queues, incoming } of vhosts) {
    const bindings = [...exchanges.values()].flatMap((exchange) => [...exchange.bindings.values()]);
    for (const binding of bindings) {
      assert.ok(incoming.of(binding.destination).has(binding));
      assert.ok([...exchanges.values(), ...queues.values()].includes(binding.destination), "a binding leads nowhere");
    }
    const things = [...exchanges.values(), ...queues.values()];
    assert.equal(things.reduce((all, thing) => all + incoming.of(thing).size, 0), bindings.length);
  }
}

/** Parameters of a command, which uses some of them. */
interface Step {
  readonly vhost: string;
  readonly exchange: string;
  readonly other: string;
  readonly queue: string;
  readonly user: string;
  readonly pattern: string;
  readonly key: string;
  /** From 0 to 99. */
  readonly chance: number;
}

const owner = {};

const vhostOf = (node: Node, { vhost }: Step): VirtualHost => node.vhosts.get(vhost) ?? node.addVirtualHost(vhost);
const sourceOf = (vhost: VirtualHost, { exchange, chance }: Step) =>
  vhost.exchange(chance % 4 === 0 ? "amq.topic" : exchange);
const destinationOf = (vhost: VirtualHost, { queue, other, chance }: Step) =>
  chance < 60 ? vhost.queue(queue, owner) : vhost.exchange(other);

function declareExchange(node: Node, step: Step): void {
  const { exchange: name, other, chance } = step;
  const type = ["direct", "fanout", "topic", "x-consistent-hash"][chance % 4];
  const flags = { durable: chance < 80, autoDelete: chance % 5 === 0, internal: chance % 7 === 0 };
  const exchangeArguments = chance % 3 === 0 ? fieldTable({ "alternate-exchange": other }) : EMPTY_TABLE;
  vhostOf(node, step).declareExchange({ name, type, ...flags, arguments: exchangeArguments });
}

function declareQueue(node: Node, step: Step): void {
  const { queue: name, chance } = step;
  const flags = { durable: chance < 80, autoDelete: chance % 4 === 0, owner: chance % 5 === 0 ? owner : null };
  const queueArguments = chance % 3 === 0 ? fieldTable({ "x-max-priority": 3 }) : EMPTY_TABLE;
  vhostOf(node, step).declareQueue({ name, ...flags, arguments: queueArguments });
}

function bind(node: Node, step: Step): void {
  const vhost = vhostOf(node, step);
  vhost.bind(new Binding(sourceOf(vhost, step), destinationOf(vhost, step), step.key, EMPTY_TABLE));
}

const COMMANDS: readonly ((node: Node, step: Step) => void)[] = [
  (node, { vhost, key, pattern }) => node.addVirtualHost(vhost, { description: key, tags: [pattern] }),
  (node, { vhost, chance }) => chance < 30 ? node.deleteVirtualHost(vhost) : undefined,
  (node, step) =>
    vhostOf(node, step).metadata.update({ description: step.pattern, protectedFromDeletion: step.chance < 5 }),
  (node, { user, chance, pattern }) =>
    node.topology.userCommands.put({
      user,
      passwordHash: Uint8Array.of(chance),
      hashingAlgorithm: "h",
      tags: [pattern],
    }),
  (node, { user }) => node.topology.userCommands.delete(user),
  (node, { user, vhost, pattern }) =>
    node.topology.userCommands.setPermission({ user, vhost, configure: pattern, write: "", read: ".*" }),
  (node, { user, vhost }) => node.topology.userCommands.clearPermission({ user, vhost }),
  (node, { user, vhost, exchange, pattern }) =>
    node.topology.userCommands.setTopicPermission({ user, vhost, exchange, write: pattern, read: "" }),
  (node, { user, vhost, exchange }) => node.topology.userCommands.clearTopicPermissions({ user, vhost, exchange }),
  (node, { user, chance }) => node.userLimits.set(user, { "max-channels": chance }),
  (node, step) => node.vhostLimits.set(vhostOf(node, step).name, { "max-queues": step.chance + 10 }),
  (node, step) => {
    const { key, queue, exchange, other, chance } = step;
    const definition: Record<string, string | number> = chance < 50
      ? { "max-length": chance }
      : { "alternate-exchange": other };
    vhostOf(node, step).policies.users.set({ name: key || "p", pattern: `^[${queue}${exchange}]`, definition });
  },
  (node, step) => vhostOf(node, step).policies.users.clear(step.key || "p"),
  ...Array(4).fill(declareExchange),
  (node, step) => vhostOf(node, step).deleteExchange(step.exchange, { ifUnused: step.chance < 20 }),
  ...Array(4).fill(declareQueue),
  (node, step) => vhostOf(node, step).deleteQueue(step.queue, owner),
  (node, step) => step.chance < 30 ? vhostOf(node, step).removeQueuesOf(owner) : undefined,
  (node, step) => {
    const vhost = vhostOf(node, step);
    vhost.cancelConsumer(vhost.queue(step.queue, owner).consume(new TestReceiver(), consumption()));
  },
  ...Array(8).fill(bind),
  (node, step) => {
    const vhost = vhostOf(node, step);
    vhost.unbind(new Binding(sourceOf(vhost, step), destinationOf(vhost, step), step.key, EMPTY_TABLE));
  },
];

const step = fc.tuple(
  fc.nat(COMMANDS.length - 1),
  fc.record<Step>({
    vhost: fc.constantFrom("/", "v"),
    exchange: fc.constantFrom("x", "y"),
    other: fc.constantFrom("x", "y", "z"),
    queue: fc.constantFrom("q", "r"),
    user: fc.constantFrom("u1", "u2"),
    pattern: fc.constantFrom(".*", "^a", ""),
    key: fc.constantFrom("", "1", "k.*"),
    chance: fc.integer({ min: 0, max: 99 }),
  }),
);

const steps = fc.array(step, { maxLength: 120, size: "max" });

/** Carries out a command. Errors for clients or operators are ignored. */
function carryOut(node: Node, command: number, step: Step): void {
  try {
    COMMANDS[command](node, step);
  } catch (error) {
    const isTold = error instanceof ChannelError || error instanceof ConnectionError || error instanceof ParameterError;
    if (!isTold) throw error;
  }
}

describe("the topology of a node", () => {
  it("is the same after a restart as before, for any commands", async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(3), async (steps, restarts) => {
        let test = await TestStore.open(new MemoryFiles(), SMALL);
        let node = openNode(test.store);
        const each = Math.ceil(steps.length / (restarts + 1)) + 1;
        for (let at = 0; at <= steps.length; at += each) {
          for (const [command, about] of steps.slice(at, at + each)) carryOut(node, command, about);
          checkIndexes(node);
          const before = durableStateOf(node);
          test = await test.reopen(SMALL);
          node = openNode(test.store);
          assert.deepEqual(durableStateOf(node), before);
          checkIndexes(node);
        }
        await test.store.close();
      }),
      { numRuns: 300 },
    );
  });

  it("is consistent after a stop at any record, and the same after the next start", async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.double({ min: 0, max: 1, noNaN: true }), async (steps, share) => {
        const slow = new SlowStore();
        const live = openNode(slow);
        for (const [command, about] of steps) carryOut(live, command, about);
        const records = slow.records as TopologyRecord[];
        const test = await TestStore.open(new MemoryFiles(), SMALL);
        // Most changes are one record; deletions are several.
        const cuts = records.flatMap(({ type }, index) => type.endsWith(".deleted") ? [index + 1, index + 2] : []);
        const cut = [Math.round(records.length * share), ...cuts][Math.floor(share * cuts.length)];
        for (const record of records.slice(0, cut)) test.store.append(record);
        const first = await test.reopen(SMALL);
        const node = openNode(first.store);
        checkIndexes(node);
        const second = await first.reopen(SMALL);
        const state = durableStateOf(node);
        assert.deepEqual(durableStateOf(openNode(second.store)), state);
        // The store has no more than the broker.
        const countOf = (type: string) => second.store.recovered.topology.filter((one) => one.type === type).length;
        const exchanges = state.vhosts.flatMap((vhost) => vhost.exchanges);
        assert.equal(countOf("queue.declared"), state.vhosts.flatMap(({ queues }) => queues).length);
        assert.equal(countOf("exchange.declared"), exchanges.length - PREDECLARED.length * state.vhosts.length);
        assert.equal(countOf("binding.added"), exchanges.flatMap(({ bindings }) => bindings).length);
        assert.equal(countOf("permission.put"), state.permissions.length);
        await second.store.close();
      }),
      { numRuns: 300 },
    );
  });
});
