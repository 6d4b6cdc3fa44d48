import type { Node } from "../../broker/node/node.ts";
import type { ScrapeSource } from "./endpoints.ts";
import type { EventLoopDelay } from "./event_loop_delay.ts";
import { labels } from "./labels.ts";
import { counter, gauge, isOn, type Metric, type MetricHead } from "./metric.ts";
import type { Histogram } from "../../measure/histogram.ts";
import type { MetricsWriter, Writing } from "./writer.ts";

/** The memory of messages, and the store. */
const NODE: readonly Metric<Node>[] = [
  gauge(
    "messages_held",
    "Messages in memory, each counted once however many queues have it",
    ({ messages }) => messages.count,
  ),
  gauge(
    "messages_held_bytes",
    "Size of the messages in memory with their overhead",
    ({ messages }) => messages.liveBytes,
  ),
  gauge(
    "slabs",
    "Pieces of memory that messages lie in",
    ({ messages }) => messages.slabs.filter((slab) => slab !== undefined).length,
  ),
  gauge("slab_bytes", "Size of these pieces, which alarms go by", ({ messages }) => messages.slabBytes),
  gauge("deadlines", "Timers of queues, messages and connections", ({ schedule }) => schedule.count),
  gauge("store_behind", "1 while publishers wait as much is to be written", ({ store }) => isOn(store.isBehind)),
];

/** Numbers of spans that the broker has made (OpenTelemetry). */
export interface SpanCounts {
  readonly sentCount: number;
  readonly droppedCount: number;
  readonly waitingCount: number;
}

const SPANS: readonly Metric<SpanCounts>[] = [
  counter("spans_sent_total", "Total number of spans that the collector has taken", ({ sentCount }) => sentCount),
  counter("spans_dropped_total", "Total number of spans that could not be sent", ({ droppedCount }) => droppedCount),
  gauge("spans_waiting", "Spans that wait to be sent", ({ waitingCount }) => waitingCount),
];

/** Alarms, by their names in RabbitMQ's texts. */
const ALARMS: readonly Metric<{ readonly isOn: boolean; readonly labels: string }>[] = [
  gauge("alarm", "1 while an alarm blocks publishers", (alarm) => isOn(alarm.isOn)),
];

type HistogramMetric = readonly [
  head: MetricHead,
  histogramOf: (node: Node, delay: EventLoopDelay) => Histogram | undefined,
];

const histogram = (name: string, help: string): MetricHead => ({ name, type: "histogram", help });

const HISTOGRAMS: readonly HistogramMetric[] = [
  [
    histogram("event_loop_delay_seconds", "Delay of a timer that is due every 100 ms, while metrics are scraped"),
    (_, delay) => delay.seconds,
  ],
  [
    histogram("turn_seconds", "Time of one in sixteen turns of the broker, while metrics are scraped"),
    ({ turnTimes }) => turnTimes.seconds,
  ],
  [
    histogram("journal_sync_seconds", "Time from the append of a batch to the journal until it is durable"),
    ({ store }) => store.journal?.syncSeconds,
  ],
  [histogram("journal_batch_bytes", "Size of the batches of the journal"), ({ store }) => store.journal?.batchBytes],
];

/** Numbers of messages that came into queues. RabbitMQ counts them by exchange, which costs more. */
export const QUEUE_MESSAGES_PUBLISHED: readonly Metric<{ readonly stats: { readonly publishIn: number } }>[] = [
  counter(
    "queue_messages_published_total",
    "Total number of messages that came into queues, dead-lettered ones included",
    ({ stats }) => stats.publishIn,
  ),
];

/** Writes the metrics that RabbitMQ has no names for (`haremq_*`). */
export function* haremqMetrics(
  { node, eventLoopDelay, serverProcess, version, spans }: ScrapeSource,
  writer: MetricsWriter,
): Writing {
  const build = { name: "build_info", type: "untyped", help: "HareMQ's version, and its runtime" } as const;
  yield writer.head(build) + writer.sample(build.name, labels({ version, platform: serverProcess?.platform ?? "" }), 1);
  yield* writer.single(NODE, node);
  const reason = node.blockedReason;
  yield* writer.each(ALARMS, [
    { isOn: reason?.includes("memory") === true, labels: labels({ alarm: "memory" }) },
    { isOn: reason?.includes("disk") === true, labels: labels({ alarm: "disk" }) },
  ]);
  if (spans !== undefined) yield* writer.single(SPANS, spans);
  for (const [head, histogramOf] of HISTOGRAMS) {
    const measured = histogramOf(node, eventLoopDelay);
    if (measured !== undefined) yield writer.head(head) + writer.histogram(head.name, "", measured);
  }
}
