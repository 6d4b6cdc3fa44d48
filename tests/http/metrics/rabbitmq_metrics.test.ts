import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { startBrokerUnderTest } from "../../broker_under_test.ts";
import { scrape } from "./scrape.ts";

/** Metrics of RabbitMQ that neither endpoint has, and the reasons. */
const ABSENT: readonly (readonly [RegExp, string])[] = [
  [/^rabbitmq_erlang_(?!uptime)/, "there is no Erlang virtual machine"],
  [/_process_(reductions_total|memory_bytes)$/, "queues, channels and connections are no processes"],
  [/^rabbitmq_io_(read|seek|reopen|write_time)/, "only the journal's writes are counted, and RabbitMQ 4 counts none"],
  [/^rabbitmq_(schema_db|queue_index)_/, "there is neither a Schema DB nor a Queue Index"],
  [/^rabbitmq_stream_/, "streams are not kept in segments of their own, nor served by the stream protocol"],
  [/^rabbitmq_auth_attempts_detailed_/, "names of users and their addresses are for administrators only"],
];

describe("RabbitMQ's metrics", () => {
  it("are exposed with their types, except those that mean nothing here", async () => {
    const broker = await startBrokerUnderTest();
    const all = [await scrape(broker.embedded!), await scrape(broker.embedded!, "/metrics/per-object")];
    await broker.close();
    const types = new Map(all.flatMap((exposition) => [...exposition].map(([name, { type }]) => [name, type])));
    const file = fileURLToPath(new URL("rabbitmq_metrics.txt", import.meta.url));
    const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    const expected = lines.map((line) => line.split(" "));
    const different = expected.filter(([name, type]) =>
      types.get(name) !== type && !ABSENT.some(([pattern]) => pattern.test(name))
    );
    assert.deepEqual(different, []);
    for (const [pattern] of ABSENT) {
      assert.ok(expected.some(([name]) => pattern.test(name) && !types.has(name)), `${pattern} is used`);
    }
    const known = new Set(expected.map(([name]) => name));
    const added = [...types.keys()].filter((name) => name.startsWith("rabbitmq_") && !known.has(name));
    assert.deepEqual(added, [], "no other metric has RabbitMQ's prefix");
  });
});
