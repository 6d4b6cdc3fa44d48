import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { HttpClient } from "./http_client.ts";

interface HopJson {
  readonly source: string;
  readonly destination: string;
  readonly routing_key?: string;
  readonly alternate?: boolean;
}

const arrow = ({ source, destination, routing_key: key, alternate }: HopJson) =>
  `${source} -${alternate ? "alternate" : key}-> ${destination}`;

async function open(): Promise<HttpClient> {
  const client = new HttpClient(new Broker());
  for (const [name, type] of [["in", "topic"], ["inner", "fanout"], ["h", "headers"], ["lost", "fanout"]]) {
    await client.put(`/api/exchanges/%2F/${name}`, { type, durable: true });
  }
  const withAlternate = { type: "direct", arguments: { "alternate-exchange": "lost" } };
  await client.put("/api/exchanges/%2F/careful", withAlternate);
  for (const queue of ["a", "b", "rest"]) await client.put(`/api/queues/%2F/${queue}`, { durable: true });
  for (
    const [path, body] of [
      ["in/q/a", { routing_key: "x.#" }],
      ["in/q/a", { routing_key: "*.y" }],
      ["in/e/inner", { routing_key: "x.y" }],
      ["inner/q/b", {}],
      ["inner/e/in", {}],
      ["lost/q/rest", {}],
      ["careful/q/a", { routing_key: "known" }],
      ["h/q/a", { arguments: { "x-match": "all", kind: "one" } }],
      ["h/q/b", { arguments: { "x-match": "any", kind: "two", size: 5 } }],
    ] as const
  ) {
    assert.equal((await client.post(`/api/bindings/%2F/e/${path}`, body)).status, 201);
  }
  return client;
}

describe("the question where a message would go", () => {
  it("is answered with queues, the shortest paths to them, and all bindings that match", async () => {
    const client = await open();
    const { json } = await client.get("/api/exchanges/%2F/in/route?routing_key=x.y");
    assert.equal(json.routed, true);
    assert.deepEqual(json.queues.map(({ name, path }: { name: string; path: HopJson[] }) => [name, path.map(arrow)]), [
      ["a", ["in -x.#-> a"]],
      ["b", ["in -x.y-> inner", "inner --> b"]],
    ]);
    assert.deepEqual(json.bindings.map(arrow), [
      "in -x.#-> a",
      "in -*.y-> a",
      "in -x.y-> inner",
      "inner --> b",
      "inner --> in",
    ]);
    const { properties_key: key, arguments: table, destination_type: type } = json.bindings[0];
    assert.deepEqual([key, table, type], ["x.%23", {}, "queue"]);
  });

  it("follows an alternate exchange only where nothing else matches", async () => {
    const client = await open();
    const unknown = await client.get("/api/exchanges/%2F/careful/route?routing_key=unknown");
    assert.deepEqual(unknown.json.queues.map(({ path }: { path: HopJson[] }) => path.map(arrow)), [
      ["careful -alternate-> lost", "lost --> rest"],
    ]);
    const known = await client.get("/api/exchanges/%2F/careful/route?routing_key=known");
    assert.deepEqual(known.json.bindings.map(arrow), ["careful -known-> a"]);
  });

  it("takes headers as texts in the query, or with types in a body", async () => {
    const client = await open();
    const names = ({ json }: { json: { queues: { name: string }[] } }) => json.queues.map(({ name }) => name);
    assert.deepEqual(names(await client.get("/api/exchanges/%2F/h/route?header=kind:one&header=size:5")), ["a"]);
    const body = { properties: { headers: { size: 5 } } };
    assert.deepEqual(names(await client.post("/api/exchanges/%2F/h/route", body)), ["b"]);
    const carbonCopy = { routing_key: "none", properties: { headers: { CC: ["a"] } } };
    assert.deepEqual(names(await client.post("/api/exchanges/%2F/amq.default/route", carbonCopy)), ["a"]);
  });

  it("tells that a message has no route, or that there is no such exchange", async () => {
    const client = await open();
    const { json } = await client.get("/api/exchanges/%2F/amq.default/route?routing_key=none");
    assert.deepEqual(json, { routed: false, queues: [], bindings: [], delayed_by: [] });
    assert.equal((await client.get("/api/exchanges/%2F/none/route")).status, 404);
    const bad = await client.get("/api/exchanges/%2F/h/route?header=kind");
    assert.deepEqual([bad.status, bad.json.reason], [400, "header: a name, a colon and a value are expected here"]);
  });

  it("publishes nothing, nor is anything remembered by exchanges that remember messages", async () => {
    const client = await open();
    const types = [
      ["x-recent-history", {}],
      ["x-message-deduplication", { "x-cache-size": 10 }],
      ["x-delayed-message", { "x-delayed-type": "fanout" }],
    ] as const;
    for (const [type, exchangeArguments] of types) {
      await client.put(`/api/exchanges/%2F/${type}`, { type, arguments: exchangeArguments });
      await client.post(`/api/bindings/%2F/e/${type}/q/a`, {});
      const headers = { "x-deduplication-header": "once", "x-delay": 1000 };
      for (let time = 0; time < 2; time++) {
        const { json } = await client.post(`/api/exchanges/%2F/${type}/route`, { properties: { headers } });
        assert.deepEqual(json.bindings.map(arrow), [`${type} --> a`]);
        assert.deepEqual(json.delayed_by, type === "x-delayed-message" ? [type] : []);
      }
      await client.post(`/api/bindings/%2F/e/${type}/q/b`, {});
    }
    for (const queue of ["a", "b"]) {
      const reply = await client.post(`/api/queues/%2F/${queue}/get`, { count: 1, ackmode: "peek", encoding: "auto" });
      assert.deepEqual(reply.json, []);
    }
  });
});
