import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { Node } from "../../../src/broker/node/node.ts";
import { PREDECLARED } from "../../../src/broker/exchange/predeclared.ts";
import type { VirtualHost } from "../../../src/broker/topology/vhost.ts";
import { MemoryFiles } from "../../../src/store/memory_files.ts";
import type { Store } from "../../../src/store/store.ts";
import type { TopologyRecord } from "../../../src/store/topology_record.ts";
import { FakeClock } from "../../fake_clock.ts";
import { SlowStore } from "../../slow_store.ts";
import { SMALL, TestStore } from "../../store/test_store.ts";
import { carryOut, COMMANDS, durableStateOf, type Step } from "./commands.ts";

const openNode = (store: Store): Node =>
  new Node({ clock: new FakeClock(), store, memoryHighWatermarkBytes: Infinity });

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
