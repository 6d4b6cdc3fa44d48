import { AUTH_METRICS, authRows } from "./auth_metrics.ts";
import type { Node } from "../../broker/node/node.ts";
import { StatsByType } from "../../broker/queue/stats_by_type.ts";
import { CHANNEL_EXCHANGE_METRICS, CHANNEL_METRICS, CHANNEL_QUEUE_METRICS } from "./channel_metrics.ts";
import { CONNECTION_METRICS, CONNECTION_TRAFFIC_METRICS } from "./connection_metrics.ts";
import {
  CLUSTER_EXCHANGE_METRICS,
  clusterExchangeRow,
  EXCHANGE_METRICS,
  EXCHANGE_TOTALS_METRICS,
  exchangeRow,
  isListed,
  VHOST_STATUS,
} from "./exchange_metrics.ts";
import {
  EVERYTHING,
  gatherExchanges,
  gatherQueues,
  gatherSessions,
  mapInSteps,
  type Selection,
  type SessionRows,
} from "./gather.ts";
import {
  MESSAGE_SIZE,
  PROTOCOL,
  PROTOCOL_METRICS,
  PROTOCOL_QUEUE_TYPE_METRICS,
  protocolSource,
  ROUTED_METRICS,
} from "./global_metrics.ts";
import { deathMetrics } from "./death_metrics.ts";
import type { EventLoopDelay } from "./event_loop_delay.ts";
import { haremqMetrics, QUEUE_MESSAGES_PUBLISHED, type SpanCounts } from "./haremq_metrics.ts";
import { MEMORY_METRICS } from "./memory_metrics.ts";
import { processMetrics } from "./process_metrics.ts";
import { infoMetrics, type Names } from "./info_metrics.ts";
import { labels } from "./labels.ts";
import type { MetricGroup } from "./metric.ts";
import { writePairs } from "./pair_metrics.ts";
import { NODE_METRICS, NODE_STATE_METRICS, type NodeSource, TOTALS } from "./node_metrics.ts";
import {
  QUEUE_DELIVERY_METRICS,
  QUEUE_INFO,
  QUEUE_METRICS,
  QUEUE_TYPE_LABELS,
  queueInfoRow,
  type QueueRow,
} from "./queue_metrics.ts";
import type { ExpositionFormat } from "./exposition.ts";
import { MetricsWriter, type Writing } from "./writer.ts";

/** What a scrape asks for. */
export interface ScrapeRequest extends Selection {
  /** RabbitMQ's names of the groups that `/metrics/detailed` is asked for. */
  readonly families: ReadonlySet<string>;
}

/** What a scrape is about. */
export interface ScrapeSource extends NodeSource {
  readonly names: Names;
  /** Version of HareMQ. */
  readonly version: string;
  readonly eventLoopDelay: EventLoopDelay;
  /** Counts of spans; absent where none are sent. */
  readonly spans?: SpanCounts;
}

const PREFIX = "rabbitmq_";
const DETAILED_PREFIX = "rabbitmq_detailed_";
const CLUSTER_PREFIX = "rabbitmq_cluster_";
const HAREMQ_PREFIX = "haremq_";

/** Groups of which one has all metrics of the other. Where both are meant, only the larger one is written. */
const SMALL_QUEUE_GROUP = "queue_consumer_count";
const LARGE_QUEUE_GROUP = "queue_metrics";

const metricsOf = <Row>(groups: readonly MetricGroup<Row>[], isMeant: (family: string) => boolean) =>
  groups.filter(({ family }) => isMeant(family)).flatMap(({ metrics }) => metrics);

const inFull = (family: string): boolean => family !== SMALL_QUEUE_GROUP;

