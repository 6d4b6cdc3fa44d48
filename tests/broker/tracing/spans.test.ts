import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker, fieldTable } from "../../../mod.ts";
import { SEND_DELAY_MS } from "../../../src/otlp/otlp_exporter.ts";
import type { BasicProperties } from "../../../src/wire/properties.ts";
import { InProcessClient } from "../../amqp091/in_process_client.ts";
import { FakeClock, settled } from "../../fake_clock.ts";
import { type CollectedSpan, collectInto } from "../../otlp/collector.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";
const TRACEPARENT = `00-${TRACE}-${PARENT}-01`;

/** Opens a broker whose spans a collector gets. */
async function openTracedBroker() {
  const clock = new FakeClock();
  const collected: CollectedSpan[] = [];
  const openTelemetry = { url: "http://collector/v1/traces", fetch: collectInto(collected) };
  const broker = new Broker({ clock, openTelemetry });
  const client = await InProcessClient.open(broker);
  const publish = (routingKey: string, headers: Record<string, string>, properties: BasicProperties = {}) =>
    client.publish(1, { routingKey, properties: { ...properties, headers: fieldTable(headers) }, body: "hello" });
  const spans = async () => {
    await settled();
    await clock.advance(SEND_DELAY_MS);
    return collected;
  };
  return { clock, broker, client, publish, spans };
}

