import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { HttpClient } from "./http_client.ts";

const NAMES = { configure: "", write: "", read: "" };

describe("the resource cluster-name of the management API", () => {
  it("names the cluster, in its definitions too", async () => {
    const broker = new Broker({ nodeName: "n@h" });
    const client = new HttpClient(broker);
    assert.deepEqual((await client.get("/api/cluster-name")).json, { name: "n@h" });
    assert.equal((await client.put("/api/cluster-name", { name: "hares" })).status, 204);
    assert.deepEqual((await client.get("/api/cluster-name")).json, { name: "hares" });
    const { json } = await client.get("/api/definitions");
    assert.equal(json.original_cluster_name, "hares");
    assert.deepEqual((await client.get("/api/global-parameters/cluster_name")).json.value, "hares");
  });
});

describe("the management API", () => {
  it("tells its version to anyone", async () => {
    const { status, json, headers } = await new HttpClient(new Broker({ compat: "4.3" }), null).get("/api/version");
    assert.deepEqual([status, json, headers.get("cache-control")], [200, "4.3.0", "no-cache"]);
  });

  it("has RabbitMQ's only extension, the page", async () => {
    const { json } = await new HttpClient(new Broker()).get("/api/extensions");
    assert.deepEqual(json, [{ javascript: "dispatcher.js" }]);
  });

  it("lists the feature flags of the version, all enabled", async () => {
    for (
      const [compat, has, hasNot] of [
        ["3.13", "stream_queue", "rabbitmq_4.0.0"],
        ["4.2", "rabbitmq_4.2.0", "rabbitmq_4.3.0"],
        ["4.3", "rabbitmq_4.3.0", "rabbitmq_4.4.0"],
      ] as const
    ) {
      const client = new HttpClient(new Broker({ compat }));
      const { json } = await client.get("/api/feature-flags");
      const names = json.map(({ name }: { name: string }) => name);
      assert.ok(names.includes(has) && !names.includes(hasNot), compat);
      assert.ok(json.every(({ state }: { state: string }) => state === "enabled"));
      assert.equal((await client.put(`/api/feature-flags/${has}/enable`)).status, 204);
      assert.equal((await client.put("/api/feature-flags/all/enable")).status, 204);
      const unknown = await client.put(`/api/feature-flags/${hasNot}/enable`);
      assert.deepEqual([unknown.status, unknown.json], [400, { error: "bad_request", reason: "unsupported" }]);
    }
  });

  it("lists deprecated features, and those in use", async () => {
    const client = new HttpClient(new Broker({ compat: "4.3", deprecatedFeatures: { global_qos: true } }));
    const { json } = await client.get("/api/deprecated-features?columns=name,state");
    const states = Object.fromEntries(json.map(({ name, state }: Record<string, string>) => [name, state]));
    assert.equal(states.global_qos, "permitted");
    assert.equal(states.transient_nonexcl_queues, "denied");
    const broker = new Broker();
    const other = new HttpClient(broker);
    assert.deepEqual((await other.get("/api/deprecated-features/used")).json, []);
    await other.post("/api/definitions", { queues: [{ vhost: "/", name: "q", durable: false }] });
    assert.deepEqual((await other.get("/api/deprecated-features/used?columns=name")).json, [
      { name: "transient_nonexcl_queues" },
    ]);
  });

  it("forgets samples when they are reset", async () => {
    const broker = new Broker();
    const client = new HttpClient(broker);
    assert.equal((await client.delete("/api/reset")).status, 204);
    assert.equal((await client.delete(`/api/reset/${broker.node.name}`)).status, 204);
    assert.equal((await client.delete("/api/reset/other@host")).status, 404);
  });

  it("shows the effective configuration to administrators", async () => {
    const broker = new Broker({ effectiveConfig: () => "heartbeat = 30  # here\n" });
    await broker.users.add({ name: "u", password: "p", tags: ["monitoring"] });
    const { status, text, headers } = await new HttpClient(broker).get("/api/config/effective");
    assert.deepEqual([status, text], [200, "heartbeat = 30  # here\n"]);
    assert.match(headers.get("content-type")!, /^text\/plain/);
    assert.equal((await new HttpClient(broker, "u:p").get("/api/config/effective")).status, 401);
  });

  it("takes a rebalance of queues, of which one node has all", async () => {
    assert.equal((await new HttpClient(new Broker()).post("/api/rebalance/queues")).status, 204);
  });
});

describe("the older health checks of the management API", () => {
  it("open a session in a virtual host", async () => {
    const broker = new Broker();
    const client = new HttpClient(broker);
    assert.deepEqual((await client.get("/api/aliveness-test/%2F")).json, { status: "ok" });
    assert.equal((await client.get("/api/aliveness-test/v")).status, 404);
    await broker.users.add({ name: "u", password: "p", tags: ["administrator"] });
    const refused = await new HttpClient(broker, "u:p").get("/api/aliveness-test/%2F");
    assert.deepEqual([refused.status, refused.json], [401, { error: "not_authorised", reason: "Access refused." }]);
    await client.put("/api/permissions/%2F/u", NAMES);
    assert.equal((await new HttpClient(broker, "u:p").get("/api/aliveness-test/%2F")).status, 200);
  });

  it("check a node for alarms", async () => {
    const broker = new Broker();
    const client = new HttpClient(broker);
    for (const path of ["/api/healthchecks/node", "/api/healthchecks/node/haremq@localhost"]) {
      assert.deepEqual((await client.get(path)).json, { status: "ok" });
    }
    assert.equal((await client.get("/api/healthchecks/node/other@host")).status, 404);
    broker.reconfigure({ memoryHighWatermarkBytes: -1 });
    const { status, json } = await client.get("/api/healthchecks/node");
    assert.deepEqual([status, json], [503, {
      status: "failed",
      reason: "resource alarm(s) in effect:[{{resource_limit,memory,haremq@localhost},[]}]",
    }]);
  });
});
