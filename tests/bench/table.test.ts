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

  it("compares with another checkout on the same runtime only", () => {
    const results = new Results();
    const rates = { Deno: 200, Bun: 300, "Deno before": 100, "Bun before": 100, RabbitMQ: 10 };
    for (const [label, rate] of Object.entries(rates)) results.add([RATE], label, { figures: [rate] });
    const columns = [
      { label: "Deno", isOurs: true, runtime: "deno" },
      { label: "Bun", isOurs: true, runtime: "bun" },
      { label: "Deno before", isOurs: false, runtime: "deno" },
      { label: "Bun before", isOurs: false, runtime: "bun" },
      { label: "RabbitMQ", isOurs: false },
    ];
    const [head, line] = formatTable(columns, results).split("\n").map((row) => row.trim().split(/  +/));
    assert.deepEqual(head.slice(5), ["Deno / Deno before", "Deno / RabbitMQ", "Bun / Bun before", "Bun / RabbitMQ"]);
    assert.deepEqual(line.slice(7), ["2.0", "20", "3.0", "30"]);
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
