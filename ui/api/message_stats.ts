import type { Details, MessageStats, Sample } from "./types.ts";

/** Returns a count of messages; `undefined` when there is none. */
export function countOf(stats: MessageStats | undefined, name: string): number | undefined {
  const value = stats?.[name];
  return typeof value === "number" ? value : undefined;
}

export function detailsOf(stats: MessageStats | undefined, name: string): Details | undefined {
  const value = stats?.[`${name}_details`];
  return typeof value === "object" ? value : undefined;
}

/** Returns the rate of a count per second; `undefined` when there is none. */
export const rateOf = (stats: MessageStats | undefined, name: string): number | undefined =>
  detailsOf(stats, name)?.rate;

/** Points of a line in a chart: times in milliseconds since 1970, ascending. */
export interface Points {
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
}

const NO_POINTS: Points = { times: [], values: [] };

/** Returns the samples of a count in the order of time. */
export function levelPoints(details: Details | undefined): Points {
  if (details?.samples === undefined) return NO_POINTS;
  const samples = details.samples.toReversed();
  return { times: samples.map(({ timestamp }) => timestamp), values: samples.map(({ sample }) => sample) };
}

/** Returns the rates between neighbouring samples of a count, per second, in the order of time. */
export function ratePoints(details: Details | undefined): Points {
  if (details?.samples === undefined) return NO_POINTS;
  const samples = details.samples.toReversed();
  return {
    times: samples.slice(1).map(({ timestamp }) => timestamp),
    values: samples.slice(1).map((sample, index) => rateBetween(samples[index], sample)),
  };
}

/** A counter that begins anew has no rate. */
function rateBetween(from: Sample, to: Sample): number | null {
  const seconds = (to.timestamp - from.timestamp) / 1000;
  const change = to.sample - from.sample;
  return seconds <= 0 || change < 0 ? null : change / seconds;
}
