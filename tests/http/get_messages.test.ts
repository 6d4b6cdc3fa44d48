import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { openBrokerWithClients } from "./broker_with_clients.ts";
import { HttpClient, type HttpReply } from "./http_client.ts";

const PATH = "/api/queues/%2F/q/get";
const answerOf = ({ status, json }: HttpReply) => [status, json];
const get = (more: object = {}) => ({ count: 10, ackmode: "ack_requeue_true", encoding: "auto", ...more });

describe("getting messages over HTTP", () => {
  it("shows messages as RabbitMQ does", async () => {
    await using broker = await openBrokerWithClients();
    const { channel, client } = broker;
    await channel.assertQueue("q");
    channel.publish("amq.topic", "lost", Buffer.from("x"));
    channel.sendToQueue("q", Buffer.from("hé"), { contentType: "text/plain", headers: { b: [1], a: "x" } });
    channel.sendToQueue("q", Buffer.from([0xff, 0x00]));
    await channel.checkQueue("q");
    assert.deepEqual(answerOf(await client.post(PATH, get())), [200, [
      {
        payload_bytes: 3,
        redelivered: false,
        exchange: "",
        routing_key: "q",
        message_count: 1,
        properties: { headers: { a: "x", b: [1] }, content_type: "text/plain" },
        payload: "hé",
        payload_encoding: "string",
      },
      {
        payload_bytes: 2,
        redelivered: false,
        exchange: "",
        routing_key: "q",
        message_count: 0,
        properties: { headers: {} },
        payload: "/wA=",
        payload_encoding: "base64",
      },
    ]]);
    const short = await client.post(PATH, get({ encoding: "base64", truncate: 1, count: "1" }));
    const { payload, payload_bytes: bytes, redelivered } = short.json[0];
    assert.deepEqual([short.json.length, payload, bytes, redelivered], [1, "aA==", 3, true]);
  });

  for (
    const [body, remaining, isRedelivered] of [
      [{ ackmode: "ack_requeue_true" }, ["1", "2", "3"], true],
      [{ ackmode: "reject_requeue_true" }, ["1", "2", "3"], true],
      [{ ackmode: "ack_requeue_false" }, ["3"], false],
      [{ ackmode: "reject_requeue_false" }, ["3"], false],
      [{ ackmode: undefined, requeue: true }, ["1", "2", "3"], true],
      [{ ackmode: undefined, requeue: false }, ["3"], false],
    ] as const
  ) {
    it(`leaves ${remaining.length} of 3 messages after getting 2 with ${JSON.stringify(body)}`, async () => {
      await using broker = await openBrokerWithClients();
      const { channel, client } = broker;
      await channel.assertQueue("dead");
      await channel.assertQueue("q", { deadLetterExchange: "", deadLetterRoutingKey: "dead" });
      for (const text of ["1", "2", "3"]) channel.sendToQueue("q", Buffer.from(text));
      await channel.checkQueue("q");
      const { json } = await client.post(PATH, get({ count: 2, ...body }));
      assert.deepEqual(json.map((message: { payload: string }) => message.payload), ["1", "2"]);
      const left = [];
      for (let next = await channel.get("q"); next !== false; next = await channel.get("q")) left.push(next);
      assert.deepEqual(left.map(({ content }) => content.toString()), remaining);
      assert.equal(left[0].fields.redelivered, isRedelivered);
      const isDead = "ackmode" in body && body.ackmode === "reject_requeue_false";
      assert.equal((await channel.checkQueue("dead")).messageCount, isDead ? 2 : 0);
    });
  }

  it("answers with an empty list for an empty queue, or no wanted messages", async () => {
    const client = new HttpClient(new Broker());
    await client.put("/api/queues/%2F/q", { durable: true });
    assert.deepEqual(answerOf(await client.post(PATH, get())), [200, []]);
    assert.deepEqual(answerOf(await client.post(PATH, get({ count: 0 }))), [200, []]);
  });

  it("refuses a stream, an unknown queue, and a user who may not read", async () => {
    const broker = new Broker();
    const client = new HttpClient(broker);
    await broker.users.add({ name: "writer", password: "secret", tags: ["management"] });
    await broker.users.permit("writer", "/", { configure: "", write: ".*", read: "" });
    await client.put("/api/queues/%2F/q", { durable: true });
    await client.put("/api/queues/%2F/s", { durable: true, arguments: { "x-queue-type": "stream" } });
    assert.deepEqual(answerOf(await client.post("/api/queues/%2F/s/get", get())), [400, {
      error: "bad_request",
      reason: "540 basic.get not supported by stream queues queue 's' in vhost '/'",
    }]);
    assert.deepEqual(answerOf(await client.post("/api/queues/%2F/none/get", get())), [404, {
      error: "not_found",
      reason: "queue_not_found",
    }]);
    assert.deepEqual(answerOf(await new HttpClient(broker, "writer:secret").post(PATH, get())), [401, {
      error: "not_authorised",
      reason: "ACCESS_REFUSED - read access to queue 'q' in vhost '/' refused for user 'writer'",
    }]);
  });

  it("reads back messages that have left memory", async () => {
    await using broker = await openBrokerWithClients();
    const { channel, client } = broker;
    await channel.assertQueue("q");
    const body = Buffer.alloc(100_000);
    for (let i = 0; i < 400; i++) channel.sendToQueue("q", body, { persistent: true });
    await channel.checkQueue("q");
    const { json } = await client.post(PATH, get({ count: 1000, truncate: 10, ackmode: "ack_requeue_false" }));
    assert.equal(json.length, 400);
  });
});
