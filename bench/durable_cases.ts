import { type Case, planOf } from "./cases.ts";
import type { Traffic } from "./load/traffic.ts";

const CONFIRM_WINDOW = 1000;
/** Confirm window of a fanout to a hundred queues, where each message is stored a hundred times. */
const FANOUT_CONFIRM_WINDOW = 100;
const FANOUT_QUEUES = 100;
const MANY_QUEUES = 1000;
const MANY_CONFIRM_WINDOW = 10;
const PUBLISHERS_PER_CONNECTION = 100;
const CONSUMERS = 10;
/** Prefetch for many queues: not less than what one acknowledgement covers. */
const MANY_PREFETCH = 100;

interface DurableCase {
  readonly title: string;
  readonly traffic: Partial<Traffic>;
  /** True for a rate of consumers; false for one of publishers, when there is no consumer. */
  readonly isConsumed: boolean;
  readonly isQuick: boolean;
  /** True for a case that external generators can run too. */
  readonly isForAll: boolean;
}

const DEFINITIONS: readonly DurableCase[] = [
  {
    title: "durable: 1 KiB, 1 publisher, 1 consumer, confirms, acked",
    traffic: { bodyBytes: 1024, confirmWindow: CONFIRM_WINDOW },
    isConsumed: true,
    isQuick: true,
    isForAll: true,
  },
  {
    title: "durable: 16 B, 1 publisher, 1 consumer, confirms, acked",
    traffic: { bodyBytes: 16, confirmWindow: CONFIRM_WINDOW },
    isConsumed: true,
    isQuick: false,
    isForAll: true,
  },
  {
    title: "durable: 16 B, 1 publisher, each confirmed before the next",
    traffic: { bodyBytes: 16, confirmWindow: 1, consumers: 0 },
    isConsumed: false,
    isQuick: true,
    isForAll: true,
  },
  {
    title: `durable: 1 KiB, published to ${FANOUT_QUEUES} queues at once, confirms`,
    traffic: {
      bodyBytes: 1024,
      confirmWindow: FANOUT_CONFIRM_WINDOW,
      queues: FANOUT_QUEUES,
      fansOut: true,
      consumers: 0,
    },
    isConsumed: false,
    isQuick: false,
    isForAll: false,
  },
  {
    title: `durable: 16 B, ${MANY_QUEUES.toLocaleString("en")} queues with a publisher each, confirms, acked`,
    traffic: {
      bodyBytes: 16,
      confirmWindow: MANY_CONFIRM_WINDOW,
      publishers: MANY_QUEUES,
      queues: MANY_QUEUES,
      publishersPerConnection: PUBLISHERS_PER_CONNECTION,
      consumers: CONSUMERS,
      prefetch: MANY_PREFETCH,
    },
    isConsumed: true,
    isQuick: false,
    isForAll: false,
  },
];

/** Persistent messages to durable queues. */
export const DURABLE_CASES: readonly Case[] = DEFINITIONS.map((
  { title, traffic, isConsumed, isQuick, isForAll },
) => ({
  rows: [{ name: title, unit: "messages/s", isBetter: "higher" }],
  isQuick,
  async run(broker, tools) {
    const generator = isForAll ? tools.externalGenerator ?? tools.generator : tools.generator;
    const plan = { ...planOf({ ...traffic, isDurable: true }, tools), drains: isConsumed };
    const { consumedPerSecond, publishedPerSecond, faults } = await generator.run(broker, plan);
    return { figures: [isConsumed ? consumedPerSecond : publishedPerSecond], faults };
  },
}));
