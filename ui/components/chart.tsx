import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Points } from "../api/message_stats.ts";
import { format } from "../format/format.ts";
import { locale } from "../i18n/locale.ts";
import { common } from "../i18n/common.ts";
import { theme } from "../state/theme.ts";
import { chartData } from "./chart_data.ts";
import "./chart.css";

/** Height of the drawing. In CSS pixels. */
const HEIGHT = 190;

/** Room for the times of the horizontal axis. In CSS pixels. */
const AXIS_HEIGHT = 26;

/** Room for the numbers of the vertical axis. In CSS pixels. */
const AXIS_WIDTH = 58;

/** Dashes tell lines apart without colours. */
const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 2], [9, 3, 2, 3], [12, 4], [4, 2, 1, 2]];

export interface ChartSeries {
  readonly label: string;
  readonly points: Points;
  /** The present value as text. */
  readonly now: string;
}

/** Lines over time, with a legend that tells the present values as text. */
export function Chart({ title, series, axis }: {
  readonly title: string;
  readonly series: readonly ChartSeries[];
  /** Writes a value on the vertical axis. */
  readonly axis?: (value: number) => string;
}) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const data = chartData(series.map(({ points }) => points));
  const isEmpty = data[0].length < 2;
  const shape = series.map(({ label }) => label).join("\n");
  const language = locale.value;
  const colours = theme.value;
  const { compact } = format();
  const write = axis ?? ((value: number) => format().compact(value));
  useEffect(() => {
    const target = place.current;
    if (target === null || isEmpty) return;
    const drawn = plot.current = new uPlot(optionsOf(series.length, target.clientWidth, write), data, target);
    const resized = new ResizeObserver(() => drawn.setSize({ width: target.clientWidth, height: HEIGHT }));
    resized.observe(target);
    const darkness = matchMedia("(prefers-color-scheme: dark)");
    const redraw = () => drawn.redraw();
    darkness.addEventListener("change", redraw);
    return () => {
      darkness.removeEventListener("change", redraw);
      resized.disconnect();
      drawn.destroy();
      plot.current = undefined;
    };
  }, [shape, isEmpty, language, colours, compact]);
  useEffect(() => plot.current?.setData(data));
  return (
    <figure class="chart">
      <figcaption>
        <h2>{title}</h2>
        <ul class="chart-legend">
          {series.map(({ label, now }, index) => (
            <li key={label}>
              <svg width="18" height="8" viewBox="0 0 18 8" aria-hidden="true" data-series={index + 1}>
                <path d="M0 4H18" stroke-dasharray={DASHES[index].join(" ")} />
              </svg>
              {label} <strong>{now}</strong>
            </li>
          ))}
        </ul>
      </figcaption>
      {isEmpty
        ? <p class="chart-empty note">{common().chartEmpty}</p>
        : <div ref={place} class="chart-place" aria-hidden="true" />}
    </figure>
  );
}

function optionsOf(count: number, width: number, write: (value: number) => string): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => resolveColour(style.getPropertyValue(name));
  const axis: uPlot.Axis = {
    stroke: () => colour("--quiet"),
    grid: { stroke: () => colour("--line"), width: 1 },
    ticks: { show: false },
    font: `11px ${style.getPropertyValue("--font")}`,
  };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, points: { size: 6 } },
    padding: [8, 8, 0, 0],
    scales: { x: { time: true }, y: { range: (_, __, max) => [0, max > 0 ? max * 1.08 : 1] } },
    axes: [
      {
        ...axis,
        size: AXIS_HEIGHT,
        space: 70,
        values: (_, times) => times.map((seconds) => format().time(seconds * 1000)),
      },
      { ...axis, size: AXIS_WIDTH, values: (_, values) => values.map(write) },
    ],
    series: [
      {},
      ...Array.from({ length: count }, (_, index): uPlot.Series => ({
        stroke: () => colour(`--series-${index + 1}`),
        width: 2,
        dash: [...DASHES[index]],
        points: { show: false },
        spanGaps: true,
      })),
    ],
  };
}

const probe = document.createElement("span");

/** Returns a colour that a canvas knows: that of the present theme. */
function resolveColour(value: string): string {
  probe.style.color = value;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
