import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { openBrokerWithClients } from "./broker_with_clients.ts";
import { HttpClient, type HttpReply } from "./http_client.ts";

const refused = { error: "not_authorised", reason: "Access refused." };
const missing = { error: "Object Not Found", reason: "Not Found" };
const answerOf = ({ status, json }: HttpReply) => [status, json];

describe("declaring a queue over HTTP", () => {
  it("answers 201 for a new one and 204 for an equivalent one", async () => {
    const broker = new Broker();
    const client = new HttpClient(broker);
    const declaration = { durable: true, arguments: { "x-max-length": 5, "x-queue-type": "quorum" } };
    assert.equal((await client.put("/api/queues/%2F/a%2Fb", declaration)).status, 201);
    assert.equal((await client.put("/api/queues/%2F/a%2Fb", declaration)).status, 204);
    const queue = broker.node.vhosts.get("/")!.queues.get("a/b")!;
    assert.equal(queue.isDurable, true);
    assert.deepEqual(queue.arguments.get("x-max-length"), { type: "l", value: 5n });
  });

  it("declares a transient queue where nothing else is said, and where it would be exclusive", async () => {
    const broker = new Broker();
    const client = new HttpClient(broker);
    await client.request("PUT", "/api/queues/%2F/plain");
    await client.put("/api/queues/%2F/exclusive", { exclusive: true, durable: true });
    const { queues } = broker.node.vhosts.get("/")!;
    const found = ["plain", "exclusive"].map((name) => queues.get(name)!);
    assert.deepEqual(found.map(({ isDurable, owner }) => [isDurable, owner]), [[false, null], [false, null]]);
  });

  it("tells what differs from the existing one, as AMQP does", async () => {
    const client = new HttpClient(new Broker());
    await client.put("/api/queues/%2F/q", { durable: true });
    for (
      const [body, difference] of [
        [{ durable: false }, "'durable' for queue 'q' in vhost '/': received 'false' but current is 'true'"],
        [
          { durable: true, arguments: { "x-max-length": 5 } },
          "'x-max-length' for queue 'q' in vhost '/': received the value '5' of type 'long' but current is none",
        ],
      ] as const
    ) {
      const reply = await client.put("/api/queues/%2F/q", body);
      assert.deepEqual(answerOf(reply), [400, { error: "bad_request", reason: `inequivalent arg ${difference}` }]);
    }
  });

  it("refuses reserved names, and users without permission to configure", async () => {
    const broker = new Broker();
    await broker.users.add({ name: "reader", password: "secret", tags: ["management"] });
    await broker.users.permit("reader", "/", { configure: "", write: "", read: ".*" });
    assert.deepEqual(answerOf(await new HttpClient(broker).put("/api/queues/%2F/amq.mine")), [401, refused]);
    assert.deepEqual(answerOf(await new HttpClient(broker, "reader:secret").put("/api/queues/%2F/q")), [401, refused]);
  });

  it("names the field of a wrong value, and declares nothing", async () => {
    const broker = new Broker();
    const client = new HttpClient(broker);
    for (
      const [body, reason] of [
        [{ durable: "yes" }, "durable: true or false is expected here: received a text"],
        [{ auto_delete: 1 }, "auto_delete: true or false is expected here: received a number"],
        [{ exclusive: {} }, "exclusive: true or false is expected here: received an object"],
        [{ arguments: "a" }, "arguments: an object is expected here: received a text"],
        [
          { durable: true, arguments: { "x-max-length": "a" } },
          "invalid arg 'x-max-length' for queue 'wrong' in vhost '/': \"expected integer, got longstr\"",
        ],
      ] as const
    ) {
      const reply = await client.put("/api/queues/%2F/wrong", body);
      assert.deepEqual(answerOf(reply), [400, { error: "bad_request", reason }]);
    }
    const long = await client.put(`/api/queues/%2F/${"é".repeat(128)}`);
    assert.deepEqual([long.status, long.json.reason], [400, "queue should be less than 255 bytes, actually was 256\n"]);
    assert.equal(broker.node.vhosts.get("/")!.queues.size, 0);
  });

  it("makes the user the actor of the event", async () => {
    await using broker = await openBrokerWithClients({ eventExchange: { vhost: "/" } });
    const { channel } = broker;
    const { queue } = await channel.assertQueue("", { exclusive: true });
    await channel.bindQueue(queue, "amq.rabbitmq.event", "queue.created");
    await broker.client.put("/api/queues/%2F/q", { durable: true });
    const event = await channel.get(queue, { noAck: true });
    assert.ok(event !== false);
    assert.equal(event.properties.headers?.user_who_performed_action, "guest");
  });
});

