import { phrase } from "../../phrase/phrase.ts";
import { alarmsOf, nodeObject } from "./answers.ts";
import { type Call, isJson } from "./call.ts";
import { inUnit } from "./checks.ts";
import { describeListener, listenersOf } from "./listener.ts";
import { memoryLines, memoryOf } from "./memory.ts";
import { drawing, type Result, value } from "./result.ts";
import { NONE, orNone, type Section, writeSections } from "./sections.ts";
import { Dictionary, type JsonObject, type Term, termOf } from "./term.ts";

/** Shows what a node is, and how it does. */
export async function showStatus(call: Call): Promise<Result> {
  const { options, terminal, say } = call;
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
      alarms: alarms.map(String),
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
    [phrase`Runtime`, [
      phrase`OS PID: ${described.os_pid}`,
      phrase`Uptime (seconds): ${Math.floor(Number(described.uptime ?? 0) / 1000)}`,
      phrase`Is under maintenance?: false`,
      phrase`RabbitMQ version: ${described.rabbitmq_version}`,
      ...described.haremq_version === undefined ? [] : [phrase`HareMQ version: ${described.haremq_version}`],
      phrase`Node name: ${node}`,
    ]],
    [phrase`Data directory`, [phrase`Node data directory: ${described.db_dir ?? NONE}`]],
    [phrase`Config files`, orNone(texts(described.config_files).map((file) => ` * ${file}`))],
    [phrase`Log file(s)`, orNone(texts(described.log_files).map((file) => ` * ${file}`))],
    [phrase`Alarms`, orNone(alarms)],
    [phrase`Memory`, [
      phrase`Total memory used: ${size(described.mem_used)}`,
      phrase`Memory high watermark, computed to: ${size(described.mem_limit)}\n`,
      ...memoryLines(memory, unit, " %"),
    ]],
    [phrase`File Descriptors`, [
      phrase`Total: ${described.fd_used ?? 0}, limit: ${described.fd_total ?? phrase`none`}`,
    ]],
    [phrase`Free Disk Space`, [
      phrase`Low free disk space watermark: ${size(described.disk_free_limit)}`,
      phrase`Free disk space: ${size(described.disk_free)}`,
    ]],
    [phrase`Totals`, [
      phrase`Connection count: ${totals.connections ?? 0}`,
      phrase`Queue count: ${totals.queues ?? 0}`,
      phrase`Virtual host count: ${totals.vhosts ?? 0}`,
    ]],
    [phrase`Listeners`, orNone(listeners.map(describeListener))],
  ];
  return drawing(writeSections(sections, terminal.isColoured, say));
}

const text = (value: unknown): string => typeof value === "string" ? value : "";
const texts = (value: unknown): string[] => Array.isArray(value) ? value.map(String) : [];
