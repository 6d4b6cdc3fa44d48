/** Rates of messages: none, by object, or by pairs of channel, exchange and queue too (`management.rates_mode`). */
export type RatesMode = "none" | "basic" | "detailed";

/** Samples that are kept for a time, one for each shorter time. */
export interface RetentionPolicy {
  /** Age up to which samples are kept. In seconds. */
  readonly seconds: number;
  /** Interval between two samples. In seconds. */
  readonly everySeconds: number;
}

/** Policies by the objects that they are for (`management.sample_retention_policies`). */
export interface RetentionPolicies {
  /** Of the node and the virtual hosts. */
  readonly global: readonly RetentionPolicy[];
  /** Of connections, channels, queues and exchanges. */
  readonly basic: readonly RetentionPolicy[];
  /** Of pairs of a channel and a queue or exchange. */
  readonly detailed: readonly RetentionPolicy[];
}

const policy = (seconds: number, everySeconds: number): RetentionPolicy => ({ seconds, everySeconds });

/** RabbitMQ's default policies, from fine to coarse. */
const DEFAULT_POLICIES: RetentionPolicies = {
  global: [policy(605, 5), policy(3660, 60), policy(29_400, 600), policy(86_400, 1800)],
  basic: [policy(605, 5), policy(3600, 60)],
  detailed: [policy(605, 5)],
};

/** The way in which statistics are taken. */
export interface StatisticsOptions {
  /** Interval between two samples (`collect_statistics_interval`). In milliseconds. Default: 5000. */
  readonly intervalMs: number;
  /** Rates that are kept. Default: `basic`. */
  readonly ratesMode: RatesMode;
  /** Samples that are kept. Default: RabbitMQ's. */
  readonly policies: RetentionPolicies;
  /** True when there are none (`management_agent.disable_metrics_collector`, `management.disable_stats`). */
  readonly areDisabled: boolean;
  /**
   * Returns whether the messages of a queue are left out of totals
   * (`management_agent.filter_aggregated_queue_metrics_pattern`). Default: none are.
   */
  readonly isLeftOutOfTotals: (queueName: string) => boolean;
}

export const DEFAULT_STATISTICS_OPTIONS: StatisticsOptions = {
  intervalMs: 5000,
  ratesMode: "basic",
  policies: DEFAULT_POLICIES,
  areDisabled: false,
  isLeftOutOfTotals: () => false,
};

/** One resolution of the samples that are kept. */
export interface Resolution {
  /** Number of ticks between two samples. */
  readonly everyTicks: number;
  /** Number of samples. */
  readonly count: number;
}

/** Returns the resolutions of policies, from fine to coarse, with samples at some of the ticks. */
export function resolutionsOf(policies: readonly RetentionPolicy[], tickMs: number): Resolution[] {
  const resolutions = policies.map(({ seconds, everySeconds }) => {
    const everyTicks = Math.max(1, Math.ceil(everySeconds * 1000 / tickMs));
    return { everyTicks, count: Math.max(1, Math.floor(seconds * 1000 / (everyTicks * tickMs))) };
  });
  return resolutions.sort((a, b) => a.everyTicks - b.everyTicks);
}

/** Spans that RabbitMQ's page offers, in seconds, and the ages that count as such. */
const SPANS: readonly (readonly [span: number, from: number, to: number])[] = [
  [60, 0, 66],
  [600, 540, 660],
  [3600, 3240, 3960],
  [28_800, 25_920, 31_681],
  [86_400, 77_760, 95_041],
];

/** Returns the spans of the policies as the API describes them. In seconds; 0 for one that the page does not offer. */
export const spansOf = (policies: readonly RetentionPolicy[]): number[] =>
  policies.map(({ seconds }) => SPANS.find(([, from, to]) => seconds >= from && seconds <= to)?.[0] ?? 0)
    .sort((a, b) => a - b);
