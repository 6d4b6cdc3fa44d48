import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { openBrokerWithClients } from "./broker_with_clients.ts";
import { HttpClient, type HttpReply } from "./http_client.ts";

const BETWEEN = "/api/bindings/%2F/e/t/q/b1";
const missing = { error: "Object Not Found", reason: "Not Found" };
const answerOf = ({ status, json }: HttpReply) => [status, json];

async function openClient(): Promise<HttpClient> {
  const client = new HttpClient(new Broker());
  await client.put("/api/exchanges/%2F/t", { type: "topic", durable: true });
  await client.put("/api/exchanges/%2F/h", { type: "headers", durable: true });
  await client.put("/api/queues/%2F/b1", { durable: true });
  return client;
}

describe("adding a binding over HTTP", () => {
  // The locations are RabbitMQ's.
  for (
    const [body, location] of [
      [{}, "b1/~"],
      [{ routing_key: "a.b" }, "b1/a.b"],
      [{ routing_key: "a.b c/d~e%f#*é+" }, "b1/a.b%2Bc%252Fd%257Ee%2525f%2523%252A%25C3%25A9%252B"],
      [{ routing_key: "k", arguments: { x: 1, y: "z" } }, "b1/k~XU23xQ"],
      [{ arguments: { "x-match": "all", a: "b", n: 1.5, t: true, l: [1, "q", { k: "v" }] } }, "b1/~r9BlSA"],
    ] as const
  ) {
    it(`tells the location ${location}, where it can be read and removed`, async () => {
      const client = await openClient();
      const { status, headers } = await client.post(BETWEEN, body);
      assert.deepEqual([status, headers.get("location")], [201, location]);
      const path = BETWEEN.replace("b1", location);
      const found = await client.get(path);
      const { routing_key: routingKey = "", arguments: table = {} } = body as Record<string, unknown>;
      const { properties_key: key, ...rest } = found.json;
      assert.deepEqual(rest, {
        source: "t",
        vhost: "/",
        destination: "b1",
        destination_type: "queue",
        routing_key: routingKey,
        arguments: table,
      });
      assert.equal((await client.get(`${BETWEEN}/${encodeURIComponent(key)}`)).status, 200);
      assert.equal((await client.delete(path)).status, 204);
      assert.deepEqual(answerOf(await client.delete(path)), [404, missing]);
    });
  }

  it("binds exchanges too", async () => {
    const client = await openClient();
    const reply = await client.post("/api/bindings/%2F/e/t/e/h", { routing_key: "key" });
    assert.deepEqual([reply.status, reply.headers.get("location")], [201, "h/key"]);
    const { json } = await client.get("/api/exchanges/%2F/h/bindings/destination");
    assert.deepEqual(json, [{
      source: "t",
      vhost: "/",
      destination: "h",
      destination_type: "exchange",
      routing_key: "key",
      arguments: {},
      properties_key: "key",
    }]);
    assert.equal((await client.delete("/api/bindings/%2F/e/t/e/h/key")).status, 204);
  });

  it("names what is missing or wrong, and adds nothing", async () => {
    const client = await openClient();
    const bad = (reason: string) => [400, { error: "bad_request", reason }];
    const none = (reason: string) => [404, { error: "not_found", reason }];
    const refused = [401, { error: "not_authorised", reason: "Access refused." }];
    for (
      const [path, body, expected] of [
        ["e/none/q/b1", {}, none("no exchange 'none' in vhost '/'")],
        ["e/t/q/none", {}, none("no queue 'none' in vhost '/'")],
        ["e/t/x/b1", {}, [404, missing]],
        ["e/amq.default/q/b1", {}, refused],
        ["e/t/q/b1", { routing_key: 5 }, bad("routing_key: a text is expected here: received a number")],
        ["e/t/q/b1", { routing_key: "k".repeat(256) }, bad("routing_key: this has no more than 255 bytes")],
        ["e/t/q/b1", { arguments: "a" }, bad("arguments: an object is expected here: received a text")],
        [
          "e/h/q/b1",
          { arguments: { "x-match": "some" } },
          bad('Invalid x-match field value <<"some">>; expected all, any, all-with-x, or any-with-x'),
        ],
      ] as const
    ) {
      const reply = await client.post(`/api/bindings/%2F/${path}`, body);
      assert.deepEqual(answerOf(reply), expected, path);
    }
    assert.deepEqual((await client.get("/api/exchanges/%2F/t/bindings/source")).json, []);
  });

  it("refuses a user who may not write to the queue", async () => {
    const broker = new Broker();
    await broker.users.add({ name: "reader", password: "secret", tags: ["management"] });
    await broker.users.permit("reader", "/", { configure: "", write: "", read: ".*" });
    await new HttpClient(broker).put("/api/queues/%2F/b1", { durable: true });
    const reply = await new HttpClient(broker, "reader:secret").post("/api/bindings/%2F/e/amq.topic/q/b1", {});
    assert.deepEqual(answerOf(reply), [401, { error: "not_authorised", reason: "Access refused." }]);
  });

  it("routes AMQP's messages at once", async () => {
    await using broker = await openBrokerWithClients();
    const { channel, client } = broker;
    await channel.assertQueue("q");
    await client.post("/api/bindings/%2F/e/amq.topic/q/q", { routing_key: "a.#" });
    channel.publish("amq.topic", "a.b", Buffer.from(""));
    assert.equal((await channel.checkQueue("q")).messageCount, 1);
  });
});

