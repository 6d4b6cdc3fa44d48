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
    ({ process }) => process?.heap().usedBytes,
  ),
  gauge("memory_binary_heap_bytes", "Binary heap size in bytes", ({ node }) => node.messages.slabBytes),
  gauge(
    "memory_other_system_bytes",
    "Other runtime footprint in bytes",
    ({ process, node }) =>
      process && Math.max(0, process.residentBytes() - process.heap().totalBytes - node.messages.slabBytes),
  ),
  gauge(
    "memory_runtime_allocated_unused_bytes",
    "Runtime allocated but unused blocks size in bytes",
    ({ process }) => process && process.heap().totalBytes - process.heap().usedBytes,
  ),
];
