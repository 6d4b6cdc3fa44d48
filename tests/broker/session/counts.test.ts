import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker, fieldTable } from "../../../mod.ts";
import type { ChannelCounts } from "../../../src/broker/session/channel_counts.ts";
import { InProcessClient } from "../../amqp091/in_process_client.ts";
import { settled } from "../../fake_clock.ts";
import { SlowStore } from "../../slow_store.ts";

/** Returns the counts that are not zero. */
const counted = (counts: ChannelCounts): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));

describe("counting", () => {
  it("covers what a channel publishes, is confirmed, and gets returned", async () => {
    const broker = new Broker();
    const client = await InProcessClient.open(broker);
    broker.vhost("/").queue("q");
    await client.request(1, "confirm.select");
    for (const body of ["a", "b", "c"]) client.publish(1, { routingKey: "q", body });
    client.publish(1, { routingKey: "nowhere", body: "dropped" });
    client.publish(1, { routingKey: "nowhere", mandatory: true, body: "returned" });
    await settled();
    const [session] = broker.node.sessions;
    const [channel] = session.channels;
    const expected = { publish: 5, publishConfirm: 5, confirm: 5, returnUnroutable: 1, dropUnroutable: 1 };
    assert.deepEqual(counted(channel.counts), expected);
    assert.deepEqual(counted(session.counts), expected);
    const { counts } = broker.node.vhosts.get("/")!.exchanges.get("")!;
    assert.deepEqual([counts.publishIn, counts.publishOut], [5, 3]);
  });

  it("covers what a channel is delivered, fetches, acknowledges, and is redelivered", async () => {
    const broker = new Broker();
    const client = await InProcessClient.open(broker, { channels: [1, 2] });
    const queue = broker.vhost("/").queue("q");
    for (const body of ["a", "b", "c", "d"]) client.publish(1, { routingKey: "q", body });
    client.send(1, "basic.get", { queue: "q" });
    client.send(1, "basic.get", { queue: "q", noAck: true });
    client.send(1, "basic.nack", { deliveryTag: 1n, requeue: true });
    client.send(1, "basic.consume", { queue: "q" });
    await settled();
    client.send(1, "basic.ack", { deliveryTag: 5n, multiple: true });
    client.send(1, "basic.get", { queue: "q" });
    client.send(2, "basic.consume", { queue: "q", noAck: true });
    client.send(1, "basic.cancel", { consumerTag: "" });
    await settled();
    const [first] = [...broker.node.sessions][0].channels;
    const expected = { publish: 4, get: 1, getNoAck: 1, getEmpty: 1, deliver: 3, ack: 3, redeliver: 1 };
    assert.deepEqual(counted(first.counts), expected);
    assert.equal(queue.messageCount, 0);
  });

  it("of a broker outlasts channels and connections", async () => {
    const broker = new Broker();
    const client = await InProcessClient.open(broker, { channels: [1, 2] });
    client.publish(1, { routingKey: "nowhere", body: "x" });
    await client.request(1, "channel.close");
    client.publish(2, { routingKey: "nowhere", body: "x" });
    await settled();
    assert.equal(broker.node.sessions.totals.counts.publish, 2);
    await client.request(0, "connection.close");
    client.finish();
    await client.connection.closed;
    const { sessions } = broker.node;
    assert.deepEqual([sessions.size, sessions.totals.counts.publish, sessions.totals.counts.dropUnroutable], [0, 2, 2]);
    assert.deepEqual({ ...sessions.churn }, {
      connectionCreated: 1,
      connectionClosed: 1,
      channelCreated: 2,
      channelClosed: 2,
    });
  });

  it("of a connection covers its bytes and frames", async () => {
    const broker = new Broker();
    const client = await InProcessClient.open(broker);
    const [{ origin }] = broker.node.sessions;
    const before = origin.traffic;
    await client.request(1, "queue.declare", { queue: "q", arguments: fieldTable({}) });
    client.publish(1, { routingKey: "q", body: "x".repeat(100_000) });
    client.send(1, "basic.get", { queue: "q", noAck: true });
    const readBefore = client.readBytes;
    await client.receiveAll(1, "basic.get-ok");
    await settled();
    const after = origin.traffic;
    // A message is a method, a content header and a body.
    assert.equal(after.receivedFrames - before.receivedFrames, 1 + 3 + 1);
    assert.equal(after.sentFrames - before.sentFrames, 1 + 3);
    assert.ok(after.receivedBytes - before.receivedBytes > 100_000);
    assert.ok(client.readBytes - readBefore > 100_000);
    assert.ok(after.sentBytes - before.sentBytes > 100_000);
  });

  it("does not include the embedding program as a connection", async () => {
    const broker = new Broker();
    const vhost = broker.vhost("/");
    vhost.queue("q");
    await vhost.publish({ routingKey: "q", body: "x" });
    for await (const delivery of vhost.queue("q").consume()) {
      delivery.ack();
      break;
    }
    assert.deepEqual([broker.node.sessions.size, broker.node.admission.channelCount], [0, 0]);
  });
});

