import assert from "node:assert/strict";
import { describe, it } from "node:test";
import amqp, { type ConsumeMessage } from "amqplib";
import { Connection } from "rabbitmq-client";
import { testBroker } from "../../testing.ts";

describe("time that a test moves", () => {
  it("shows a retry by a dead-letter queue with a TTL, without waiting", async () => {
    await using broker = await testBroker();
    const client = await amqp.connect(broker.url);
    const channel = await client.createChannel();
    await channel.assertQueue("work", {
      arguments: { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "work.retry" },
    });
    await channel.assertQueue("work.retry", {
      arguments: { "x-message-ttl": 30_000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "work" },
    });
    const attempts: number[] = [];
    const seen = new Promise<void>((resolve) => {
      channel.consume("work", (message) => {
        const deaths = message!.properties.headers?.["x-death"] ?? [];
        const count = Number(deaths.find(({ reason }: { reason: string }) => reason === "rejected")?.count ?? 0);
        attempts.push(count);
        if (count < 3) return channel.nack(message!, false, false);
        channel.ack(message!);
        resolve();
      });
    });
    channel.sendToQueue("work", Buffer.from("fails three times"));
    await broker.until(() => broker.queue("work.retry").readyCount === 1);
    assert.deepEqual(attempts, [0]);

    await broker.clock.advance("29s");
    assert.deepEqual(attempts, [0], "its time has not come");
    await broker.clock.advance("2m");
    await seen;
    assert.deepEqual(attempts, [0, 1, 2, 3]);
    const reasons = broker.deadLetters.map(({ queue, reason }) => `${queue} ${reason}`);
    assert.deepEqual(reasons, [
      "work rejected",
      "work.retry expired",
      "work rejected",
      "work.retry expired",
      "work rejected",
      "work.retry expired",
    ]);
    const [last] = broker.queue("work.retry").deadLetters.slice(-1);
    assert.equal(last.message.text, "fails three times");
    assert.deepEqual(last.message.deaths.map(({ queue, reason, count }) => [queue, reason, count]), [
      ["work.retry", "expired", 3],
      ["work", "rejected", 3],
    ]);
    await client.close();
  });

  it("keeps a message to the last millisecond of its TTL on a stopped clock", async () => {
    await using broker = await testBroker({ stopsClock: true });
    const vhost = broker.embedded.vhost("/");
    vhost.queue("short", { arguments: { "x-message-ttl": 1000 } });
    await vhost.publish({ routingKey: "short", body: "one" });
    await broker.clock.advance(999);
    assert.equal(broker.queue("short").readyCount, 1);
    await broker.clock.advance(1);
    assert.equal(broker.queue("short").readyCount, 0);
  });

  it("publishes a delayed message when it is due", async () => {
    await using broker = await testBroker();
    const rabbit = new Connection(broker.url);
    const publisher = rabbit.createPublisher({
      confirm: true,
      exchanges: [{ exchange: "later", type: "x-delayed-message", arguments: { "x-delayed-type": "direct" } }],
      queues: [{ queue: "reminders" }],
      queueBindings: [{ exchange: "later", queue: "reminders", routingKey: "reminder" }],
    });
    await publisher.send({ exchange: "later", routingKey: "reminder", headers: { "x-delay": 86_400_000 } }, "tomorrow");
    assert.equal(broker.delayedCount("later"), 1);
    await broker.clock.advance("23h");
    assert.equal(broker.queue("reminders").readyCount, 0);
    await broker.clock.advance("1h");
    assert.equal((await broker.queue("reminders").messages())[0].text, "tomorrow");
    assert.equal(broker.delayedCount("later"), 0);
    assert.throws(() => broker.delayedCount("sooner"), /No exchange 'sooner'/);
    await publisher.close();
    await rabbit.close();
  });

  it("closes the channel of a consumer that acknowledges too late", async () => {
    await using broker = await testBroker();
    const client = await amqp.connect(broker.url);
    const channel = await client.createChannel();
    const closed = new Promise<string>((resolve) => channel.once("error", ({ message }) => resolve(message)));
    await channel.assertQueue("work");
    channel.sendToQueue("work", Buffer.from("hard"));
    await channel.consume("work", () => {});
    await broker.until(() => broker.queue("work").unackedCount === 1);
    await broker.clock.advance("31m");
    assert.match(await closed, /406.*delivery acknowledgement on channel 1 timed out/);
    assert.equal(broker.queue("work").readyCount, 1);
    await client.close();
  });

  it("deletes unused queues", async () => {
    await using broker = await testBroker();
    broker.embedded.vhost("/").queue("session", { arguments: { "x-expires": 3_600_000 } });
    await broker.clock.advance("59m");
    assert.ok(broker.hasQueue("session"));
    await broker.clock.advance("2m");
    assert.ok(!broker.hasQueue("session"));
  });

  it("does not end connections by heartbeats, however far it moves", async () => {
    await using broker = await testBroker({ heartbeatSeconds: 1 });
    const client = await amqp.connect(broker.url);
    const errors: Error[] = [];
    client.on("error", (error) => errors.push(error));
    const channel = await client.createChannel();
    await broker.clock.advance("7d");
    await channel.assertQueue("still.here");
    assert.deepEqual(errors, []);
    assert.equal(broker.connections.length, 1);
    await client.close();
  });

  it("gives each attempt its time when a client answers over a socket", async () => {
    await using broker = await testBroker({ stopsClock: true });
    const client = await amqp.connect(broker.url);
    const channel = await client.createChannel();
    await channel.assertQueue("tick", { arguments: { "x-message-ttl": 1000, "x-dead-letter-exchange": "amq.fanout" } });
    await channel.assertQueue("tock");
    await channel.bindQueue("tock", "amq.fanout", "");
    const start = broker.clock.now();
    const times: number[] = [];
    await channel.consume("tock", (message: ConsumeMessage | null) => {
      times.push(broker.clock.now() - start);
      channel.sendToQueue("tick", message!.content);
    }, { noAck: true });
    channel.sendToQueue("tick", Buffer.from("x"));
    await broker.until(() => broker.queue("tick").readyCount === 1);
    await broker.clock.advance("5s");
    assert.deepEqual(times, [1000, 2000, 3000, 4000, 5000]);
    await client.close();
  });
});
