import { ALIVENESS } from "./resources/aliveness.ts";
import { AUTH } from "./resources/auth.ts";
import { BINDINGS } from "./resources/bindings.ts";
import { CLUSTER } from "./resources/cluster.ts";
import { DEFINITIONS } from "./resources/definitions.ts";
import { DEPRECATED_FEATURES } from "./resources/deprecated_features.ts";
import { documentationOf } from "./resources/documentation.ts";
import { EXCHANGE_CHANGES } from "./resources/exchange_changes.ts";
import { FEATURE_FLAGS } from "./resources/feature_flags.ts";
import { GLOBAL_PARAMETERS } from "./resources/global_parameters.ts";
import { HEALTH_CHECKS } from "./resources/health_checks.ts";
import { LIMITS } from "./resources/limits.ts";
import { METRICS } from "./resources/metrics.ts";
import { PARAMETERS } from "./resources/parameters.ts";
import { PERMISSIONS } from "./resources/permissions.ts";
import { POLICIES } from "./resources/policies.ts";
import { QUEUE_CHANGES } from "./resources/queue_changes.ts";
import { STREAMS } from "./resources/streams.ts";
import { TOPIC_PERMISSIONS } from "./resources/topic_permissions.ts";
import { USERS } from "./resources/users.ts";
import { VHOSTS } from "./resources/vhosts.ts";
import { CHANNELS } from "./resources/channels.ts";
import { CONNECTIONS } from "./resources/connections.ts";
import { CONSUMERS } from "./resources/consumers.ts";
import { EXCHANGES } from "./resources/exchanges.ts";
import { NODES } from "./resources/nodes.ts";
import { OVERVIEW } from "./resources/overview.ts";
import { QUEUES } from "./resources/queues.ts";
import { WHOAMI } from "./resources/whoami.ts";
import { SERVER_CONTROL } from "./resources/server_control.ts";
import type { Route } from "./route.ts";
import { PUBLISH } from "./resources/publish.ts";
import { GET_MESSAGES } from "./resources/get_messages.ts";
import { QUORUM_REPLICAS } from "./resources/quorum_replicas.ts";
import { TRANSFERS } from "./resources/transfers.ts";
import { ROUTE_QUESTION } from "./resources/route_question.ts";
import { PUBLISH_MANY } from "./resources/publish_many.ts";
import { CONSUME } from "./resources/consume.ts";
import { EVENTS } from "./resources/events.ts";
import { RIGHTS } from "./resources/rights.ts";
import { TAPS } from "./resources/taps.ts";

/** The operations of the management API. Each resource is a file in `resources/` with its lines of this table. */
const OPERATIONS: readonly Route[] = [
  ...OVERVIEW,
  ...NODES,
  ...CONNECTIONS,
  ...CHANNELS,
  ...CONSUMERS,
  ...EXCHANGES,
  ...QUEUES,
  ...STREAMS,
  ...VHOSTS,
  ...USERS,
  ...WHOAMI,
  ...AUTH,
  ...METRICS,
  ...PERMISSIONS,
  ...TOPIC_PERMISSIONS,
  ...EXCHANGE_CHANGES,
  ...QUEUE_CHANGES,
  ...POLICIES,
  ...PARAMETERS,
  ...GLOBAL_PARAMETERS,
  ...LIMITS,
  ...BINDINGS,
  ...CLUSTER,
  ...DEFINITIONS,
  ...FEATURE_FLAGS,
  ...DEPRECATED_FEATURES,
  ...HEALTH_CHECKS,
  ...ALIVENESS,
  ...PUBLISH,
  ...GET_MESSAGES,
  ...QUORUM_REPLICAS,
  ...SERVER_CONTROL,
  ...TRANSFERS,
  ...ROUTE_QUESTION,
  ...PUBLISH_MANY,
  ...CONSUME,
  ...EVENTS,
  ...TAPS,
  ...RIGHTS,
];

/** All operations, and the page about them. */
export const ROUTES: readonly Route[] = [...OPERATIONS, ...documentationOf(OPERATIONS)];
