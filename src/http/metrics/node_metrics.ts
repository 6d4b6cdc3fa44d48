import type { Node } from "../../broker/node/node.ts";
import type { ServerProcess } from "../server_process.ts";
import { counter, finite, gauge, isOn, type Metric, type MetricGroup } from "./metric.ts";

/** The broker and its process at the moment of a scrape. */
export interface NodeSource {
  readonly node: Node;
  readonly serverProcess: ServerProcess | undefined;
  /** Open files of the process, and their maximum number. */
  readonly openFiles: { readonly count: number; readonly max: number } | undefined;
  /** Free space of the disk with the broker's data. In bytes. */
  readonly freeDiskBytes: number | undefined;
}

/** Metrics of the node, without those of Erlang's virtual machine and of files that HareMQ does not have. */
export const NODE_METRICS: readonly MetricGroup<NodeSource>[] = [
  {
    family: "connection_churn_metrics",
    metrics: [
      counter(
        "connections_opened_total",
        "Total number of connections opened",
        ({ node }) => node.sessions.churn.connectionCreated,
      ),
      counter(
        "connections_closed_total",
        "Total number of connections closed or terminated",
        ({ node }) => node.sessions.churn.connectionClosed,
      ),
      counter(
        "channels_opened_total",
        "Total number of channels opened",
        ({ node }) => node.sessions.churn.channelCreated,
      ),
      counter(
        "channels_closed_total",
        "Total number of channels closed",
        ({ node }) => node.sessions.churn.channelClosed,
      ),
      counter("queues_declared_total", "Total number of queues declared", ({ node }) => node.queueChurn.queueDeclared),
      counter("queues_created_total", "Total number of queues created", ({ node }) => node.queueChurn.queueCreated),
      counter("queues_deleted_total", "Total number of queues deleted", ({ node }) => node.queueChurn.queueDeleted),
    ],
  },
  {
    family: "node_coarse_metrics",
    metrics: [
      gauge("process_open_fds", "Open file descriptors", ({ openFiles }) => openFiles?.count),
      gauge(
        "process_resident_memory_bytes",
        "Memory used in bytes",
        ({ serverProcess }) => serverProcess?.residentBytes(),
      ),
      gauge(
        "disk_space_available_bytes",
        "Disk space available in bytes",
        ({ freeDiskBytes }) => finite(freeDiskBytes),
      ),
    ],
  },
  {
    family: "node_metrics",
    metrics: [
      gauge("process_max_fds", "Open file descriptors limit", ({ openFiles }) => finite(openFiles?.max)),
      gauge(
        "resident_memory_limit_bytes",
        "Memory high watermark in bytes",
        ({ node }) => finite(node.memoryHighWatermarkBytes),
      ),
      gauge(
        "disk_space_available_limit_bytes",
        "Free disk space low watermark in bytes",
        ({ serverProcess }) => serverProcess?.diskFreeLimitBytes,
      ),
      gauge(
        "erlang_uptime_seconds",
        "Node uptime",
        ({ serverProcess }) => serverProcess && serverProcess.uptimeMs() / 1000,
      ),
    ],
  },
  {
    family: "node_persister_metrics",
    metrics: [
      // The journal writes and syncs a batch at once.
      counter(
        "io_write_ops_total",
        "Total number of I/O write operations",
        ({ node }) => node.store.journal?.batchBytes.count,
      ),
      counter(
        "io_write_bytes_total",
        "Total number of I/O bytes written",
        ({ node }) => node.store.journal?.batchBytes.sum,
      ),
      counter(
        "io_sync_ops_total",
        "Total number of I/O sync operations",
        ({ node }) => node.store.journal?.syncSeconds.count,
      ),
      counter("io_sync_time_seconds_total", "Total I/O sync time", ({ node }) => node.store.journal?.syncSeconds.sum),
      counter(
        "msg_store_read_total",
        "Total number of Message Store read operations",
        ({ node }) => node.diskCounts.reads,
      ),
      counter(
        "msg_store_write_total",
        "Total number of Message Store write operations",
        ({ node }) => node.diskCounts.writes,
      ),
    ],
  },
];

/** Returns the number of all channels, those of embedding programs excluded. */
function channelCount({ sessions }: Node): number {
  let count = 0;
  for (const { channels } of sessions) count += channels.size;
  return count;
}

/** The broker with what is counted by the gathered objects. */
export interface CountedNode {
  readonly node: Node;
  readonly consumerCount: number;
}

/** Numbers of objects. */
export const TOTALS: readonly Metric<CountedNode>[] = [
  gauge("connections", "Connections currently open", ({ node }) => node.sessions.size),
  gauge("channels", "Channels currently open", ({ node }) => channelCount(node)),
  gauge("consumers", "Consumers currently connected", ({ consumerCount }) => consumerCount),
  gauge("queues", "Queues available", ({ node }) => node.topology.queueCount),
];

/** Alarms and the like. */
export const NODE_STATE_METRICS: readonly Metric<Node>[] = [
  {
    ...gauge(
      "alarms_free_disk_space_watermark",
      "is 1 if free disk space watermark alarm is in effect",
      ({ blockedReason }: Node) => isOn(blockedReason?.includes("disk")),
    ),
    type: "untyped",
  },
  {
    ...gauge(
      "alarms_memory_used_watermark",
      "is 1 if VM memory watermark alarm is in effect",
      ({ blockedReason }: Node) => isOn(blockedReason?.includes("memory")),
    ),
    type: "untyped",
  },
  gauge(
    "unreachable_cluster_peers_count",
    "Number of peers in the cluster the current node cannot reach.",
    () => 0,
  ),
];
