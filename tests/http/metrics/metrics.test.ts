import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker, type BrokerOptions } from "../../../mod.ts";
import { InProcessClient } from "../../amqp091/in_process_client.ts";
import { IDLE_MAX_MS } from "../../../src/http/metrics/scrape_stream.ts";
import { FakeClock, settled } from "../../fake_clock.ts";
import { HttpClient } from "../http_client.ts";
import { type Exposition, parseExposition, valueOf } from "./exposition_parser.ts";
import { scrape } from "./scrape.ts";

const get = (broker: Broker, path: string, init: RequestInit = {}): Promise<Response> =>
  broker.fetchMetrics(new Request(`http://localhost:15692${path}`, init), { isLoopback: true });

/** Opens a broker with traffic: three messages are published to queue `q` and one nowhere, and one is delivered. */
async function openBusyBroker(options: BrokerOptions = {}) {
  const broker = new Broker(options);
  const client = await InProcessClient.open(broker);
  broker.vhost("/").queue("q");
  broker.vhost("other").queue("o", { arguments: { "x-queue-type": "quorum" } });
  await client.request(1, "confirm.select");
  for (const body of ["a", "bc", "def"]) client.publish(1, { routingKey: "q", body });
  client.publish(1, { routingKey: "nowhere", body: "x" });
  client.send(1, "basic.get", { queue: "q" });
  await settled();
  return { broker, client };
}

const Q = { vhost: "/", queue: "q" };
const CLASSIC = { protocol: "amqp091", queue_type: "rabbit_classic_queue" };

/** Returns the labels of all samples of a metric. */
const labelsOf = (exposition: Exposition, name: string) => exposition.get(name)!.samples.map(({ labels }) => labels);

