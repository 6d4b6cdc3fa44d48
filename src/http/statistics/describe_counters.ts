import type { CounterGroup, CounterLayout } from "./counters.ts";
import type { History, Sample } from "./history.ts";
import type { Range, Ranges } from "./range.ts";
import type { CounterValues } from "./read_counters.ts";
import type { Statistics } from "./statistics.ts";

/** A JSON object with counters and their rates. */
export type Described = Record<string, unknown>;

/** Objects whose counters are added up, and their samples; mostly it is one. */
export interface Observed<Key extends object> {
  readonly layout: CounterLayout;
  readonly history: History<Key>;
  readonly keys: readonly Key[];
  /** The present values, added up. */
  readonly values: CounterValues;
}

/** Adds counters to a JSON object, with `…_details` for the rate of each, and for its samples if there is a range. */
export function addCounters<Key extends object>(
  described: Described,
  { layout, history, keys, values }: Observed<Key>,
  group: CounterGroup,
  ranges: Ranges,
): void {
  const measures = layout.measuresOf(group);
  if (group.isAbsentWhenZero && measures.every(({ counters }) => counters.every((counter) => values[counter] === 0))) {
    return;
  }
  const range = ranges[group.range];
  const rows = range === undefined ? keys.map((key) => history.rowOf(key)) : [];
  for (const { name, details, counters } of measures) {
    let value = 0;
    for (const counter of counters) value += values[counter];
    described[name] = value;
    if (range === undefined) {
      let rate = 0;
      for (const row of rows) for (const counter of counters) rate += history.rateIn(row, counter);
      described[details] = { rate };
    } else {
      described[details] = sampledDetails(sumSamples(history, keys, counters, range));
    }
  }
}

/** Returns the `message_stats` of an object; `undefined` when nothing was counted, or rates are not wanted. */
export function messageStats<Key extends object>(
  observed: Observed<Key>,
  groups: readonly CounterGroup[],
  { ranges, statistics }: { readonly ranges: Ranges; readonly statistics: Pick<Statistics, "options"> },
): Described | undefined {
  if (statistics.options.ratesMode === "none") return undefined;
  const described: Described = {};
  for (const group of groups) addCounters(described, observed, group, ranges);
  return Object.keys(described).length === 0 ? undefined : described;
}

function sumSamples<Key extends object>(
  history: History<Key>,
  keys: readonly Key[],
  counters: readonly number[],
  range: Range,
): Sample[] {
  const sums: { sample: number; readonly timestamp: number }[] = [];
  for (const key of keys) {
    for (const counter of counters) {
      for (const [index, { sample, timestamp }] of history.samplesOf(key, counter, range).entries()) {
        if (index === sums.length) sums.push({ sample, timestamp });
        else sums[index].sample += sample;
      }
    }
  }
  return sums;
}

/** Describes samples, newest first, with the rate between the two last ones, as RabbitMQ does. */
function sampledDetails(samples: readonly Sample[]): Described {
  if (samples.length < 2) return { rate: 0, samples };
  const [newest, previous] = samples;
  return {
    rate: rateBetween(previous, newest),
    samples,
    avg_rate: rateBetween(samples[samples.length - 1], newest),
    avg: samples.reduce((sum, { sample }) => sum + sample, 0) / samples.length,
  };
}

const rateBetween = (from: Sample, to: Sample): number =>
  (to.sample - from.sample) * 1000 / (to.timestamp - from.timestamp);
