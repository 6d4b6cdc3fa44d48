import { phrase } from "../../../phrase/phrase.ts";
import { absenceIs, alarmsOf, nodeObject } from "../answers.ts";
import type { Call } from "../call.ts";
import { checkPositiveInteger, checkUnit } from "../checks.ts";
import type { Command } from "../command.ts";
import { failure, UsageError } from "../command_error.ts";
import { EXIT } from "../exit_code.ts";
import { ManagementClient, NoBrokerError, TimeoutError } from "../management_client.ts";
import { batches, DONE, outcome, type Result, value } from "../result.ts";
import type { Terminal } from "../../../runtime/terminal.ts";
import { CTL, CTL_AND_DIAGNOSTICS } from "../tools.ts";
import { showStatus } from "../status.ts";
import type { JsonObject } from "../term.ts";

/** Commands for the broker as a process. */
export const NODE_COMMANDS: readonly Command[] = [
  {
    name: "ping",
    tools: CTL_AND_DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Checks that the node OS process is up, registered with EPMD and CLI tools can authenticate with it",
    usage: "ping",
    guides: ["monitoring"],
    hasTimeout: true,
    needsApplication: "either",
    takes: [0, 0],
    defaults: { timeout: 60 },
    banner: async (call) =>
      phrase`Will ping ${await call
        .node()}. This only checks if the OS process is running and registered with epmd. Timeout: ${
        Number(call.options.timeout) * 1000
      } ms.`,
    run: () => value(phrase`Ping succeeded`),
  },
  {
    name: "await_startup",
    tools: CTL,
    section: "node_management",
    description: "Waits for the RabbitMQ application to start on the target node",
    usage: "await_startup",
    takes: [0, 0],
    defaults: { timeout: 300 },
    isOffline: true,
    async run(call) {
      const timeoutMs = Number(call.options.timeout) * 1000;
      await untilItRuns(call, timeoutMs, timeoutMs);
      return DONE;
    },
  },
  {
    name: "await_online_nodes",
    tools: CTL,
    section: "cluster_management",
    description: "Waits for <count> nodes to join the cluster",
    usage: "await_online_nodes <count>",
    help: [[
      "<count>",
      "how many cluster members must be up in order for this command to exit. When <count> is 1, always exits immediately.",
    ]],
    hasTimeout: true,
    takes: [1, 1],
    check: checkPositiveInteger,
    defaults: { timeout: 300 },
    banner: async (call) =>
      phrase`Will wait for at least ${call.args[0]} nodes to join the cluster of ${await call
        .node()}. Timeout: ${call.options.timeout} seconds.`,
    async run(call) {
      if (Number.parseInt(call.args[0]) <= 1) return DONE;
      throw failure(
        phrase`Error: HareMQ runs as a single node, so that no other will join ${await call.node()}.`,
        EXIT.software,
      );
    },
  },
  {
    name: "status",
    tools: CTL_AND_DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Displays status of a node",
    usage: "status [--unit <unit>]",
    help: [["--unit <bytes | mb | gb>", "byte multiple (bytes, megabytes, gigabytes) to use"], [
      "--formatter <json | erlang>",
      "alternative formatter (JSON, Erlang terms)",
    ]],
    guides: ["monitoring"],
    switches: { unit: "string" },
    hasTimeout: true,
    takes: [0, 0],
    defaults: { unit: "gb", timeout: 60 },
    check: (_args, { unit }) => checkUnit(unit),
    banner: async (call) => phrase`Status of node ${await call.node()} ...`,
    run: showStatus,
  },
  {
    name: "environment",
    tools: CTL_AND_DIAGNOSTICS,
    section: "configuration",
    description:
      "Displays the name and value of each variable in the application environment for each running application",
    usage: "environment",
    guides: ["configure", "monitoring"],
    needsApplication: "either",
    takes: [0, 0],
    banner: async (call) => phrase`Application environment of node ${await call.node()} ...`,
    async run({ api }) {
      // It has lines with keys and values, in place of Erlang's terms.
      return value((await api.getText("/api/config/effective")).trimEnd());
    },
  },
  {
    name: "stop",
    tools: CTL,
    section: "node_management",
    description: "Stops RabbitMQ and its runtime (Erlang VM). Requires a local node pid file path to monitor progress.",
    usage: "stop [--idempotent] [<pidfile>]",
    help: [["<pidfile>", "node PID file path to monitor. To avoid using a PID file, use 'rabbitmqctl shutdown'"], [
      "--idempotent",
      "return success if target node is not running (cannot be contacted)",
    ]],
    switches: { idempotent: "boolean" },
    needsApplication: "either",
    takes: [0, 1],
    defaults: { idempotent: false },
    banner: async (call) =>
      call.args.length === 0
        ? phrase`Stopping and halting node ${await call.node()} ...`
        : phrase`Stopping and halting node ${await call.node()} (will monitor pid file ${call.args[0]}) ...`,
    run: stopNode,
  },
  {
    name: "shutdown",
    tools: CTL,
    section: "node_management",
    description:
      "Stops RabbitMQ and its runtime (Erlang VM). Monitors progress for local nodes. Does not require a PID file path.",
    usage: "shutdown [--wait]",
    help: [[
      "--wait",
      "if set, will wait for target node to terminate (by inferring and monitoring its PID file). Only works for local nodes.",
    ], ["--no-wait", "if set, will not wait for target node to terminate"]],
    switches: { wait: "boolean" },
    hasTimeout: true,
    needsApplication: "either",
    takes: [0, 0],
    defaults: { wait: true, timeout: 120 },
    run: shutDown,
  },
  {
    name: "stop_app",
    tools: CTL,
    section: "node_management",
    description: "Stops the RabbitMQ application, leaving the runtime (Erlang VM) running",
    usage: "stop_app",
    needsApplication: "either",
    takes: [0, 0],
    banner: async (call) => phrase`Stopping rabbit application on node ${await call.node()} ...`,
    run: (call) => changeNode(call, "DELETE", "/api/node/application"),
  },
  {
    name: "start_app",
    tools: CTL,
    section: "node_management",
    description: "Starts the RabbitMQ application but leaves the runtime (Erlang VM) running",
    usage: "start_app",
    needsApplication: "either",
    takes: [0, 0],
    banner: async (call) => phrase`Starting node ${await call.node()} ...`,
    run: (call) => changeNode(call, "PUT", "/api/node/application"),
  },
  {
    name: "reset",
    tools: CTL,
    section: "node_management",
    description: "Instructs a RabbitMQ node to leave the cluster and return to its virgin state",
    usage: "reset",
    guides: ["clustering"],
    needsApplication: "stopped",
    takes: [0, 0],
    banner: async (call) => phrase`Resetting node ${await call.node()} ...`,
    run: (call) => changeNode(call, "DELETE", "/api/node/data"),
  },
  {
    name: "force_reset",
    tools: CTL,
    section: "cluster_management",
    description: "Forcefully returns a RabbitMQ node to its virgin state",
    usage: "force_reset",
    guides: ["clustering"],
    needsApplication: "stopped",
    takes: [0, 0],
    banner: async (call) => phrase`Forcefully resetting node ${await call.node()} ...`,
    run: (call) => changeNode(call, "DELETE", "/api/node/data"),
  },
  {
    name: "wait",
    tools: CTL_AND_DIAGNOSTICS,
    section: "node_management",
    description:
      "Waits for RabbitMQ node startup by monitoring a local PID file. See also 'rabbitmqctl await_online_nodes'",
    usage: "wait [<pidfile>] [--pid|-P <pid>]",
    help: [["<pidfile>", "PID file path"], ["--pid <pid>", "operating system PID to monitor"]],
    switches: { pid: "integer" },
    letters: { P: "pid" },
    hasTimeout: true,
    takes: [0, 1],
    defaults: { timeout: 10 },
    isOffline: true,
    check(args, { pid }) {
      if (args.length === 1 && pid !== undefined) throw new UsageError(phrase`Cannot specify both pid and pidfile`);
      if (args.length === 0 && pid === undefined) throw new UsageError(phrase`No pid or pidfile specified`);
    },
    run: waitForProcess,
  },
  {
    name: "rotate_logs",
    tools: CTL,
    section: "node_management",
    description: "Does nothing [deprecated]",
    usage: "rotate_logs",
    guides: ["logging"],
    takes: [0, 0],
    run: () => {
      throw failure(phrase`This command does not rotate logs anymore [deprecated]`);
    },
  },
  {
    name: "node_health_check",
    tools: CTL_AND_DIAGNOSTICS,
    section: "deprecated",
    description:
      "DEPRECATED. Performs intrusive, opinionated health checks on a fully booted node. See https://www.rabbitmq.com/monitoring.html#health-checks instead",
    usage: "node_health_check",
    guides: ["monitoring"],
    hasTimeout: true,
    takes: [0, 0],
    defaults: { timeout: 70 },
    banner: async (call) =>
      phrase`This command is DEPRECATED and will be removed in a future version.
  It performs intrusive, opinionated health checks and requires a fully booted node.
  Use one of the options covered in https://www.rabbitmq.com/monitoring.html#health-checks instead.
  Timeout: ${call.options.timeout} seconds ...
  Checking health of node ${await call.node()} ...`,
    async run(call) {
      const alarms = await alarmsOf(call);
      if (alarms.length === 0) return value(phrase`Health check passed`);
      throw failure(phrase`Error: health check failed. Message: ${alarms.join(", ")}`, EXIT.software);
    },
  },
];

