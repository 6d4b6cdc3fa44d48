import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { fieldTable, type FieldValue } from "../../src/wire/field_table.ts";
import { type BrokerUnderTest, productUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { RawClient, uniqueName } from "../raw_client.ts";
import { configOf } from "../config/read_conf.ts";

// RabbitMQ needs these interceptors in its configuration, which differs from test to test.
const hasInterceptors = productUnderTest === "haremq";

const brokers: BrokerUnderTest[] = [];
after(async () => {
  for (const broker of brokers) await broker.close();
});

async function start(conf: string): Promise<BrokerUnderTest> {
  const broker = await startBrokerUnderTest({ config: { ...configOf(conf), nodeName: "rabbit@here" } });
  brokers.push(broker);
  return broker;
}

async function declare(client: RawClient, args: Readonly<Record<string, string>> = {}): Promise<string> {
  const queue = uniqueName("intercepted");
  await client.request(1, "queue.declare", { queue, durable: true, arguments: fieldTable(args) });
  return queue;
}

const GIVEN = {
  timestamp: 1n,
  headers: fieldTable({ timestamp_in_ms: 1000, "x-routed-by": "rabbit@elsewhere", mine: "kept" }),
};

const assertIsNow = (timeMs: unknown) => assert.ok(Math.abs(Number(timeMs) - Date.now()) < 60_000, String(timeMs));

/** Asserts that what was added is there. */
function assertAdded(headers: ReadonlyMap<string, FieldValue> | undefined, timestamp: bigint | undefined): void {
  const { timestamp_in_ms: arrival, "x-routed-by": node } = Object.fromEntries(headers!);
  assert.deepEqual([arrival.type, node], ["l", { type: "S", value: "rabbit@here" }]);
  assertIsNow(arrival.value);
  assert.equal(timestamp, BigInt(arrival.value as bigint) / 1000n);
}

describe("message interceptors", { skip: !hasInterceptors }, () => {
  for (const overwrite of [true, false]) {
    const title = overwrite ? "replace what the publisher has set" : "keep what the publisher has set";
    it(`add the time and the node to published messages, and ${title}`, async () => {
      const broker = await start(
        `message_interceptors.incoming.set_header_timestamp.overwrite = ${overwrite}\n` +
          `message_interceptors.incoming.set_header_routing_node.overwrite = ${overwrite}\n`,
      );
      await using client = await RawClient.open(broker);
      const queue = await declare(client);
      await client.request(1, "basic.consume", { queue, noAck: true });

      client.publish(1, { routingKey: queue, body: "without" });
      const without = await client.receiveContent(1, "basic.deliver");
      assert.equal(without.text, "without");
      assertAdded(without.properties.headers, without.properties.timestamp);
      assert.equal(without.properties.headers!.size, 2);

      client.publish(1, { routingKey: queue, body: "given", properties: GIVEN });
      const given = await client.receiveContent(1, "basic.deliver");
      assert.equal(given.text, "given");
      assert.deepEqual(given.properties.headers!.get("mine"), { type: "S", value: "kept" });
      if (overwrite) assertAdded(given.properties.headers, given.properties.timestamp);
      else assert.deepEqual(given.properties, GIVEN);
    });
  }

  it("add one header alone, to messages with expiration and sender-selected keys too", async () => {
    const broker = await start("message_interceptors.incoming.set_header_routing_node.overwrite = true\n");
    await using client = await RawClient.open(broker);
    const [first, second] = [await declare(client), await declare(client)];
    const headers = fieldTable({ CC: [second] });
    client.publish(1, { routingKey: first, body: "both", properties: { expiration: "60000", headers } });
    for (const queue of [first, second]) {
      await client.request(1, "basic.consume", { queue, noAck: true });
      const { text, properties } = await client.receiveContent(1, "basic.deliver");
      assert.equal(text, "both");
      assert.equal(properties.expiration, "60000");
      assert.equal(properties.timestamp, undefined);
      assert.deepEqual([...properties.headers!.keys()].sort(), ["CC", "x-routed-by"]);
    }
  });

  it("add the time of sending to deliveries of all types of queues, and to fetched messages", async () => {
    const broker = await start("message_interceptors.outgoing.timestamp.enabled = true\n");
    await using client = await RawClient.open(broker, { channels: [1, 2] });
    const kept = { correlationId: "7", headers: fieldTable({ mine: "kept" }) };
    for (const type of ["classic", "quorum", "stream"]) {
      const queue = await declare(client, { "x-queue-type": type });
      client.publish(1, { routingKey: queue, body: "of 0", properties: kept });
      if (type === "stream") {
        await client.request(2, "basic.qos", { prefetchCount: 10 });
        await client.request(2, "basic.consume", { queue, arguments: fieldTable({ "x-stream-offset": "first" }) });
      } else await client.request(2, "basic.consume", { queue });
      const { text, properties } = await client.receiveContent(2, "basic.deliver");
      assert.deepEqual([text, properties.correlationId], ["of 0", "7"]);
      assert.deepEqual(properties.headers!.get("mine"), { type: "S", value: "kept" });
      const sent = properties.headers!.get("x-opt-rabbitmq-sent-time")!;
      assert.equal(sent.type, "l");
      assertIsNow(sent.value);
      assert.equal(properties.headers!.has("x-stream-offset"), type === "stream");
      assert.equal(properties.headers!.has("timestamp_in_ms"), false);
    }
    const queue = await declare(client);
    client.publish(1, { routingKey: queue, body: "fetched" });
    client.send(1, "basic.get", { queue, noAck: true });
    const { text, properties } = await client.receiveContent(1, "basic.get-ok");
    assert.equal(text, "fetched");
    assertIsNow(properties.headers!.get("x-opt-rabbitmq-sent-time")!.value);
    broker.embedded!.node.checkBetweenTurns();
  });

  it("with an unknown name stop the start", () => {
    assert.throws(
      () => configOf("message_interceptors.incoming.set_header_colour.overwrite = true\n"),
      /This is one of incoming\.set_header_timestamp\.overwrite, .*: received "incoming\.set_header_colour\.overwrite"/,
    );
  });
});
