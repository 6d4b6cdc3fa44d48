import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { FakeClock } from "../fake_clock.ts";
import { openBrokerWithClients } from "./broker_with_clients.ts";
import { HttpClient, type HttpReply } from "./http_client.ts";

const PATH = "/api/exchanges/%2F/amq.default/publish";
const answerOf = ({ status, json }: HttpReply) => [status, json];
const message = (more: object = {}) => ({
  routing_key: "q",
  properties: {},
  payload: "hello",
  payload_encoding: "string",
  ...more,
});

describe("publishing over HTTP", () => {
  it("tells whether the message was routed", async () => {
    const client = new HttpClient(new Broker());
    await client.put("/api/queues/%2F/q", { durable: true });
    assert.deepEqual(answerOf(await client.post(PATH, message())), [200, { routed: true }]);
    assert.deepEqual(answerOf(await client.post(PATH, message({ routing_key: "none" }))), [200, { routed: false }]);
  });

  it("gives AMQP's consumers all properties, and the bytes of the payload", async () => {
    await using broker = await openBrokerWithClients();
    const { channel, client } = broker;
    await channel.assertQueue("q");
    const properties = {
      content_type: "text/plain",
      content_encoding: "utf8",
      headers: { a: 1, b: { c: [1, "x", true, 1.5] } },
      delivery_mode: 2,
      priority: 3,
      correlation_id: "c",
      reply_to: "r",
      expiration: "60000",
      message_id: "m",
      timestamp: 1700000000,
      type: "t",
      user_id: "guest",
      app_id: "ap",
      cluster_id: "cl",
    };
    await client.post(PATH, message({ properties, payload: "/wD+", payload_encoding: "base64" }));
    const received = await channel.get("q", { noAck: true });
    assert.ok(received !== false);
    assert.deepEqual([...received.content], [0xff, 0x00, 0xfe]);
    const { contentType, contentEncoding, headers, deliveryMode, priority, correlationId } = received.properties;
    assert.deepEqual(
      [contentType, contentEncoding, headers, deliveryMode, priority, correlationId],
      ["text/plain", "utf8", properties.headers, 2, 3, "c"],
    );
    const { replyTo, expiration, messageId, timestamp, type, userId, appId, clusterId } = received.properties;
    assert.deepEqual(
      [replyTo, expiration, messageId, timestamp, type, userId, appId, clusterId],
      ["r", "60000", "m", 1700000000, "t", "guest", "ap", "cl"],
    );
  });

  it("takes a payload of a megabyte", async () => {
    const client = new HttpClient(new Broker());
    await client.put("/api/queues/%2F/q", { durable: true });
    const reply = await client.post(PATH, message({ payload: "x".repeat(1_000_000) }));
    assert.deepEqual(answerOf(reply), [200, { routed: true }]);
  });

  it("refuses a message that is too large, and a body that is", async () => {
    const client = new HttpClient(new Broker({ maxMessageSize: 10, management: { maxBodySize: 500 } }));
    await client.put("/api/queues/%2F/q", { durable: true });
    const large = await client.post(PATH, message({ payload: "x".repeat(11) }));
    const reason = "406 PRECONDITION_FAILED - message size 11 is larger than configured max size 10";
    assert.deepEqual(answerOf(large), [400, { error: "bad_request", reason }]);
    const larger = await client.post(PATH, message({ payload: "x".repeat(500) }));
    assert.deepEqual([larger.status, larger.json.reason], [400, "Exceeded HTTP request body size limit"]);
  });

  it("waits while memory is low, and is refused when that takes too long", async () => {
    const clock = new FakeClock();
    const broker = new Broker({ clock });
    const client = new HttpClient(broker);
    await client.put("/api/queues/%2F/q", { durable: true });
    await client.post(PATH, message({ payload: "x".repeat(1000) }));
    broker.reconfigure({ memoryHighWatermarkBytes: 1 });
    const waiting = client.post(PATH, message());
    while (clock.timerCount === 0) await nextTurn();
    for (let seconds = 0; seconds < 31; seconds++) await clock.advance(1000);
    const { status, json } = await waiting;
    assert.equal(status, 400);
    assert.match(json.reason, /^confirm_timeout Timed out waiting for a publisher confirm\./);
    broker.reconfigure({});
    await nextTurn();
    assert.equal(broker.node.vhosts.get("/")!.queues.get("q")!.readyCount, 1);
  });

  it("reports a queue that is full", async () => {
    const client = new HttpClient(new Broker());
    const queueArguments = { "x-max-length": 0, "x-overflow": "reject-publish" };
    await client.put("/api/queues/%2F/q", { durable: true, arguments: queueArguments });
    const reason = "rejected Unable to publish message. Check queue limits.";
    assert.deepEqual(answerOf(await client.post(PATH, message())), [400, { error: "bad_request", reason }]);
  });

  it("refuses what AMQP refuses, in the words of its channel error", async () => {
    const broker = new Broker();
    await broker.users.add({ name: "reader", password: "secret", tags: ["management"] });
    await broker.users.permit("reader", "/", { configure: "", write: "", read: ".*" });
    const client = new HttpClient(broker);
    await client.put("/api/exchanges/%2F/internal", { internal: true });
    const refusedFor = async (path: string, body: object, user = client) => {
      const { status, json } = await user.post(path, body);
      return [status, json.reason];
    };
    assert.deepEqual(await refusedFor("/api/exchanges/%2F/internal/publish", message()), [
      400,
      "403 ACCESS_REFUSED - cannot publish to internal exchange 'internal' in vhost '/'",
    ]);
    assert.deepEqual(await refusedFor(PATH, message(), new HttpClient(broker, "reader:secret")), [
      400,
      "403 ACCESS_REFUSED - write access to exchange 'amq.default' in vhost '/' refused for user 'reader'",
    ]);
    assert.deepEqual(await refusedFor(PATH, message({ properties: { expiration: "abc" } })), [
      400,
      "406 PRECONDITION_FAILED - invalid expiration 'abc': no_integer",
    ]);
    assert.deepEqual(await refusedFor(PATH, message({ properties: { user_id: "other" } })), [
      400,
      "406 PRECONDITION_FAILED - user_id property set to 'other' but authenticated user was 'guest'",
    ]);
  });

  it("takes the empty name of the default exchange, too", async () => {
    const client = new HttpClient(new Broker());
    await client.put("/api/queues/%2F/q", { durable: true });
    assert.deepEqual(answerOf(await client.post("/api/exchanges/%2F//publish", message())), [200, { routed: true }]);
    assert.equal((await client.get("/api/bindings/%2F/e//q/q")).json[0].routing_key, "q");
    assert.equal((await client.get("/api/exchanges/%2F//bindings/source")).json.length, 1);
  });

  it("tells that there is no such exchange", async () => {
    const client = new HttpClient(new Broker());
    const reply = await client.post("/api/exchanges/%2F/none/publish", message());
    assert.deepEqual(answerOf(reply), [404, { error: "not_found", reason: "exchange_not_found" }]);
  });
});

const nextTurn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