describe("/metrics", () => {
  it("adds up all objects, with RabbitMQ's names, types and texts", async () => {
    const { broker } = await openBusyBroker();
    const exposition = await scrape(broker);
    const value = (name: string, labels?: Record<string, string>) => valueOf(exposition, `rabbitmq_${name}`, labels);
    assert.equal(value("connections"), 1);
    assert.equal(value("channels"), 1);
    assert.equal(value("queues"), 2);
    assert.equal(value("queue_messages_ready"), 2);
    assert.equal(value("queue_messages_unacked"), 1);
    assert.equal(value("queue_messages"), 3);
    assert.equal(value("queue_messages_bytes"), 6);
    assert.equal(value("queue_messages_unacked_bytes"), 1);
    assert.equal(value("channel_messages_published_total"), 4);
    assert.equal(value("channel_get_ack_total"), 1);
    assert.equal(value("queue_get_ack_total"), 1);
    assert.equal(value("global_messages_received_total", { protocol: "amqp091" }), 4);
    assert.equal(value("global_messages_received_confirm_total", { protocol: "amqp091" }), 4);
    assert.equal(value("global_messages_confirmed_total", { protocol: "amqp091" }), 4);
    assert.equal(value("global_messages_routed_total", { protocol: "amqp091" }), 3);
    assert.equal(value("global_messages_unroutable_dropped_total", { protocol: "amqp091" }), 1);
    assert.equal(value("global_publishers", { protocol: "amqp091" }), 1);
    assert.equal(value("global_messages_delivered_total", CLASSIC), 1);
    assert.equal(value("global_messages_delivered_get_manual_ack_total", CLASSIC), 1);
    const { type, help } = exposition.get("rabbitmq_queue_messages_ready")!;
    assert.deepEqual([type, help], ["gauge", "Messages ready to be delivered to consumers"]);
    assert.deepEqual(labelsOf(exposition, "rabbitmq_identity_info"), [{
      rabbitmq_node: "haremq@localhost",
      rabbitmq_cluster: "haremq",
      rabbitmq_cluster_permanent_id: "haremq",
      rabbitmq_endpoint: "aggregated",
    }]);
  });

  it("never lets a counter fall when a queue, a channel or an exchange is gone", async () => {
    const { broker, client } = await openBusyBroker();
    const vhost = broker.node.vhosts.get("/")!;
    client.send(1, "exchange.declare", { exchange: "x", type: "fanout" });
    client.send(1, "queue.bind", { queue: "q", exchange: "x" });
    client.publish(1, { exchange: "x", body: "x" });
    await settled();
    const before = await scrape(broker);
    vhost.removeQueue(vhost.queues.get("q")!);
    client.send(1, "exchange.delete", { exchange: "x" });
    client.send(1, "channel.close");
    await settled();
    assert.equal(valueOf(await scrape(broker), "rabbitmq_channels"), 0);
    const after = await scrape(broker);
    for (const { name, type, samples } of before.values()) {
      if (type !== "counter") continue;
      for (const sample of samples) {
        const later = valueOf(after, sample.name, sample.labels);
        assert.ok(later !== undefined && later >= sample.value, `${name}: ${sample.value}, then ${later}`);
      }
    }
  });

  it("returns single objects where prometheus.return_per_object_metrics says so", async () => {
    const { broker } = await openBusyBroker({ metrics: { returnPerObjectMetrics: true } });
    assert.equal(valueOf(await scrape(broker), "rabbitmq_queue_messages", Q), 3);
  });

  it("is OpenMetrics for a client that asks for that", async () => {
    const { broker } = await openBusyBroker();
    for (const path of ["/metrics", "/metrics/per-object"]) {
      const accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";
      const exposition = await scrape(broker, path, { accept });
      assert.equal(exposition.get("rabbitmq_connections_opened")!.type, "counter");
      assert.equal(valueOf(exposition, "rabbitmq_connections_opened_total"), 1);
    }
    const sizes = (await scrape(broker, "/metrics", { accept: "application/openmetrics-text" }))
      .get("rabbitmq_message_size_bytes")!.samples.flatMap(({ labels: { le } }) => le ?? []);
    const dashboards = ["100.0", "1000.0", "10000.0", "100000.0", "1e+06", "1e+07", "5e+07", "1e+08", "+Inf"];
    assert.deepEqual(sizes, dashboards);
    const response = await get(broker, "/metrics", { headers: { accept: "text/plain" } });
    assert.equal(response.headers.get("content-type"), "text/plain; version=0.0.4");
    await response.body!.cancel();
  });

  it("is found at the configured path only", async () => {
    const broker = new Broker({ metrics: { path: "/mine" } });
    assert.equal((await get(broker, "/metrics")).status, 404);
    assert.ok((await scrape(broker, "/mine")).has("rabbitmq_queues"));
    assert.ok((await scrape(broker, "/mine/per-object")).has("rabbitmq_queues"));
  });

  it("answers other paths with 404, and other methods with 405", async () => {
    const broker = new Broker();
    const unknown = await get(broker, "/metrics/nothing");
    assert.deepEqual([unknown.status, await unknown.text()], [404, "Unknown Registry"]);
    assert.equal((await get(broker, "/metrics/constructor")).status, 404);
    assert.equal((await get(broker, "/")).status, 404);
    assert.equal((await get(broker, "/metrics", { method: "POST" })).status, 405);
  });

  it("is for monitoring users only where prometheus.authentication.enabled says so", async () => {
    const broker = new Broker({ metrics: { isAuthenticated: true } });
    await broker.users.add({ name: "watcher", password: "secret", tags: ["monitoring"] });
    await broker.users.add({ name: "plain", password: "secret", tags: ["management"] });
    const statusOf = async (user?: string) => {
      const headers: HeadersInit = user === undefined ? {} : { authorization: `Basic ${btoa(user)}` };
      const response = await get(broker, "/metrics", { headers });
      await response.body?.cancel();
      return response.status;
    };
    assert.equal(await statusOf(), 401);
    assert.equal(await statusOf("plain:secret"), 401);
    assert.equal(await statusOf("watcher:wrong"), 401);
    assert.equal(await statusOf("watcher:secret"), 200);
    assert.equal(await statusOf("guest:guest"), 200);
  });

  it("refuses more than sixteen scrapes at a time, and takes one again after one has ended", async () => {
    const broker = new Broker();
    const open: Response[] = [];
    for (let i = 0; i < 16; i++) open.push(await get(broker, "/metrics"));
    assert.equal((await get(broker, "/metrics")).status, 503);
    await open[0].text();
    open.push(await get(broker, "/metrics"));
    assert.equal(open[16].status, 200);
    assert.equal((await get(broker, "/metrics")).status, 503);
    await open[16].body!.cancel();
    assert.equal((await get(broker, "/metrics", { method: "HEAD" })).status, 200);
    const last = await get(broker, "/metrics");
    assert.equal(last.status, 200);
    for (const { body } of [...open.slice(1, 16), last]) await body!.cancel();
  });

  it("gives up a scrape that nobody reads", async () => {
    const clock = new FakeClock();
    const broker = new Broker({ clock });
    const responses: Response[] = [];
    for (let i = 0; i < 16; i++) responses.push(await get(broker, "/metrics"));
    await clock.advance(IDLE_MAX_MS);
    await assert.rejects(responses[0].text());
    const next = await get(broker, "/metrics");
    assert.equal(next.status, 200);
    await next.body!.cancel();
  });
});

