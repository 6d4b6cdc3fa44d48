import type { CounterGroup, CounterLayout, Measure } from "./counters.ts";
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

/** Takes a counter of an object with its rate, and with its samples if they are asked for. */
type TakeCounter = (measure: Measure, value: number, rate: number, sampled: Described | undefined) => void;

/** Reads the counters of a group one after the other; none of a group that is absent while they are zero. */
function readCounters<Key extends object>(
  { layout, history, keys, values }: Observed<Key>,
  group: CounterGroup,
  ranges: Ranges,
  take: TakeCounter,
): void {
  const measures = layout.measuresOf(group);
  if (group.isAbsentWhenZero && measures.every(({ counters }) => counters.every((counter) => values[counter] === 0))) {
    return;
  }
  const range = ranges[group.range];
  const rows = range === undefined ? keys.map((key) => history.rowOf(key)) : [];
  for (const measure of measures) {
    const { counters } = measure;
    let value = 0;
    for (const counter of counters) value += values[counter];
    let rate = 0;
    for (const row of rows) for (const counter of counters) rate += history.rateIn(row, counter);
    const sampled = range === undefined ? undefined : sampledDetails(sumSamples(history, keys, counters, range));
    take(measure, value, rate, sampled);
  }
}

/** Adds counters to a JSON object, with `…_details` for the rate of each, and for its samples if there is a range. */
export function addCounters<Key extends object>(
  described: Described,
  observed: Observed<Key>,
  group: CounterGroup,
  ranges: Ranges,
): void {
  readCounters(observed, group, ranges, ({ name, details }, value, rate, sampled) => {
    described[name] = value;
    described[details] = sampled ?? { rate };
  });
}

/**
 * Returns what {@linkcode addCounters} adds to an object, as JSON text with a comma before each member. A list of
 * thousands of objects is made much faster without an object for each rate.
 */
export function countersText<Key extends object>(observed: Observed<Key>, group: CounterGroup, ranges: Ranges): string {
  let text = "";
  readCounters(observed, group, ranges, ({ name, details }, value, rate, sampled) => {
    text += sampled === undefined
      ? `,"${name}":${value},"${details}":{"rate":${rate}}`
      : `,"${name}":${value},"${details}":${JSON.stringify(sampled)}`;
  });
  return text;
}

/** What decides whether and how `message_stats` are shown. */
interface StatsView {
  readonly ranges: Ranges;
  readonly statistics: Pick<Statistics, "options">;
}

/** Returns the groups that the mode of rates has. */
const countedGroups = (groups: readonly CounterGroup[], { statistics }: StatsView): readonly CounterGroup[] =>
  statistics.options.ratesMode === "none" ? groups.filter(({ isCoarse }) => isCoarse) : groups;

/** Returns the `message_stats` of an object; `undefined` when nothing was counted, or rates are not wanted. */
export function messageStats<Key extends object>(
  observed: Observed<Key>,
  groups: readonly CounterGroup[],
  view: StatsView,
): Described | undefined {
  const described: Described = {};
  for (const group of countedGroups(groups, view)) addCounters(described, observed, group, view.ranges);
  return Object.keys(described).length === 0 ? undefined : described;
}

/** Returns {@linkcode messageStats} as a member of JSON text with a comma before it; empty when there are none. */
export function messageStatsText<Key extends object>(
  observed: Observed<Key>,
  groups: readonly CounterGroup[],
  view: StatsView,
): string {
  const text = countedGroups(groups, view).map((group) => countersText(observed, group, view.ranges)).join("");
  return text === "" ? "" : `,"message_stats":{${text.slice(1)}}`;
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