/** Interval between attempts to reach a broker that is starting. In milliseconds. */
const ATTEMPT_MS = 100;

/** Time that `wait` gives a stopped application to begin to start, as RabbitMQ does. In milliseconds. */
const WAIT_FOR_START_MS = 60_000;

/**
 * Waits until a node answers and its application runs. Throws the last failure when the time is up, and when its
 * application is stopped and stays so.
 *
 * @param startMs time that a stopped application has to begin to start. In milliseconds.
 * @param finishMs time that it has to start. In milliseconds.
 */
async function untilItRuns({ api: { route }, options }: Call, startMs: number, finishMs: number): Promise<void> {
  const beginMs = performance.now();
  const timeoutMs = Number(options.timeout) * 1000;
  /** Returns true while there is time left. */
  const isIn = (ms: number) => performance.now() - beginMs < ms;
  for (;;) {
    try {
      const { application } = await new ManagementClient(route).get("/api/node") as JsonObject;
      if (application === "running") return;
      if (application === "stopped" && !isIn(startMs)) throw failure(phrase`rabbit_is_not_running`);
      if (application === "starting" && !isIn(finishMs)) throw new TimeoutError("timeout");
    } catch (error) {
      if (!(error instanceof NoBrokerError)) throw error;
      if (!isIn(timeoutMs)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, ATTEMPT_MS));
  }
}

