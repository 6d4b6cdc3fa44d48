import { phrase } from "../../phrase/phrase.ts";
import type { Say } from "../texts/say.ts";

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
  header(shown: Shown, say: Say): string | undefined;
  line(shown: Shown, figures: Figures, say: Say): string;
  /** True when the lines of the summary name the test. */
  readonly namesTest: boolean;
}

/** Names of latencies as they stand together. */
const LATENCY_HEADER = phrase`min/median/75th/95th/99th/max`;
/** Width of a column of rates in English. */
const RATE_WIDTH = 13;
const LATENCY_WIDTH = 27;

const perSecond = (rate: string, say: Say): string => say(phrase`${rate} msg/s`);

/** Returns the width of a column of rates, which is wider where the unit is longer. */
const rateWidth = (say: Say): number => RATE_WIDTH + perSecond("", say).length - " msg/s".length;

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

const formatLatency = (us: readonly number[], shown: Shown, say: Say): string =>
  `${latenciesIn(shown, us).join("/")} ${say(latencyUnit(shown))}`;

/** Returns the time since the start, in seconds. */
export const formatTime = ({ sinceStartMs }: Figures): string => (sinceStartMs / 1000).toFixed(3);

/** The columns of rates, in order. */
export const RATES = [
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
    header: (shown, say) =>
      say(phrase`time`).padEnd("yyyy/MM/dd HH:mm:ss".length) +
      ratesOf(shown).map(({ name }) => say(name).padStart(rateWidth(say))).join("") +
      latenciesOf(shown).map(({ name }) => say(name).padStart(LATENCY_WIDTH)).join(""),
    line: (shown, figures, say) =>
      timestamp(new Date()) +
      ratesOf(shown).map(({ name }) => perSecond(formatRate(figures[name]), say).padStart(rateWidth(say))).join("") +
      latenciesOf(shown).map(({ field }) => ` ${formatLatency(figures[field], shown, say).padStart(LATENCY_WIDTH - 1)}`)
        .join(""),
  },
  default: {
    namesTest: true,
    header: () => undefined,
    line: (shown, figures, say) => {
      const rates = ratesOf(shown).map(({ name }) => `, ${say(name)}: ${perSecond(formatRate(figures[name]), say)}`)
        .join("");
      const latencies = latenciesOf(shown).map(({ name, field }) =>
        `${say(name)}: ${formatLatency(figures[field], shown, say)}`
      )
        .join(", ");
      const times = latencies && `, ${say(LATENCY_HEADER)} ${latencies}`;
      return say(phrase`id: ${shown.id}, time ${formatTime(figures)} s${rates}${times}`);
    },
  },
};

/** Returns the start of a line of the summary. */
export const summaryStart = ({ namesTest }: MetricsFormat, id: string, say: Say): string =>
  namesTest ? say(phrase`id: ${id}, `) : "";

/** Returns PerfTest's summary of a whole run. */
export function summaryLines(format: MetricsFormat, shown: Shown, totals: Figures, say: Say): readonly string[] {
  const start = summaryStart(format, shown.id, say);
  return [
    say(phrase`${start}sending rate avg: ${formatRate(totals.sent)} msg/s`),
    say(phrase`${start}receiving rate avg: ${formatRate(totals.received)} msg/s`),
    ...latenciesOf(shown).map(({ name, field }) =>
      `${start}${say(name)} ${say(LATENCY_HEADER)} ${formatLatency(totals[field], shown, say)}`
    ),
  ];
}

function timestamp(time: Date): string {
  const two = (value: number) => `${value}`.padStart(2, "0");
  const date = `${time.getFullYear()}/${two(time.getMonth() + 1)}/${two(time.getDate())}`;
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}
