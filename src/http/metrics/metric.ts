/** Types of metrics in the formats of Prometheus. */
export type MetricType = "counter" | "gauge" | "untyped" | "histogram" | "summary";

/** Name and meaning of a metric, as an exposition describes it. */
export interface MetricHead {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
}

/** A metric of the broker. */
export interface Metric<Source> extends MetricHead {
  /** Reads the value from its source; `undefined` when it has none. */
  readonly value: (source: Source) => number | undefined;
}

/** A metric that objects such as queues have. */
export interface ObjectMetric<Row> extends Metric<Row> {
  /** True when the sum over all objects means nothing. */
  readonly hasNoSum?: boolean;
}

/** Metrics of the objects of a kind, which `/metrics/detailed` returns together. */
export interface MetricGroup<Row> {
  /** RabbitMQ's name of the group. */
  readonly family: string;
  readonly metrics: readonly ObjectMetric<Row>[];
}

export const counter = <Source>(
  name: string,
  help: string,
  value: (source: Source) => number | undefined,
): Metric<Source> => ({ name, type: "counter", help, value });

export const gauge = <Source>(
  name: string,
  help: string,
  value: (source: Source) => number | undefined,
): Metric<Source> => ({ name, type: "gauge", help, value });

/** Returns the value of a metric that is 1 or 0. */
export const isOn = (isTrue: boolean | undefined): number => isTrue ? 1 : 0;

/** Returns a value unless it is a limit that does not exist. */
export const finite = (value: number | undefined): number | undefined => value === Infinity ? undefined : value;
