import type { Histogram } from "../../measure/histogram.ts";
import { type ExpositionFormat, sampleLine } from "./exposition.ts";
import type { Metric, MetricHead, ObjectMetric } from "./metric.ts";

/** Steps that write: each yields a piece of text, or nothing. Between them other turns may happen. */
export type Writing<Result = void> = Generator<string | undefined, Result>;

/** Number of lines in a piece of text. */
const LINES_TOGETHER = 64;

/** An object at the moment of a scrape, whose labels are known. */
interface Labelled {
  readonly labels: string;
}

/** Writes metrics in a format, with a prefix for their names. */
export class MetricsWriter {
  readonly #format: ExpositionFormat;
  readonly #prefix: string;

  constructor(format: ExpositionFormat, prefix: string) {
    this.#format = format;
    this.#prefix = prefix;
  }

  head({ name, type, help }: MetricHead): string {
    return this.#format.head({ name: this.#prefix + name, type, help });
  }

  sample(name: string, labels: string, value: number): string {
    return sampleLine(this.#prefix + name, labels, value);
  }

  /** Writes the samples of a histogram. `labels` are those of all of them, or empty. */
  histogram(name: string, labels: string, { bounds, counts, sum }: Histogram): string {
    const separator = labels === "" ? "" : ",";
    let text = "";
    let count = 0;
    for (const [bucket, bound] of [...bounds, Infinity].entries()) {
      count += counts[bucket];
      text += this.sample(`${name}_bucket`, `${labels}${separator}le="${this.#format.bound(bound)}"`, count);
    }
    return text + this.sample(`${name}_count`, labels, count) + this.sample(`${name}_sum`, labels, sum);
  }

  /** Writes metrics with a single sample each. */
  *single<Source>(metrics: readonly Metric<Source>[], source: Source, labels = ""): Writing {
    let text = "";
    for (const metric of metrics) {
      const value = metric.value(source);
      text += this.head(metric);
      if (value !== undefined) text += this.sample(metric.name, labels, value);
    }
    yield text;
  }

  /** Writes metrics with a sample for each object. */
  *each<Row extends Labelled>(metrics: readonly Metric<Row>[], rows: readonly Row[]): Writing {
    for (const metric of metrics) {
      const name = this.#prefix + metric.name;
      let text = this.head(metric);
      for (let at = 0; at < rows.length; at++) {
        const row = rows[at];
        const value = metric.value(row);
        if (value !== undefined) text += sampleLine(name, row.labels, value);
        if (at % LINES_TOGETHER === 0) {
          yield text;
          text = "";
        }
      }
      yield text;
    }
  }

  /** Writes metrics with the sum over all objects. */
  *sum<Row>(metrics: readonly ObjectMetric<Row>[], rows: readonly Row[]): Writing {
    const sums = metrics.map(() => 0);
    for (let at = 0; at < rows.length; at++) {
      for (let i = 0; i < metrics.length; i++) sums[i] += metrics[i].value(rows[at]) ?? 0;
      if (at % LINES_TOGETHER === 0) yield;
    }
    let text = "";
    for (const [i, metric] of metrics.entries()) {
      text += this.head(metric);
      if (!metric.hasNoSum) text += this.sample(metric.name, "", sums[i]);
    }
    yield text;
  }
}
