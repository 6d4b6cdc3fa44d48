import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EMPTY_TABLE } from "../../../src/wire/field_table.ts";
import { Node } from "../../../src/broker/node/node.ts";
import { crc32 } from "../../../src/store/crc32.ts";
import { openFileStore } from "../../../src/store/file_store.ts";
import { MemoryFiles } from "../../../src/store/memory_files.ts";
import { FakeClock } from "../../fake_clock.ts";

async function openNode(files: MemoryFiles): Promise<Node> {
  const after = (delayMs: number, callback: () => void) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  };
  const store = await openFileStore({ files, after, crc32 });
  return new Node({ clock: new FakeClock(), store, memoryHighWatermarkBytes: Infinity });
}

async function close(node: Node): Promise<void> {
  node.endTurn();
  node.schedule.close();
  await node.store.close();
}

describe("operators' settings", () => {
  it("are recovered after a restart: policies, limits and default types", async () => {
    const files = new MemoryFiles();
    const node = await openNode(files);
    const vhost = node.addVirtualHost("v");
    const exchange = { name: "x", type: "direct", durable: true, autoDelete: false, internal: false };
    vhost.declareExchange({ ...exchange, arguments: EMPTY_TABLE });
    vhost.metadata.setDefaultQueueType("quorum");
    vhost.declareQueue({ name: "q", durable: true, autoDelete: false, owner: null, arguments: EMPTY_TABLE });
    const { users, operators } = vhost.policies;
    users.set({ name: "p", pattern: "", definition: { "max-length": 5, "alternate-exchange": "other" } });
    users.set({ name: "gone", pattern: "", definition: { "max-length": 1 }, priority: 9 });
    users.clear("gone");
    operators.set({ name: "o", pattern: "^q", definition: { "max-length": 3 }, applyTo: "queues" });
    node.vhostLimits.set("v", { "max-queues": 7 });
    node.topology.userCommands.put({ user: "guest", passwordHash: new Uint8Array(0), hashingAlgorithm: "", tags: [] });
    node.userLimits.set("guest", { "max-channels": 8 });
    await close(node);

    const again = await openNode(files);
    const { exchanges, queues, policies, metadata } = again.vhosts.get("v")!;
    assert.equal(queues.get("q")!.settings.maxLength, 3);
    assert.equal(queues.get("q")!.arguments.get("x-queue-type")?.value, "quorum");
    assert.equal(exchanges.get("x")!.alternateExchange, "other");
    assert.deepEqual(policies.users.list().map(({ value }) => value), [{
      pattern: "",
      definition: { "max-length": 5, "alternate-exchange": "other" },
      priority: 0,
      "apply-to": "all",
    }]);
    assert.equal(metadata.defaultQueueType, "quorum");
    assert.deepEqual(again.vhostLimits.get("v"), { "max-queues": 7 });
    assert.deepEqual(again.userLimits.get("guest"), { "max-channels": 8 });
    assert.deepEqual([...again.vhosts.keys()], ["/", "v"]);
    await close(again);
  });
});