describe("a connection in the list", () => {
  it("names the client, its address and protocol, and the state of its channels", async () => {
    const broker = new Broker();
    const client = await InProcessClient.open(broker, { channels: [1, 2], heartbeat: 7 });
    broker.vhost("/").queue("q");
    client.send(1, "basic.qos", { prefetchCount: 5 });
    client.send(1, "basic.qos", { prefetchCount: 9, global: true });
    client.send(1, "confirm.select");
    client.send(1, "basic.consume", { queue: "q" });
    client.send(2, "tx.select");
    for (const channel of [1, 2]) client.publish(channel, { routingKey: "q", body: "x" });
    await settled();
    const [{ user, vhost, origin, channels }] = broker.node.sessions;
    assert.deepEqual([user.name, vhost.name, origin.name, origin.protocol], ["guest", "/", "in-process", "AMQP 0-9-1"]);
    assert.deepEqual([origin.mechanism, origin.heartbeatSeconds, origin.frameMax], ["PLAIN", 7, 131072]);
    assert.deepEqual([origin.channelMax, origin.state, origin.tls], [2047, "running", undefined]);
    assert.ok(origin.connectedAtMs > 0 && origin.clientProperties.has("capabilities"));
    const [first, second] = channels;
    const { subscriptions, publisher } = first;
    assert.deepEqual([first.number, subscriptions.prefetch, subscriptions.sharedPrefetch], [1, 5, 9]);
    assert.deepEqual([subscriptions.count, subscriptions.unacked.count, publisher.confirms?.unconfirmedCount], [
      1,
      1,
      0,
    ]);
    assert.deepEqual([second.number, second.transaction?.publishCount, second.publisher.confirms], [2, 1, undefined]);
  });

  it("is blocked while an alarm keeps it from publishing, and running afterwards", async () => {
    const store = new SlowStore();
    const broker = new Broker({ store });
    const client = await InProcessClient.open(broker);
    const [{ origin }] = broker.node.sessions;
    store.press({ isShortOfSpace: true });
    client.publish(1, { routingKey: "q", body: "x" });
    await client.receive(0, "connection.blocked");
    assert.equal(origin.state, "blocked");
    store.press({ isShortOfSpace: false });
    await client.receive(0, "connection.unblocked");
    await settled();
    assert.equal(origin.state, "running");
  });
});

describe("a virtual host", () => {
  it("has the counts and the traffic of its connections, open and closed ones", async () => {
    const broker = new Broker();
    broker.vhost("other");
    broker.users.permit("guest", "other");
    const client = await InProcessClient.open(broker);
    const other = await InProcessClient.open(broker, { virtualHost: "other" });
    for (const { count, publisher } of [{ count: 2, publisher: client }, { count: 3, publisher: other }]) {
      for (let i = 0; i < count; i++) publisher.publish(1, { routingKey: "nowhere", body: "x" });
    }
    await settled();
    const { sessions, vhosts } = broker.node;
    const published = (name: string) => sessions.totalsOf(vhosts.get(name)!).counts.publish;
    const before = sessions.totals;
    await other.request(0, "connection.close");
    other.finish();
    await other.connection.closed;
    assert.deepEqual([published("/"), published("other"), sessions.totals.counts.publish], [2, 3, 5]);
    assert.equal(sessions.totals.receivedFrames - before.receivedFrames, 1);
    const receivedBytes = ["/", "other"].map((name) => sessions.totalsOf(vhosts.get(name)!).receivedBytes);
    assert.equal(receivedBytes[0] + receivedBytes[1], sessions.totals.receivedBytes);
  });
});

describe("a consumer", () => {
  it("has counts of its own deliveries", async () => {
    const broker = new Broker();
    const client = await InProcessClient.open(broker);
    const queue = broker.vhost("/").queue("q");
    client.send(1, "basic.consume", { queue: "q", consumerTag: "acks" });
    for (const body of ["a", "b", "c", "d"]) client.publish(1, { routingKey: "q", body });
    await settled();
    client.send(1, "basic.ack", { deliveryTag: 1n });
    client.send(1, "basic.reject", { deliveryTag: 2n });
    client.send(1, "basic.nack", { deliveryTag: 3n, requeue: true });
    await settled();
    const [consumer] = broker.node.vhosts.get("/")!.queues.get("q")!.consumers;
    assert.deepEqual(consumer.stats, { deliver: 5, deliverNoAck: 0, ack: 1, redeliver: 1 });
    assert.equal(queue.messageCount, 0);
    client.send(1, "basic.cancel", { consumerTag: "acks" });
    await settled();
    client.send(1, "basic.consume", { queue: "q", consumerTag: "none", noAck: true });
    client.publish(1, { routingKey: "q", body: "e" });
    await settled();
    const [other] = broker.node.vhosts.get("/")!.queues.get("q")!.consumers;
    assert.deepEqual(other.stats, { deliver: 0, deliverNoAck: 1, ack: 0, redeliver: 0 });
  });

  it("leads to its channel, its connection and its user", async () => {
    const broker = new Broker();
    const client = await InProcessClient.open(broker, { channels: [3] });
    broker.vhost("/").queue("q");
    await client.request(3, "basic.consume", { queue: "q", consumerTag: "c" });
    const [consumer] = broker.node.vhosts.get("/")!.queues.get("q")!.consumers;
    const { channel } = consumer.receiver;
    assert.deepEqual([channel?.number, channel?.session.user.name], [3, "guest"]);
    assert.equal(channel?.session.origin.name, "in-process");
  });
});
