import { phrase } from "../../../phrase/phrase.ts";
import { nodeObject } from "../answers.ts";
import { isJson } from "../call.ts";
import { bytesOf } from "../checks.ts";
import type { Command } from "../command.ts";
import { badArgument, failure, notEnoughArguments, tooManyArguments } from "../command_error.ts";
import { DONE, list, value } from "../result.ts";
import { Dictionary, type JsonObject } from "../term.ts";
import { CTL, DIAGNOSTICS } from "../tools.ts";

/** Commands that change the configuration of the running broker. */
export const CONFIGURATION_COMMANDS: readonly Command[] = [
  {
    name: "set_vm_memory_high_watermark",
    tools: CTL,
    section: "configuration",
    description: "Sets the vm_memory_high_watermark setting",
    usage: "set_vm_memory_high_watermark <fraction> | absolute <value>",
    help: [["<fraction>", "New limit as a fraction of total memory reported by the OS"], [
      "absolute <value>",
      "New limit as an absolute value with units, e.g. 1GB",
    ]],
    guides: ["alarms", "memory-use"],
    check: checkWatermark,
    banner: async (call) => {
      const [first, second] = call.args;
      return first === "absolute"
        ? phrase`Setting memory threshold on ${await call.node()} to ${second} bytes ...`
        : phrase`Setting memory threshold on ${await call.node()} to ${first} ...`;
    },
    async run({ api, args: [first, second] }) {
      const limit: JsonObject = first === "absolute" ? { absolute: bytesOf(second)! } : { relative: Number(first) };
      await api.put("/api/node/limits/memory", limit);
      return DONE;
    },
  },
  {
    name: "set_disk_free_limit",
    tools: CTL,
    section: "configuration",
    description: "Sets the disk_free_limit setting",
    usage: "set_disk_free_limit <disk_limit> | mem_relative <fraction>",
    help: [["<disk_limit>", "New limit as an absolute value with units, e.g. 1GB"], [
      "mem_relative <fraction>",
      "New limit as a fraction of total memory reported by the OS",
    ]],
    guides: ["disk-alarms", "alarms"],
    check: checkDiskLimit,
    banner: async (call) => {
      const [first, second] = call.args;
      return first === "mem_relative"
        ? phrase`Setting disk free limit on ${await call.node()} to ${second} times the total RAM ...`
        : phrase`Setting disk free limit on ${await call.node()} to ${first} bytes ...`;
    },
    async run({ api, args: [first, second] }) {
      const limit: JsonObject = first === "mem_relative" ? { relative: Number(second) } : { absolute: bytesOf(first)! };
      await api.put("/api/node/limits/disk", limit);
      return DONE;
    },
  },
  {
    name: "set_log_level",
    tools: CTL,
    section: "configuration",
    description: "Sets log level in the running node",
    usage: "set_log_level <log_level>",
    help: [["<log_level>", "new log level"]],
    guides: ["logging"],
    takes: [1, 1],
    check([level]) {
      if (LOG_LEVELS.includes(level)) return;
      throw failure(phrase`level ${level} is not supported. Try one of debug, info, warning, error, critical, none`);
    },
    banner: ({ args: [level] }) => phrase`Setting log level to "${level}" ...`,
    async run({ api, args: [level] }) {
      await api.put("/api/node/log-level", { level });
      return DONE;
    },
  },
  {
    name: "log_location",
    tools: DIAGNOSTICS,
    section: "configuration",
    description: "Shows log file location(s) on target node",
    usage: "log_location [--all|-a]",
    switches: { all: "boolean" },
    letters: { a: "all" },
    hasTimeout: true,
    needsApplication: "either",
    takes: [0, 0],
    banner: async (call) => phrase`Log file location(s) on node ${await call.node()} ...`,
    async run(call) {
      const files = (await nodeObject(call)).log_files as string[] ?? [];
      const shown = call.options.all === true ? files : files.slice(0, 1);
      if (isJson(call)) return value(new Dictionary({ result: "ok", node_name: await call.node(), paths: shown }));
      return list(shown);
    },
  },
];

const LOG_LEVELS = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency", "none"];

function checkWatermark(args: readonly string[]): void {
  const [first, second] = args;
  if (args.length === 0 || (first === "absolute" && args.length === 1)) throw notEnoughArguments();
  if (args.length > (first === "absolute" ? 2 : 1)) throw tooManyArguments();
  if (first === "absolute") {
    if (!/^[+-]?\d/.test(second)) throw badArgument();
    if (bytesOf(second) !== undefined) return;
    throw badArgument(
      /^[+-]?\d+\./.test(second) ? phrase`The threshold should be an integer.` : phrase`Invalid units.`,
    );
  }
  if (!/^[+-]?\d+(\.\d+)?$/.test(first)) throw badArgument();
  if (Number(first) < 0 || Number(first) > 1) {
    throw badArgument(phrase`The threshold should be a fraction between 0.0 and 1.0`);
  }
}

function checkDiskLimit(args: readonly string[]): void {
  const [first, second] = args;
  if (args.length === 0 || (first === "mem_relative" && args.length === 1)) throw notEnoughArguments();
  if (args.length > (first === "mem_relative" ? 2 : 1)) throw tooManyArguments();
  const isGood = first === "mem_relative" ? /^\d+(\.\d+)?$/.test(second) : bytesOf(first) !== undefined;
  if (!isGood) throw badArgument();
}