describe("rabbitmq_identity_info", () => {
  it("has the name that the cluster is given while it runs", async () => {
    const broker = new Broker();
    await new HttpClient(broker).put("/api/cluster-name", { name: "renamed" });
    const [labels] = labelsOf(await scrape(broker), "rabbitmq_identity_info");
    assert.equal(labels.rabbitmq_cluster, "renamed");
  });
});

describe("counters of logins", () => {
  it("are kept by protocol", async () => {
    const { broker } = await openBusyBroker();
    await new HttpClient(broker, "guest:wrong").get("/api/whoami");
    await new HttpClient(broker).get("/api/whoami");
    for (
      const [path, prefix] of [
        ["/metrics", "rabbitmq_auth_attempts"],
        ["/metrics/detailed?family=auth_attempt_metrics", "rabbitmq_detailed_auth_attempts"],
      ]
    ) {
      const exposition = await scrape(broker, path);
      assert.equal(valueOf(exposition, `${prefix}_succeeded_total`, { protocol: "amqp091" }), 1);
      assert.equal(valueOf(exposition, `${prefix}_total`, { protocol: "http" }), 2);
      assert.equal(valueOf(exposition, `${prefix}_failed_total`, { protocol: "http" }), 1);
    }
  });
});

describe("/api/metrics", () => {
  it("has the same metrics for users who monitor", async () => {
    const { broker } = await openBusyBroker();
    await broker.users.add({ name: "plain", password: "secret", tags: ["management"] });
    for (
      const [path, name] of [
        ["/api/metrics", "rabbitmq_queue_messages"],
        ["/api/metrics/per-object", "rabbitmq_queue_info"],
        ["/api/metrics/detailed?family=queue_coarse_metrics&queue=q", "rabbitmq_detailed_queue_messages"],
      ]
    ) {
      const { status, text } = await new HttpClient(broker).get(path);
      assert.equal(status, 200);
      assert.equal(parseExposition(text).get(name)!.samples.length > 0, true, path);
      assert.equal((await new HttpClient(broker, "plain:secret").get(path)).status, 401);
    }
  });
});

