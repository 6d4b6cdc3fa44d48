import { clusterTags } from "../../broker/policy/cluster_parameters.ts";
import { isMonitor } from "../authorization.ts";
import { EXCHANGE_TYPE_LIST } from "../describe/exchange_types.ts";
import { describeContexts, describeListeners } from "../describe/listeners.ts";
import { observeVhosts } from "../describe/vhost.ts";
import { hasQueueTotals, hasStatsDisabled, View } from "../describe/view.ts";
import { ok, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";
import { CHURN, type CounterGroup, DELIVERIES, DISK, LAYOUTS, MESSAGES, PUBLISHES } from "../statistics/counters.ts";
import { addCounters, type Described, messageStats } from "../statistics/describe_counters.ts";
import { spansOf } from "../statistics/retention.ts";
import { vhostsToSee } from "../visible_vhosts.ts";
import { visibleConnections } from "./connections.ts";

/** The broker as a whole (RabbitMQ: `rabbit_mgmt_wm_overview`). */
export const OVERVIEW: readonly Route[] = [
  {
    method: "GET",
    path: "/api/overview",
    who: "management",
    summary: "The broker as a whole: versions, numbers of objects and messages, and their rates.",
    handle: getOverview,
  },
];

async function getOverview(request: ApiRequest): Promise<Reply> {
  const described = describeBroker(request);
  if (hasStatsDisabled(request)) return ok({ ...described, ...await describeWithoutStats(request) });
  return ok({ ...described, ...await (isMonitor(request.user) ? describeAll : describeVisible)(request) });
}

/** Returns what the broker is. */
function describeBroker(request: ApiRequest): Described {
  const { host: { identity, options, serverProcess, statistics }, node } = request;
  const { ratesMode, policies } = statistics.options;
  const platform = serverProcess?.platform ?? "";
  return {
    management_version: identity.rabbitmqVersion,
    rates_mode: ratesMode,
    sample_retention_policies: {
      global: spansOf(policies.global),
      basic: spansOf(policies.basic),
      detailed: spansOf(policies.detailed),
    },
    exchange_types: EXCHANGE_TYPE_LIST,
    product_version: identity.productVersion,
    product_name: identity.productName,
    rabbitmq_version: identity.rabbitmqVersion,
    cluster_name: identity.clusterName,
    cluster_tags: clusterTags(node.parameters),
    node_tags: options.nodeTags,
    // The runtime that the broker has in place of Erlang.
    erlang_version: platform,
    erlang_full_version: platform,
    crypto_lib_version: platform,
    disable_stats: hasStatsDisabled(request),
    default_queue_type: node.defaultQueueType,
    is_op_policy_updating_enabled: !options.refusesOperatorPolicies,
    enable_queue_totals: hasQueueTotals(request),
    require_definition_json_extension: options.requiresJsonExtension,
  };
}

/** Returns what a monitor sees. */
async function describeAll(request: ApiRequest): Promise<Described> {
  const { host, node } = request;
  const view = new View(request);
  const survey = await view.statistics.survey();
  const observed = { layout: LAYOUTS.node, history: view.statistics.nodes, keys: [node], values: survey.node };
  const [churn, totals]: Described[] = [{}, {}];
  addCounters(churn, observed, CHURN, view.ranges);
  addCounters(totals, observed, MESSAGES, view.ranges);
  return {
    message_stats: messageStats(observed, [PUBLISHES, ...diskOf(node), DELIVERIES], view) ?? {},
    churn_rates: churn,
    queue_totals: totals,
    object_totals: {
      consumers: survey.consumerCount,
      queues: node.topology.queueCount,
      exchanges: node.topology.exchangeCount,
      connections: node.sessions.size,
      channels: countChannels(node.sessions),
    },
    statistics_db_event_queue: 0,
    node: node.name,
    listeners: describeListeners(host),
    contexts: describeContexts(host),
  };
}

/** Returns the counters of the disk if there is a queue or was one: in RabbitMQ queues tell them, and zeros too. */
const diskOf = ({ topology, queueChurn }: ApiRequest["node"]): readonly CounterGroup[] =>
  topology.queueCount > 0 || queueChurn.queueCreated > 0 ? [DISK] : [];

/** Returns what a user without tag monitoring sees: what is in virtual hosts that the user may open. */
async function describeVisible(request: ApiRequest): Promise<Described> {
  const view = new View(request);
  const survey = await view.statistics.survey();
  const vhosts = await vhostsToSee(request);
  const observed = observeVhosts(vhosts, view, survey);
  const totals: Described = {};
  addCounters(totals, observed, MESSAGES, view.ranges);
  const connections = [...visibleConnections(request)];
  return {
    message_stats: messageStats(observed, [PUBLISHES, DELIVERIES], view) ?? {},
    churn_rates: {},
    queue_totals: totals,
    object_totals: {
      queues: vhosts.reduce((sum, { queues }) => sum + queues.size, 0),
      exchanges: vhosts.reduce((sum, { exchanges }) => sum + exchanges.size, 0),
      connections: connections.length,
      channels: countChannels(connections),
    },
    statistics_db_event_queue: 0,
  };
}

async function describeWithoutStats(request: ApiRequest): Promise<Described> {
  const { node, user } = request;
  const vhosts = await vhostsToSee(request);
  return {
    node: node.name,
    object_totals: {
      queues: vhosts.reduce((sum, { queues }) => sum + queues.size, 0),
      exchanges: vhosts.reduce((sum, { exchanges }) => sum + exchanges.size, 0),
      ...isMonitor(user) ? { connections: node.sessions.size } : {},
    },
  };
}

function countChannels(sessions: Iterable<{ readonly channels: { readonly size: number } }>): number {
  let count = 0;
  for (const { channels } of sessions) count += channels.size;
  return count;
}
