import { escaped } from "./labels.ts";
import type { MetricHead } from "./metric.ts";

/** A text format of metrics. */
export interface ExpositionFormat {
  readonly contentType: string;
  /** Returns the description of a metric, which precedes its samples. */
  head(metric: MetricHead): string;
  /** Returns the upper bound of a histogram's bucket. */
  bound(value: number): string;
  /** Last line of an exposition. */
  readonly end: string;
}

/** The text format of Prometheus, in RabbitMQ's order. */
export const PROMETHEUS_TEXT: ExpositionFormat = {
  contentType: "text/plain; version=0.0.4",
  head: ({ name, type, help }) =>
    `# TYPE ${name} ${type}\n# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}\n`,
  bound: (value) => valueText(value),
  // RabbitMQ ends with an empty line, too.
  end: "\n",
};

const TOTAL = "_total";

/** OpenMetrics 1.0. */
export const OPEN_METRICS: ExpositionFormat = {
  contentType: "application/openmetrics-text; version=1.0.0; charset=utf-8",
  head: (metric) => {
    const { name, type } = openMetricsHead(metric);
    return `# TYPE ${name} ${type}\n# HELP ${name} ${escaped(metric.help)}\n`;
  },
  bound: (value) => value === Infinity ? "+Inf" : canonicalNumber(value),
  end: "# EOF\n",
};

/**
 * Formats a number for a label (OpenMetrics: Canonical Numbers): `100.0`, `1e+06`. Dashboards select by this form.
 */
function canonicalNumber(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e6)) {
    return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** Returns the name and type in OpenMetrics, where a counter has its suffix in the samples only. */
function openMetricsHead({ name, type }: MetricHead): { readonly name: string; readonly type: string } {
  if (type === "untyped") return { name, type: "unknown" };
  if (type !== "counter") return { name, type };
  if (name.endsWith(TOTAL)) return { name: name.slice(0, -TOTAL.length), type };
  return { name, type: "unknown" };
}

/** Returns the format that a client accepts: OpenMetrics where it asks for that, as Prometheus does. */
export function acceptedFormat(accept: string | null): ExpositionFormat {
  const asksForOpenMetrics = (accept ?? "").split(",").some((range) => {
    const [type, ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const version = parameters.find((parameter) => parameter.startsWith("version="));
    return type === "application/openmetrics-text" && (version === undefined || version === "version=1.0.0");
  });
  return asksForOpenMetrics ? OPEN_METRICS : PROMETHEUS_TEXT;
}

/** Returns a value as the formats write it. */
function valueText(value: number): string {
  if (value === Infinity) return "+Inf";
  if (value === -Infinity) return "-Inf";
  return String(value);
}

/** Returns the line of a sample. `labels` are those between the braces, or empty. */
export const sampleLine = (name: string, labels: string, value: number): string =>
  labels === "" ? `${name} ${valueText(value)}\n` : `${name}{${labels}} ${valueText(value)}\n`;
