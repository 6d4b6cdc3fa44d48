import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Row } from "../../bench/cases.ts";
import { Results } from "../../bench/results.ts";
import { formatTable } from "../../bench/table.ts";

const RATE: Row = { name: "acked", unit: "messages/s", isBetter: "higher" };
const MEMORY: Row = { name: "memory of a queue", unit: "kB", isBetter: "lower" };

describe("the benchmark's table", () => {
  it("has the medians of all brokers, and the ratios of ours to theirs", () => {
    const results = new Results();
    for (const rate of [2_345_678, 9_000_000, 1000]) results.add([RATE], "Deno", { figures: [rate] });
    for (const rate of [100_000, 200_000]) results.add([RATE], "RabbitMQ", { figures: [rate] });
    results.add([MEMORY], "Deno", { figures: [1.234] });
    const columns = [{ label: "Deno", isOurs: true }, { label: "RabbitMQ", isOurs: false }];
    assert.deepEqual(formatTable(columns, results).split("\n"), [
      "                                      Deno      RabbitMQ  Deno / RabbitMQ",
      "acked              messages/s ↑  2,350,000       150,000               16",
      "memory of a queue  kB ↓               1.23  not measured",
    ]);
  });

  it("has a place for missing figures", () => {
    const results = new Results();
    results.announce([RATE, MEMORY]);
    results.addFigure(MEMORY, "Deno", 12.34);
    const columns = [{ label: "Deno", isOurs: true }];
    assert.deepEqual(formatTable(columns, results).split("\n"), [
      "                                         Deno",
      "acked              messages/s ↑  not measured",
      "memory of a queue  kB ↓                  12.3",
    ]);
  });

  it("names what went wrong", () => {
    const results = new Results();
    results.add([RATE], "Deno", { figures: [1], faults: { lost: 1, outOfOrder: 0, repeated: 2, nacked: 0 } });
    results.addFailure(RATE, "RabbitMQ", new Error("Failed to connect"));
    assert.equal(results.hasFaults, true);
    assert.deepEqual(results.troubles, [
      "acked, Deno: 1 messages lost, 0 out of order, 2 repeated, 0 refused",
      "acked, RabbitMQ: Failed to connect",
    ]);
  });
});
