import { readBoolean, readCount, readDelay, readName, readPattern } from "../value.ts";
import type { Effects } from "./effect.ts";

const RATES_MODES = ["basic", "detailed", "none"] as const;
const SECTIONS = ["global", "basic", "detailed"] as const;

type Section = typeof SECTIONS[number];

/** Settings of the statistics in the management API. */
export interface StatisticsConfig {
  readonly statistics?: {
    readonly intervalMs?: number;
    readonly ratesMode?: typeof RATES_MODES[number];
    /** Seconds between samples, by the seconds for which these are kept. */
    readonly policies?: Readonly<Partial<Record<Section, Readonly<Record<number, number>>>>>;
    readonly areDisabled?: boolean;
    /** Pattern of the names of queues that totals leave out. */
    readonly leftOutOfTotals?: string;
  };
}

type Draft = { -readonly [Name in keyof StatisticsConfig]: StatisticsConfig[Name] };

/** Shortest interval between two samples. In milliseconds. */
const INTERVAL_MIN_MS = 100;
/** Maximum number of samples that a policy keeps of each count. */
const SAMPLES_MAX = 100_000;

/** RabbitMQ's names of times, in seconds. */
const SECONDS: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400 };

const set = (draft: Draft, options: NonNullable<StatisticsConfig["statistics"]>): void =>
  void (draft.statistics = { ...draft.statistics, ...options });

function setPolicy(draft: Draft, value: string, section: Section, name: string): void {
  const seconds = SECONDS[name] ?? readCount(name);
  const everySeconds = readCount(value);
  if (seconds === 0 || everySeconds === 0) throw new RangeError(`These are seconds: received ${name} and "${value}".`);
  if (seconds / everySeconds > SAMPLES_MAX) {
    throw new RangeError(`A policy keeps at most ${SAMPLES_MAX} samples: received ${name} and "${value}".`);
  }
  const policies = draft.statistics?.policies;
  set(draft, { policies: { ...policies, [section]: { ...policies?.[section], [seconds]: everySeconds } } });
}

const disable = (draft: Draft, value: string): void => {
  if (readBoolean(value)) set(draft, { areDisabled: true });
};

export const STATISTICS: Effects<Draft> = {
  collect_statistics_interval: {
    help: `time in milliseconds between two samples of statistics, at least ${INTERVAL_MIN_MS}`,
    default: "5000",
    apply: (draft, value) => set(draft, { intervalMs: Math.max(INTERVAL_MIN_MS, readDelay(value)) }),
  },
  "management.rates_mode": {
    help: "rates of messages: basic, detailed by pairs of channel, exchange and queue too, or none",
    default: "basic",
    apply: (draft, value) => set(draft, { ratesMode: readName(value, RATES_MODES) }),
  },
  "management.sample_retention_policies.$section.$interval": {
    help:
      "seconds between two samples; the interval says how long they are kept: minute, hour, day, or a number of seconds; " +
      "the section is global, basic or detailed",
    apply: (draft, value, section, name) => setPolicy(draft, value, readName(section, SECTIONS), name),
  },
  "management.disable_stats": {
    help: "whether the management API has no statistics",
    default: "false",
    apply: disable,
  },
  "management_agent.disable_metrics_collector": {
    help: "whether the management API has no statistics",
    default: "false",
    apply: disable,
  },
  "management_agent.filter_aggregated_queue_metrics_pattern": {
    help: "pattern of the names of queues whose messages are left out of the totals of virtual hosts and broker",
    apply: (draft, value) => set(draft, { leftOutOfTotals: readPattern(value) }),
  },
};