/** Changes the node itself, which is served to the owner of its data folder alone. */
async function changeNode({ api, command: { name } }: Call, method: "PUT" | "DELETE", path: string): Promise<Result> {
  await absenceIs(
    phrase`${name} reaches a broker by the socket in its data folder only: run it on its machine, without --url.`,
    api.sendText(method, path),
  );
  return DONE;
}

async function stopNode(call: Call): Promise<Result> {
  const { api, args: [file], terminal } = call;
  const pid = file === undefined ? undefined : Number.parseInt(terminal.readTextFile(file));
  await api.delete("/api/node");
  if (pid === undefined) return DONE;
  await untilItEnded(terminal, pid);
  return outcome(phrase`process ${pid} (take from pid file ${file}) is no longer running`);
}

async function shutDown(call: Call): Promise<Result> {
  const { api, options, terminal } = call;
  const node = await call.node();
  if (options.wait === false) {
    await api.delete("/api/node");
    return DONE;
  }
  const { os_pid: pid } = await nodeObject(call);
  return batches((async function* () {
    yield [phrase`Shutting down RabbitMQ node ${node} running at PID ${pid}`];
    await api.delete("/api/node");
    yield [phrase`Waiting for PID ${pid} to terminate`];
    await untilItEnded(terminal, Number(pid));
    yield [phrase`RabbitMQ node ${node} running at PID ${pid} successfully shut down`];
  })());
}

async function untilItEnded(terminal: Terminal, pid: number): Promise<void> {
  while (terminal.isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, ATTEMPT_MS));
}

function waitForProcess(call: Call): Result {
  const { args: [file], options, terminal } = call;
  const node = options.node ?? call.api.route.place;
  const isTold = options.quiet !== true;
  return batches((async function* () {
    let pid = options.pid as number | undefined;
    if (file !== undefined) {
      if (isTold) yield [phrase`Waiting for pid file '${file}' to appear`];
      pid = await pidIn(file, terminal, Number(options.timeout));
      if (isTold) yield [phrase`pid is ${pid}`];
    }
    if (isTold) yield [phrase`Waiting for erlang distribution on node '${node}' while OS process '${pid}' is running`];
    if (!terminal.isAlive(pid!)) throw failure(phrase`Error: process is not running.`);
    await untilItRuns(call, WAIT_FOR_START_MS, Infinity);
    if (!isTold) return;
    yield [phrase`Waiting for applications 'rabbit_and_plugins' to start on node '${node}'`];
    yield [phrase`Applications 'rabbit_and_plugins' are running on node '${node}'`];
  })());
}

async function pidIn(file: string, terminal: Terminal, timeoutSeconds: number): Promise<number> {
  const endMs = performance.now() + timeoutSeconds * 1000;
  while (!terminal.fileExists(file)) {
    if (performance.now() >= endMs) throw new TimeoutError("timeout");
    await new Promise((resolve) => setTimeout(resolve, ATTEMPT_MS));
  }
  const pid = Number.parseInt(terminal.readTextFile(file));
  if (Number.isNaN(pid)) throw failure(phrase`Error: garbage in pid file.`);
  return pid;
}
