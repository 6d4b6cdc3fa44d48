import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import type { ServerProcess } from "../../src/http/server_process.ts";
import { FakeClock } from "../fake_clock.ts";
import { HttpClient } from "./http_client.ts";

/** A process whose memory grows with each look. */
function growingProcess(): ServerProcess {
  let resident = 100_000;
  return {
    platform: "Test 1.0",
    uptimeMs: () => 1234.5,
    residentBytes: () => resident += 5000,
    heap: () => ({ usedBytes: 20_000, totalBytes: 30_000 }),
    cpuSeconds: () => 1,
    openFiles: () => Promise.resolve({ count: 7, max: 1024 }),
    freeDiskBytes: () => Promise.resolve(9_000_000),
    diskFreeLimitBytes: 1000,
  };
}

describe("the node of the management API", () => {
  it("has its limits, alarms and use of resources", async () => {
    const broker = new Broker({ serverProcess: growingProcess(), memoryHighWatermarkBytes: 1_000_000.5 });
    const client = new HttpClient(broker);
    const [node, ...others] = (await client.get("/api/nodes")).json;
    assert.deepEqual(others, []);
    const expected = {
      name: broker.node.name,
      type: "disc",
      running: true,
      being_drained: false,
      uptime: 1235,
      mem_limit: 1_000_000,
      mem_alarm: false,
      disk_free: 9_000_000,
      disk_free_limit: 1000,
      disk_free_alarm: false,
      fd_used: 7,
      fd_total: 1024,
      sockets_used: 0,
      proc_used: 1,
      run_queue: 0,
      rates_mode: "basic",
      erlang_full_version: "Test 1.0",
      connection_created: 0,
      partitions: [],
      cluster_links: [],
    };
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, node[name]])), expected);
    assert.deepEqual(node.auth_mechanisms.map(({ name }: { name: string }) => name), ["PLAIN", "AMQPLAIN"]);
    assert.ok(node.processors >= 1);
    assert.ok(node.exchange_types.length >= 4);
    const path = `/api/nodes/${encodeURIComponent(broker.node.name)}`;
    assert.equal((await client.get(path)).json.fd_used, 7);
    assert.equal((await client.get(`${path}?memory=true`)).json.memory.other_proc, 20_000);
    assert.deepEqual((await client.get("/api/nodes?columns=name,running")).json, [{ name: node.name, running: true }]);
    const few = [{ name: node.name, type: "disc", running: true, being_drained: false }];
    assert.deepEqual((await client.get("/api/nodes?disable_stats=true")).json, few);
    for (const missing of ["none", "none/memory", "none/memory/relative", "none/memory/ets"]) {
      assert.equal((await client.get(`/api/nodes/${missing}`)).status, 404, missing);
    }
  });

  it("has rates and samples of its resources", async () => {
    const clock = new FakeClock();
    const client = new HttpClient(new Broker({ clock, serverProcess: growingProcess() }));
    await client.get("/api/nodes");
    await clock.advance(10_000);
    const [node] = (await client.get("/api/nodes?node_stats_age=10&node_stats_incr=5")).json;
    const { rate, samples } = node.mem_used_details;
    assert.deepEqual([rate, samples.length], [1000, 3]);
    assert.deepEqual(node.fd_used_details.rate, 0);
  });

  it("has the parts of its memory, in bytes and in percent", async () => {
    const broker = new Broker({ serverProcess: growingProcess() });
    const client = new HttpClient(broker);
    const path = `/api/nodes/${encodeURIComponent(broker.node.name)}/memory`;
    const { memory } = (await client.get(path)).json;
    assert.deepEqual([memory.binary, memory.other_proc, memory.allocated_unused], [0, 20_000, 10_000]);
    assert.deepEqual(memory.total, { erlang: 20_000, rss: memory.total.rss, allocated: 30_000 });
    const relative = (await client.get(`${path}/relative`)).json.memory;
    assert.deepEqual([relative.total, relative.binary], [100, 0]);
    assert.ok(relative.other_proc > 10 && relative.other_proc < 20, relative.other_proc);
    assert.deepEqual((await client.get(`${path}/ets`)).json, { ets_tables_memory: "no_tables" });
    const unknown = new Broker();
    const reply = await new HttpClient(unknown).get(path);
    assert.deepEqual(reply.json, { memory: "not_available" });
  });

  it("is seen by monitors only", async () => {
    const broker = new Broker();
    await broker.users.add({ name: "plain", password: "plain", tags: ["management"] });
    const { status, json } = await new HttpClient(broker, "plain:plain").get("/api/nodes");
    assert.deepEqual([status, json.error], [401, "not_authorised"]);
  });
});
