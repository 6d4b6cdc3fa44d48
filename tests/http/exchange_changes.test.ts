import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { HttpClient, type HttpReply } from "./http_client.ts";

const refused = { error: "not_authorised", reason: "Access refused." };
const answerOf = ({ status, json }: HttpReply) => [status, json];

describe("declaring an exchange over HTTP", () => {
  it("answers 201 for a new one and 204 for an equivalent one", async () => {
    const broker = new Broker();
    const client = new HttpClient(broker);
    const declaration = { type: "topic", durable: true, arguments: { "alternate-exchange": "amq.fanout" } };
    assert.equal((await client.put("/api/exchanges/%2F/orders", declaration)).status, 201);
    assert.equal((await client.put("/api/exchanges/%2F/orders", declaration)).status, 204);
    const exchange = broker.node.vhosts.get("/")!.exchanges.get("orders")!;
    assert.deepEqual([exchange.type, exchange.isDurable, exchange.alternateExchange], ["topic", true, "amq.fanout"]);
  });

  it("takes AMQP's defaults for everything that is left out, and texts for booleans", async () => {
    const broker = new Broker();
    const client = new HttpClient(broker);
    await client.request("PUT", "/api/exchanges/%2F/plain", "");
    await client.put("/api/exchanges/%2F/texts", {
      type: "fanout",
      durable: "true",
      auto_delete: "false",
      arguments: [],
    });
    const { exchanges } = broker.node.vhosts.get("/")!;
    const [plain, texts] = [exchanges.get("plain")!, exchanges.get("texts")!];
    assert.deepEqual([plain.type, plain.isDurable, plain.isAutoDelete, plain.isInternal], [
      "direct",
      false,
      false,
      false,
    ]);
    assert.deepEqual([texts.isDurable, texts.isAutoDelete], [true, false]);
  });

  it("tells what differs from the existing one, as AMQP does", async () => {
    const client = new HttpClient(new Broker());
    await client.put("/api/exchanges/%2F/orders");
    assert.deepEqual(answerOf(await client.put("/api/exchanges/%2F/orders", { type: "fanout" })), [400, {
      error: "bad_request",
      reason: "inequivalent arg 'type' for exchange 'orders' in vhost '/': received 'fanout' but current is 'direct'",
    }]);
  });

  it("only asks for the exchange when the declaration is passive", async () => {
    const client = new HttpClient(new Broker());
    assert.deepEqual(answerOf(await client.put("/api/exchanges/%2F/none", { passive: true })), [404, {
      error: "not_found",
      reason: "no exchange 'none' in vhost '/'",
    }]);
    assert.equal((await client.put("/api/exchanges/%2F/amq.topic", { passive: true })).status, 204);
  });

  it("refuses reserved names, and users without permission to configure", async () => {
    const broker = new Broker();
    await broker.users.add({ name: "reader", password: "secret", tags: ["management"] });
    await broker.users.permit("reader", "/", { configure: "^mine", write: "", read: ".*" });
    const client = new HttpClient(broker);
    for (const name of ["amq.default", "amq.mine"]) {
      assert.deepEqual(answerOf(await client.put(`/api/exchanges/%2F/${name}`)), [401, refused], name);
    }
    const reader = new HttpClient(broker, "reader:secret");
    assert.deepEqual(answerOf(await reader.put("/api/exchanges/%2F/other")), [401, refused]);
    assert.equal((await reader.put("/api/exchanges/%2F/mine")).status, 201);
  });

  it("names the field of a wrong value, and declares nothing", async () => {
    const broker = new Broker();
    const client = new HttpClient(broker);
    for (
      const [body, reason] of [
        [{ type: 5 }, "type: a text is expected here: received a number"],
        [{ type: "nope" }, "unknown exchange type 'nope'"],
        [{ durable: "yes" }, "durable: true or false is expected here: received a text"],
        [{ auto_delete: 1 }, "auto_delete: true or false is expected here: received a number"],
        [{ internal: [] }, "internal: true or false is expected here: received a list"],
        [{ arguments: "a" }, "arguments: an object is expected here: received a text"],
        [{ node: "rabbit@elsewhere" }, "Node rabbit@elsewhere is not a cluster member"],
      ] as const
    ) {
      const reply = await client.put("/api/exchanges/%2F/wrong", body);
      assert.deepEqual(answerOf(reply), [400, { error: "bad_request", reason }]);
    }
    const long = await client.put(`/api/exchanges/%2F/${"n".repeat(256)}`);
    assert.deepEqual([long.status, long.json.reason], [
      400,
      "exchange should be less than 255 bytes, actually was 256\n",
    ]);
    assert.equal(broker.node.vhosts.get("/")!.exchanges.has("wrong"), false);
  });

  it("tells of an unknown virtual host", async () => {
    const client = new HttpClient(new Broker());
    const reply = await client.put("/api/exchanges/nowhere/x");
    assert.deepEqual(answerOf(reply), [404, { error: "not_found", reason: "vhost_not_found" }]);
  });
});

describe("deleting an exchange over HTTP", () => {
  it("answers 204, and 404 when there is none", async () => {
    const client = new HttpClient(new Broker());
    await client.put("/api/exchanges/%2F/orders");
    assert.equal((await client.delete("/api/exchanges/%2F/orders")).status, 204);
    const reply = await client.delete("/api/exchanges/%2F/orders");
    assert.deepEqual(answerOf(reply), [404, { error: "Object Not Found", reason: "Not Found" }]);
  });

  it("keeps a used one with if-unused", async () => {
    const broker = new Broker();
    const client = new HttpClient(broker);
    await client.put("/api/exchanges/%2F/orders");
    await client.put("/api/queues/%2F/q", { durable: true });
    await broker.importDefinitions({
      bindings: [{ source: "orders", vhost: "/", destination: "q", destination_type: "queue", routing_key: "" }],
    });
    const reply = await client.delete("/api/exchanges/%2F/orders?if-unused=true");
    assert.deepEqual(answerOf(reply), [400, { error: "bad_request", reason: "exchange 'orders' in vhost '/' in use" }]);
    assert.equal((await client.delete("/api/exchanges/%2F/orders?if-unused=false")).status, 204);
  });

  it("refuses to delete predeclared exchanges", async () => {
    const client = new HttpClient(new Broker());
    for (const name of ["amq.direct", "amq.default"]) {
      assert.deepEqual(answerOf(await client.delete(`/api/exchanges/%2F/${name}`)), [401, refused], name);
    }
  });
});
