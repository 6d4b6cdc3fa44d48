import type { MeasuredBroker } from "./broker.ts";
import type { ExternalGenerator } from "./external_generator.ts";
import type { Faults, Generator, TrafficPlan } from "./generator.ts";
import { ONE_TO_ONE, type Traffic } from "./load/traffic.ts";

/** A row of the table. */
export interface Row {
  readonly name: string;
  readonly unit: "messages/s" | "connections/s" | "" | "ms" | "kB" | "bytes" | "MB";
  readonly isBetter: "higher" | "lower";
}

/** The result of a run: one figure for each row, in the rows' order. */
export interface Outcome {
  readonly figures: readonly number[];
  readonly faults?: Faults;
}

/** A benchmark that runs in rounds against each broker in turn. */
export interface Case {
  readonly rows: readonly Row[];
  /** True for a case of quick runs. */
  readonly isQuick: boolean;
  /** True for a case of brokers with a port for TLS alone. */
  readonly needsTls?: true;
  run(broker: MeasuredBroker, tools: Tools): Promise<Outcome>;
}

export interface Tools {
  readonly generator: Generator;
  /** Replaces `generator` where it can. */
  readonly externalGenerator: ExternalGenerator | undefined;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

const CONFIRM_WINDOW = 1000;
/** Factor of the measuring time of latencies, as percentiles need more messages than rates. */
const LATENCY_MEASURE_FACTOR = 2;

const SIZES = [[16, "16 B"], [1024, "1 KiB"]] as const;
const SHAPES = [[1, "1 publisher, 1 consumer"], [4, "4 publishers, 4 consumers, 4 queues"]] as const;
const MODES: readonly { readonly name: string; readonly traffic: Partial<Traffic> }[] = [
  { name: "no-ack", traffic: { ackEvery: 0 } },
  { name: "acked", traffic: {} },
  { name: "confirms, acked", traffic: { confirmWindow: CONFIRM_WINDOW } },
];
/** The throughput cases of a quick run. */
const QUICK_THROUGHPUTS = ["16 1 no-ack", "16 1 acked", "16 4 acked", "1024 1 confirms, acked"];

const throughputs = SIZES.flatMap(([bodyBytes, size]) =>
  SHAPES.flatMap(([count, shape]) =>
    MODES.map(({ name, traffic }): Case => {
      const title = `${size}, ${shape}, ${name}`;
      const isUnthrottled = traffic.confirmWindow === undefined && traffic.ackEvery === undefined;
      return {
        rows: [
          { name: title, unit: "messages/s", isBetter: "higher" },
          ...(isUnthrottled ? [{ name: "  consumed for each published", unit: "", isBetter: "higher" } as const] : []),
        ],
        isQuick: QUICK_THROUGHPUTS.includes(`${bodyBytes} ${count} ${name}`),
        async run(broker, tools) {
          const plan = planOf({ ...traffic, bodyBytes, publishers: count, consumers: count, queues: count }, tools);
          const result = await (tools.externalGenerator ?? tools.generator).run(broker, plan);
          const { consumedPerSecond, publishedPerSecond, faults } = result;
          const ratio = consumedPerSecond / publishedPerSecond;
          return { figures: isUnthrottled ? [consumedPerSecond, ratio] : [consumedPerSecond], faults };
        },
      };
    })
  )
);

const onePrefetched: Case = {
  rows: [{
    name: "16 B, prefetch 1, each message acked, publisher floods",
    unit: "messages/s",
    isBetter: "higher",
  }],
  isQuick: true,
  async run(broker, tools) {
    // Not for an external generator, which would consume the rest for minutes.
    const plan = { ...planOf({ prefetch: 1, ackEvery: 1 }, tools), drains: false };
    const { consumedPerSecond, faults } = await tools.generator.run(broker, plan);
    return { figures: [consumedPerSecond], faults };
  },
};

const latencies = [1000, 20_000].map((ratePerSecond): Case => ({
  rows: ["p50", "p95", "p99"].map((percentile) => ({
    name: `latency at ${ratePerSecond.toLocaleString("en")} messages/s, ${percentile}`,
    unit: "ms",
    isBetter: "lower",
  })),
  isQuick: true,
  async run(broker, tools) {
    const measureMs = tools.measureMs * LATENCY_MEASURE_FACTOR;
    const plan = { ...planOf({ ratePerSecond, measureMs }, tools), sharesClock: true };
    const { latencyUs: { p50, p95, p99 }, faults } = await (tools.externalGenerator ?? tools.generator).run(
      broker,
      plan,
    );
    return { figures: [p50 / 1000, p95 / 1000, p99 / 1000], faults };
  },
}));

const churn: Case = {
  rows: [{
    name: "connections opened and closed, one after another",
    unit: "connections/s",
    isBetter: "higher",
  }],
  isQuick: true,
  async run(broker, { generator, measureMs }) {
    return { figures: [await generator.churn(broker, measureMs)] };
  },
};

/** Returns the plan of a run with one publisher and one consumer, changed by `traffic`. */
export function planOf(traffic: Partial<Traffic>, { warmUpMs, measureMs }: Tools): TrafficPlan {
  return {
    traffic: {
      ...ONE_TO_ONE,
      warmUpMs,
      measureMs,
      ...traffic,
    },
    sharesClock: false,
    drains: true,
  };
}

export const CASES: readonly Case[] = [...throughputs, onePrefetched, ...latencies, churn];
