import type { Points } from "../api/message_stats.ts";

/** Times in seconds, and the values of each line at them. */
export type ChartData = [times: number[], ...values: (number | null)[][]];

/** Returns the lines of a chart on one axis of time. A line that has no value at a time has a gap there. */
export function chartData(lines: readonly Points[]): ChartData {
  const times = [...new Set(lines.flatMap(({ times }) => times))].sort((a, b) => a - b);
  const places = new Map(times.map((time, index) => [time, index]));
  const values = lines.map((line) => {
    const row: (number | null)[] = new Array(times.length).fill(null);
    for (const [index, time] of line.times.entries()) row[places.get(time)!] = line.values[index];
    return row;
  });
  return [times.map((time) => time / 1000), ...values];
}
