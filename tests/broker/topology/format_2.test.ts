import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { Node } from "../../../src/broker/node/node.ts";
import { IMPORTED } from "../../../src/broker/topology/default_data.ts";
import type { VirtualHost } from "../../../src/broker/topology/vhost.ts";
import { MemoryFiles } from "../../../src/store/memory_files.ts";
import { settled } from "../../fake_clock.ts";
import { SMALL, TestStore } from "../../store/test_store.ts";
import { consumption, TestReceiver } from "../queue/host.ts";

/**
 * Folder that HareMQ 0.1.0 (commit e40dcde) wrote in format 2 until it was killed: its journal has records that its
 * snapshot lacks, among them deletions.
 */
const FOLDER = new URL("../../store/fixtures/format_2/", import.meta.url);

async function copyOfFolder(): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  for (const name of await readdir(FOLDER)) {
    const file = await files.open(name, { create: true });
    await file.write(0, new Uint8Array(await readFile(new URL(name, FOLDER))));
    await file.close();
  }
  return files;
}

const nodeOver = (test: TestStore): Node =>
  new Node({ clock: test.clock, store: test.store, memoryHighWatermarkBytes: Infinity });

async function bodiesOf(test: TestStore, node: Node, vhost: VirtualHost, queue: string): Promise<string[]> {
  const receiver = new TestReceiver();
  const bodies: string[] = [];
  const decoder = new TextDecoder();
  receiver.onDeliver = ({ consumer, message, position }) => {
    const { bytes, offset, addressBytes, headerBytes, bodyBytes } = node.messages.locate(message);
    const start = offset + addressBytes + headerBytes;
    bodies.push(decoder.decode(bytes.subarray(start, start + bodyBytes)).replace(/ x*$/, ""));
    consumer.queue.settle(message, position);
  };
  const { readyCount } = vhost.queues.get(queue)!;
  vhost.queues.get(queue)!.consume(receiver, consumption());
  while (bodies.length < readyCount) {
    node.endTurn();
    await test.clock.advance(1);
    await settled();
  }
  return bodies;
}

const numbered = (name: string, count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `${name} ${from + index}`);
/** Messages with their number modulo `priorities` as priority, in the order of delivery. */
const byPriority = (name: string, count: number, priorities: number) =>
  Array.from({ length: priorities }, (_, index) => priorities - 1 - index).flatMap((priority) =>
    numbered(name, count).filter((_, index) => index % priorities === priority)
  );

async function checkAll(test: TestStore, node: Node): Promise<void> {
  assert.deepEqual([...node.vhosts.keys()].sort(), ["/", "empty", "late", "shop"]);
  const root = node.vhosts.get("/")!;
  const shop = node.vhosts.get("shop")!;
  const typed = [...root.exchanges.values()].filter(({ name }) => name !== "" && !name.startsWith("amq."));
  assert.deepEqual(Object.fromEntries(typed.map(({ name, type }) => [name, type])), {
    direct: "direct",
    fanout: "fanout",
    topic: "topic",
    headers: "headers",
    hash: "x-consistent-hash",
    internal: "fanout",
    auto: "fanout",
    delayed: "x-delayed-message",
    seen: "x-message-deduplication",
    again: "topic",
  });
  assert.equal(root.exchanges.get("fanout")!.alternateExchange, "amq.fanout");
  assert.deepEqual([root.exchanges.get("internal")!.isInternal, root.exchanges.get("auto")!.isAutoDelete], [
    true,
    true,
  ]);
  const bindings = [...root.exchanges.values()].flatMap((exchange) =>
    [...exchange.bindings.values()].map(({ source, destination, routingKey }) =>
      `${source.name} ${routingKey} ${destination.name}`
    )
  );
  assert.deepEqual(bindings.sort(), [
    "again new again",
    "amq.topic s stream",
    "auto  classic",
    "delayed later classic",
    "direct classic classic",
    "direct priorities priorities",
    "fanout up direct",
    "hash 1 classic",
    "hash 2 quorum",
    "hash 3 stream",
    "seen  classic",
    "topic a.*.# quorum",
  ]);
  const inOrder = [...root.exchanges.get("hash")!.bindings.values()].map(({ destination }) => destination.name);
  assert.deepEqual(inOrder, ["stream", "classic", "quorum"]);
  const counts = Object.fromEntries([...root.queues.values()].map(({ name, readyCount }) => [name, readyCount]));
  assert.deepEqual(counts, { classic: 69, priorities: 60, quorum: 60, stream: 60, again: 8, late: 8 });
  assert.equal(shop.queues.get("order")!.readyCount, 60);
  assert.equal(shop.queues.get("order")!.arguments.get("x-queue-type")?.value, "quorum");
  assert.equal(shop.metadata.defaultQueueType, "quorum");
  assert.deepEqual([...root.policies.users.list(), ...root.policies.operators.list()].map(({ name }) => name), [
    "limit",
    "operator",
  ]);
  assert.equal(root.queues.get("classic")!.settings.maxLength, 900);
  assert.deepEqual(node.parameters.get("shop", "federation-upstream", "up"), { uri: "amqp://localhost" });
  assert.deepEqual(node.vhostLimits.get("shop"), { "max-queues": 7, "max-connections": 9 });
  assert.deepEqual(node.userLimits.get("guest"), { "max-channels": 8 });
  const { delayed } = root.exchanges.get("delayed")!;
  for (let left = 100; left > 0 && delayed!.count < 11; left--) {
    await test.clock.advance(1);
    await settled();
  }
  assert.equal(delayed!.count, 11);
}

describe("a data folder of format 2", () => {
  it("opens with all its contents, and is converted", async () => {
    const first = await TestStore.open(await copyOfFolder(), SMALL);
    await checkAll(first, nodeOver(first));
    // The converted folder is as good as the original.
    const second = await first.reopen(SMALL);
    const node = nodeOver(second);
    await checkAll(second, node);
    const root = node.vhosts.get("/")!;
    assert.deepEqual(await bodiesOf(second, node, root, "classic"), [
      ...numbered("classic", 60),
      "seen once",
      ...numbered("classic", 8, 60),
    ]);
    assert.deepEqual(await bodiesOf(second, node, root, "priorities"), byPriority("priorities", 60, 4));
    assert.deepEqual(await bodiesOf(second, node, root, "quorum"), numbered("quorum", 60));
    assert.deepEqual(await bodiesOf(second, node, root, "late"), byPriority("late", 8, 3));
    assert.deepEqual(await bodiesOf(second, node, root, "again"), numbered("again", 8));
    assert.deepEqual(await bodiesOf(second, node, node.vhosts.get("shop")!, "order"), numbered("order", 60));
    node.schedule.close();
    await second.store.close();
  });

  it("opens with its virtual hosts where a start imports definitions", async () => {
    const test = await TestStore.open(await copyOfFolder(), SMALL);
    const options = { clock: test.clock, store: test.store, memoryHighWatermarkBytes: Infinity };
    const node = new Node({ ...options, defaultData: IMPORTED });
    await checkAll(test, node);
    node.schedule.close();
    await test.store.close();
  });
});
