import {
  type Figures,
  formatRate,
  formatTime,
  LATENCIES,
  latenciesIn,
  latencyUnit,
  type Shown,
} from "./metrics_format.ts";

/** Columns of rates, with PerfTest's names, and whether there are such figures. */
const RATES = [
  { name: "published", field: "sent", isShown: (shown: Shown) => shown.hasProducers },
  { name: "returned", field: "returned", isShown: (shown: Shown) => shown.hasProducers && shown.isMandatory },
  { name: "confirmed", field: "confirmed", isShown: hasConfirms },
  { name: "nacked", field: "nacked", isShown: hasConfirms },
  { name: "received", field: "received", isShown: (shown: Shown) => shown.hasConsumers },
] as const;
/** The latencies of a column each, which are the first ones of the figures. */
const QUANTILES = ["min", "median", "75th p.", "95th p.", "99th p."];

function hasConfirms({ hasProducers, hasConfirms }: Shown): boolean {
  return hasProducers && hasConfirms;
}

/** Returns the first line of PerfTest's `--output-file`. */
export function csvHeader(shown: Shown): string {
  const unit = latencyUnit(shown);
  return [
    "id",
    "time (s)",
    ...RATES.map(({ name }) => `${name} (msg/s)`),
    ...LATENCIES.flatMap(({ name }) => QUANTILES.map((quantile) => `${quantile} ${name} (${unit})`)),
  ].join(",");
}

/** Returns a line of figures for that file. Those that the run does not have are empty. */
export function csvLine(shown: Shown, figures: Figures): string {
  return [
    shown.id,
    formatTime(figures),
    ...RATES.map(({ field, isShown }) => isShown(shown) ? formatRate(figures[field]) : ""),
    ...LATENCIES.flatMap(({ field, isShown }) =>
      QUANTILES.map((_, index) => isShown(shown) ? latenciesIn(shown, figures[field])[index] : "")
    ),
  ].join(",");
}
