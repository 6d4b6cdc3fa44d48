import { phrase } from "../../../phrase/phrase.ts";
import { sorted } from "../answers.ts";
import { isJson, vhostOf } from "../call.ts";
import { checkUnit } from "../checks.ts";
import type { Command } from "../command.ts";
import { path } from "../management_client.ts";
import { DONE, list, value } from "../result.ts";
import { Dictionary, type JsonObject, row, type Term } from "../term.ts";
import { CTL, CTL_AND_DIAGNOSTICS, DIAGNOSTICS } from "../tools.ts";
import { showMemory } from "../memory.ts";
import { listMatchingPolicies } from "./policies.ts";

/** Commands that show what a broker is and does. */
export const DIAGNOSTICS_COMMANDS: readonly Command[] = [
  {
    name: "server_version",
    tools: DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Displays server version on the target node",
    usage: "server_version",
    hasTimeout: true,
    needsApplication: "either",
    takes: [0, 0],
    banner: async (call) => phrase`Asking node ${await call.node()} for its RabbitMQ version...`,
    async run(call) {
      const { rabbitmq_version: version } = await call.api.get("/api/node") as JsonObject;
      return value(isJson(call) ? new Dictionary({ result: "ok", value: version as string }) : version as string);
    },
  },
  {
    name: "memory_breakdown",
    tools: DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Provides a memory usage breakdown on the target node.",
    usage: "memory_breakdown [--unit <unit>]",
    help: [["--unit <bytes | mb | gb>", "byte multiple (bytes, megabytes, gigabytes) to use"], [
      "--formatter <json | csv | erlang>",
      "alternative formatter to use, JSON, CSV or Erlang terms",
    ]],
    switches: { unit: "string" },
    hasTimeout: true,
    takes: [0, 0],
    defaults: { unit: "gb" },
    check: (_args, { unit }) => checkUnit(unit),
    banner: async (call) => phrase`Reporting memory breakdown on node ${await call.node()}...`,
    run: showMemory,
  },
  {
    name: "list_node_auth_attempt_stats",
    tools: CTL_AND_DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Lists authentication attempts on the target node",
    usage: "list_node_auth_attempts [--by-source]",
    help: [["--by-source", "list authentication attempts by remote address and username"]],
    guides: ["access-control", "monitoring"],
    switches: { by_source: "boolean" },
    formatter: "table",
    takes: [0, 0],
    defaults: { by_source: false },
    banner: async (call) => phrase`Listing authentication\n attempts for node "${await call.node()}" ...`,
    async run(call) {
      const node = await call.node();
      const source = call.options.by_source === true ? "/source" : "";
      const attempts = await call.api.all(path`/api/auth/attempts/${node}` + source);
      const rows = attempts.map((attempt) => row(attempt as Record<string, Term>));
      if (isJson(call)) return value(new Dictionary({ result: "ok", node, attempts: rows.map(sorted) }));
      return rows.length === 0 ? value(phrase`Node ${node} reported no authentication attempt stats`) : list(rows);
    },
  },
  {
    name: "reset_node_auth_attempt_metrics",
    tools: DIAGNOSTICS,
    section: "configuration",
    description: "Resets auth attempt metrics on the target node",
    usage: "reset_node_auth_attempt_metrics",
    guides: ["access-control", "monitoring"],
    takes: [0, 0],
    banner: async (call) => phrase`Resetting auth attempt metrics on node ${await call.node()} ...`,
    async run(call) {
      await call.api.delete(path`/api/auth/attempts/${await call.node()}`);
      return DONE;
    },
  },
  {
    name: "list_policies_that_match",
    tools: DIAGNOSTICS,
    section: "policies",
    description: "Lists all policies matching a queue/exchange (only the highest priority policy is active)",
    usage: "list_policies_that_match [--object-type <type>] <name>",
    help: [["<name>", "The name of the queue/exchange"], [
      "--object-type <queue | exchange>",
      "the type of object to match (default: queue)",
    ]],
    guides: ["docs/queues/"],
    switches: { object_type: "string" },
    formatter: "pretty_table",
    takes: [1, 1],
    banner: (call) =>
      phrase`Listing policies that match ${call.options.object_type ?? "queue"} '${call.args[0]}' in vhost '${
        vhostOf(call)
      }' ...`,
    run: listMatchingPolicies,
  },
  {
    name: "reset_stats_db",
    tools: CTL,
    section: "management",
    description: "Resets statistics database. This will remove all metrics data!",
    usage: "reset_stats_db [--all]",
    switches: { all: "boolean" },
    takes: [0, Infinity],
    banner: async (call) =>
      call.options.all === true
        ? phrase`Resetting statistics database in all nodes`
        : phrase`Resetting statistics database on node ${await call.node()}`,
    async run({ api }) {
      await api.delete("/api/reset");
      return DONE;
    },
  },
];
