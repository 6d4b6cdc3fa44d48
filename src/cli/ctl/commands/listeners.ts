import { joined, phrase, verbatim } from "../../../phrase/phrase.ts";
import { protocolOf } from "../../../http/protocol_names.ts";
import { ignoringAbsence, sorted } from "../answers.ts";
import { type Call, isJson } from "../call.ts";
import { checkPositiveInteger } from "../checks.ts";
import type { Command } from "../command.ts";
import { checkFailed, failure } from "../command_error.ts";
import { writeJson } from "../formatters/json.ts";
import { DONE, list, type Result, value } from "../result.ts";
import { Dictionary } from "../term.ts";
import { path } from "../management_client.ts";
import { CTL, DIAGNOSTICS } from "../tools.ts";
import { describeListener, type Listener, listenerRow, listenersOf } from "../listener.ts";

/** Commands that show, check, suspend and resume listeners. */
export const LISTENERS_COMMANDS: readonly Command[] = [
  {
    name: "listeners",
    tools: DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Lists active connection listeners (bound interface, port, protocol) on the target node",
    usage: "listeners",
    hasTimeout: true,
    takes: [0, 0],
    banner: async (call) => phrase`Asking node ${await call.node()} to report its protocol listeners ...`,
    async run(call) {
      const listeners = await listenersOf(call);
      const rows = listeners.map(listenerRow);
      if (isJson(call)) {
        return value(new Dictionary({ result: "ok", node: await call.node(), listeners: rows.map(sorted) }));
      }
      if (call.options.formatter === "erlang") return value(rows);
      if (call.options.formatter === "csv") return list(rows);
      if (rows.length === 0) return value(phrase`Node ${await call.node()} reported no enabled listeners.`);
      return value(joined(listeners.map(describeListener), "\n"));
    },
  },
  {
    name: "check_port_listener",
    tools: DIAGNOSTICS,
    section: "observability_and_health_checks",
    description:
      "Health check that exits with a non-zero code if target node does not have an active listener for given port",
    usage: "check_port_listener <port>",
    hasTimeout: true,
    takes: [1, 1],
    check: checkPositiveInteger,
    banner: async (call) =>
      phrase`Asking node ${await call.node()} if there's an active listener on port ${call.args[0]} ...`,
    async run(call) {
      const [port] = call.args;
      const node = await call.node();
      const listeners = await listenersOf(call);
      if (listeners.some((listener) => String(listener.port) === port)) {
        if (isJson(call)) return value(new Dictionary({ result: "ok", node, port }));
        return value(phrase`A listener for port ${port} is running on node ${node}.`);
      }
      const ports = listeners.map(({ port }) => port);
      if (isJson(call)) {
        const listed = listeners.map((listener) => sorted(listenerRow(listener)));
        const found = new Dictionary({ result: "error", missing: port, ports, listeners: listed });
        throw checkFailed(verbatim(writeJson(found)));
      }
      throw checkFailed(
        phrase`No listener for port ${port} is active on node ${node}. Found listeners that use the following ports: ${
          ports.sort((one, other) => one - other).join(", ")
        }`,
      );
    },
  },
  {
    name: "check_protocol_listener",
    tools: DIAGNOSTICS,
    section: "observability_and_health_checks",
    description:
      "Health check that exits with a non-zero code if target node does not have an active listener for given protocol",
    usage: "check_protocol_listener <protocol>",
    hasTimeout: true,
    takes: [1, 1],
    banner: async (call) =>
      phrase`Asking node ${await call.node()} if there's an active listener for protocol ${call.args[0]} ...`,
    async run(call) {
      const protocol = protocolOf(call.args[0]);
      const node = await call.node();
      const listeners = await listenersOf(call);
      if (listeners.some((listener) => listener.protocol === protocol)) {
        if (isJson(call)) return value(new Dictionary({ result: "ok", node, protocol }));
        return value(phrase`A listener for protocol ${protocol} is running on node ${node}.`);
      }
      const protocols = listeners.map(({ protocol }) => protocol).sort();
      throw failure(
        phrase`No listener for protocol ${protocol} is active on node ${node}. Found listeners for the following protocols: ${
          protocols.join(", ")
        }`,
      );
    },
  },
  {
    name: "check_port_connectivity",
    tools: DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Basic TCP connectivity health check for each listener's port on the target node",
    usage: "check_port_connectivity",
    hasTimeout: true,
    takes: [0, 0],
    defaults: { timeout: 30 },
    banner: async (call) => phrase`Testing TCP connections to all active listeners on node ${await call.node()} ...`,
    run: checkConnectivity,
  },
  {
    name: "suspend_listeners",
    tools: CTL,
    section: "operations",
    description: "Suspends client connection listeners so that no new client connections are accepted",
    usage: "suspend_listeners",
    guides: ["upgrade"],
    takes: [0, 0],
    banner: async (call) =>
      phrase`Will suspend client connection listeners on node ${await call
        .node()}. The node will no longer accept client connections!`,
    run: (call) => suspend(call, true),
  },
  {
    name: "resume_listeners",
    tools: CTL,
    section: "operations",
    description: "Resumes client connection listeners making them accept client connections again",
    usage: "resume_listeners",
    guides: ["upgrade"],
    takes: [0, 0],
    banner: async (call) =>
      phrase`Will resume client connection listeners on node ${await call
        .node()}. The node will now accept client connections`,
    run: (call) => suspend(call, false),
  },
  {
    name: "drain",
    tools: ["rabbitmq-upgrade"],
    section: "upgrade",
    description:
      "Puts the node in maintenance mode. Such nodes will not serve any client traffic or host any primary queue replicas",
    usage: "drain",
    guides: ["upgrade"],
    takes: [0, 0],
    banner: async (call) =>
      phrase`Will put node ${await call
        .node()} into maintenance mode. The node will no longer serve any client traffic!`,
    async run(call) {
      const { api } = call;
      await suspend(call, true);
      for (const { name } of await api.all("/api/connections?columns=name")) {
        await ignoringAbsence(
          api.delete(path`/api/connections/${name as string}`, "Node was put into maintenance mode"),
        );
      }
      return DONE;
    },
  },
  {
    name: "revive",
    tools: ["rabbitmq-upgrade"],
    section: "upgrade",
    description:
      "Puts the node out of maintenance and into regular operating mode. Such nodes will again serve client traffic and host primary queue replicas",
    usage: "revive",
    guides: ["upgrade"],
    takes: [0, 0],
    banner: async (call) =>
      phrase`Will put node ${await call
        .node()} back into regular operating mode. The node will again serve client traffic and host primary queue replicas.`,
    run: (call) => suspend(call, false),
  },
];

