import assert from "node:assert/strict";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { EMPTY_TABLE, fieldTable, type FieldValue } from "../../src/wire/field_table.ts";
import { type BrokerUnderTest, productUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { type Content, RawClient, uniqueName } from "../raw_client.ts";

// AMQP can't turn tracing on: for RabbitMQ, call `rabbitmqctl trace_on` first.
const isTraced = productUnderTest === "haremq" || process.env.AMQP_TRACED !== undefined;

const text = (value: string): FieldValue => ({ type: "S", value });
const texts = (...values: string[]): FieldValue => ({ type: "A", value: values.map(text) });
const integer = (value: number): FieldValue => ({ type: "I", value });

let broker: BrokerUnderTest;
before(async () => {
  broker = await startBrokerUnderTest();
  if (broker.embedded !== undefined) broker.embedded.vhost("/").tracing = true;
});
after(() => broker.close());

/** Consumes the traces with these routing keys. */
async function trace(client: RawClient, channel: number, ...routingKeys: string[]): Promise<void> {
  const { queue } = await client.request(channel, "queue.declare", { exclusive: true });
  for (const routingKey of routingKeys) {
    await client.request(channel, "queue.bind", { queue, exchange: "amq.rabbitmq.trace", routingKey });
  }
  await client.request(channel, "basic.consume", { queue, noAck: true });
}

async function receiveTrace(client: RawClient, channel: number) {
  const { method, text, properties } = await client.receiveContent(channel, "basic.deliver");
  const { headers, ...others } = properties;
  const { node, connection, ...told } = Object.fromEntries(headers!);
  return { routingKey: method.routingKey, text, others, told, node, connection };
}

describe("the firehose", { skip: !isTraced }, () => {
  it("reports published messages, their publisher, and their queues", async () => {
    await using client = await RawClient.open(broker, { channels: [1, 2] });
    const [exchange, first, second] = ["traced", "first", "second"].map(uniqueName);
    await client.request(1, "exchange.declare", { exchange, type: "topic", autoDelete: true });
    for (const queue of [first, second]) {
      await client.request(1, "queue.declare", { queue, exclusive: true });
      await client.request(1, "queue.bind", { queue, exchange, routingKey: queue === first ? "a.#" : "#" });
    }
    await trace(client, 2, `publish.${exchange}`);

    client.publish(1, {
      exchange,
      routingKey: "a.b",
      body: "hello",
      properties: {
        contentType: "text/plain",
        contentEncoding: "utf-8",
        headers: fieldTable({ CC: ["a.c"], BCC: ["a.d"], some: 1 }),
        deliveryMode: 2,
        priority: 7,
        correlationId: "correlation",
        replyTo: "reply",
        expiration: "60000",
        messageId: "message",
        timestamp: 1_700_000_000n,
        type: "type",
        userId: "guest",
        appId: "app",
        clusterId: "cluster",
      },
    });

    const { routingKey, text: body, others, told, node, connection } = await receiveTrace(client, 2);
    assert.deepEqual([routingKey, body, others], [`publish.${exchange}`, "hello", {}]);
    assert.deepEqual([node.type, connection.type], ["S", "S"]);
    assert.match(String(node.value), /^\w+@\S+$/);
    assert.match(String(connection.value), /^127\.0\.0\.1:\d+ -> 127\.0\.0\.1:\d+$/);
    const { routed_queues: queues, ...rest } = told;
    assert.deepEqual((queues.value as FieldValue[]).map(({ value }) => value).sort(), [first, second].sort());
    assert.deepEqual(rest, {
      exchange_name: text(exchange),
      routing_keys: texts("a.b", "a.c", "a.d"),
      properties: {
        type: "F",
        value: new Map([
          ["cluster_id", text("cluster")],
          ["app_id", text("app")],
          ["user_id", text("guest")],
          ["type", text("type")],
          ["timestamp", integer(1_700_000_000)],
          ["message_id", text("message")],
          ["expiration", text("60000")],
          ["reply_to", text("reply")],
          ["correlation_id", text("correlation")],
          ["priority", integer(7)],
          ["delivery_mode", integer(2)],
          ["headers", { type: "F", value: fieldTable({ CC: ["a.c"], some: 1 }) }],
          ["content_encoding", text("utf-8")],
          ["content_type", text("text/plain")],
        ]),
      },
      vhost: text("/"),
      channel: integer(1),
      user: text("guest"),
    });
  });

  it("reports published messages without a queue", async () => {
    await using client = await RawClient.open(broker, { channels: [1, 2] });
    const exchange = uniqueName("traced");
    await client.request(1, "exchange.declare", { exchange, type: "fanout" });
    await trace(client, 2, `publish.${exchange}`);
    client.publish(1, { exchange, routingKey: "key", body: "lost" });
    const { text, told } = await receiveTrace(client, 2);
    assert.deepEqual([text, told.routed_queues, told.properties], ["lost", texts(), { type: "F", value: EMPTY_TABLE }]);
    await client.request(1, "exchange.delete", { exchange });
  });

  it("reports deliveries, fetched or consumed, and redeliveries", async () => {
    await using client = await RawClient.open(broker, { channels: [1, 2, 3] });
    const queue = uniqueName("traced");
    await client.request(1, "queue.declare", { queue, exclusive: true });
    await trace(client, 2, `deliver.${queue}`);
    client.publish(1, { routingKey: queue, body: "hello", properties: { priority: 1 } });

    client.send(1, "basic.get", { queue });
    const { method } = await client.receiveContent(1, "basic.get-ok");
    const fetched = await receiveTrace(client, 2);
    assert.deepEqual([fetched.routingKey, fetched.text, fetched.others], [`deliver.${queue}`, "hello", {}]);
    const told = {
      exchange_name: text(""),
      routing_keys: texts(queue),
      properties: { type: "F", value: new Map([["priority", integer(1)]]) },
      redelivered: integer(0),
      vhost: text("/"),
      channel: integer(1),
      user: text("guest"),
    };
    assert.deepEqual(fetched.told, told);

    client.send(1, "basic.nack", { deliveryTag: method.deliveryTag, requeue: true });
    await client.request(3, "basic.consume", { queue, noAck: true });
    assert.deepEqual((await receiveTrace(client, 2)).told, { ...told, redelivered: integer(1), channel: integer(3) });
  });

  it("reports deliveries from a stream, with their offset", async () => {
    await using client = await RawClient.open(broker, { channels: [1, 2, 3] });
    const queue = uniqueName("traced");
    await client.request(1, "queue.declare", {
      queue,
      durable: true,
      arguments: fieldTable({ "x-queue-type": "stream" }),
    });
    await client.request(1, "confirm.select");
    client.publish(1, { routingKey: queue, body: "first" });
    client.publish(1, { routingKey: queue, body: "second", properties: { messageId: "2" } });
    for (let confirmed = 0n; confirmed < 2;) ({ deliveryTag: confirmed } = await client.receive(1, "basic.ack"));
    await trace(client, 2, `deliver.${queue}`);
    await client.request(3, "basic.qos", { prefetchCount: 10 });
    await client.request(3, "basic.consume", { queue, arguments: fieldTable({ "x-stream-offset": "first" }) });
    const traces = [await receiveTrace(client, 2), await receiveTrace(client, 2)];
    await client.request(1, "queue.delete", { queue });
    const offset = (value: bigint): FieldValue => ({
      type: "F",
      value: new Map<string, FieldValue>([["x-stream-offset", { type: "l", value }]]),
    });
    assert.deepEqual(traces.map(({ text, told }) => [text, told.properties]), [
      ["first", { type: "F", value: new Map([["headers", offset(0n)]]) }],
      ["second", { type: "F", value: new Map([["message_id", text("2")], ["headers", offset(1n)]]) }],
    ]);
  });

  it("does not report its own messages", async () => {
    await using client = await RawClient.open(broker, { channels: [1, 2] });
    const exchange = uniqueName("traced");
    await client.request(1, "exchange.declare", { exchange, type: "fanout" });
    const { queue } = await client.request(1, "queue.declare", { exclusive: true });
    for (const routingKey of [`publish.${exchange}`, "publish.amq.rabbitmq.trace", `deliver.${queue}`]) {
      await client.request(1, "queue.bind", { queue, exchange: "amq.rabbitmq.trace", routingKey });
    }
    for (const body of ["first", "second"]) client.publish(1, { exchange, body });
    await client.request(2, "basic.consume", { queue, noAck: true });
    const received: Content[] = [];
    while (received.length < 2) received.push(await client.receiveContent(2, "basic.deliver"));
    await client.request(1, "exchange.delete", { exchange });
    assert.deepEqual(received.map(({ text }) => text), ["first", "second"]);
    assert.deepEqual(client.unread(2), []);
  });

  it("lets a channel acknowledge its deliveries, and their traces from a queue that is always full", async () => {
    await using client = await RawClient.open(broker, { channels: [1] });
    const work = uniqueName("traced");
    await client.request(1, "queue.declare", { queue: work, exclusive: true });
    const traces = { exclusive: true, arguments: fieldTable({ "x-max-length": 1 }) };
    const { queue } = await client.request(1, "queue.declare", traces);
    await client.request(1, "queue.bind", { queue, exchange: "amq.rabbitmq.trace", routingKey: `deliver.${work}` });
    await client.request(1, "basic.consume", { queue });
    for (const body of ["first", "second", "third"]) client.publish(1, { routingKey: work, body });
    await client.request(1, "basic.consume", { queue: work });
    const tags: number[] = [];
    while (tags.length < 6) {
      const { method } = await client.receiveContent(1, "basic.deliver");
      tags.push(Number(method.deliveryTag));
      client.send(1, "basic.ack", { deliveryTag: method.deliveryTag });
    }
    assert.deepEqual(tags, [1, 2, 3, 4, 5, 6]);
    await client.request(1, "basic.qos", { prefetchCount: 1 });
    assert.deepEqual(client.unread(1), []);
  });

  it("reports a message in a transaction when it is published, not when that is committed", async () => {
    await using client = await RawClient.open(broker, { channels: [1, 2] });
    const exchange = uniqueName("traced");
    await client.request(1, "exchange.declare", { exchange, type: "fanout" });
    await trace(client, 2, `publish.${exchange}`);
    await client.request(1, "tx.select");
    client.publish(1, { exchange, body: "in a transaction" });
    assert.equal((await receiveTrace(client, 2)).text, "in a transaction");
    await client.request(1, "tx.rollback");
    await client.request(1, "exchange.delete", { exchange });
  });
});
