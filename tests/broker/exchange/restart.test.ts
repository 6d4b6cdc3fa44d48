import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Binding } from "../../../src/broker/exchange/binding.ts";
import { EMPTY_TABLE, fieldTable, type PlainTable } from "../../../src/wire/field_table.ts";
import type { Exchange } from "../../../src/broker/exchange/exchange.ts";
import { Node } from "../../../src/broker/node/node.ts";
import { findLastingRoute, findRoute } from "../../../src/broker/routing/route.ts";
import type { VirtualHost } from "../../../src/broker/topology/vhost.ts";
import { openFileStore } from "../../../src/store/file_store.ts";
import { MemoryFiles } from "../../../src/store/memory_files.ts";
import { FakeClock } from "../../fake_clock.ts";
import { messageOf } from "./bound.ts";

/** Restarts a broker after `declare` has declared things in its virtual host, and returns that. */
async function restarted(declare: (vhost: VirtualHost) => void): Promise<VirtualHost> {
  const files = new MemoryFiles();
  let node: Node | undefined;
  for (const act of [declare, () => {}]) {
    const clock = new FakeClock();
    const after = (delayMs: number, callback: () => void) => clock.after(delayMs, callback);
    const store = await openFileStore({ files, after, diskFreeLimitBytes: 0 });
    node = new Node({ clock, store, memoryHighWatermarkBytes: Infinity });
    act(node.addVirtualHost("/"));
    node.endTurn();
    await store.close();
  }
  return node!.vhosts.get("/")!;
}

function declareExchange(vhost: VirtualHost, name: string, type: string, exchangeArguments: PlainTable = {}): Exchange {
  const declaration = { name, type, durable: true, autoDelete: false, internal: false };
  return vhost.declareExchange({ ...declaration, arguments: fieldTable(exchangeArguments) });
}

function bind(
  vhost: VirtualHost,
  source: Exchange,
  queue: string,
  key: string,
  bindingArguments: PlainTable = {},
): void {
  const declaration = { durable: true, autoDelete: false, owner: null, arguments: EMPTY_TABLE };
  vhost.bind(
    new Binding(source, vhost.declareQueue({ name: queue, ...declaration }), key, fieldTable(bindingArguments)),
  );
}

describe("a durable exchange, after a restart,", () => {
  it("has its alternate exchange", async () => {
    const vhost = await restarted((vhost) => {
      declareExchange(vhost, "x", "direct", { "alternate-exchange": "ae" });
      bind(vhost, declareExchange(vhost, "ae", "fanout"), "unrouted", "");
    });
    const queues = findLastingRoute(vhost.exchanges, vhost.exchange("x"), "key");
    assert.deepEqual(queues?.map(({ name }) => name), ["unrouted"]);
  });

  it("of type x-consistent-hash sends each key to the same queue", async () => {
    const keys = Array.from({ length: 200 }, (_, i) => `key ${i}`);
    const route = (vhost: VirtualHost) =>
      keys.map((key) => findLastingRoute(vhost.exchanges, vhost.exchange("x"), key)![0].name);
    let before: string[] = [];
    const vhost = await restarted((vhost) => {
      const exchange = declareExchange(vhost, "x", "x-consistent-hash");
      for (const name of ["d", "b", "gone", "a", "c"]) bind(vhost, exchange, name, "3");
      vhost.deleteQueue("gone", null);
      bind(vhost, exchange, "gone", "3");
      before = route(vhost);
    });
    assert.equal(new Set(before).size, 5);
    assert.deepEqual(route(vhost), before);
  });

  it("of type x-consistent-hash uses the header in its declaration", async () => {
    const vhost = await restarted((vhost) => {
      const exchange = declareExchange(vhost, "x", "x-consistent-hash", { "hash-header": "h" });
      for (const name of ["a", "b", "c", "d"]) bind(vhost, exchange, name, "10");
    });
    const names = Array.from({ length: 40 }, (_, i) => {
      const message = messageOf({ routingKeys: ["key"], headers: fieldTable({ h: `value ${i}` }) });
      return findRoute(vhost.exchanges, vhost.exchange("x"), message)[0].name;
    });
    assert.equal(new Set(names).size, 4);
  });

  it("of type x-jms-topic has its selectors", async () => {
    const vhost = await restarted((vhost) => {
      const exchange = declareExchange(vhost, "x", "x-jms-topic");
      bind(vhost, exchange, "q", "", { rjms_erlang_selector: `{'ident',<<"wanted">>}.` });
    });
    const route = (wanted: boolean) =>
      findRoute(vhost.exchanges, vhost.exchange("x"), messageOf({ headers: fieldTable({ wanted }) }));
    assert.deepEqual([route(true).length, route(false).length], [1, 0]);
  });
});