/** `/metrics`: everything, added up over all objects. */
export function* aggregated(source: ScrapeSource, format: ExpositionFormat): Writing {
  const { node } = source;
  const writer = new MetricsWriter(format, PREFIX);
  const queues = yield* gatherQueues(node, EVERYTHING);
  const { connections, channels } = yield* gatherSessions(node);
  const stats = yield* statsByType(node, queues);
  const { totals } = node.sessions;
  yield* writer.single(metricsOf(NODE_METRICS, inFull), source);
  yield* writer.each(AUTH_METRICS.metrics, authRows(node));
  yield* writer.sum(metricsOf(QUEUE_METRICS, inFull), queues);
  yield* writer.sum(CHANNEL_METRICS.metrics, channels);
  yield* writer.single(CHANNEL_EXCHANGE_METRICS.metrics, totals.counts);
  yield* writer.single(CHANNEL_QUEUE_METRICS.metrics, totals.counts);
  yield* writer.single(metricsOf(CONNECTION_TRAFFIC_METRICS, inFull), totals);
  yield* writer.sum(CONNECTION_METRICS.metrics, connections);
  yield* writer.single(EXCHANGE_TOTALS_METRICS.metrics, totals.counts);
  yield* writer.single(QUEUE_DELIVERY_METRICS.metrics, { stats: stats.total });
  yield* writer.single(ROUTED_METRICS, yield* protocolSource(node));
  yield* common(source, writer, queues, stats, format);
  yield* new MetricsWriter(format, HAREMQ_PREFIX).single(QUEUE_MESSAGES_PUBLISHED, { stats: stats.total });
  yield* infoMetrics(writer, source.names, "aggregated");
}

/** `/metrics/per-object`: everything, for each object. */
export function* perObject(source: ScrapeSource, format: ExpositionFormat): Writing {
  const { node } = source;
  const writer = new MetricsWriter(format, PREFIX);
  const queues = yield* gatherQueues(node, EVERYTHING);
  const sessions = yield* gatherSessions(node);
  yield* writer.single(metricsOf(NODE_METRICS, inFull), source);
  yield* writer.each(AUTH_METRICS.metrics, authRows(node));
  yield* objects(writer, node, EVERYTHING, inFull, queues, sessions);
  yield* common(source, writer, queues, yield* statsByType(node, queues), format);
  yield* new MetricsWriter(format, HAREMQ_PREFIX).each(QUEUE_MESSAGES_PUBLISHED, queues);
  yield* writer.each(QUEUE_INFO, yield* mapInSteps(queues, queueInfoRow));
  yield* infoMetrics(writer, source.names, "per-object");
}

/** `/metrics/detailed`: the groups that are asked for, for each object. */
export function* detailed(source: ScrapeSource, format: ExpositionFormat, request: ScrapeRequest): Writing {
  const { node } = source;
  const { families } = request;
  const isMeant = (family: string): boolean =>
    families.has(family) && !(family === SMALL_QUEUE_GROUP && families.has(LARGE_QUEUE_GROUP));
  const writer = new MetricsWriter(format, DETAILED_PREFIX);
  const queues = yield* gatherQueues(node, request);
  yield* writer.single(metricsOf(NODE_METRICS, isMeant), source);
  yield* writer.each(metricsOf([AUTH_METRICS], isMeant), authRows(node));
  yield* objects(writer, node, request, isMeant, queues, yield* gatherSessions(node));
  yield* cluster(new MetricsWriter(format, CLUSTER_PREFIX), node, isMeant);
  if (QUEUE_METRICS.some(({ family }) => isMeant(family))) {
    yield* writer.each(QUEUE_INFO, yield* mapInSteps(queues, queueInfoRow));
  }
  yield* infoMetrics(new MetricsWriter(format, PREFIX), source.names, "detailed");
}

/** `/metrics/memory-breakdown`: the memory of the process in parts. */
export function* memoryBreakdown(source: ScrapeSource, format: ExpositionFormat): Writing {
  const writer = new MetricsWriter(format, PREFIX);
  yield* writer.single(MEMORY_METRICS, source);
  yield* infoMetrics(writer, source.names, "memory-breakdown");
}

