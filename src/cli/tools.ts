import type { Runtime } from "../runtime/runtime.ts";
import type { ToolName } from "./ctl/command.ts";

/** A program that comes with the server, under a subcommand of `haremq` and under RabbitMQ's name. */
export interface Tool {
  readonly subcommand: string;
  readonly name: string;
  readonly description: string;
  /** Runs it, loading it first: the server must not load what it does not need. */
  run(runtime: Runtime, args: readonly string[]): Promise<void>;
}

/** A program of the table in `ctl/`. */
interface CtlTool extends Tool {
  readonly name: ToolName;
}

const ctl = (subcommand: string, name: ToolName, description: string): CtlTool => ({
  subcommand,
  name,
  description,
  run: async (runtime, args) => (await import("./ctl/main.ts")).main(runtime, name, args),
});

/** RabbitMQ's programs for a running broker. */
export const CTL_TOOLS: readonly CtlTool[] = [
  ctl("ctl", "rabbitmqctl", "manage a running broker"),
  ctl("diagnostics", "rabbitmq-diagnostics", "look into a running broker, and check its health"),
  ctl("queues", "rabbitmq-queues", "manage replicated queues"),
  ctl("streams", "rabbitmq-streams", "manage streams"),
  ctl("plugins", "rabbitmq-plugins", "show the plugins, which are built in"),
  ctl("upgrade", "rabbitmq-upgrade", "prepare an upgrade"),
];

/** The programs of the table of commands, with `haremq` itself. */
export const COMMAND_PROGRAMS: readonly { readonly name: ToolName; readonly description: string }[] = [
  ...CTL_TOOLS,
  { name: "haremq", description: "look at messages, move, send and receive them, and watch the broker" },
];

/** The programs beside the server. */
export const TOOLS: readonly Tool[] = [
  ...CTL_TOOLS,
  {
    subcommand: "admin",
    name: "rabbitmqadmin",
    description: "manage a broker over HTTP, as RabbitMQ 3's script does",
    run: async (runtime, args) => (await import("./admin/main.ts")).main(runtime, args),
  },
  {
    subcommand: "perf",
    name: "rabbitmq-perf-test",
    description: "put load on a broker and measure it, with the switches of PerfTest",
    run: async (runtime, args) => (await import("./perf/main.ts")).main(runtime, args),
  },
];
