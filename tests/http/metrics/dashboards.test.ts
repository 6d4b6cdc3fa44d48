import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { startBrokerUnderTest } from "../../broker_under_test.ts";
import { scrape } from "./scrape.ts";

/** Metrics of dashboards that are not exposed, and the reasons. */
const ABSENT: readonly (readonly [RegExp, string])[] = [
  [/^erlang_vm_(?!statistics_bytes_)/, "there is no Erlang virtual machine: see haremq_* and process_* instead"],
  [/^rabbitmq_raft_/, "quorum queues have one member, without Raft: see haremq_journal_* instead"],
  [/^rabbitmq_global_stream_error_/, "the stream protocol is not spoken"],
];

/** Dashboards that are filled completely. */
const COMPLETE = ["RabbitMQ-Overview"];

describe("RabbitMQ's dashboards for Grafana", () => {
  it("find their metrics, except those that mean nothing here", async () => {
    const broker = await startBrokerUnderTest();
    const exposition = await scrape(broker.embedded!);
    await broker.close();
    const exposed = new Set(
      [...exposition].flatMap(([name, { samples }]) => [name, ...samples.map(({ name }) => name)]),
    );
    const file = fileURLToPath(new URL("dashboards.txt", import.meta.url));
    const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    const missing = lines.map((line) => line.split(" ")).filter(([, metric]) => !exposed.has(metric));
    const unexplained = missing.filter(([dashboard, metric]) =>
      COMPLETE.includes(dashboard) || !ABSENT.some(([pattern]) => pattern.test(metric))
    );
    assert.deepEqual(unexplained, []);
    for (const [pattern] of ABSENT) assert.ok(missing.some(([, metric]) => pattern.test(metric)), `${pattern} is used`);
  });

  it("select the broker by its names", async () => {
    const broker = await startBrokerUnderTest({ nodeName: "rabbit@here", clusterName: "mine" });
    const exposition = await scrape(broker.embedded!);
    await broker.close();
    const [{ labels }] = exposition.get("rabbitmq_identity_info")!.samples;
    assert.equal(labels.rabbitmq_node, "rabbit@here");
    assert.equal(labels.rabbitmq_cluster, "mine");
  });
});
