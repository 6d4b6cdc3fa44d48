import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker, type BrokerOptions } from "../../../mod.ts";
import { statisticsOptionsOf } from "../../../src/cli/http_config.ts";
import { InProcessClient } from "../../amqp091/in_process_client.ts";
import { configOf } from "../../config/read_conf.ts";
import { FakeClock, settled } from "../../fake_clock.ts";
import { HttpClient } from "../http_client.ts";

/** Starts a broker with statistics as a configuration file has them, and a queue `q` that gets ten messages a second. */
async function start(text: string, options: BrokerOptions = {}) {
  const clock = new FakeClock();
  const broker = new Broker({ clock, statistics: statisticsOptionsOf(configOf(text)), ...options });
  const amqp = await InProcessClient.open(broker);
  await amqp.request(1, "queue.declare", { queue: "q" });
  const client = new HttpClient(broker);
  const get = async (path: string) => (await client.get(path)).json;
  const { timerCount } = clock;
  await get("/api/overview");
  const isSampling = clock.timerCount > timerCount;
  const publish = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      for (let i = 0; i < 10; i++) amqp.publish(1, { routingKey: "q", body: "x" });
      await settled();
      await clock.advance(1000);
    }
  };
  return { amqp, client, get, publish, clock, isSampling };
}

describe("collect_statistics_interval", () => {
  it("is the time between two samples", async () => {
    const { get, publish } = await start(
      "collect_statistics_interval = 1000\nmanagement.sample_retention_policies.basic.minute = 1\n",
    );
    await publish(2);
    const { messages_details: { samples }, message_stats: stats } = await get(
      "/api/queues/%2F/q?lengths_age=2&lengths_incr=1",
    );
    assert.deepEqual(samples.map(({ sample }: { sample: number }) => sample), [20, 10, 0]);
    assert.deepEqual(stats.publish_details, { rate: 10 });
  });

  it("is not shorter than a tenth of a second", () => {
    assert.equal(statisticsOptionsOf(configOf("collect_statistics_interval = 1\n")).intervalMs, 100);
  });
});

describe("management.rates_mode", () => {
  it("none leaves out rates of messages, but not their numbers", async () => {
    const { get, publish } = await start("management.rates_mode = none\n");
    await publish(5);
    const queue = await get("/api/queues/%2F/q");
    assert.deepEqual([queue.message_stats, queue.messages, queue.messages_details], [undefined, 50, { rate: 10 }]);
    const overview = await get("/api/overview");
    assert.deepEqual([overview.rates_mode, overview.message_stats.publish], ["none", undefined]);
    assert.equal((await get("/api/channels"))[0].message_stats, undefined);
    assert.equal((await get("/api/nodes"))[0].rates_mode, "none");
  });

  it("none keeps what queues read and write on disk, in the overview", async () => {
    const { amqp, get, publish } = await start("management.rates_mode = none\n");
    await amqp.request(1, "queue.declare", { queue: "durable", durable: true });
    for (let i = 0; i < 10; i++) {
      amqp.publish(1, { routingKey: "durable", body: "x", properties: { deliveryMode: 2 } });
    }
    await publish(5);
    const { message_stats: stats } = await get("/api/overview");
    assert.deepEqual(Object.keys(stats), ["disk_reads", "disk_reads_details", "disk_writes", "disk_writes_details"]);
    assert.deepEqual([stats.disk_reads, stats.disk_writes], [0, 10]);
    assert.equal((await get("/api/queues/%2F/durable")).message_stats, undefined);
  });

  it("is basic otherwise", async () => {
    const { get, publish, isSampling } = await start("");
    await publish(5);
    assert.equal(isSampling, true);
    assert.deepEqual((await get("/api/queues/%2F/q")).message_stats.publish_details, { rate: 10 });
    assert.equal((await get("/api/overview")).rates_mode, "basic");
  });
});