async function checkConnectivity(call: Call): Promise<Result> {
  const node = await call.node();
  const listeners = await listenersOf(call);
  const timeoutMs = Number(call.options.timeout) * 1000 / (listeners.length + 1);
  const canReach = async (listener: Listener) => {
    for (const host of hostsOf(listener)) {
      if (await call.terminal.canConnect(host, listener.port, timeoutMs)) return true;
    }
    return false;
  };
  const reached = await Promise.all(
    listeners.map((listener) => canReach(listener)),
  );
  const failed = listeners.filter((_, at) => !reached[at]);
  const rows = (shown: readonly Listener[]) => shown.map((listener) => sorted(listenerRow(listener)));
  if (failed.length === 0) {
    if (isJson(call)) return value(new Dictionary({ result: "ok", node, listeners: rows(listeners) }));
    const ports = listeners.map(({ port }) => port).sort((one, other) => one - other).join(", ");
    return value(phrase`Successfully connected to ports ${ports} on node ${node}.`);
  }
  if (isJson(call)) {
    throw checkFailed(verbatim(writeJson(new Dictionary({ result: "error", node, failures: rows(failed) }))));
  }
  throw failure(
    joined([
      phrase`Connection to ports of the following listeners on node ${node} failed: `,
      ...failed.map(describeListener),
    ], "\n"),
  );
}

/** Returns the addresses by which a listener can be reached from its own machine. */
function hostsOf({ interface: address }: Listener): string[] {
  if (address === "0.0.0.0") return ["127.0.0.1"];
  return address === "[::]" ? ["::1", "127.0.0.1"] : [address.replace(/[[\]]/g, "")];
}

/** Suspends the listeners for clients, or resumes them. */
async function suspend({ api }: Call, suspended: boolean): Promise<Result> {
  await api.put("/api/node/listeners", { suspended });
  return DONE;
}