describe("/metrics/per-object", () => {
  it("has the metrics of each object, by its labels", async () => {
    const { broker } = await openBusyBroker();
    const exposition = await scrape(broker, "/metrics/per-object");
    const value = (name: string, labels?: Record<string, string>) => valueOf(exposition, `rabbitmq_${name}`, labels);
    assert.equal(value("queue_messages_ready", Q), 2);
    assert.equal(value("queue_messages_ready", { vhost: "other", queue: "o" }), 0);
    assert.equal(value("queue_consumer_capacity", Q), 0);
    assert.equal(value("queue_info", { ...Q, queue_type: "rabbit_classic_queue", membership: "leader" }), 1);
    const [{ origin }] = [...broker.node.sessions];
    assert.equal(value("channel_messages_published_total", { channel: `${origin.name} (1)` }), 4);
    assert.equal(value("connection_channels", { channel: origin.name }), 1);
    assert.equal(value("exchange_messages_published_total", { vhost: "/", exchange: "" }), 4);
    assert.equal(value("queues"), 2);
  });

  it("escapes names", async () => {
    const broker = new Broker();
    broker.vhost("/").queue('a"b\\c\nd');
    const exposition = await scrape(broker, "/metrics/per-object");
    assert.equal(valueOf(exposition, "rabbitmq_queue_messages", { vhost: "/", queue: 'a"b\\c\nd' }), 0);
  });
});

describe("/metrics/detailed", () => {
  it("has nothing but names unless it is asked for a family", async () => {
    const exposition = await scrape((await openBusyBroker()).broker, "/metrics/detailed");
    const names = [...exposition.keys()].filter((name) => !name.startsWith("telemetry"));
    assert.deepEqual(names, ["rabbitmq_build_info", "rabbitmq_identity_info"]);
  });

  it("has the families that it is asked for", async () => {
    const { broker } = await openBusyBroker();
    const path = "/metrics/detailed?family=queue_coarse_metrics&family=vhost_status&family=exchange_names";
    const exposition = await scrape(broker, path);
    assert.equal(valueOf(exposition, "rabbitmq_detailed_queue_messages", Q), 3);
    assert.equal(valueOf(exposition, "rabbitmq_cluster_vhost_status", { vhost: "other" }), 1);
    const exchange = { vhost: "/", exchange: "amq.direct", type: "direct" };
    assert.equal(valueOf(exposition, "rabbitmq_cluster_exchange_name", exchange), 1);
    assert.ok(exposition.has("rabbitmq_detailed_queue_info"));
    assert.ok(!exposition.has("rabbitmq_detailed_queue_consumers"));
  });

  it("writes consumers once when both groups that have them are asked for", async () => {
    const { broker } = await openBusyBroker();
    const path = "/metrics/detailed?family=queue_consumer_count";
    assert.equal(valueOf(await scrape(broker, path), "rabbitmq_detailed_queue_consumers", Q), 0);
    assert.equal(
      valueOf(await scrape(broker, `${path}&family=queue_metrics`), "rabbitmq_detailed_queue_consumers", Q),
      0,
    );
  });

  it("is limited to virtual hosts, and to queues by a pattern", async () => {
    const { broker } = await openBusyBroker();
    const queuesAt = async (query: string) => {
      const exposition = await scrape(broker, `/metrics/detailed?family=queue_coarse_metrics&${query}`);
      return labelsOf(exposition, "rabbitmq_detailed_queue_messages").map(({ queue }) => queue);
    };
    assert.deepEqual(await queuesAt("vhost=other"), ["o"]);
    assert.deepEqual(await queuesAt("vhost=other&vhost=%2F"), ["q", "o"]);
    assert.deepEqual(await queuesAt("vhost=nowhere"), []);
    assert.deepEqual(await queuesAt("queue=%5Eq"), ["q"]);
    assert.deepEqual(await queuesAt("queue=x"), []);
  });

  it("refuses a wrong pattern", async () => {
    const broker = new Broker();
    const textOf = async (query: string) => {
      const response = await get(broker, `/metrics/detailed?${query}`);
      return [response.status, await response.text()];
    };
    const [status, reason] = await textOf("queue=((");
    assert.equal(status, 400);
    assert.match(String(reason), /^Invalid 'queue' regex/);
    assert.deepEqual(await textOf("queue=a&queue=b"), [400, "Only one 'queue' query parameter is allowed"]);
    assert.deepEqual(await textOf(`queue=${"a".repeat(2001)}`), [400, "'queue' regex too long"]);
  });
});