describe("the spans of a message with traceparent", () => {
  it("are of its publishing, its time in the queue, and its delivery, each the parent of the next one", async () => {
    const { clock, broker, client, publish, spans } = await openTracedBroker();
    broker.vhost("/").queue("q");
    publish("q", { traceparent: TRACEPARENT, tracestate: "x=1" }, { messageId: "m1", correlationId: "c1" });
    await settled();
    await clock.advance(5000);
    client.send(1, "basic.consume", { queue: "q" });
    const [published, queued, delivered, ...others] = await spans();
    assert.deepEqual(others, []);
    for (const { traceId, traceState } of [published, queued, delivered]) {
      assert.deepEqual([traceId, traceState], [TRACE, "x=1"]);
    }
    assert.equal(published.parentSpanId, PARENT);
    assert.equal(queued.parentSpanId, published.spanId);
    assert.equal(delivered.parentSpanId, queued.spanId);
    assert.deepEqual([published.name, queued.name, delivered.name], ["publish amq.default", "queue q", "deliver q"]);
    assert.deepEqual([published.kind, queued.kind, delivered.kind], [2, 1, 4]);
    assert.equal(queued.startMs, published.startMs);
    assert.equal(queued.endMs - queued.startMs, 5000);
    const [{ origin }] = [...broker.node.sessions];
    assert.deepEqual(published.attributes, {
      "messaging.system": "rabbitmq",
      "messaging.destination.name": "q",
      "messaging.rabbitmq.destination.routing_key": "q",
      "messaging.message.body.size": 5,
      "messaging.message.id": "m1",
      "messaging.message.conversation_id": "c1",
      "messaging.operation.name": "publish",
      "messaging.operation.type": "send",
      "haremq.vhost": "/",
      "haremq.connection": origin.name,
      "haremq.channel": 1,
      "haremq.user": "guest",
      "haremq.routed_queues": 1,
    });
    assert.equal(delivered.attributes["haremq.queue"], "q");
    assert.equal(delivered.attributes["haremq.redelivered"], false);
  });

  it("name exchange, routing key and queue as their destination", async () => {
    const { broker, client, spans } = await openTracedBroker();
    broker.vhost("/").queue("q");
    client.send(1, "queue.bind", { queue: "q", exchange: "amq.topic", routingKey: "a.*" });
    const properties = { headers: fieldTable({ traceparent: TRACEPARENT }) };
    client.publish(1, { exchange: "amq.topic", routingKey: "a.b", properties, body: "x" });
    client.send(1, "basic.get", { queue: "q", noAck: true });
    const destinations = (await spans()).map(({ attributes }) => attributes["messaging.destination.name"]);
    assert.deepEqual(destinations, ["amq.topic:a.b", "amq.topic:a.b:q", "amq.topic:a.b:q"]);
  });

  it("lead from a dead message to its dead letter", async () => {
    const { broker, client, publish, spans } = await openTracedBroker();
    const vhost = broker.vhost("/");
    vhost.queue("dlq");
    vhost.queue("q", { arguments: { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dlq" } });
    publish("q", { traceparent: TRACEPARENT });
    client.send(1, "basic.get", { queue: "q" });
    client.send(1, "basic.reject", { deliveryTag: 1n, requeue: false });
    client.send(1, "basic.get", { queue: "dlq", noAck: true });
    const all = await spans();
    assert.deepEqual(all.map(({ name }) => name), [
      "publish amq.default",
      "queue q",
      "deliver q",
      "dead_letter q",
      "queue dlq",
      "deliver dlq",
    ]);
    const [published, , , died, queued, delivered] = all;
    assert.equal(died.parentSpanId, published.spanId);
    assert.equal(died.attributes["haremq.dead_letter.reason"], "rejected");
    assert.equal(died.attributes["messaging.destination.name"], "dlq");
    assert.equal(queued.parentSpanId, died.spanId);
    assert.equal(delivered.parentSpanId, queued.spanId);
    assert.equal(new Set(all.map(({ spanId }) => spanId)).size, all.length);
  });

  it("lead to the dead letter of a quorum queue that keeps the message until that is safe", async () => {
    const { broker, client, publish, spans } = await openTracedBroker();
    const vhost = broker.vhost("/");
    vhost.queue("dlq");
    vhost.queue("q", {
      arguments: {
        "x-queue-type": "quorum",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": "dlq",
      },
    });
    publish("q", { traceparent: TRACEPARENT });
    client.send(1, "basic.get", { queue: "q" });
    client.send(1, "basic.reject", { deliveryTag: 1n, requeue: false });
    client.send(1, "basic.get", { queue: "dlq", noAck: true });
    await settled();
    client.send(1, "basic.get", { queue: "dlq", noAck: true });
    const all = await spans();
    const named = (name: string) => all.filter((span) => span.name === name);
    const [died, ...more] = named("dead_letter q");
    assert.deepEqual(more, []);
    assert.equal(died.parentSpanId, named("publish amq.default")[0].spanId);
    assert.equal(named("queue dlq")[0].parentSpanId, died.spanId);
  });

  it("include each delivery of one that is returned, to a quorum queue too", async () => {
    const { broker, client, publish, spans } = await openTracedBroker();
    broker.vhost("/").queue("q", { arguments: { "x-queue-type": "quorum" } });
    publish("q", { traceparent: TRACEPARENT });
    client.send(1, "basic.get", { queue: "q" });
    client.send(1, "basic.nack", { deliveryTag: 1n, requeue: true });
    client.send(1, "basic.get", { queue: "q", noAck: true });
    const all = await spans();
    assert.deepEqual(all.map(({ name }) => name), [
      "publish amq.default",
      "queue q",
      "deliver q",
      "queue q",
      "deliver q",
    ]);
    assert.equal(all[3].parentSpanId, all[0].spanId);
    assert.equal(all[4].attributes["haremq.redelivered"], true);
  });

  it("include deliveries from a stream, to each consumer", async () => {
    const { broker, client, publish, spans } = await openTracedBroker();
    broker.vhost("/").queue("s", { arguments: { "x-queue-type": "stream" } });
    publish("s", { traceparent: TRACEPARENT });
    client.send(1, "basic.qos", { prefetchCount: 10 });
    const first = fieldTable({ "x-stream-offset": "first" });
    client.send(1, "basic.consume", { queue: "s", consumerTag: "a", arguments: first });
    client.send(1, "basic.consume", { queue: "s", consumerTag: "b", arguments: first });
    const all = await spans();
    const [published] = all;
    const queued = all.filter(({ name }) => name === "queue s");
    assert.equal(queued.length, 2);
    for (const { parentSpanId } of queued) assert.equal(parentSpanId, published.spanId);
    const delivered = all.filter(({ name }) => name === "deliver s");
    assert.deepEqual(delivered.map(({ attributes }) => attributes["haremq.stream_offset"]), [0, 0]);
  });

  it("are not made without a valid traceparent, or when the publisher does not sample it", async () => {
    const { broker, client, publish, spans } = await openTracedBroker();
    broker.vhost("/").queue("q");
    publish("q", {});
    client.publish(1, { routingKey: "q", body: "without properties" });
    for (
      const traceparent of [
        `00-${TRACE}-${PARENT}-00`,
        `00-${TRACE}-${PARENT}`,
        `00-${TRACE}-${PARENT}-01-more`,
        `ff-${TRACE}-${PARENT}-01`,
        `00-${"0".repeat(32)}-${PARENT}-01`,
        `00-${TRACE}-${"0".repeat(16)}-01`,
        `00-${TRACE.toUpperCase()}-${PARENT}-01`,
        "x".repeat(10_000),
        "",
      ]
    ) publish("q", { traceparent });
    client.send(1, "basic.consume", { queue: "q", noAck: true });
    assert.deepEqual(await spans(), []);
    publish("q", { traceparent: `01-${TRACE}-${PARENT}-03-later` });
    assert.equal((await spans()).length, 3);
  });

  it("are made beside the firehose, which turns on and off alone", async () => {
    const { broker, client, publish, spans } = await openTracedBroker();
    const vhost = broker.vhost("/");
    vhost.queue("q");
    vhost.queue("traces");
    client.send(1, "queue.bind", { queue: "traces", exchange: "amq.rabbitmq.trace", routingKey: "#" });
    vhost.tracing = true;
    publish("q", { traceparent: TRACEPARENT });
    await settled();
    vhost.tracing = false;
    publish("q", { traceparent: TRACEPARENT });
    assert.equal((await spans()).length, 2);
    assert.equal(vhost.queue("traces").messageCount, 1);
  });
});

describe("a broker without OpenTelemetry", () => {
  it("looks at no message for it", async () => {
    const broker = new Broker();
    await InProcessClient.open(broker);
    assert.equal(broker.node.vhosts.get("/")!.tracer, undefined);
  });
});
