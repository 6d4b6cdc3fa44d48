import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker, ChannelError, ConnectionError } from "../../mod.ts";
import { InProcessClient } from "../amqp091/in_process_client.ts";
import { FakeClock, settled } from "../fake_clock.ts";
import { SlowStore } from "../slow_store.ts";

const hasCode = (code: number) => (error: unknown): boolean =>
  (error instanceof ChannelError || error instanceof ConnectionError) && error.code === code;

describe("an exchange in a program", () => {
  it("routes to the queues that are bound to it", async () => {
    const vhost = new Broker().vhost("/");
    const events = vhost.exchange("events", { type: "topic" });
    const [orders, all] = [vhost.queue("orders").bind(events, "order.*"), vhost.queue("all").bind("events", "#")];
    const batch = await events.publishBatch([
      { routingKey: "order.new", body: "1" },
      { routingKey: "user.new", body: "2" },
      { routingKey: "order.paid", body: "3", mandatory: true },
    ]);
    assert.equal(batch.confirmed, 3);
    assert.deepEqual([orders.messageCount, all.messageCount], [2, 3]);
    orders.unbind(events, "order.*");
    assert.equal(await events.publish({ routingKey: "order.old", body: "4" }), "confirmed");
    assert.deepEqual([orders.messageCount, all.messageCount], [2, 4]);
    assert.equal((await orders.get())!.exchange, "events");
  });

  it("can be bound to another one, with arguments", async () => {
    const vhost = new Broker().vhost("/");
    const source = vhost.exchange("source", { type: "headers" });
    const target = vhost.exchange("target", { type: "fanout" }).bind(source, "", { "x-match": "any", tall: 1 });
    const queue = vhost.queue("q").bind(target);
    source.publish({ body: "tall", headers: { tall: 1 } });
    await source.publish({ body: "short", headers: { tall: 0 } });
    assert.equal(queue.messageCount, 1);
    target.unbind(source, "", { "x-match": "any", tall: 1 });
    assert.equal(await source.publish({ body: "tall", headers: { tall: 1 }, mandatory: true }), "returned");
  });

  it("gives what has no route to its alternate exchange", async () => {
    const vhost = new Broker().vhost("/");
    const others = vhost.queue("others").bind(vhost.exchange("unrouted", { type: "fanout" }));
    await vhost.exchange("e", { alternate: "unrouted" }).publish("x");
    assert.equal(others.messageCount, 1);
  });

  it("delays messages where it is declared so", async () => {
    const clock = new FakeClock();
    const vhost = new Broker({ clock }).vhost("/");
    const later = vhost.exchange("later", { delayed: true });
    const queue = vhost.queue("q").bind(later, "q");
    await later.publish({ routingKey: "q", body: "late", delayMs: 60_000 });
    await later.publish({ routingKey: "q", body: "now" });
    assert.equal(queue.messageCount, 1);
    await clock.advance(60_000);
    assert.equal(queue.messageCount, 2);
    assert.equal((await queue.get())!.text(), "now");
    assert.equal((await queue.get())!.text(), "late");
    assert.throws(() => vhost.exchange("amq.direct").publish({ body: "", delayMs: 1 }), hasCode(406));
  });

  it("is the existing one, unless its properties differ, and can be checked and deleted", () => {
    const vhost = new Broker().vhost("/");
    const exchange = vhost.exchange("e", { type: "fanout" });
    assert.equal(vhost.exchange("e").name, "e");
    assert.throws(() => vhost.exchange("e", { type: "topic" }), hasCode(406));
    assert.throws(() => vhost.exchange("missing", { passive: true }), hasCode(404));
    assert.throws(() => vhost.exchange("amq.mine"), hasCode(403));
    assert.throws(() => vhost.exchange("odd", { type: "odd" }), hasCode(406));
    assert.throws(() => vhost.exchange("inner", { internal: true }).publish("x"), hasCode(403));
    vhost.queue("q").bind(exchange);
    assert.throws(() => exchange.delete({ ifUnused: true }), hasCode(406));
    exchange.delete();
    exchange.delete();
    assert.equal(vhost.hasExchange("e"), false);
    assert.throws(() => exchange.publish("x"), hasCode(404));
    assert.throws(() => vhost.queue("q").bind("e"), hasCode(404));
    assert.throws(() => vhost.queue("q").bind(""), hasCode(403));
  });

  it("is the default one under the empty name", async () => {
    const vhost = new Broker().vhost("/");
    const queue = vhost.queue("q");
    await vhost.exchange("").publish({ routingKey: "q", body: "x" });
    assert.equal(queue.messageCount, 1);
  });
});

