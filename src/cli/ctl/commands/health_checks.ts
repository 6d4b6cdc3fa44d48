import { joined, type Phrase, phrase, verbatim } from "../../../phrase/phrase.ts";
import { alarmsOf, applicationOf } from "../answers.ts";
import { type Call, isJson, isSilent } from "../call.ts";
import type { Command } from "../command.ts";
import { checkFailed, failure, UsageError } from "../command_error.ts";
import { writeJson } from "../formatters/json.ts";
import { ApiError } from "../management_client.ts";
import { type Result, SILENCE, value } from "../result.ts";
import { Dictionary } from "../term.ts";
import { CTL_AND_DIAGNOSTICS, DIAGNOSTICS } from "../tools.ts";

/** Health checks. */
export const HEALTH_CHECKS_COMMANDS: readonly Command[] = [
  {
    name: "check_running",
    tools: DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Health check that exits with a non-zero code if the RabbitMQ app on the target node is not running",
    usage: "check_running",
    hasTimeout: true,
    needsApplication: "either",
    takes: [0, 0],
    banner: async (call) => phrase`Checking if RabbitMQ is running on node ${await call.node()} ...`,
    async run(call) {
      if (await applicationOf(call) === "running") return value(await runningText(call));
      throw failure(await notRunningText(call));
    },
  },
  {
    name: "is_running",
    tools: DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Checks if RabbitMQ is fully booted and running on the target node",
    usage: "is_running",
    hasTimeout: true,
    needsApplication: "either",
    takes: [0, 0],
    banner: async (call) => phrase`Asking node ${await call.node()} for its status ...`,
    async run(call) {
      const result = await applicationOf(call) === "running";
      const message = result ? await runningText(call) : await notRunningText(call);
      return value(isJson(call) ? new Dictionary({ result, message: String(message) }) : message);
    },
  },
  {
    name: "is_booting",
    tools: DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Checks if RabbitMQ is still booting on the target node",
    usage: "is_booting",
    hasTimeout: true,
    needsApplication: "either",
    takes: [0, 0],
    banner: async (call) => phrase`Asking node ${await call.node()} for its boot status ...`,
    async run(call) {
      const result = await applicationOf(call) === "starting";
      const node = await call.node();
      const message = result
        ? phrase`RabbitMQ on node ${node} is booting`
        : phrase`RabbitMQ on node ${node} is fully booted (check with is_running), stopped or has not started booting yet`;
      return value(isJson(call) ? new Dictionary({ result, message: String(message) }) : message);
    },
  },
  {
    name: "check_alarms",
    tools: DIAGNOSTICS,
    section: "observability_and_health_checks",
    description:
      "Health check that exits with a non-zero code if the target node reports any alarms, local or cluster-wide.",
    usage: "check_alarms",
    hasTimeout: true,
    takes: [0, 0],
    banner: async (call) => phrase`Asking node ${await call.node()} to report any local resource alarms ...`,
    run: (call) => checkAlarms(call, (node) => phrase`Node ${node} reported no alarms, local or clusterwide`, "alarms"),
  },
  {
    name: "check_local_alarms",
    tools: DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Health check that exits with a non-zero code if the target node reports any local alarms",
    usage: "check_local_alarms",
    hasTimeout: true,
    takes: [0, 0],
    banner: async (call) => phrase`Asking node ${await call.node()} to report any local resource alarms ...`,
    run: (call) => checkAlarms(call, (node) => phrase`Node ${node} reported no local alarms`, "local alarms"),
  },
  {
    name: "alarms",
    tools: DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Lists resource alarms (local or cluster-wide) in effect on the target node",
    usage: "alarms",
    hasTimeout: true,
    takes: [0, 0],
    banner: async (call) => phrase`Asking node ${await call.node()} to report any known resource alarms ...`,
    async run(call) {
      const node = await call.node();
      const alarms = await alarmsOf(call);
      if (!isJson(call)) {
        return value(
          alarms.length === 0 ? phrase`Node ${node} reported no alarms, local or clusterwide` : joined(alarms, "\n"),
        );
      }
      if (alarms.length === 0) return value(new Dictionary({ result: "ok", node, alarms: [] }));
      return value(
        new Dictionary({
          result: "ok",
          local: alarms.map(String),
          global: [],
          message: `Node ${node} reported alarms`,
        }),
      );
    },
  },
  {
    name: "check_virtual_hosts",
    tools: DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Health check that checks if all vhosts are running in the target node",
    usage: "check_virtual_hosts",
    hasTimeout: true,
    takes: [0, 0],
    banner: async (call) => phrase`Checking if all vhosts are running on node ${await call.node()} ...`,
    async run(call) {
      // Virtual hosts run as long as the broker does.
      return passed(call, phrase`Node ${await call.node()} reported all vhosts as running`);
    },
  },
  {
    name: "check_certificate_expiration",
    tools: DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Checks the expiration date on the certificates for every listener configured to use TLS",
    usage: "check_certificate_expiration [--within <period>] [--unit <unit>]",
    help: [["<period>", "period of time to check. Default is four (weeks)."], [
      "<unit>",
      "time unit for the period, can be days, weeks, months, years. Default is weeks.",
    ]],
    guides: ["ssl", "networking"],
    switches: { unit: "string", within: "integer" },
    takes: [0, 0],
    defaults: { unit: "weeks", within: 4 },
    check(_args, { unit }) {
      if (["days", "weeks", "months", "years"].includes(String(unit))) return;
      throw new UsageError(phrase`unit '${unit}' is not supported. Please use one of: days, weeks, months, years`);
    },
    banner: async (call) => phrase`Checking certificate expiration on node ${await call.node()} ...`,
    run: checkCertificates,
  },
  {
    name: "check_for_quorum_queues_without_an_elected_leader",
    tools: DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Checks that quorum queue have elected and available leader replicas",
    usage: "check_for_quorum_queues_without_an_elected_leader [--vhost <vhost>] [--across-all-vhosts] <pattern>",
    help: [["<pattern>", "regular expression pattern used to match quorum queues"], [
      "--across-all-vhosts",
      "run this health check across all existing virtual hosts",
    ]],
    guides: ["docs/monitoring/", "docs/quorum-queues/"],
    switches: { across_all_vhosts: "boolean" },
    takes: [0, 1],
    banner: async (call) =>
      phrase`Checking for quorum queues without an elected leader on node ${await call.node()} ...`,
    run: async (call) =>
      passed(call, phrase`Node ${await call.node()} reported all quorum queues as having responsive leader replicas`),
  },
  {
    name: "check_if_any_deprecated_features_are_used",
    tools: CTL_AND_DIAGNOSTICS,
    section: "observability_and_health_checks",
    description: "Generate a report listing all deprecated features in use",
    usage: "check_if_any_deprecated_features_are_used",
    hasTimeout: true,
    takes: [0, 0],
    banner: async (call) => phrase`Checking if any deprecated features are used on node ${await call.node()} ...`,
    async run(call) {
      const used = await call.api.all("/api/deprecated-features/used");
      if (used.length === 0) return passed(call, phrase`Cluster reported no deprecated features in use`);
      const names = used.map(({ name }) => name).join(", ");
      throw checkFailed(phrase`Cluster reported some deprecated features in use: ${names}`);
    },
  },
  {
    name: "check_if_cluster_has_classic_queue_mirroring_policy",
    tools: ["rabbitmq-diagnostics", "rabbitmq-queues"],
    section: "observability_and_health_checks",
    description:
      "Health check that exits with a non-zero code if there are policies that enable classic queue mirroring",
    usage: "check_if_cluster_has_classic_queue_mirroring_policy",
    hasTimeout: true,
    takes: [0, 0],
    banner: async (call) =>
      phrase`Checking if cluster has any classic queue mirroring policy on node ${await call.node()} ...`,
    run: (call) => passed(call, phrase`Cluster reported no policies that enable classic queue mirroring`),
  },
  {
    name: "check_if_metadata_store_is_initialized",
    tools: DIAGNOSTICS,
    section: "observability_and_health_checks",
    description:
      "Health check that exits with a non-zero code if the metadata store on target node has not yet finished initializing",
    usage: "check_if_metadata_store_initialized",
    hasTimeout: true,
    takes: [0, 0],
    banner: async (call) => phrase`Checking if metadata store is initialized on node ${await call.node()} ...`,
    run: async (call) =>
      passed(call, phrase`Metadata store on node ${await call.node()} has completed its initialization`),
  },
  {
    name: "check_if_metadata_store_is_initialized_with_data",
    tools: DIAGNOSTICS,
    section: "observability_and_health_checks",
    description:
      "Health check that exits with a non-zero code if the metadata store on target node has not yet finished initializing",
    usage: "check_if_metadata_store_initialized",
    hasTimeout: true,
    takes: [0, 0],
    banner: async (call) =>
      phrase`Checking if metadata store is initialized with data on node ${await call.node()} ...`,
    run: async (call) =>
      passed(
        call,
        phrase`Metadata store on node ${await call.node()} has completed its initialization and data import`,
      ),
  },
  {
    name: "check_if_node_is_quorum_critical",
    tools: ["rabbitmq-diagnostics", "rabbitmq-queues"],
    section: "observability_and_health_checks",
    description:
      "Health check that exits with a non-zero code if there are queues with minimum online quorum (queues that would lose their quorum if the target node is shut down)",
    usage: "check_if_node_is_quorum_critical",
    hasTimeout: true,
    takes: [0, 0],
    banner: async (call) =>
      phrase`Checking if node ${await call.node()} is critical for quorum of any quorum queues ...`,
    run: async (call) => singleNode(call, await call.node()),
  },
  {
    name: "check_if_node_is_mirror_sync_critical",
    tools: ["rabbitmq-diagnostics", "rabbitmq-queues"],
    section: "observability_and_health_checks",
    description:
      "Health check that exits with a non-zero code if there are classic mirrored queues without online synchronised mirrors (queues that would potentially lose data if the target node is shut down)",
    usage: "check_if_node_is_mirror_sync_critical",
    hasTimeout: true,
    takes: [0, 0],
    banner: async (call) =>
      phrase`Checking if node ${await call
        .node()} is critical for data availability of any non-synchronised mirrored queues ...`,
    run: async (call) => singleNode(call, await call.node()),
  },
  {
    name: "check_if_new_quorum_queue_replicas_have_finished_initial_sync",
    tools: ["rabbitmq-diagnostics", "rabbitmq-queues"],
    section: "observability_and_health_checks",
    description:
      "Health check that exits with a non-zero code if there are queues that run promotable replicas on the current node.",
    usage: "check_if_new_quorum_queue_replicas_have_finished_initial_sync",
    hasTimeout: true,
    takes: [0, 0],
    banner: async (call) =>
      phrase`Checking if node ${await call
        .node()} has any local quorum queue replicas that have not finished initial sync ...`,
    run: async (call) => singleNode(call, await call.node()),
  },
];

