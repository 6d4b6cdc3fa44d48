import type { NodeSource } from "./node_metrics.ts";
import { counter, finite, gauge, type Metric } from "./metric.ts";
import type { MetricsWriter, Writing } from "./writer.ts";

/** Metrics of a process by the names that all clients of Prometheus use. */
const PROCESS: readonly Metric<NodeSource>[] = [
  gauge(
    "process_start_time_seconds",
    "Start time of the process since unix epoch in seconds.",
    ({ serverProcess, node }) => serverProcess && Math.floor((node.clock.time() - serverProcess.uptimeMs()) / 1000),
  ),
  counter(
    "process_cpu_seconds_total",
    "Total user and system CPU time spent in seconds.",
    ({ serverProcess }) => serverProcess?.cpuSeconds(),
  ),
  gauge(
    "process_resident_memory_bytes",
    "Resident memory size in bytes.",
    ({ serverProcess }) => serverProcess?.residentBytes(),
  ),
  gauge("process_open_fds", "Number of open file descriptors.", ({ openFiles }) => openFiles?.count),
  gauge("process_max_fds", "Maximum number of open file descriptors.", ({ openFiles }) => finite(openFiles?.max)),
];

/** Metrics of Erlang's virtual machine that mean something without one. */
const ERLANG: readonly Metric<NodeSource>[] = [
  counter(
    "erlang_vm_statistics_bytes_received_total",
    "Total number of bytes received through ports.",
    ({ node }) => node.sessions.totals.receivedBytes,
  ),
  counter(
    "erlang_vm_statistics_bytes_output_total",
    "Total number of bytes output to ports.",
    ({ node }) => node.sessions.totals.sentBytes,
  ),
];

/** Writes the metrics whose names have no prefix. */
export function* processMetrics(source: NodeSource, writer: MetricsWriter): Writing {
  yield* writer.single(PROCESS, source);
  yield* writer.single(ERLANG, source);
}
