import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EMPTY_TABLE } from "../../../src/wire/field_table.ts";
import { ConnectionError } from "../../../src/wire/error.ts";
import { Node } from "../../../src/broker/node/node.ts";
import type { IdRange } from "../../../src/broker/topology/sequence_ids.ts";
import { MemoryFiles } from "../../../src/store/memory_files.ts";
import type { TopologyRecord } from "../../../src/store/topology_record.ts";
import { FakeClock } from "../../fake_clock.ts";
import { SlowStore } from "../../slow_store.ts";
import { SMALL, TestStore } from "../../store/test_store.ts";

function openNode(store: SlowStore | TestStore["store"], idRange?: IdRange): Node {
  return new Node({ clock: new FakeClock(), store, memoryHighWatermarkBytes: Infinity, idRange });
}

function declare(node: Node, ...names: readonly string[]): number[] {
  const declaration = { durable: true, autoDelete: false, owner: null, arguments: EMPTY_TABLE };
  return names.map((name) => node.vhosts.get("/")!.declareQueue({ name, ...declaration }).id);
}

describe("the ids of queues", () => {
  it("are never assigned again, even that of a deleted queue with the highest one", async () => {
    const test = await TestStore.open(new MemoryFiles(), SMALL);
    const range = { first: 100, last: 10_000 };
    const node = openNode(test.store, range);
    const [, last] = declare(node, "a", "b");
    assert.equal(last, 101);
    node.vhosts.get("/")!.deleteQueue("b", null);
    const again = await test.reopen(SMALL);
    const [next] = declare(openNode(again.store, range), "c");
    assert.ok(next > last && next <= range.last, `${next}`);
    await again.store.close();
  });

  it("run out with RESOURCE_ERROR, while transient queues continue to get theirs", () => {
    const node = openNode(new SlowStore(), { first: 5, last: 6 });
    assert.deepEqual(declare(node, "a", "b"), [5, 6]);
    assert.throws(() => declare(node, "c"), (error) => error instanceof ConnectionError && error.code === 506);
    assert.equal(node.vhosts.get("/")!.queues.size, 2);
    const transient = { name: "t", durable: false, autoDelete: false, owner: null, arguments: EMPTY_TABLE };
    assert.ok(node.vhosts.get("/")!.declareQueue(transient).id < 0);
  });

  it("of two nodes with separate ranges can be in one store, and both continue behind their own", async () => {
    const ranges = [{ first: 1, last: 5000 }, { first: 5001, last: 9000 }] as const;
    const given = ranges.map((range, index) => {
      const store = new SlowStore();
      const node = openNode(store, range);
      const ids = declare(node, `a${index}`, `b${index}`, `c${index}`);
      node.vhosts.get("/")!.deleteQueue(`c${index}`, null);
      return { ids, records: store.records as TopologyRecord[] };
    });
    const test = await TestStore.open(new MemoryFiles(), SMALL);
    for (const { records } of given) for (const record of records) test.store.append(record);
    let merged = test;
    for (const [index, range] of ranges.entries()) {
      merged = await merged.reopen(SMALL);
      const node = openNode(merged.store, range);
      const queues = [...node.vhosts.get("/")!.queues.values()].filter(({ name }) => !name.startsWith("new"));
      assert.deepEqual(queues.map(({ name }) => name).sort(), ["a0", "a1", "b0", "b1"]);
      assert.equal(new Set(queues.map(({ id }) => id)).size, 4);
      const [id] = declare(node, `new${index}`);
      assert.ok(id > Math.max(...given[index].ids) && id <= range.last, `${id}`);
    }
    await merged.store.close();
  });
});
