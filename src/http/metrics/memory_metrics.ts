import { gauge, type Metric } from "./metric.ts";
import type { NodeSource } from "./node_metrics.ts";

/**
 * The memory of the process in the parts that it has (RabbitMQ: `/metrics/memory-breakdown`). Erlang's processes are
 * those of queues and connections: here their objects are on the heap of the runtime.
 */
export const MEMORY_METRICS: readonly Metric<NodeSource>[] = [
  gauge(
    "memory_other_erlang_process_bytes",
    "Other processes footprint in bytes",
    ({ serverProcess }) => serverProcess?.heap().usedBytes,
  ),
  gauge("memory_binary_heap_bytes", "Binary heap size in bytes", ({ node }) => node.messages.slabBytes),
  gauge(
    "memory_other_system_bytes",
    "Other runtime footprint in bytes",
    ({ serverProcess, node }) =>
      serverProcess &&
      Math.max(0, serverProcess.residentBytes() - serverProcess.heap().totalBytes - node.messages.slabBytes),
  ),
  gauge(
    "memory_runtime_allocated_unused_bytes",
    "Runtime allocated but unused blocks size in bytes",
    ({ serverProcess }) => serverProcess && serverProcess.heap().totalBytes - serverProcess.heap().usedBytes,
  ),
];
