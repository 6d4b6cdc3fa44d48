import { alarmsOf } from "../alarms.ts";
import { EXCHANGE_TYPE_LIST } from "../describe/exchange_types.ts";
import { describeContexts } from "../describe/listeners.ts";
import { hasStatsDisabled, View } from "../describe/view.ts";
import { notFound } from "../http_error.ts";
import { replyObjects } from "../listing/listing.ts";
import { ok, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";
import { CHURN, LAYOUTS, PROCESS, STORE } from "../statistics/counters.ts";
import { addCounters, type Described } from "../statistics/describe_counters.ts";

/** Nodes, of which there is one (RabbitMQ: `rabbit_mgmt_wm_node*`). */
export const NODES: readonly Route[] = [
  {
    method: "GET",
    path: "/api/nodes",
    who: "monitoring",
    summary: "All nodes, with their limits, alarms and use of resources.",
    returns: "list",
    handle: async (request) => replyObjects(request, [await describeNode(request)], { order: ["name"] }),
  },
  {
    method: "GET",
    path: "/api/nodes/:node",
    who: "monitoring",
    summary: "A node. With ?memory=true also the parts of its memory.",
    handle: getNode,
  },
  {
    method: "GET",
    path: "/api/nodes/:node/memory",
    who: "monitoring",
    summary: "The parts of a node's memory. In bytes.",
    handle: (request) => {
      checkNode(request);
      return ok({ memory: memoryOf(request) ?? "not_available" });
    },
  },
  {
    method: "GET",
    path: "/api/nodes/:node/memory/relative",
    who: "monitoring",
    summary: "The parts of a node's memory. In percent.",
    handle: getRelativeMemory,
  },
  ...["ets", "ets/relative", "ets/:filter", "ets/:filter/relative"].map((path): Route => ({
    method: "GET",
    path: `/api/nodes/:node/memory/${path}`,
    who: "monitoring",
    summary: "The memory of Erlang's tables, of which the broker has none.",
    handle: (request) => {
      checkNode(request);
      return ok({ ets_tables_memory: "no_tables" });
    },
  })),
];

function checkNode({ node, params }: ApiRequest): void {
  if (params.node !== node.name) throw notFound();
}

async function getNode(request: ApiRequest): Promise<Reply> {
  checkNode(request);
  const described = await describeNode(request);
  if (request.query.get("memory") === "true") described.memory = memoryOf(request);
  return ok(described);
}

const DESCRIPTIONS_OF_MECHANISMS: Readonly<Record<string, string>> = {
  PLAIN: "SASL PLAIN authentication mechanism",
  AMQPLAIN: "QPid AMQPLAIN mechanism",
  EXTERNAL: "SASL EXTERNAL authentication mechanism using TLS peer certificates",
  ANONYMOUS: "SASL ANONYMOUS authentication mechanism",
};

/** RabbitMQ's plugins whose work the broker does. */
const PLUGINS = ["rabbitmq_management", "rabbitmq_management_agent", "rabbitmq_prometheus"];

/**
 * Limit of the number of processes. The broker is one process and has none; tools show used ones as a part of this, which
 * is Erlang's default.
 */
const PROCESSES_MAX = 1_048_576;

/** Returns a node as RabbitMQ lists it, without what only Erlang has. */
async function describeNode(request: ApiRequest): Promise<Described> {
  const { host, node } = request;
  const described: Described = { name: node.name, type: "disc", running: true, being_drained: false };
  if (hasStatsDisabled(request)) return described;
  const view = new View(request);
  const survey = await view.statistics.survey();
  const { identity, serverProcess, mechanisms } = host;
  const server = host.control()?.describe();
  const alarms = alarmsOf(node);
  const platform = serverProcess?.platform ?? "";
  Object.assign(described, {
    partitions: [],
    os_pid: server === undefined ? "" : String(server.pid),
    fd_total: survey.process.openFilesMax,
    sockets_total: 0,
    mem_limit: Number.isFinite(node.memoryHighWatermarkBytes) ? Math.floor(node.memoryHighWatermarkBytes) : 0,
    mem_alarm: alarms.includes("memory"),
    disk_free_limit: serverProcess?.diskFreeLimitBytes ?? 0,
    disk_free_alarm: alarms.includes("disk"),
    proc_total: PROCESSES_MAX,
    rates_mode: view.statistics.options.ratesMode,
    uptime: Math.round(serverProcess?.uptimeMs() ?? 0),
    run_queue: 0,
    processors: navigator.hardwareConcurrency ?? 1,
    exchange_types: EXCHANGE_TYPE_LIST,
    auth_mechanisms: mechanisms.map((name) => ({
      name,
      description: DESCRIPTIONS_OF_MECHANISMS[name] ?? "",
      enabled: true,
    })),
    applications: [
      { name: "rabbit", description: identity.productName, version: identity.productVersion },
      ...PLUGINS.map((name) => ({ name, description: identity.productName, version: identity.productVersion })),
    ],
    contexts: describeContexts(host),
    log_files: server?.logFiles ?? [],
    db_dir: server?.dataFolder ?? "",
    config_files: server?.configFiles ?? [],
    net_ticktime: 0,
    enabled_plugins: PLUGINS,
    mem_calculation_strategy: "rss",
    rabbitmq_version: identity.rabbitmqVersion,
    erlang_version: platform,
    erlang_full_version: platform,
    crypto_lib_version: platform,
    cluster_links: [],
  });
  const observed = { layout: LAYOUTS.node, history: view.statistics.nodes, keys: [node], values: survey.node };
  for (const group of [PROCESS, STORE, CHURN]) addCounters(described, observed, group, view.ranges);
  const { count = 0, sum = 0 } = node.store.journal?.syncSeconds ?? {};
  described.io_sync_avg_time = count === 0 ? 0 : sum * 1000 / count;
  return described;
}

/** Parts of the memory of RabbitMQ's node that this one has nothing of. Typed clients expect all of them. */
const PARTS_WITHOUT_MEMORY = [
  "atom",
  "code",
  "connection_channels",
  "connection_other",
  "connection_readers",
  "connection_writers",
  "metadata_store",
  "metadata_store_ets",
  "metrics",
  "mgmt_db",
  "mnesia",
  "msg_index",
  "other_ets",
  "plugins",
  "queue_procs",
  "quorum_ets",
  "quorum_queue_dlx_procs",
  "quorum_queue_procs",
  "reserved_unallocated",
  "stream_queue_coordinator_procs",
  "stream_queue_procs",
  "stream_queue_replica_reader_procs",
];

interface Memory {
  /** By RabbitMQ's names: messages are `binary`, objects of the broker `other_proc`. In bytes. */
  readonly parts: Readonly<Record<string, number>>;
  readonly strategy: "rss";
  readonly total: { readonly erlang: number; readonly rss: number; readonly allocated: number };
}

/** Returns the parts of the memory of the process, if it is known. */
function readMemory({ node: { messages }, host: { serverProcess } }: ApiRequest): Memory | undefined {
  if (serverProcess === undefined) return undefined;
  const { usedBytes, totalBytes } = serverProcess.heap();
  const rss = serverProcess.residentBytes();
  return {
    parts: {
      ...Object.fromEntries(PARTS_WITHOUT_MEMORY.map((name) => [name, 0])),
      binary: messages.slabBytes,
      other_proc: usedBytes,
      other_system: Math.max(0, rss - totalBytes - messages.slabBytes),
      allocated_unused: totalBytes - usedBytes,
    },
    strategy: "rss",
    total: { erlang: usedBytes, rss, allocated: totalBytes },
  };
}

function memoryOf(request: ApiRequest): Described | undefined {
  const memory = readMemory(request);
  return memory && { ...memory.parts, strategy: memory.strategy, total: memory.total };
}

function getRelativeMemory(request: ApiRequest): Reply {
  checkNode(request);
  const memory = readMemory(request);
  if (memory === undefined) return ok({ memory: "not_available" });
  const percentages = Object.entries(memory.parts).map(([name, part]) => [name, percentOf(part, memory.total.rss)]);
  return ok({ memory: { total: 100, ...Object.fromEntries(percentages) } });
}

/** Returns a part in percent; 1 for less than half of it, as RabbitMQ does. */
const percentOf = (part: number, whole: number): number => part === 0 ? 0 : Math.max(1, Math.round(part * 100 / whole));
