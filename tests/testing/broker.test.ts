import assert from "node:assert/strict";
import { describe, it } from "node:test";
import amqp from "amqplib";
import { testBroker } from "../../testing.ts";

describe("a test broker", () => {
  it("listens in a blink, and many run side by side", async () => {
    const brokers = await Promise.all(Array.from({ length: 5 }, () => testBroker()));
    assert.equal(new Set(brokers.map(({ port }) => port)).size, 5);
    const [first, second] = brokers;
    const client = await amqp.connect(first.url);
    const channel = await client.createChannel();
    await channel.assertQueue("only.in.the.first");
    assert.ok(first.hasQueue("only.in.the.first"));
    assert.ok(!second.hasQueue("only.in.the.first"));
    await client.close();
    await Promise.all(brokers.map((broker) => broker.close()));
  });

  it("leaves nothing after it was closed, with clients connected", async () => {
    const broker = await testBroker({ servesManagement: true });
    const client = await amqp.connect(broker.url);
    const lost = new Promise<string>((resolve) => client.once("close", ({ message }) => resolve(message)));
    const { port, managementUrl } = broker;
    await broker.close();
    assert.match(await lost, /320/);
    await assert.rejects(amqp.connect(`amqp://127.0.0.1:${port}`));
    await assert.rejects(fetch(managementUrl.replace("guest:guest@", "")));
    await broker.close();
  });

  it("is closed at the end of its block", async () => {
    let url = "";
    {
      await using broker = await testBroker();
      url = broker.url;
      await (await amqp.connect(url)).close();
    }
    await assert.rejects(amqp.connect(url));
  });

  it("shows what queues hold: messages, bindings, consumers, deliveries", async () => {
    await using broker = await testBroker();
    const client = await amqp.connect(broker.url, { clientProperties: { connection_name: "shop" } });
    const channel = await client.createConfirmChannel();
    await channel.assertQueue("orders", { arguments: { "x-max-length": 10 } });
    await channel.bindQueue("orders", "amq.topic", "order.#");
    channel.publish("amq.topic", "order.new", Buffer.from('{"id":1}'), {
      contentType: "application/json",
      headers: { customer: 42 },
    });
    channel.sendToQueue("orders", Buffer.from("second"), { persistent: true });
    await channel.waitForConfirms();

    const orders = broker.queue("orders");
    const [first, second] = await orders.messages();
    assert.deepEqual(first.json(), { id: 1 });
    assert.equal(first.properties.contentType, "application/json");
    assert.deepEqual(first.headers, { customer: 42 });
    assert.equal(first.exchange, "amq.topic");
    assert.equal(first.routingKey, "order.new");
    assert.equal(second.text, "second");
    assert.equal(second.properties.deliveryMode, 2);
    assert.deepEqual(orders.bindings, [{ exchange: "amq.topic", routingKey: "order.#", arguments: {} }]);
    assert.equal(orders.arguments["x-max-length"], 10);
    assert.deepEqual(orders.consumers, []);
    assert.equal(orders.readyCount, 2, "a look takes nothing");

    await channel.prefetch(1);
    await channel.consume("orders", () => {}, { consumerTag: "packer" });
    await broker.until(() => orders.unackedCount === 1);
    assert.equal(orders.readyCount, 1);
    const [delivery] = orders.unacked;
    assert.deepEqual(delivery.message.json(), { id: 1 });
    assert.equal(delivery.consumerTag, "packer");
    const [{ tag, prefetch }] = broker.queue("orders").consumers;
    assert.deepEqual({ tag, prefetch }, { tag: "packer", prefetch: 1 });
    const [connection] = broker.connections;
    assert.equal(connection.clientProperties.connection_name, "shop");
    assert.equal(connection.user, "guest");
    assert.equal(connection.vhost, "/");
    assert.equal(delivery.connection, connection.name);
    assert.equal(connection.channels[0].unackedCount, 1);
    await client.close();
  });

  it("names the queues that exist when one does not", async () => {
    await using broker = await testBroker();
    assert.throws(() => broker.queue("orders"), /No queue 'orders' in virtual host '\/'. There is none./);
    broker.embedded.vhost("/").queue("order");
    assert.throws(() => broker.queue("orders"), /There are: 'order'./);
    assert.throws(() => broker.queue("orders", "shop"), /No virtual host 'shop'/);
    assert.deepEqual(broker.queues().map(({ name }) => name), ["order"]);
  });

  it("says what there is when something does not happen in time", async () => {
    await using broker = await testBroker();
    broker.embedded.vhost("/").queue("orders");
    await assert.rejects(
      broker.until(() => broker.queue("orders").readyCount === 1, { timeoutMs: 10 }),
      /in vain for .*readyCount === 1.*queue 'orders' with 0 ready and 0 unacknowledged messages and 0 consumers/s,
    );
    await assert.rejects(broker.until(() => broker.queue("missing")), /No queue 'missing'/);
  });

  it("publishes and consumes without a connection", async () => {
    await using broker = await testBroker();
    const vhost = broker.embedded.vhost("/");
    const orders = vhost.queue("orders");
    assert.equal(await vhost.publish({ routingKey: "orders", body: "an order" }), "confirmed");
    assert.equal((await broker.queue("orders").messages())[0].text, "an order");
    assert.equal(orders.messageCount, 1);
  });

  it("serves the management API on request", async () => {
    await using broker = await testBroker({ servesManagement: true });
    const url = new URL(broker.managementUrl);
    const headers = { authorization: `Basic ${btoa("guest:guest")}` };
    const whoami = await fetch(`${url.origin}/api/whoami`, { headers });
    assert.equal((await whoami.json()).name, "guest");
    const metrics = await fetch(`${url.origin}/metrics`);
    assert.match(await metrics.text(), /rabbitmq_connections 0/);
    await using other = await testBroker();
    assert.throws(() => other.managementUrl, /servesManagement: true/);
  });
});
