import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { Broker, fieldTable } from "../../../mod.ts";
import { InProcessClient } from "../../amqp091/in_process_client.ts";
import { startBrokerUnderTest } from "../../broker_under_test.ts";
import { FakeClock, settled } from "../../fake_clock.ts";
import { valueOf } from "./exposition_parser.ts";
import { scrape } from "./scrape.ts";

describe("haremq_* metrics", () => {
  it("tell about messages in memory, slabs and alarms", async () => {
    const broker = new Broker({ memoryHighWatermarkBytes: 100 });
    const client = await InProcessClient.open(broker);
    broker.vhost("/").queue("q");
    client.publish(1, { routingKey: "q", body: "x".repeat(1000) });
    await settled();
    const exposition = await scrape(broker);
    assert.equal(valueOf(exposition, "haremq_messages_held"), 1);
    assert.ok(valueOf(exposition, "haremq_messages_held_bytes")! > 1000);
    assert.equal(valueOf(exposition, "haremq_slabs"), 1);
    assert.ok(valueOf(exposition, "haremq_slab_bytes")! > 1000);
    assert.equal(valueOf(exposition, "haremq_alarm", { alarm: "memory" }), 1);
    assert.equal(valueOf(exposition, "rabbitmq_alarms_memory_used_watermark"), 1);
    assert.equal(valueOf(exposition, "haremq_alarm", { alarm: "disk" }), 0);
    assert.equal(valueOf(exposition, "haremq_queue_messages_published_total"), 1);
    const single = await scrape(broker, "/metrics/per-object");
    assert.equal(valueOf(single, "haremq_queue_messages_published_total", { vhost: "/", queue: "q" }), 1);
  });

  it("measure one in sixteen turns once somebody has scraped, and stop when nobody does any more", async () => {
    const clock = new FakeClock();
    const broker = new Broker({ clock });
    const client = await InProcessClient.open(broker);
    const { turnTimes } = broker.node;
    const count = () => turnTimes.seconds.counts.reduce((sum, each) => sum + each);
    const publish = async (times: number) => {
      for (let i = 0; i < times; i++) {
        client.publish(1, { routingKey: "nowhere", body: "x" });
        await settled();
      }
    };
    await publish(64);
    assert.equal(count(), 0);
    turnTimes.use();
    await publish(64);
    assert.equal(count(), 4);
    await clock.advance(130_000);
    await publish(64);
    assert.ok(count() <= 6, `${count()} turns`);
  });

  it("measure the delay of the event loop while somebody scrapes", async () => {
    const clock = new FakeClock();
    const broker = new Broker({ clock });
    const response = await broker.fetchMetrics(new Request("http://localhost/metrics"));
    await response.body!.cancel();
    await clock.advance(100_000);
    const next = await broker.fetchMetrics(new Request("http://localhost/metrics"));
    const text = next.text();
    await clock.advance(10);
    const [, count] = /^haremq_event_loop_delay_seconds_count (\d+)$/m.exec(await text)!;
    assert.ok(Number(count) >= 900, `${count} measurements`);
    await clock.advance(1_000_000);
    await broker.close();
  });

  it("count spans where they are sent, as a server does by its configuration", async () => {
    const collector = createServer((request, response) => request.resume().on("end", () => response.end("{}")));
    collector.listen(0, "127.0.0.1");
    await once(collector, "listening");
    const { port } = collector.address() as AddressInfo;
    const openTelemetry = { endpoint: `http://127.0.0.1:${port}/`, serviceName: "orders" };
    const broker = await startBrokerUnderTest({ config: { openTelemetry } });
    const queue = broker.embedded!.vhost("/").queue("q");
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const headers = fieldTable({ traceparent });
    await queue.publisher().getWriter().write({ body: new Uint8Array(1), properties: { headers } });
    const exposition = await scrape(broker.embedded!);
    const sent = valueOf(exposition, "haremq_spans_sent_total")!;
    assert.equal(sent + valueOf(exposition, "haremq_spans_waiting")!, 1);
    const received = once(collector, "request");
    await broker.close();
    const [{ url }] = await received;
    collector.close();
    assert.equal(url, "/v1/traces");
    assert.equal((await scrape(new Broker())).has("haremq_spans_sent_total"), false);
  });

  it("measure the journal", async () => {
    const broker = await startBrokerUnderTest();
    await broker.embedded!.users.add({ name: "somebody", password: "secret" });
    const exposition = await scrape(broker.embedded!);
    await broker.close();
    assert.ok(valueOf(exposition, "haremq_journal_sync_seconds_count")! > 0);
    assert.ok(valueOf(exposition, "haremq_journal_sync_seconds_sum")! > 0);
    const batches = valueOf(exposition, "haremq_journal_batch_bytes_count")!;
    assert.ok(batches >= valueOf(exposition, "haremq_journal_sync_seconds_count")!);
    assert.ok(valueOf(exposition, "process_cpu_seconds_total")! > 0);
    assert.ok(valueOf(exposition, "process_start_time_seconds")! * 1000 <= Date.now());
  });
});

describe("/metrics/memory-breakdown", () => {
  it("has parts that make up the memory of the process", async () => {
    const broker = await startBrokerUnderTest();
    const parts = await scrape(broker.embedded!, "/metrics/memory-breakdown");
    await broker.close();
    const sum = [...parts.values()].filter(({ name }) => name.startsWith("rabbitmq_memory_"))
      .reduce((sum, { samples }) => sum + samples[0].value, 0);
    assert.ok(sum > 1_000_000, `${sum} bytes`);
    assert.equal(parts.get("rabbitmq_identity_info")!.samples[0].labels.rabbitmq_endpoint, "memory-breakdown");
  });
});
