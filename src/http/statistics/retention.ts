/** One resolution of the samples that are kept. */
export interface Resolution {
  /** Number of ticks between two samples. */
  readonly everyTicks: number;
  /** Number of samples. */
  readonly count: number;
}

/** Interval between two samples of the finest resolution (`collect_statistics_interval`). In milliseconds. */
export const TICK_MS = 5000;

const resolution = (seconds: number, everySeconds: number): Resolution => ({
  everyTicks: everySeconds * 1000 / TICK_MS,
  count: Math.floor(seconds / everySeconds),
});

/** RabbitMQ's default policies of retention (`management.sample_retention_policies`), from fine to coarse. */
export const RETENTION = {
  /** Of the node and the virtual hosts. */
  global: [resolution(605, 5), resolution(3660, 60), resolution(29_400, 600), resolution(86_400, 1800)],
  /** Of connections, channels, queues and exchanges. */
  basic: [resolution(605, 5), resolution(3600, 60)],
} as const satisfies Record<string, readonly Resolution[]>;

/** The policies as the API describes them, in seconds. */
export const RETENTION_POLICIES = { global: [600, 3600, 28_800, 86_400], basic: [600, 3600], detailed: [600] };