describe("reading bindings over HTTP", () => {
  it("lists those of the default exchange first, in RabbitMQ's order", async () => {
    const client = await openClient();
    await client.post(BETWEEN, { routing_key: "b" });
    await client.post(BETWEEN, { routing_key: "a" });
    const keys = ({ json }: HttpReply) => json.map((binding: Record<string, string>) => binding.properties_key);
    for (
      const [path, expected] of [
        ["bindings", ["b1", "a", "b"]],
        ["bindings/%2F", ["b1", "a", "b"]],
        ["bindings/%2F/e/t/q/b1", ["a", "b"]],
        ["bindings/%2F/e/amq.default/q/b1", ["b1"]],
        ["bindings/%2F/e/t/q/none", []],
        ["queues/%2F/b1/bindings", ["b1", "a", "b"]],
        ["exchanges/%2F/t/bindings/source", ["a", "b"]],
        ["exchanges/%2F/amq.default/bindings/source", ["b1"]],
        ["exchanges/%2F/none/bindings/source", []],
        ["exchanges/%2F/t/bindings/destination", []],
        ["bindings?sort=routing_key&sort_reverse=true", ["b1", "b", "a"]],
      ] as const
    ) {
      assert.deepEqual(keys(await client.get(`/api/${path}`)), expected, path);
    }
    const { json } = await client.get("/api/bindings/%2F/e/amq.default/q/b1/b1");
    assert.deepEqual([json.source, json.routing_key], ["", "b1"]);
    assert.deepEqual((await client.get(`/api/bindings/%2F?columns=source,routing_key`)).json[1], {
      source: "t",
      routing_key: "a",
    });
  });

  it("finds no binding by another hash, by part of a key, or by one with too many parts", async () => {
    const client = await openClient();
    await client.post(BETWEEN, { routing_key: "k", arguments: { x: 1, y: "z" } });
    for (const key of ["k", "k~foo", "k~", "k~a~b", "~XU23xQ", "%25", "k%20~XU23xQ"]) {
      assert.deepEqual(answerOf(await client.get(`${BETWEEN}/${key}`)), [404, missing], key);
    }
  });

  it("shows a user only those of virtual hosts that the user may open", async () => {
    const broker = new Broker();
    const client = new HttpClient(broker);
    await client.put("/api/queues/%2F/q", { durable: true });
    await broker.users.add({ name: "guarded", password: "secret", tags: ["management"] });
    assert.deepEqual((await new HttpClient(broker, "guarded:secret").get("/api/bindings")).json, []);
  });
});
