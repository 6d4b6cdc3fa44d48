import type { Command } from "./command.ts";
import { ABSENT_CLUSTER_COMMANDS } from "./commands/absent_cluster.ts";
import { ABSENT_ERLANG_COMMANDS } from "./commands/absent_erlang.ts";
import { ABSENT_TOOLS_COMMANDS } from "./commands/absent_tools.ts";
import { CLUSTER_COMMANDS } from "./commands/cluster.ts";
import { CONFIGURATION_COMMANDS } from "./commands/configuration.ts";
import { CONNECTIONS_COMMANDS } from "./commands/connections.ts";
import { DEFINITIONS_COMMANDS } from "./commands/definitions.ts";
import { DIAGNOSTICS_COMMANDS } from "./commands/diagnostics.ts";
import { ENCRYPTED_VALUES_COMMANDS } from "./commands/encrypted_values.ts";
import { EVAL_COMMANDS } from "./commands/eval.ts";
import { EVENT_STREAM_COMMANDS } from "./commands/event_stream.ts";
import { FEATURE_FLAGS_COMMANDS } from "./commands/feature_flags.ts";
import { HEALTH_CHECKS_COMMANDS } from "./commands/health_checks.ts";
import { LISTENERS_COMMANDS } from "./commands/listeners.ts";
import { LISTINGS_COMMANDS } from "./commands/listings.ts";
import { LOG_COMMANDS } from "./commands/log.ts";
import { MESSAGES_COMMANDS } from "./commands/messages.ts";
import { NODE_COMMANDS } from "./commands/node.ts";
import { OFFLINE_COMMANDS } from "./commands/offline.ts";
import { PARAMETERS_COMMANDS } from "./commands/parameters.ts";
import { PERMISSIONS_COMMANDS } from "./commands/permissions.ts";
import { PLUGINS_COMMANDS } from "./commands/plugins.ts";
import { POLICIES_COMMANDS } from "./commands/policies.ts";
import { QUEUES_COMMANDS } from "./commands/queues.ts";
import { QUORUM_QUEUES_COMMANDS } from "./commands/quorum_queues.ts";
import { REPORT_COMMANDS } from "./commands/report.ts";
import { SEND_AND_RECEIVE_COMMANDS } from "./commands/send_and_receive.ts";
import { TLS_COMMANDS } from "./commands/tls.ts";
import { TOP_COMMANDS } from "./commands/top.ts";
import { UPGRADE_COMMANDS } from "./commands/upgrade.ts";
import { USERS_COMMANDS } from "./commands/users.ts";
import { VIRTUAL_HOSTS_COMMANDS } from "./commands/virtual_hosts.ts";

/** All commands of all programs. */
export const COMMANDS: readonly Command[] = [
  ...OFFLINE_COMMANDS,
  ...NODE_COMMANDS,
  ...CLUSTER_COMMANDS,
  ...CONFIGURATION_COMMANDS,
  ...EVAL_COMMANDS,
  ...USERS_COMMANDS,
  ...PERMISSIONS_COMMANDS,
  ...VIRTUAL_HOSTS_COMMANDS,
  ...POLICIES_COMMANDS,
  ...PARAMETERS_COMMANDS,
  ...QUEUES_COMMANDS,
  ...LISTINGS_COMMANDS,
  ...CONNECTIONS_COMMANDS,
  ...DEFINITIONS_COMMANDS,
  ...FEATURE_FLAGS_COMMANDS,
  ...HEALTH_CHECKS_COMMANDS,
  ...LISTENERS_COMMANDS,
  ...DIAGNOSTICS_COMMANDS,
  ...REPORT_COMMANDS,
  ...EVENT_STREAM_COMMANDS,
  ...ENCRYPTED_VALUES_COMMANDS,
  ...LOG_COMMANDS,
  ...QUORUM_QUEUES_COMMANDS,
  ...PLUGINS_COMMANDS,
  ...UPGRADE_COMMANDS,
  ...MESSAGES_COMMANDS,
  ...SEND_AND_RECEIVE_COMMANDS,
  ...TOP_COMMANDS,
  ...ABSENT_CLUSTER_COMMANDS,
  ...ABSENT_ERLANG_COMMANDS,
  ...TLS_COMMANDS,
  ...ABSENT_TOOLS_COMMANDS,
];