describe("a scrape", () => {
  it("of 10,000 queues leaves a turn to others every few milliseconds", async () => {
    const broker = new Broker();
    const vhost = broker.vhost("/");
    for (let i = 0; i < 10_000; i++) vhost.queue(`queue-${i}`);
    const response = await get(broker, "/metrics/per-object");
    let chunks = 0;
    let turns = 0;
    let isOver = false;
    const tick = () => {
      turns++;
      if (!isOver) setTimeout(tick, 0);
    };
    setTimeout(tick, 0);
    for await (const chunk of response.body!) chunks += chunk.length > 0 ? 1 : 0;
    isOver = true;
    assert.ok(chunks > 20, `${chunks} chunks`);
    assert.ok(turns >= chunks / 2, `${turns} other turns during ${chunks} chunks`);
  });

  it("counts itself", async () => {
    const broker = new Broker();
    await scrape(broker);
    const exposition = await scrape(broker);
    const labels = { registry: "default", content_type: "text/plain; version=0.0.4" };
    assert.equal(valueOf(exposition, "telemetry_scrape_size_bytes_count", labels), 1);
    assert.ok(valueOf(exposition, "telemetry_scrape_size_bytes_sum", labels)! > 1000);
  });
});

describe("counters of dead messages", () => {
  it("tell type, reason, and what became of the messages", async () => {
    const broker = new Broker();
    const client = await InProcessClient.open(broker);
    const vhost = broker.vhost("/");
    vhost.queue("dlq");
    const letters = { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dlq" };
    vhost.queue("dropping", { arguments: { "x-max-length": 1 } });
    vhost.queue("lettering", { arguments: letters });
    const atLeastOnce = { "x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish" };
    vhost.queue("keeping", {
      arguments: { "x-queue-type": "quorum", "x-delivery-limit": 0, ...letters, ...atLeastOnce },
    });
    for (const routingKey of ["dropping", "dropping", "lettering", "keeping", "keeping"]) {
      client.publish(1, { routingKey, body: "x" });
    }
    client.send(1, "basic.get", { queue: "lettering" });
    client.send(1, "basic.get", { queue: "keeping" });
    client.send(1, "basic.get", { queue: "keeping" });
    client.send(1, "basic.reject", { deliveryTag: 1n, requeue: false });
    client.send(1, "basic.reject", { deliveryTag: 2n, requeue: false });
    client.send(1, "basic.reject", { deliveryTag: 3n, requeue: true });
    await settled();
    const exposition = await scrape(broker);
    const value = (reason: string, type: string, strategy: string) =>
      valueOf(exposition, `rabbitmq_global_messages_dead_lettered_${reason}_total`, {
        queue_type: `rabbit_${type}_queue`,
        dead_letter_strategy: strategy,
      });
    assert.equal(value("maxlen", "classic", "disabled"), 1);
    assert.equal(value("rejected", "classic", "at_most_once"), 1);
    assert.equal(value("rejected", "classic", "disabled"), 0);
    assert.equal(value("rejected", "quorum", "at_least_once"), 1);
    assert.equal(value("delivery_limit", "quorum", "at_least_once"), 1);
    assert.equal(value("confirmed", "quorum", "at_least_once"), 2);
    assert.equal(value("expired", "quorum", "disabled"), 0);
  });
});

describe("rabbitmq_message_size_bytes", () => {
  it("counts messages of connections by the size of their bodies", async () => {
    const { broker, client } = await openBusyBroker();
    client.publish(1, { routingKey: "q", body: "x".repeat(101) });
    await settled();
    await broker.vhost("/").queue("q").publisher().getWriter().write({ body: new Uint8Array(5000) });
    const exposition = await scrape(broker);
    const bucket = (le: string) =>
      valueOf(exposition, "rabbitmq_message_size_bytes_bucket", { protocol: "amqp091", le });
    assert.deepEqual([bucket("100"), bucket("1000"), bucket("+Inf")], [4, 5, 5]);
    assert.equal(valueOf(exposition, "rabbitmq_message_size_bytes_sum", { protocol: "amqp091" }), 108);
  });
});
