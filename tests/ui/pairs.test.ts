import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Pair } from "../../ui/api/types.ts";
import { busiest, SHOWN_PAIRS } from "../../ui/components/pairs/busiest.ts";

const pair = (name: string, rate: number, publish: number): Pair => ({
  stats: { publish, publish_details: { rate } },
  queue: { name, vhost: "/" },
});

const namesOf = (pairs: readonly Pair[]) => pairs.map(({ queue }) => queue?.name);

describe("the pairs that a table shows", () => {
  it("are those with the highest rates, and with the highest counts among these", () => {
    const pairs = [pair("idle", 0, 5), pair("slow", 1, 100), pair("fast", 9, 1), pair("idle, much", 0, 50)];
    assert.deepEqual(namesOf(busiest(pairs, "publish")), ["fast", "slow", "idle, much", "idle"]);
  });

  it("are not too many for a page", () => {
    const pairs = Array.from({ length: SHOWN_PAIRS + 5 }, (_, index) => pair(`q${index}`, index, 0));
    const shown = busiest(pairs, "publish");
    assert.deepEqual([shown.length, shown[0].queue?.name], [SHOWN_PAIRS, `q${SHOWN_PAIRS + 4}`]);
  });
});
