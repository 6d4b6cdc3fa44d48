import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { EventStream } from "../../src/http/events/event_stream.ts";
import { FakeClock } from "../fake_clock.ts";
import { settle, TestServer } from "../http1/pipe.ts";
import { EventReader } from "./event_reader.ts";
import { HttpClient } from "./http_client.ts";

const openFeed = (broker: Broker, user = "guest:guest", query = "?rates=false") =>
  EventReader.open(broker, `/api/events${query}`, user);

describe("the feed of events", () => {
  it("tells changes with RabbitMQ's names and fields, and who made them", async () => {
    const broker = new Broker();
    const client = new HttpClient(broker);
    const feed = await openFeed(broker);
    await client.put("/api/queues/%2F/q", { durable: true, arguments: { "x-max-length": 5 } });
    const { event, data } = (await feed.next())!;
    assert.equal(event, "queue.created");
    assert.deepEqual([data.name, data.vhost, data.durable, data.arguments["x-max-length"]], ["q", "/", true, 5]);
    assert.equal(data.user_who_performed_action, "guest");
    await client.post("/api/bindings/%2F/e/amq.topic/q/q", { routing_key: "a" });
    assert.equal((await feed.next())!.event, "binding.created");
    await feed.close();
  });

  it("costs nothing while nobody listens", async () => {
    const broker = new Broker();
    assert.equal(broker.node.events, undefined);
    const [first, second] = [await openFeed(broker), await openFeed(broker)];
    assert.notEqual(broker.node.events, undefined);
    await first.close();
    assert.notEqual(broker.node.events, undefined);
    await second.close();
    assert.equal(broker.node.events, undefined);
  });

  it("passes events on to the event exchange", async () => {
    const broker = new Broker({ eventExchange: { vhost: "/" } });
    const before = broker.node.events;
    const feed = await openFeed(broker);
    const client = new HttpClient(broker);
    await client.put("/api/queues/%2F/q", { durable: true });
    await client.post("/api/bindings/%2F/e/amq.rabbitmq.event/q/q", { routing_key: "exchange.created" });
    await client.put("/api/exchanges/%2F/x");
    const { json } = await client.post("/api/queues/%2F/q/get", { count: 5, ackmode: "peek", encoding: "auto" });
    assert.equal(json[0].routing_key, "exchange.created");
    await feed.close();
    assert.equal(broker.node.events, before);
  });

  it("shows a user only virtual hosts that the user may open, and nothing for administrators", async () => {
    const broker = new Broker();
    const client = new HttpClient(broker);
    await client.put("/api/vhosts/mine");
    await client.put("/api/vhosts/other");
    await client.put("/api/permissions/other/guest", { configure: ".*", write: ".*", read: ".*" });
    await client.put("/api/permissions/mine/guest", { configure: ".*", write: ".*", read: ".*" });
    await broker.users.add({ name: "user", password: "secret", tags: ["management"] });
    await broker.users.permit("user", "mine");
    const feed = await openFeed(broker, "user:secret");
    await client.put("/api/queues/other/q");
    await client.put("/api/parameters/shovel/mine/p", { value: {} });
    await client.put("/api/queues/mine/q");
    assert.deepEqual([(await feed.next())!.data.vhost], ["mine"]);
    await feed.close();
    const denied = await new HttpClient(broker, "user:secret").get("/api/events?vhost=other");
    assert.equal(denied.status, 404);
  });

  it("ends when the user's permissions may have changed", async () => {
    const broker = new Broker();
    await broker.users.add({ name: "user", password: "secret", tags: ["management"] });
    await broker.users.permit("user", "/");
    await broker.users.add({ name: "boss", password: "secret", tags: ["administrator"] });
    const [user, boss] = [await openFeed(broker, "user:secret"), await openFeed(broker, "boss:secret")];
    await broker.users.forbid("user", "/");
    assert.deepEqual(await user.next(), {
      event: "closed",
      data: { reason: "permissions have changed: connect again" },
    });
    assert.equal(await user.next(), undefined);
    assert.equal((await boss.next())!.event, "permission.deleted");
    await broker.users.delete("boss");
    assert.equal((await boss.next())!.event, "closed");
  });

  it("tells rates of each virtual host every five seconds", async () => {
    const clock = new FakeClock();
    const broker = new Broker({ clock });
    const client = new HttpClient(broker);
    await client.put("/api/queues/%2F/q", { durable: true });
    const feed = await openFeed(broker, "guest:guest", "?vhost=%2F");
    const message = { routing_key: "q", properties: {}, payload: "", payload_encoding: "string" };
    await client.post("/api/exchanges/%2F/amq.default/publish", message);
    const [told] = await Promise.all([feed.next(), clock.advance(5000)]);
    assert.equal(told!.event, "rates");
    const [{ vhost, messages, message_stats: stats }] = told!.data;
    assert.deepEqual([vhost, messages, stats.publish], ["/", 1, 1]);
    assert.equal(typeof stats.publish_details.rate, "number");
    await feed.close();
  });

  it("ends with the connection of its client, and is sent as it comes", async () => {
    const broker = new Broker();
    const peer = new TestServer((request) => broker.fetch(request, { isLoopback: true })).connect();
    const head = `GET /api/events?rates=false HTTP/1.1\r\nHost: broker\r\nAuthorization: Basic ${btoa("guest:guest")}`;
    await peer.send(`${head}\r\nAccept-Encoding: gzip\r\n\r\n`);
    assert.match(peer.received, /event: open\n/);
    await new HttpClient(broker).put("/api/queues/%2F/q");
    await settle();
    assert.match(peer.received, /event: queue.created\n/);
    assert.notEqual(broker.node.events, undefined);
    await peer.end();
    assert.equal(broker.node.events, undefined);
  });

  it("ends with the broker", async () => {
    const broker = new Broker();
    const feed = await openFeed(broker);
    await broker.close();
    assert.deepEqual(await feed.next(), { event: "closed", data: { reason: "the broker stops" } });
    assert.equal(await feed.next(), undefined);
  });

  it("is open a bounded number of times for a user", async () => {
    const broker = new Broker();
    const feeds = [];
    for (let i = 0; i < 10; i++) feeds.push(await openFeed(broker));
    const reply = await new HttpClient(broker).get("/api/events");
    assert.deepEqual([reply.status, reply.json.error], [429, "too_many_requests"]);
    await feeds[0].close();
    await openFeed(broker);
    await broker.close();
  });
});

describe("a stream of events", () => {
  it("drops events for a slow reader, and tells how many", async () => {
    let isEnded = false;
    const stream = new EventStream(() => isEnded = true);
    const feed = new EventReader(stream.response());
    const text = "x".repeat(1000);
    for (let i = 0; i < 1000; i++) stream.send("event", text);
    let count = 0;
    let told = await feed.next();
    for (; told?.event === "event"; told = await feed.next()) count++;
    assert.equal(told?.event, "lost");
    assert.equal(told.data.events, 1000 - count);
    assert.ok(count > 200 && count < 300, `${count} events were kept`);
    stream.send("event", "again");
    assert.equal((await feed.next())?.data, "again");
    await feed.close();
    assert.ok(isEnded);
  });
});
