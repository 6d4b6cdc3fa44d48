import type { AnyQueue } from "../../broker/queue/any_queue.ts";
import { Queue } from "../../broker/queue/queue.ts";
import type { QueueStats } from "../../broker/queue/queue_counts.ts";
import { QUEUE_TYPE_NAMES, type QueueTypeName, queueTypeName } from "../../broker/queue/queue_type.ts";
import type { QueueTotals } from "../../broker/queue/queue_totals.ts";
import { UnackedTotals } from "../../broker/session/unacked_totals.ts";
import { labels } from "./labels.ts";
import { counter, gauge, type Metric, type MetricGroup, type ObjectMetric } from "./metric.ts";

/** A queue at the moment of a scrape. */
export interface QueueRow {
  readonly labels: string;
  readonly vhost: string;
  readonly name: string;
  readonly type: QueueTypeName;
  readonly totals: QueueTotals;
  readonly unackedCount: number;
  readonly unacked: UnackedTotals;
  readonly consumerCount: number;
  readonly consumerCapacity: number;
  /** Timestamp of the next message that has one. In seconds. */
  readonly headTimestamp: bigint | undefined;
  readonly stats: QueueStats;
}

export const NO_UNACKED = new UnackedTotals();

export function queueRow(vhost: string, queue: AnyQueue, unacked: UnackedTotals): QueueRow {
  const { name, totals, stats, unackedCount, consumers, isStream } = queue;
  const { capacity, headTimestamp } = queue instanceof Queue
    ? { capacity: queue.consumers.capacity, headTimestamp: queue.headTimestamp }
    : { capacity: consumers.size > 0 ? 1 : 0, headTimestamp: undefined };
  return {
    labels: labels({ vhost, queue: name }),
    vhost,
    name,
    type: queueTypeName(queue.arguments),
    totals,
    unackedCount: isStream ? 0 : unackedCount,
    unacked,
    consumerCount: consumers.size,
    consumerCapacity: capacity,
    headTimestamp,
    stats,
  };
}

/** RabbitMQ's name of a queue type in labels. */
export const queueTypeLabel = (type: QueueTypeName): string => `rabbit_${type}_queue`;

export const QUEUE_TYPE_LABELS: readonly (readonly [QueueTypeName, string])[] = QUEUE_TYPE_NAMES.map((type) => [
  type,
  queueTypeLabel(type),
]);

const consumers = gauge<QueueRow>("queue_consumers", "Consumers on a queue", (queue) => queue.consumerCount);

/** A gauge whose sum over queues means nothing. RabbitMQ has none either. */
const single = (metric: ObjectMetric<QueueRow>): ObjectMetric<QueueRow> => ({ ...metric, hasNoSum: true });

