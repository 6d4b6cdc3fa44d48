import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { AMQP_0_8 } from "../../src/amqp091/methods.ts";
import { fieldTable } from "../../src/wire/field_table.ts";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { protocolHeader, RawClient, uniqueName } from "../raw_client.ts";

// RabbitMQ 4 has dropped AMQP 0-8; RabbitMQ 3 serves py-amqplib with it.
let broker: BrokerUnderTest;
before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());

for (const header of [protocolHeader(1, 1, 8, 0), protocolHeader(1, 1, 9, 1)]) {
  describe(`a client whose protocol header is AMQP ${header.slice(4).join(" ")}`, () => {
    const open = (): Promise<RawClient> => RawClient.open(broker, { header, codec: AMQP_0_8 });

    it("is greeted with connection.start of version 8-0", async () => {
      await using client = await RawClient.connect(broker, AMQP_0_8);
      client.write(header);
      const { versionMajor, versionMinor, mechanisms } = await client.receive(0, "connection.start");
      assert.deepEqual([versionMajor, versionMinor], [8, 0]);
      assert.match(new TextDecoder().decode(mechanisms), /\bAMQPLAIN\b/);
    });

    it("requests a ticket, declares, binds, publishes and gets", async () => {
      await using client = await open();
      const { ticket } = await client.request(1, "access.request", { realm: "/data", active: true, write: true });
      assert.equal(ticket, 1);
      const exchange = uniqueName("exchange");
      await client.request(1, "exchange.declare", { exchange, type: "topic", autoDelete: true });
      const { queue } = await client.request(1, "queue.declare", { exclusive: true, arguments: fieldTable({}) });
      await client.request(1, "queue.bind", { queue, exchange, routingKey: "a.#" });
      client.publish(1, { exchange, routingKey: "a.b", body: "old", properties: { contentType: "text/plain" } });
      client.send(1, "basic.get", { queue });
      const { method, text, properties } = await client.receiveContent(1, "basic.get-ok");
      assert.deepEqual([text, properties], ["old", { contentType: "text/plain" }]);
      client.send(1, "basic.ack", { deliveryTag: method.deliveryTag });
      await client.request(1, "queue.purge", { queue });
      await client.request(1, "queue.delete", { queue });
      await client.request(1, "channel.close", { replyCode: 200 });
    });

    it("consumes with a basic.consume that has no arguments", async () => {
      await using client = await open();
      const { queue } = await client.request(1, "queue.declare", { exclusive: true });
      await client.request(1, "basic.qos", { prefetchCount: 1 });
      assert.equal((await client.request(1, "basic.consume", { queue, consumerTag: "c" })).consumerTag, "c");
      client.publish(1, { routingKey: queue, body: "one" });
      client.publish(1, { routingKey: queue, body: "two" });
      const { method, text } = await client.receiveContent(1, "basic.deliver");
      assert.deepEqual([text, method.consumerTag], ["one", "c"]);
      client.send(1, "basic.ack", { deliveryTag: method.deliveryTag });
      assert.equal((await client.receiveContent(1, "basic.deliver")).text, "two");
      await client.request(1, "basic.recover", { requeue: true });
      assert.equal((await client.receiveContent(1, "basic.deliver")).method.redelivered, true);
      await client.request(1, "basic.cancel", { consumerTag: "c" });
    });

    it("uses transactions", async () => {
      await using client = await open();
      const { queue } = await client.request(1, "queue.declare", { exclusive: true });
      await client.request(1, "tx.select");
      client.publish(1, { routingKey: queue, body: "held" });
      assert.equal((await client.request(1, "queue.declare", { queue, passive: true })).messageCount, 0);
      await client.request(1, "tx.commit");
      assert.equal((await client.request(1, "queue.declare", { queue, passive: true })).messageCount, 1);
    });

    it("gets channel errors", async () => {
      await using client = await open();
      const queue = uniqueName("missing");
      client.send(1, "queue.declare", { queue, passive: true });
      assert.deepEqual(await client.receiveClose(1), [404, `NOT_FOUND - no queue '${queue}' in vhost '/'`, 50, 10]);
      client.send(1, "channel.close-ok");
      await client.request(1, "channel.open");
    });

    it("gets connection errors with 0-8's number of connection.close, and closes with it", async () => {
      await using client = await open();
      client.send(1, "channel.open");
      assert.deepEqual(await client.receiveClose(0), [504, "CHANNEL_ERROR - second 'channel.open' seen", 20, 10]);
      client.send(0, "connection.close-ok");
      await client.waitForEnd();
      await using another = await open();
      await another.request(0, "connection.close", { replyCode: 200 });
      another.finish();
      await another.waitForEnd();
    });

    it("gets the refusal of a login", async () => {
      await using client = await RawClient.connect(broker, AMQP_0_8);
      await client.logIn({ header, password: "wrong" });
      assert.equal((await client.receiveClose(0))[0], 403);
    });

    it("exchanges messages with clients of 0-9-1", async () => {
      await using old = await open();
      await using young = await RawClient.open(broker);
      const queue = uniqueName("shared");
      await young.request(1, "queue.declare", { queue });
      old.publish(1, { routingKey: queue, body: "from 0-8", properties: { clusterId: "c", deliveryMode: 1 } });
      await old.request(1, "queue.declare", { queue, passive: true });
      young.send(1, "basic.get", { queue, noAck: true });
      const { text, properties } = await young.receiveContent(1, "basic.get-ok");
      assert.deepEqual([text, properties], ["from 0-8", { clusterId: "c", deliveryMode: 1 }]);
      await young.request(1, "queue.delete", { queue });
    });
  });
}