describe("a queue in a program, as an object", () => {
  it("can be checked, purged and deleted", async () => {
    const vhost = new Broker().vhost("/");
    assert.throws(() => vhost.queue("q", { passive: true }), hasCode(404));
    const queue = vhost.queue("q", { arguments: { "x-max-priority": 5 } });
    assert.equal(vhost.queue("q", { passive: true }).name, "q");
    await queue.publishBatch(["a", "b"]);
    assert.throws(() => queue.delete({ ifEmpty: true }), hasCode(406));
    assert.equal(queue.purge(), 2);
    queue.publish("c");
    assert.equal(queue.delete(), 1);
    assert.deepEqual([queue.isDeleted, vhost.hasQueue("q")], [true, false]);
    assert.equal(queue.delete(), 0);
  });

  it("gets a name from the broker when it has none, and the default type of queues", () => {
    const vhost = new Broker({ defaultQueueType: "quorum" }).vhost("/");
    assert.match(vhost.queue("", { exclusive: true }).name, /^amq\.gen-[\w-]{22}$/);
    assert.match(new Broker().vhost("/").queue().name, /^amq\.gen-[\w-]{22}$/);
    vhost.queue("q");
    assert.throws(() => vhost.queue("q", { arguments: { "x-queue-type": "classic" } }), hasCode(406));
  });

  it("is the program's alone where it is exclusive, until the program closes the virtual host", async () => {
    const broker = new Broker();
    const vhost = broker.vhost("/");
    const queue = vhost.queue("mine", { exclusive: true, durable: false });
    await broker.vhost("/").queue("mine").publish("x");
    assert.equal(queue.messageCount, 1);
    const client = await InProcessClient.open(broker);
    client.send(1, "queue.declare", { queue: "mine", passive: true });
    assert.equal((await client.receive(1, "channel.close")).replyCode, 405);
    vhost.close();
    assert.equal(broker.vhost("/").hasQueue("mine"), false);
  });
});

describe("a virtual host in a program", () => {
  it("knows when what was declared is safe", async () => {
    const store = new SlowStore();
    const vhost = new Broker({ store }).vhost("/");
    vhost.queue("q");
    let isSafe = false;
    const safe = vhost.safe().then(() => isSafe = true);
    await settled();
    assert.equal(isSafe, false);
    store.sync();
    await safe;
  });

  it("ends consumers, receipts and requests when it is closed, and can be opened again", async () => {
    const store = new SlowStore();
    const broker = new Broker({ store });
    const vhost = broker.vhost("/");
    const queue = vhost.queue("q");
    await queue.publishBatch(["a", "b"]);
    const reader = queue.consume().getReader();
    await reader.read();
    const receipt = queue.publish({ body: "c", properties: { deliveryMode: 2 } });
    const request = vhost.request({ routingKey: "q", body: "?" });
    const rejected = assert.rejects(request, hasCode(320));
    {
      using _vhost = vhost;
    }
    await assert.rejects(Promise.resolve(receipt), hasCode(320));
    assert.equal((await reader.read()).done, true);
    await rejected;
    assert.throws(() => queue.publish("d"), hasCode(320));
    assert.throws(() => queue.consume(), hasCode(320));
    assert.throws(() => vhost.queue("other"), hasCode(320));
    await assert.rejects(queue.get(), hasCode(320));
    const again = broker.vhost("/").queue("q");
    assert.deepEqual([again.messageCount, again.consumerCount], [4, 0]);
    assert.equal((await again.get())!.redelivered, true);
  });

  it("is another one after it was deleted and created again", async () => {
    const broker = new Broker();
    const first = broker.vhost("v").queue("q");
    await broker.node.deleteVirtualHost("v");
    assert.equal(first.isDeleted, true);
    const second = broker.vhost("v").queue("q");
    assert.equal(await second.publish("x"), "confirmed");
    assert.throws(() => first.publish("x"), hasCode(404));
  });

  it("opens one session however often it is asked for", () => {
    const broker = new Broker();
    for (let i = 0; i < 10; i++) broker.vhost("/").queue("q").publish("x");
    assert.equal([...broker.node.sessions.all].length, 1);
  });
});

describe("a broker that is closed", () => {
  it("ends what the program does, once its publishes are safe", async () => {
    const store = new SlowStore();
    const clock = new FakeClock();
    const broker = new Broker({ store, clock });
    const queue = broker.vhost("/").queue("q");
    const receipt = queue.publish({ body: "c", properties: { deliveryMode: 2 } });
    const consumer = queue.subscribe(() => {});
    const closing = broker[Symbol.asyncDispose]();
    await settled();
    store.sync();
    assert.equal(await receipt, "confirmed");
    await consumer.closed;
    await closing;
    assert.equal(clock.timerCount, 0);
  });
});