/** Returns the success of a check: its text, and in JSON nothing but `ok`. */
function passed(call: Call, text: Phrase): Result {
  if (isJson(call)) return value(new Dictionary({ result: "ok" }));
  return isSilent(call) ? SILENCE : value(text);
}

async function checkAlarms(call: Call, none: (node: string) => Phrase, some: string): Promise<Result> {
  const node = await call.node();
  const alarms = await alarmsOf(call);
  if (alarms.length === 0) return passed(call, none(node));
  if (isJson(call)) {
    throw checkFailed(
      verbatim(writeJson(
        new Dictionary({
          result: "error",
          local: alarms.map(String),
          global: [],
          message: `Node ${node} reported ${some}`,
        }),
      )),
    );
  }
  throw checkFailed(isSilent(call) ? undefined : joined(alarms, "\n"));
}

function singleNode(call: Call, node: string): Result {
  if (isJson(call)) {
    const message = "Target node seems to be the only one in a single node cluster, the check does not apply";
    return value(new Dictionary({ result: "ok", message }));
  }
  const text = phrase`Node ${node} seems to be the only one in a single node cluster, the check does not apply`;
  return isSilent(call) ? SILENCE : value(text);
}

/** Length of a unit of time. In days. */
const UNIT_DAYS: Readonly<Record<string, number>> = { days: 1, weeks: 7, months: 30, years: 365 };

/** Names of periods. */
const PERIODS: Readonly<Record<string, Phrase>> = {
  day: phrase`day`,
  days: phrase`days`,
  week: phrase`week`,
  weeks: phrase`weeks`,
  month: phrase`month`,
  months: phrase`months`,
  year: phrase`year`,
  years: phrase`years`,
};

async function checkCertificates(call: Call): Promise<Result> {
  const { api, options: { within, unit } } = call;
  const days = Number(within) * UNIT_DAYS[String(unit)];
  try {
    await api.get(`/api/health/checks/certificate-expiration/${days}/days`);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 503) throw error;
    throw checkFailed(error.text);
  }
  if (isJson(call)) return value(new Dictionary({ result: "ok" }));
  const label = PERIODS[within === 1 ? String(unit).slice(0, -1) : String(unit)];
  return value(phrase`No certificates are expiring within ${within} ${label}.`);
}

const runningText = async (call: Call): Promise<Phrase> =>
  phrase`RabbitMQ on node ${await call.node()} is fully booted and running`;
const notRunningText = async (call: Call): Promise<Phrase> =>
  phrase`RabbitMQ on node ${await call.node()} is not running or has not fully booted yet (check with is_booting)`;
