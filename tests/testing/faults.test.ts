import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";
import amqp from "amqplib";
import { Connection } from "rabbitmq-client";
import { testBroker } from "../../testing.ts";

describe("faults on demand", () => {
  it("close a connection with a code, and the client connects again", async () => {
    await using broker = await testBroker();
    const rabbit = new Connection({ url: broker.url, retryLow: 1 });
    rabbit.on("error", () => {});
    const consumer = rabbit.createConsumer({ queue: "work", queueOptions: { durable: true } }, () => {});
    consumer.on("error", () => {});
    await broker.until(() => broker.hasQueue("work") && broker.queue("work").consumers.length === 1);
    const [before] = broker.connections;
    const error = once(rabbit, "error");
    await before.close(541, "out of order");
    assert.match((await error)[0].message, /out of order/);
    await broker.until(() => broker.queue("work").consumers.length === 1);
    assert.notEqual(broker.connections[0].name, before.name);
    await assert.rejects(before.close(999), /999 is no reply code of an error. AMQP has 311, /);
    await consumer.close();
    await rabbit.close();
  });

  it("drop connections without a word, and the client connects again", async () => {
    await using broker = await testBroker();
    const rabbit = new Connection({ url: broker.url, retryLow: 1 });
    const lost = once(rabbit, "error");
    await once(rabbit, "connection");
    broker.dropConnections();
    await lost;
    rabbit.on("error", () => {});
    await once(rabbit, "connection");
    assert.ok(await broker.until(() => broker.connections.length === 1));
    await rabbit.close();
  });

  it("close a channel with a code", async () => {
    await using broker = await testBroker();
    const client = await amqp.connect(broker.url);
    const channel = await client.createChannel();
    const closed = once(channel, "error");
    broker.connections[0].channels[0].close(404, "gone");
    assert.match((await closed)[0].message, /404 \(NOT-FOUND\) with message "NOT_FOUND - gone"/);
    const other = await client.createChannel();
    await other.assertQueue("goes.on");
    await client.close();
  });

  it("block publishers, and let them go on", async () => {
    for (const reason of ["low on memory", "low on disk"] as const) {
      await using broker = await testBroker();
      const client = await amqp.connect(broker.url);
      const channel = await client.createConfirmChannel();
      await channel.assertQueue("work");
      const blocked = once(client, "blocked");
      const unblocked = once(client, "unblocked");
      const fault = broker.block(reason);
      channel.sendToQueue("work", Buffer.from("waits"));
      assert.equal((await blocked)[0], reason);
      assert.equal(broker.queue("work").readyCount, 0);
      fault.end();
      await unblocked;
      await channel.waitForConfirms();
      assert.equal(broker.queue("work").readyCount, 1);
      await client.close();
    }
  });

  it("refuse the next publishes, which no queue gets", async () => {
    await using broker = await testBroker();
    const client = await amqp.connect(broker.url);
    const channel = await client.createConfirmChannel();
    await channel.assertQueue("work");
    broker.nack({ count: 2, routingKey: "work" });
    const outcomes: string[] = [];
    for (const body of ["1", "2", "3"]) {
      channel.sendToQueue("work", Buffer.from(body), {}, (error) => outcomes.push(error === null ? "ack" : "nack"));
    }
    await channel.waitForConfirms().catch(() => {});
    await broker.until(() => outcomes.length === 3);
    assert.deepEqual(outcomes, ["nack", "nack", "ack"]);
    assert.deepEqual((await broker.queue("work").messages()).map(({ text }) => text), ["3"]);
    await client.close();
  });

  it("refuse publishes by a predicate until the fault ends, without a connection too", async () => {
    await using broker = await testBroker();
    const vhost = broker.embedded.vhost("/");
    vhost.queue("work");
    const fault = broker.nack({ exchange: "", when: ({ routingKey }) => routingKey.startsWith("w") });
    assert.equal(await vhost.publish({ routingKey: "work", body: "1" }), "refused");
    assert.equal(await vhost.publish({ exchange: "amq.topic", routingKey: "work", body: "1" }), "confirmed");
    fault.end();
    assert.equal(await vhost.publish({ routingKey: "work", body: "2" }), "confirmed");
    assert.equal(broker.queue("work").readyCount, 1);
  });

  it("fill a queue, which refuses messages until the fault ends", async () => {
    await using broker = await testBroker();
    const vhost = broker.embedded.vhost("/");
    vhost.queue("work");
    await vhost.publish({ routingKey: "work", body: "before" });
    const fault = broker.queue("work").fill();
    assert.equal(await vhost.publish({ routingKey: "work", body: "refused" }), "refused");
    fault.end();
    assert.equal(await vhost.publish({ routingKey: "work", body: "after" }), "confirmed");
    assert.deepEqual((await broker.queue("work").messages()).map(({ text }) => text), ["before", "after"]);
    vhost.queue("log", { arguments: { "x-queue-type": "stream" } });
    assert.throws(() => broker.queue("log").fill(), /'log' is a stream/);
  });

  it("refuse logins until the fault ends", async () => {
    await using broker = await testBroker();
    {
      using _fault = broker.refuseLogins();
      await assert.rejects(amqp.connect(broker.url), /403|ACCESS.REFUSED/);
    }
    await (await amqp.connect(broker.url)).close();
  });

  it("cancel consumers", async () => {
    await using broker = await testBroker();
    const client = await amqp.connect(broker.url);
    const channel = await client.createChannel();
    await channel.assertQueue("work");
    const cancelled = new Promise<unknown>((resolve) => channel.consume("work", resolve));
    await broker.until(() => broker.queue("work").consumers.length === 1);
    broker.queue("work").cancelConsumers();
    assert.equal(await cancelled, null);
    assert.deepEqual(broker.queue("work").consumers, []);
    await client.close();
  });

  it("delay answers by real time, or hold them back until the fault ends", async () => {
    await using broker = await testBroker();
    const client = await amqp.connect(broker.url);
    const channel = await client.createChannel();
    const slow = broker.slow(50);
    const start = performance.now();
    await channel.assertQueue("slow");
    assert.ok(performance.now() - start >= 49);
    slow.end();

    const held = broker.connections[0].slow(Infinity);
    let isAnswered = false;
    const answer = channel.assertQueue("held").then(() => isAnswered = true);
    await broker.until(() => broker.hasQueue("held"));
    assert.equal(isAnswered, false);
    held.end();
    await answer;
    await client.close();
  });

  it("end with the broker", async () => {
    const broker = await testBroker();
    const client = await amqp.connect(broker.url);
    client.on("error", () => {});
    broker.slow(Infinity);
    broker.block();
    const before = performance.now();
    await broker.close();
    assert.ok(performance.now() - before < 1000);
  });
});
