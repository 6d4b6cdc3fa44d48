/** Figures of one interval. Rates are in messages a second, latencies in microseconds. */
export interface Figures {
  readonly sinceStartMs: number;
  readonly sent: number;
  readonly returned: number;
  readonly confirmed: number;
  readonly nacked: number;
  readonly received: number;
  readonly consumerLatency: readonly number[];
  readonly confirmLatency: readonly number[];
}

/** Which columns there are. */
export interface Shown {
  readonly id: string;
  readonly hasProducers: boolean;
  readonly hasConsumers: boolean;
  readonly isMandatory: boolean;
  readonly hasConfirms: boolean;
  readonly inMilliseconds: boolean;
}

/** A way to write the figures, by PerfTest's `--metrics-format`. */
export interface MetricsFormat {
  /** Returns the line above the figures; `undefined` for none. */
  header(shown: Shown): string | undefined;
  line(shown: Shown, figures: Figures): string;
  /** True when the lines of the summary name the test. */
  readonly namesTest: boolean;
}

const LATENCY_HEADER = "min/median/75th/95th/99th/max";
const RATE_WIDTH = 13;
const LATENCY_WIDTH = 27;

export function formatRate(rate: number): string {
  if (rate === 0) return "0";
  if (rate < 1) return rate.toFixed(2);
  return rate < 10 ? rate.toFixed(1) : `${Math.floor(rate)}`;
}

/** Returns the unit in which latencies are shown. */
export const latencyUnit = ({ inMilliseconds }: Pick<Shown, "inMilliseconds">): string => inMilliseconds ? "ms" : "µs";

/** Returns latencies in that unit. */
export const latenciesIn = ({ inMilliseconds }: Pick<Shown, "inMilliseconds">, us: readonly number[]) =>
  inMilliseconds ? us.map((value) => Math.floor(value / 1000)) : us;

const formatLatency = (us: readonly number[], shown: Shown): string =>
  `${latenciesIn(shown, us).join("/")} ${latencyUnit(shown)}`;

/** Returns the time since the start, in seconds. */
export const formatTime = ({ sinceStartMs }: Figures): string => (sinceStartMs / 1000).toFixed(3);

/** The columns of rates, in order. */
const RATES = [
  { name: "sent", isShown: (shown: Shown) => shown.hasProducers },
  { name: "returned", isShown: (shown: Shown) => shown.isMandatory },
  { name: "confirmed", isShown: (shown: Shown) => shown.hasProducers && shown.hasConfirms },
  { name: "nacked", isShown: (shown: Shown) => shown.hasProducers && shown.hasConfirms },
  { name: "received", isShown: (shown: Shown) => shown.hasConsumers },
] as const;

/** The columns of latencies, in order. */
export const LATENCIES = [
  { name: "consumer latency", field: "consumerLatency", isShown: (shown: Shown) => shown.hasConsumers },
  {
    name: "confirm latency",
    field: "confirmLatency",
    isShown: (shown: Shown) => shown.hasProducers && shown.hasConfirms,
  },
] as const;

const ratesOf = (shown: Shown) => RATES.filter(({ isShown }) => isShown(shown));
const latenciesOf = (shown: Shown) => LATENCIES.filter(({ isShown }) => isShown(shown));

export const METRICS_FORMATS: Readonly<Record<string, MetricsFormat>> = {
  compact: {
    namesTest: false,
    header: (shown) =>
      "time".padEnd("yyyy/MM/dd HH:mm:ss".length) +
      ratesOf(shown).map(({ name }) => name.padStart(RATE_WIDTH)).join("") +
      latenciesOf(shown).map(({ name }) => name.padStart(LATENCY_WIDTH)).join(""),
    line: (shown, figures) =>
      timestamp(new Date()) +
      ratesOf(shown).map(({ name }) => `${formatRate(figures[name])} msg/s`.padStart(RATE_WIDTH)).join("") +
      latenciesOf(shown).map(({ field }) => ` ${formatLatency(figures[field], shown).padStart(LATENCY_WIDTH - 1)}`)
        .join(""),
  },
  default: {
    namesTest: true,
    header: () => undefined,
    line: (shown, figures) => {
      const rates = ratesOf(shown).map(({ name }) => `, ${name}: ${formatRate(figures[name])} msg/s`).join("");
      const latencies = latenciesOf(shown).map(({ name, field }) => `${name}: ${formatLatency(figures[field], shown)}`)
        .join(", ");
      return `id: ${shown.id}, time ${formatTime(figures)} s${rates}${latencies && `, ${LATENCY_HEADER} ${latencies}`}`;
    },
  },
};

/** Returns PerfTest's summary of a whole run. */
export function summaryLines(format: MetricsFormat, shown: Shown, totals: Figures): readonly string[] {
  const start = format.namesTest ? `id: ${shown.id}, ` : "";
  return [
    `${start}sending rate avg: ${formatRate(totals.sent)} msg/s`,
    `${start}receiving rate avg: ${formatRate(totals.received)} msg/s`,
    ...latenciesOf(shown).map(({ name, field }) =>
      `${start}${name} ${LATENCY_HEADER} ${formatLatency(totals[field], shown)}`
    ),
  ];
}

function timestamp(time: Date): string {
  const two = (value: number) => `${value}`.padStart(2, "0");
  const date = `${time.getFullYear()}/${two(time.getMonth() + 1)}/${two(time.getDate())}`;
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}