describe("management.sample_retention_policies", () => {
  it("are for how long samples are kept, and how many", async () => {
    const { get, publish, clock } = await start(
      "management.sample_retention_policies.basic.minute = 5\nmanagement.sample_retention_policies.global.hour = 60\n" +
        "management.sample_retention_policies.global.600 = 10\n",
    );
    const { sample_retention_policies: spans } = await get("/api/overview");
    assert.deepEqual(spans, { global: [600, 3600], basic: [60], detailed: [600] });
    await publish(5);
    await clock.advance(120_000);
    const { message_stats: { publish_details: { samples } } } = await get(
      "/api/queues/%2F/q?msg_rates_age=125&msg_rates_incr=5",
    );
    const kept = samples.map(({ sample }: { sample: number }) => sample);
    assert.deepEqual([kept[0], kept.at(-1)], [50, 50]);
  });

  it("keep at most 100,000 samples, of positive times", () => {
    for (const [key, value] of [["global.day", "0"], ["basic.0", "5"], ["basic.1000000", "1"], ["other.day", "5"]]) {
      assert.throws(() => configOf(`management.sample_retention_policies.${key} = ${value}\n`), key);
    }
  });
});

describe("management_agent.filter_aggregated_queue_metrics_pattern", () => {
  it("leaves the messages of some queues out of totals", async () => {
    const { get, publish, client } = await start("management_agent.filter_aggregated_queue_metrics_pattern = ^q\n");
    await client.put("/api/queues/%2F/other");
    await client.post("/api/exchanges/%2F/amq.default/publish", {
      properties: {},
      routing_key: "other",
      payload: "x",
      payload_encoding: "string",
    });
    await publish(1);
    assert.equal((await get("/api/overview")).queue_totals.messages, 1);
    assert.equal((await get("/api/vhosts/%2F")).messages, 1);
    assert.equal((await get("/api/queues/%2F/q")).messages, 10);
  });
});

describe("a broker without statistics", () => {
  for (const key of ["management.disable_stats", "management_agent.disable_metrics_collector"]) {
    it(`by ${key} answers as to disable_stats, and takes no samples`, async () => {
      const { get, publish, client, isSampling } = await start(`${key} = true\n`);
      await publish(10);
      assert.equal(isSampling, false);
      const queue = await get("/api/queues/%2F/q");
      assert.deepEqual([queue.name, queue.messages, queue.message_stats], ["q", undefined, undefined]);
      const overview = await get("/api/overview");
      assert.deepEqual([overview.disable_stats, overview.object_totals.queues], [true, 1]);
      assert.equal((await client.get("/api/consumers")).status, 400);
    });
  }

  it("shows numbers of messages where management.enable_queue_totals is true", async () => {
    const { get, publish } = await start("management.disable_stats = true\n", {
      management: { showsQueueTotals: true },
    });
    await publish(1);
    const queue = await get("/api/queues/%2F/q");
    assert.deepEqual([queue.messages, queue.messages_ready, queue.message_stats], [10, 10, undefined]);
    assert.equal((await get("/api/overview")).enable_queue_totals, true);
  });
});

describe("management.restrictions.quorum_queue_replica_operations.disabled", () => {
  it("refuses changes of replicas", async () => {
    const client = new HttpClient(new Broker({ management: { refusesReplicaOperations: true } }));
    const node = "haremq@localhost";
    for (
      const [method, path] of [
        ["POST", "/api/queues/quorum/%2F/q/replicas/add"],
        ["DELETE", "/api/queues/quorum/%2F/q/replicas/delete"],
        ["POST", `/api/queues/quorum/replicas/on/${node}/grow`],
        ["DELETE", `/api/queues/quorum/replicas/on/${node}/shrink`],
      ]
    ) {
      const { status, json } = await client.request(method, path, "{}");
      const reason = "Broker settings disallow quorum queue replica operations.";
      assert.deepEqual([status, json], [405, { error: "method_not_allowed", reason }], path);
    }
  });
});
