import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { InProcessClient } from "../amqp091/in_process_client.ts";
import { FakeClock, settled } from "../fake_clock.ts";
import { openBrokerWithClients } from "./broker_with_clients.ts";
import { HttpClient } from "./http_client.ts";

describe("the overview of the management API", () => {
  it("has numbers of objects, messages and changes", async () => {
    await using started = await openBrokerWithClients();
    const { channel, client, broker } = started;
    await channel.assertQueue("q");
    for (let i = 0; i < 3; i++) channel.sendToQueue("q", Buffer.from("m"));
    await channel.get("q");
    await channel.assertQueue("idle");
    await channel.consume("idle", () => {});
    const { json } = await client.get("/api/overview");
    const { message_stats: stats, queue_totals: totals, churn_rates: churn } = json;
    assert.deepEqual(json.object_totals, { connections: 1, channels: 1, consumers: 1, queues: 2, exchanges: 7 });
    assert.deepEqual([totals.messages, totals.messages_ready, totals.messages_unacknowledged], [3, 2, 1]);
    assert.deepEqual([stats.publish, stats.get, stats.deliver_get, stats.ack, stats.confirm], [3, 1, 1, 0, 0]);
    assert.deepEqual([churn.connection_created, churn.channel_closed, churn.queue_declared], [1, 0, 2]);
    assert.deepEqual(churn.queue_created_details, { rate: 0 });
    assert.deepEqual([json.node, json.product_name, json.rates_mode], [broker.node.name, "RabbitMQ", "basic"]);
    assert.ok(json.exchange_types.some(({ name }: { name: string }) => name === "topic"));
    const columns = (await client.get("/api/overview?columns=object_totals.queues,queue_totals.messages")).json;
    assert.deepEqual(columns, { object_totals: { queues: 2 }, queue_totals: { messages: 3 } });
  });

  it("of an idle broker has no counts of messages", async () => {
    const { json } = await new HttpClient(new Broker()).get("/api/overview");
    assert.deepEqual([json.message_stats, json.queue_totals.messages, json.object_totals.connections], [{}, 0, 0]);
  });

  it("tells of the disk, zeros too, once there was a queue", async () => {
    const client = new HttpClient(new Broker());
    await client.put("/api/queues/%2F/q");
    const zeros = { disk_reads: 0, disk_reads_details: { rate: 0 }, disk_writes: 0, disk_writes_details: { rate: 0 } };
    assert.deepEqual((await client.get("/api/overview")).json.message_stats, zeros);
    await client.delete("/api/queues/%2F/q");
    assert.deepEqual((await client.get("/api/overview")).json.message_stats, zeros);
  });

  it("has rates, and samples of a range", async () => {
    const clock = new FakeClock();
    const broker = new Broker({ clock });
    const amqp = await InProcessClient.open(broker);
    const client = new HttpClient(broker);
    await client.get("/api/overview");
    await clock.advance(10_000);
    for (let i = 0; i < 50; i++) amqp.publish(1, { routingKey: "nowhere", body: "x" });
    await settled();
    await clock.advance(5000);
    const { json } = await client.get("/api/overview?lengths_age=10&lengths_incr=5");
    assert.deepEqual(json.message_stats.publish_details, { rate: 10 });
    assert.deepEqual(json.message_stats.drop_unroutable_details, { rate: 10 });
    assert.equal(json.queue_totals.messages_details.samples.length, 3);
    const ranged = (await client.get("/api/overview?msg_rates_age=60&msg_rates_incr=5")).json;
    const { samples, avg } = ranged.message_stats.publish_details;
    assert.deepEqual([samples.length, samples[0].sample, samples[1].sample, avg], [13, 50, 0, 50 / 13]);
    assert.equal((await client.get("/api/overview?msg_rates_age=6000&msg_rates_incr=5")).status, 400);
  });

  it("shows a user without tag monitoring the own part", async () => {
    await using started = await openBrokerWithClients();
    const { channel, broker } = started;
    await channel.assertQueue("q");
    channel.sendToQueue("q", Buffer.from("m"));
    await channel.checkQueue("q");
    await broker.users.add({ name: "own", password: "own", tags: ["management"] });
    broker.vhost("other");
    await broker.users.permit("own", "other", { configure: "", write: "", read: "" });
    const { json } = await new HttpClient(broker, "own:own").get("/api/overview");
    assert.deepEqual(json.object_totals, { queues: 0, exchanges: 7, connections: 0, channels: 0 });
    assert.deepEqual([json.message_stats, json.queue_totals.messages, json.node], [{}, 0, undefined]);
  });

  it("has totals only when statistics are disabled", async () => {
    const { json } = await new HttpClient(new Broker()).get("/api/overview?disable_stats=true");
    assert.deepEqual(json.object_totals, { queues: 0, exchanges: 7, connections: 0 });
    assert.deepEqual([json.disable_stats, json.message_stats], [true, undefined]);
  });
});

describe("the virtual hosts of the management API", () => {
  it("have their messages, traffic and rates", async () => {
    await using started = await openBrokerWithClients();
    const { channel, client, broker } = started;
    broker.vhost("other");
    await channel.assertQueue("q");
    channel.sendToQueue("q", Buffer.from("m"));
    await channel.checkQueue("q");
    const [vhost, other] = (await client.get("/api/vhosts")).json;
    const [{ origin: { traffic } }] = broker.node.sessions;
    assert.deepEqual([vhost.messages, vhost.message_stats.publish, vhost.recv_oct], [1, 1, traffic.receivedBytes]);
    assert.deepEqual([other.name, other.messages, other.message_stats, other.send_oct], [
      "other",
      undefined,
      undefined,
      undefined,
    ]);
    assert.deepEqual((await client.get("/api/vhosts/%2F")).json.messages_details, { rate: 0 });
  });
});

describe("the stream protocol in the management API", () => {
  it("has no clients", async () => {
    const client = new HttpClient(new Broker());
    for (const path of ["connections", "connections/%2F", "publishers", "consumers/%2F"]) {
      assert.deepEqual((await client.get(`/api/stream/${path}`)).json, [], path);
    }
    assert.equal((await client.get("/api/stream/connections/%2F/none")).status, 404);
    assert.equal((await client.get("/api/stream/publishers/%2F/none")).status, 404);
  });
});
