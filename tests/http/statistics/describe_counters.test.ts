import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ARRIVALS, DELIVERIES, LAYOUTS, MESSAGES } from "../../../src/http/statistics/counters.ts";
import {
  addCounters,
  countersText,
  type Described,
  messageStats,
  messageStatsText,
} from "../../../src/http/statistics/describe_counters.ts";
import { History } from "../../../src/http/statistics/history.ts";
import { DEFAULT_STATISTICS_OPTIONS, resolutionsOf } from "../../../src/http/statistics/retention.ts";
import { SampleBudget } from "../../../src/http/statistics/sample_memory.ts";
import { Ticks } from "../../../src/http/statistics/ticks.ts";

const layout = LAYOUTS.queue;
const VIEW = { ranges: {}, statistics: { options: DEFAULT_STATISTICS_OPTIONS } };

/** Returns two queues' counters, sampled twice. */
function observe() {
  const resolutions = resolutionsOf(DEFAULT_STATISTICS_OPTIONS.policies.basic, 5000);
  const ticks = new Ticks(5000, resolutions);
  const history = new History<object>(layout.width, resolutions, ticks, new SampleBudget());
  const keys = [{}, {}];
  const values = layout.names.map(() => 0);
  const setTo = (counts: Record<string, number>) => layout.names.map((name) => counts[name] ?? 0);
  ticks.begin(0, 0);
  for (const key of keys) history.sample(key, setTo({ messages_ready: 1 }));
  ticks.begin(5000, 5000);
  for (const key of keys) history.sample(key, setTo({ messages_ready: 4, messages_unacknowledged: 7 }));
  const observed = { layout, history, keys, values: new Float64Array(values) };
  observed.values.set(setTo({ messages_ready: 8, messages_unacknowledged: 14 }));
  return observed;
}

describe("the counters of an object", () => {
  it("have a rate each, sums too", () => {
    const described: Described = {};
    addCounters(described, observe(), MESSAGES, {});
    assert.deepEqual(described, {
      messages_ready: 8,
      messages_ready_details: { rate: 1.2 },
      messages_unacknowledged: 14,
      messages_unacknowledged_details: { rate: 2.8 },
      messages: 22,
      messages_details: { rate: 4 },
    });
  });

  it("have samples, newest first, with averages for a range", () => {
    const described: Described = {};
    addCounters(described, observe(), MESSAGES, { lengths: { firstMs: -5000, lastMs: 5000, stepMs: 5000 } });
    assert.deepEqual(described.messages_details, {
      rate: 4,
      samples: [
        { sample: 22, timestamp: 5000 },
        { sample: 2, timestamp: 0 },
        { sample: 0, timestamp: -5000 },
      ],
      avg_rate: 2.2,
      avg: 8,
    });
  });

  it("are left out of message_stats until something was counted", () => {
    const observed = observe();
    assert.equal(messageStats(observed, [ARRIVALS, DELIVERIES], VIEW), undefined);
    observed.values[0] = 1;
    assert.deepEqual(messageStats(observed, [ARRIVALS, DELIVERIES], VIEW), {
      publish: 1,
      publish_details: { rate: 0 },
    });
    observed.values[4] = 3;
    const stats = messageStats(observed, [ARRIVALS, DELIVERIES], VIEW)!;
    assert.deepEqual([stats.publish, stats.deliver_no_ack, stats.deliver_get, stats.ack], [1, 3, 3, 0]);
  });

  it("have the same members as text", () => {
    const observed = observe();
    observed.values.set([5, 0, 0, 2]);
    for (const ranges of [{}, { lengths: { firstMs: -5000, lastMs: 5000, stepMs: 5000 } }]) {
      const described: Described = {};
      addCounters(described, observed, MESSAGES, ranges);
      described.message_stats = messageStats(observed, [ARRIVALS, DELIVERIES], { ...VIEW, ranges });
      const stats = messageStatsText(observed, [ARRIVALS, DELIVERIES], { ...VIEW, ranges });
      assert.equal(`{${(countersText(observed, MESSAGES, ranges) + stats).slice(1)}}`, JSON.stringify(described));
    }
    observed.values.fill(0);
    assert.equal(messageStatsText(observed, [ARRIVALS, DELIVERIES], VIEW), "");
  });
});
