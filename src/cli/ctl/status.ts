import { alarmsOf, nodeObject } from "./answers.ts";
import { type Call, isJson } from "./call.ts";
import { inUnit } from "./checks.ts";
import { describeListener, listenersOf } from "./listener.ts";
import { memoryLines, memoryOf } from "./memory.ts";
import { type Result, value } from "./result.ts";
import { orNone, type Section, writeSections } from "./sections.ts";
import { Dictionary, type JsonObject, type Term, termOf } from "./term.ts";

/** Shows what a node is, and how it does. */
export async function showStatus(call: Call): Promise<Result> {
  const { options, terminal } = call;
  const node = await call.node();
  const described = await nodeObject(call);
  const listeners = await listenersOf(call);
  const alarms = await alarmsOf(call);
  const memory = await memoryOf(call);
  const totals = described.object_totals as JsonObject ?? {};
  if (isJson(call) || options.formatter === "erlang") {
    const facts: Record<string, Term> = {
      os: "",
      pid: Number(described.os_pid ?? 0),
      rabbitmq_version: text(described.rabbitmq_version),
      product_name: text(described.product_name),
      product_version: text(described.product_version),
      haremq_version: text(described.haremq_version),
      uptime: Math.floor(Number(described.uptime ?? 0) / 1000),
      alarms,
      memory: termOf(memory),
      vm_memory_high_watermark_limit: Number(described.mem_limit ?? 0),
      disk_free_limit: Number(described.disk_free_limit ?? 0),
      disk_free: Number(described.disk_free ?? 0),
      log_files: texts(described.log_files),
      config_files: texts(described.config_files),
      data_directory: text(described.db_dir),
      totals: termOf({
        connection_count: totals.connections ?? 0,
        queue_count: totals.queues ?? 0,
        virtual_host_count: totals.vhosts ?? 0,
      }),
    };
    return value(new Dictionary({ ...facts, listeners: listeners.map((listener) => termOf({ ...listener })) }));
  }
  const unit = String(options.unit);
  const size = (bytes: unknown) => `${inUnit(Number(bytes ?? 0), unit)} ${unit}`;
  const sections: Section[] = [
    ["Runtime", [
      `OS PID: ${described.os_pid}`,
      `Uptime (seconds): ${Math.floor(Number(described.uptime ?? 0) / 1000)}`,
      "Is under maintenance?: false",
      `RabbitMQ version: ${described.rabbitmq_version}`,
      ...described.haremq_version === undefined ? [] : [`HareMQ version: ${described.haremq_version}`],
      `Node name: ${node}`,
    ]],
    ["Data directory", [`Node data directory: ${described.db_dir ?? "(none)"}`]],
    ["Config files", orNone(texts(described.config_files).map((file) => ` * ${file}`))],
    ["Log file(s)", orNone(texts(described.log_files).map((file) => ` * ${file}`))],
    ["Alarms", orNone(alarms)],
    ["Memory", [
      `Total memory used: ${size(described.mem_used)}`,
      `Memory high watermark, computed to: ${size(described.mem_limit)}\n`,
      ...memoryLines(memory, unit, " %"),
    ]],
    ["File Descriptors", [`Total: ${described.fd_used ?? 0}, limit: ${described.fd_total ?? "none"}`]],
    ["Free Disk Space", [
      `Low free disk space watermark: ${size(described.disk_free_limit)}`,
      `Free disk space: ${size(described.disk_free)}`,
    ]],
    ["Totals", [
      `Connection count: ${totals.connections ?? 0}`,
      `Queue count: ${totals.queues ?? 0}`,
      `Virtual host count: ${totals.vhosts ?? 0}`,
    ]],
    ["Listeners", orNone(listeners.map(describeListener))],
  ];
  return value(writeSections(sections, terminal.isColoured));
}

const text = (value: unknown): string => typeof value === "string" ? value : "";
const texts = (value: unknown): string[] => Array.isArray(value) ? value.map(String) : [];