/** Metrics of queues (RabbitMQ: `queue_*`), without those of Erlang processes. */
export const QUEUE_METRICS: readonly MetricGroup<QueueRow>[] = [
  {
    family: "queue_coarse_metrics",
    metrics: [
      gauge("queue_messages_ready", "Messages ready to be delivered to consumers", ({ totals }) => totals.ready.count),
      gauge(
        "queue_messages_unacked",
        "Messages delivered to consumers but not yet acknowledged",
        (queue) => queue.unackedCount,
      ),
      gauge(
        "queue_messages",
        "Sum of ready and unacknowledged messages - total queue depth",
        ({ totals, unackedCount }) => totals.ready.count + unackedCount,
      ),
    ],
  },
  { family: "queue_consumer_count", metrics: [consumers] },
  {
    family: "queue_metrics",
    metrics: [
      consumers,
      single(gauge("queue_consumer_capacity", "Consumer capacity", (queue) => queue.consumerCapacity)),
      gauge("queue_consumer_utilisation", "Same as consumer capacity", (queue) => queue.consumerCapacity),
      gauge(
        "queue_messages_ram",
        "Ready and unacknowledged messages stored in memory",
        ({ totals, unacked }) => totals.readyInMemory.count + unacked.inMemory.count,
      ),
      gauge(
        "queue_messages_ram_bytes",
        "Size of ready and unacknowledged messages stored in memory",
        ({ totals, unacked }) => totals.readyInMemory.bytes + unacked.inMemory.bytes,
      ),
      gauge("queue_messages_ready_ram", "Ready messages stored in memory", ({ totals }) => totals.readyInMemory.count),
      gauge(
        "queue_messages_unacked_ram",
        "Unacknowledged messages stored in memory",
        ({ unacked }) => unacked.inMemory.count,
      ),
      gauge(
        "queue_messages_persistent",
        "Persistent messages",
        ({ totals, unacked }) => totals.ready.persistentCount + unacked.all.persistentCount,
      ),
      gauge(
        "queue_messages_persistent_bytes",
        "Size in bytes of persistent messages",
        ({ totals, unacked }) => totals.ready.persistentBytes + unacked.all.persistentBytes,
      ),
      gauge(
        "queue_messages_bytes",
        "Size in bytes of ready and unacknowledged messages",
        ({ totals, unacked }) => totals.ready.bytes + unacked.all.bytes,
      ),
      gauge("queue_messages_ready_bytes", "Size in bytes of ready messages", ({ totals }) => totals.ready.bytes),
      gauge(
        "queue_messages_unacked_bytes",
        "Size in bytes of all unacknowledged messages",
        ({ unacked }) => unacked.all.bytes,
      ),
      single(gauge(
        "queue_head_message_timestamp",
        "Timestamp of the first message in the queue, if any",
        ({ headTimestamp }) => headTimestamp === undefined ? undefined : Number(headTimestamp),
      )),
      counter(
        "queue_disk_reads_total",
        "Total number of times queue read messages from disk",
        ({ stats }) => stats.diskReads,
      ),
      counter(
        "queue_disk_writes_total",
        "Total number of times queue wrote messages to disk",
        ({ stats }) => stats.diskWrites,
      ),
    ],
  },
];

/** Details of queues as labels. A broker is the only member of each of its queues. */
export const QUEUE_INFO: readonly Metric<{ readonly labels: string }>[] = [
  gauge("queue_info", "A metric with a constant '1' value and labels that provide some queue details", () => 1),
];

export const queueInfoRow = ({ labels, type }: QueueRow): { readonly labels: string } => ({
  labels: `${labels},queue_type="${queueTypeLabel(type)}",membership="leader"`,
});

/** Counters of deliveries. Totals over all queues include deleted ones, so that they never fall. */
export const QUEUE_DELIVERY_METRICS: MetricGroup<Pick<QueueRow, "stats">> = {
  family: "queue_delivery_metrics",
  metrics: [
    counter(
      "queue_get_ack_total",
      "Total number of messages fetched from a queue with basic.get in manual acknowledgement mode",
      ({ stats }) => stats.get,
    ),
    counter(
      "queue_get_total",
      "Total number of messages fetched from a queue with basic.get in automatic acknowledgement mode",
      ({ stats }) => stats.getNoAck,
    ),
    counter(
      "queue_messages_delivered_ack_total",
      "Total number of messages delivered from a queue to consumers in manual acknowledgement mode",
      ({ stats }) => stats.deliver,
    ),
    counter(
      "queue_messages_delivered_total",
      "Total number of messages delivered from a queue to consumers in automatic acknowledgement mode",
      ({ stats }) => stats.deliverNoAck,
    ),
    counter(
      "queue_messages_redelivered_total",
      "Total number of messages redelivered from a queue to consumers",
      ({ stats }) => stats.redeliver,
    ),
    counter(
      "queue_messages_acked_total",
      "Total number of messages acknowledged by consumers on a queue",
      ({ stats }) => stats.ack,
    ),
    counter(
      "queue_get_empty_total",
      "Total number of times basic.get operations fetched no message on a queue",
      ({ stats }) => stats.getEmpty,
    ),
  ],
};