/** Writes the metrics of single objects. */
function* objects(
  writer: MetricsWriter,
  node: Node,
  selection: Selection,
  isMeant: (family: string) => boolean,
  queues: readonly QueueRow[],
  { connections, channels }: SessionRows,
): Writing {
  yield* writer.each(metricsOf(QUEUE_METRICS, isMeant), queues);
  yield* writer.each(metricsOf([CHANNEL_METRICS], isMeant), channels);
  if (node.pairCounts === undefined) {
    const counts = yield* mapInSteps(channels, ({ labels, channel }) => ({ labels, ...channel.counts }));
    yield* writer.each(metricsOf([CHANNEL_EXCHANGE_METRICS], isMeant), counts);
    yield* writer.each(metricsOf([CHANNEL_QUEUE_METRICS], isMeant), counts);
  } else yield* writePairs(writer, node.pairCounts, selection, isMeant);
  const traffic = yield* mapInSteps(connections, ({ labels, session }) => ({ labels, ...session.origin.traffic }));
  yield* writer.each(metricsOf(CONNECTION_TRAFFIC_METRICS, isMeant), traffic);
  yield* writer.each(metricsOf([CONNECTION_METRICS], isMeant), connections);
  const exchangeMetrics = metricsOf([EXCHANGE_METRICS], isMeant);
  if (exchangeMetrics.length > 0) {
    yield* writer.each(exchangeMetrics, yield* gatherExchanges(node, selection, exchangeRow));
  }
  yield* writer.each(metricsOf([QUEUE_DELIVERY_METRICS], isMeant), queues);
}

/** Writes the metrics that only `/metrics/detailed` has. As in RabbitMQ they are about all virtual hosts. */
function* cluster(writer: MetricsWriter, node: Node, isMeant: (family: string) => boolean): Writing {
  const vhosts = [...node.vhosts.values()].map((vhost) => ({ labels: labels({ vhost: vhost.name }), vhost }));
  yield* writer.each(metricsOf([VHOST_STATUS], isMeant), vhosts);
  const metrics = metricsOf(CLUSTER_EXCHANGE_METRICS, isMeant);
  if (metrics.length === 0) return;
  const rows = yield* gatherExchanges(node, EVERYTHING, clusterExchangeRow);
  yield* writer.each(metrics, rows.filter(({ exchange }) => isListed(exchange)));
}

/** Writes the metrics that `/metrics` and `/metrics/per-object` have in common. */
function* common(
  source: ScrapeSource,
  writer: MetricsWriter,
  queues: readonly QueueRow[],
  stats: StatsByType,
  format: ExpositionFormat,
): Writing {
  const { node } = source;
  yield* writer.single(TOTALS, { node, consumerCount: yield* consumerCountOf(queues) });
  yield* writer.single(PROTOCOL_METRICS, yield* protocolSource(node), labels({ protocol: PROTOCOL }));
  const rows = QUEUE_TYPE_LABELS.map(([type, label]) => ({
    ...stats.of(type),
    labels: labels({ protocol: PROTOCOL, queue_type: label }),
  }));
  yield* writer.each(PROTOCOL_QUEUE_TYPE_METRICS, rows);
  yield* deathMetrics(writer, node.deathCounts);
  yield writer.head(MESSAGE_SIZE) +
    writer.histogram(MESSAGE_SIZE.name, labels({ protocol: PROTOCOL }), node.messageSizes);
  yield* writer.single(NODE_STATE_METRICS, node);
  yield* processMetrics(source, new MetricsWriter(format, ""));
  yield* haremqMetrics(source, new MetricsWriter(format, HAREMQ_PREFIX));
}

/** Returns the statistics of all queues, deleted ones included. */
function* statsByType(node: Node, queues: readonly QueueRow[]): Writing<StatsByType> {
  const sums = new StatsByType();
  for (const [type] of QUEUE_TYPE_LABELS) sums.add(type, node.deletedQueueStats.of(type));
  for (const { type, stats } of queues) {
    sums.add(type, stats);
    yield;
  }
  return sums;
}

function* consumerCountOf(queues: readonly QueueRow[]): Writing<number> {
  let sum = 0;
  for (const { consumerCount } of queues) {
    sum += consumerCount;
    yield;
  }
  return sum;
}
