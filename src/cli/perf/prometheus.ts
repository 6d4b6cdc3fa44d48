import { phrase } from "../../phrase/phrase.ts";
import { ListenError, type Runtime } from "../../runtime/runtime.ts";
import type { Address } from "../../transport/transport.ts";
import { openHttpServer } from "../http_listeners.ts";
import { PerfError } from "./perf_error.ts";
import { REFUSED_SWITCHES } from "./refused_switches.ts";
import { SWITCHES } from "./switch_table.ts";

/** Where and how metrics are served to Prometheus. */
export interface PrometheusOptions {
  readonly port: number;
  /** Path of the page, such as `/metrics`. */
  readonly path: string;
  /** Start of all names. */
  readonly prefix: string;
  /** Labels of all metrics. */
  readonly tags: readonly (readonly [name: string, value: string])[];
  /** True when a metric has the arguments of the program as a label. */
  readonly hasArguments: boolean;
}

/** Latencies of the last interval, and what there was since the start. */
export interface ExposedLatency {
  /** Minimum, median, 75th, 95th and 99th percentile, and maximum. In microseconds. */
  readonly summaryUs: readonly number[];
  readonly count: number;
  readonly sumUs: number;
}

/** The figures that are served. Rates are those of the last interval, in messages a second. */
export interface ExposedFigures {
  readonly sent: number;
  readonly returned: number;
  readonly confirmed: number;
  readonly nacked: number;
  readonly received: number;
  readonly consumerLatency: ExposedLatency;
  readonly confirmLatency: ExposedLatency;
}

type Labels = PrometheusOptions["tags"];

/** The rates, by the names that PerfTest has for them. */
const GAUGES = [
  ["published", "sent"],
  ["confirmed", "confirmed"],
  ["nacked", "nacked"],
  ["returned", "returned"],
  ["consumed", "received"],
] as const;

const TIMERS = [
  ["latency", "message latency", "consumerLatency"],
  ["confirm_latency", "confirm latency", "confirmLatency"],
] as const;

/** Percentiles, by their places in a summary. */
const QUANTILES = [["0.5", 1], ["0.75", 2], ["0.95", 3], ["0.99", 4]] as const;
const MAXIMUM = 5;

/** Returns the page for Prometheus, with PerfTest's names. `args` are those of the program. */
export function prometheusPage(figures: ExposedFigures, options: PrometheusOptions, args: readonly string[]): string {
  const { prefix, tags, hasArguments } = options;
  const lines: string[] = [];
  const add = (name: string, type: "gauge" | "summary", help: string): string => {
    lines.push(`# HELP ${prefix}${name} ${help}`, `# TYPE ${prefix}${name} ${type}`);
    return prefix + name;
  };
  for (const [name, field] of GAUGES) {
    lines.push(sample(add(name, "gauge", `${name} messages a second`), tags, figures[field]));
  }
  for (const [name, help, field] of TIMERS) {
    const { summaryUs, count, sumUs } = figures[field];
    const full = add(`${name}_seconds`, "summary", help);
    for (const [quantile, at] of QUANTILES) {
      lines.push(sample(full, [...tags, ["quantile", quantile]], summaryUs[at] / 1e6));
    }
    lines.push(sample(`${full}_count`, tags, count), sample(`${full}_sum`, tags, sumUs / 1e6));
    lines.push(sample(add(`${name}_seconds_max`, "gauge", help), tags, summaryUs[MAXIMUM] / 1e6));
  }
  if (hasArguments) {
    const labels: Labels = [...tags, ["command_line", withoutSecrets(args).join(" ")]];
    lines.push(sample(add("args", "gauge", "arguments of the program"), labels, 1));
  }
  return lines.map((line) => `${line}\n`).join("");
}

function sample(name: string, labels: Labels, value: number): string {
  const written = labels.map(([label, text]) => `${label}="${text.replace(/[\\"\n]/g, escaped)}"`);
  return `${name}${written.length === 0 ? "" : `{${written.join(",")}}`} ${value}`;
}

const escaped = (character: string): string => character === "\n" ? "\\n" : `\\${character}`;

/** Switches about brokers, which may have passwords in them. */
const ABOUT_BROKERS = ["h", "H"];

/** Returns arguments without the addresses of brokers and, as in PerfTest, without those about metrics. */
function withoutSecrets(args: readonly string[]): string[] {
  const dropped = new Map<string, boolean>();
  for (const { short, long, takes } of [...SWITCHES, ...REFUSED_SWITCHES]) {
    if (!ABOUT_BROKERS.includes(short) && (!long.startsWith("metrics-") || long === "metrics-format")) continue;
    for (const name of [short, long]) dropped.set(name, takes !== "nothing");
  }
  const kept: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const [, name, value] = /^--?([^=]*)(=.*)?$/s.exec(args[at]) ?? [];
    const takesValue = name === undefined ? undefined : dropped.get(name);
    if (takesValue === undefined) kept.push(args[at]);
    else if (takesValue && value === undefined) at++;
  }
  return kept;
}

/** Metrics that are served. */
export interface ServedMetrics {
  readonly address: Address;
  close(): Promise<void>;
}

/** Serves metrics to Prometheus, on all addresses as PerfTest does. Rejects with {@linkcode PerfError}. */
export async function serveMetrics(
  runtime: Pick<Runtime, "listen">,
  options: PrometheusOptions,
  page: () => string,
  host = "0.0.0.0",
): Promise<ServedMetrics> {
  const server = await openHttpServer({}, (request) => {
    const isThere = new URL(request.url).pathname === options.path;
    const headers = { "content-type": "text/plain; version=0.0.4; charset=utf-8" };
    return Promise.resolve(isThere ? new Response(page(), { headers }) : new Response(null, { status: 404 }));
  });
  try {
    const listener = await runtime.listen({ host, port: options.port }, (transport) => server.accept(transport));
    const close = () => {
      listener.close();
      return server.close();
    };
    return { address: listener.address, close };
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    throw new PerfError(
      error.reason === "in use"
        ? phrase`The metrics can't be served on port ${options.port}: another program is using it. Choose another one with --metrics-prometheus-port.`
        : phrase`The metrics can't be served on port ${options.port}: ${error.message}`,
    );
  }
}