describe("deleting a queue over HTTP", () => {
  it("answers 204, and 404 when there is none", async () => {
    const client = new HttpClient(new Broker());
    await client.put("/api/queues/%2F/q");
    assert.equal((await client.delete("/api/queues/%2F/q")).status, 204);
    assert.deepEqual(answerOf(await client.delete("/api/queues/%2F/q")), [404, missing]);
  });

  it("keeps a queue in use, a filled one, and an exclusive one", async () => {
    await using broker = await openBrokerWithClients();
    const { channel, client } = broker;
    await channel.assertQueue("used");
    await channel.consume("used", () => {});
    await channel.assertQueue("filled");
    await channel.assertQueue("exclusive", { exclusive: true });
    channel.sendToQueue("filled", Buffer.from("hello"));
    await channel.checkQueue("filled");
    for (
      const [path, reason] of [
        ["used?if-unused=true", "queue 'used' in vhost '/' in use"],
        ["filled?if-empty=true", "queue 'filled' in vhost '/' not empty"],
        [
          "exclusive",
          "cannot obtain exclusive access to locked queue 'exclusive' in vhost '/'. It could be originally declared on " +
          "another connection or the exclusive property value does not match that of the original declaration.",
        ],
      ]
    ) {
      const reply = await client.delete(`/api/queues/%2F/${path}`);
      assert.deepEqual(answerOf(reply), [400, { error: "bad_request", reason }], path);
    }
  });
});

describe("purging a queue over HTTP", () => {
  it("removes its ready messages", async () => {
    await using broker = await openBrokerWithClients();
    const { channel, client } = broker;
    await channel.assertQueue("q");
    channel.sendToQueue("q", Buffer.from("hello"));
    assert.equal((await channel.checkQueue("q")).messageCount, 1);
    assert.equal((await client.delete("/api/queues/%2F/q/contents")).status, 204);
    assert.equal((await channel.checkQueue("q")).messageCount, 0);
  });

  it("is not possible for a stream, nor for a queue that does not exist", async () => {
    const client = new HttpClient(new Broker());
    await client.put("/api/queues/%2F/s", { durable: true, arguments: { "x-queue-type": "stream" } });
    assert.deepEqual(answerOf(await client.delete("/api/queues/%2F/s/contents")), [400, {
      error: "bad_request",
      reason: "queue.purge not supported by stream queues queue 's' in vhost '/'",
    }]);
    assert.deepEqual(answerOf(await client.delete("/api/queues/%2F/none/contents")), [404, missing]);
  });
});

describe("the actions of a queue over HTTP", () => {
  it("are those that RabbitMQ 3 has for mirrored queues, and do nothing", async () => {
    const client = new HttpClient(new Broker());
    await client.put("/api/queues/%2F/q");
    for (const action of ["sync", "cancel_sync"]) {
      assert.equal((await client.post("/api/queues/%2F/q/actions", { action })).status, 204, action);
    }
    const reply = await client.post("/api/queues/%2F/none/actions", { action: "sync" });
    assert.deepEqual(answerOf(reply), [404, { error: "not_found", reason: "queue_not_found" }]);
  });
});
