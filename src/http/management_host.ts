import type { Access } from "../access/access.ts";
import type { NewPasswords } from "../access/new_password.ts";
import type { Node } from "../broker/node/node.ts";
import type { Definitions } from "../definitions/definitions.ts";
import type { DefinitionsIdentity } from "../definitions/header.ts";
import { DEFAULT_HEADER_OPTIONS, type HeaderOptions } from "./header_options.ts";
import type { HeldDeliveries } from "./consuming/held_deliveries.ts";
import type { EventFeeds } from "./events/event_feeds.ts";
import type { TapFeeds } from "./events/tap_feeds.ts";
import type { OAuthLogin } from "./oauth/oauth_login.ts";
import type { OAuthLoginOptions } from "./oauth/oauth_options.ts";
import type { Metrics } from "./metrics/metrics.ts";
import type { LogCategory, LogLevel } from "../broker/events/logger.ts";
import type { ServerControl } from "./server_control.ts";
import type { ServerProcess } from "./server_process.ts";
import type { ServerListener } from "./server_listener.ts";
import { DEFAULT_CACHE_MULTIPLIER, type ListCache } from "./listing/list_cache.ts";
import type { Selections } from "./listing/selections.ts";
import type { TimeSlices } from "./listing/time_slices.ts";
import type { Statistics } from "./statistics/statistics.ts";

/** Options of the management API, by RabbitMQ's names in `management.*`. */
export interface ManagementOptions {
  /** Largest body of a request, in bytes (`management.http.max_body_size`). Default: 20 MiB. */
  readonly maxBodySize: number;
  /** Beginning of all paths, such as `/rabbit` (`management.path_prefix`). Default: none. */
  readonly pathPrefix: string;
  /** True when only tokens are accepted (`management.disable_basic_auth`). Default: false. */
  readonly isBasicAuthDisabled: boolean;
  /** True when the page about the API needs a login (`management.require_auth_for_api_reference`). Default: false. */
  readonly hidesReference: boolean;
  /** True when the management page is served beside the API (`management.page`). Default: true. */
  readonly servesPage: boolean;
  /** Headers of all answers. */
  readonly headers: HeaderOptions;
  /** Time that the page keeps a login, in minutes (`management.login_session_timeout`). Default: none, the page's own. */
  readonly loginSessionTimeout: number | undefined;
  /**
   * True when operators' policies can't be changed by HTTP (`management.restrictions.operator_policy_changes.disabled`).
   * Default: false.
   */
  readonly refusesOperatorPolicies: boolean;
  /**
   * True when the name of an uploaded file of definitions must end with `.json`
   * (`management.definitions.require_json_extension`). Default: false.
   */
  readonly requiresJsonExtension: boolean;
  /** True when numbers of messages are shown even without statistics (`management.enable_queue_totals`). Default: false. */
  readonly showsQueueTotals: boolean;
  /**
   * True when replicas of quorum queues can't be changed by HTTP
   * (`management.restrictions.quorum_queue_replica_operations.disabled`). Default: false.
   */
  readonly refusesReplicaOperations: boolean;
  /**
   * Multiple of the time that a list of 1,000 objects or more took, for which it is kept for further requests
   * (`management.db_cache_multiplier`). Default: 5.
   */
  readonly dbCacheMultiplier: number;
  /** Values of the node's tags by their names (`node_tags`). Default: none. */
  readonly nodeTags: Readonly<Record<string, string>>;
  /** Login to the page by OAuth 2 (`management.oauth_*`). Default: none. */
  readonly oauth: OAuthLoginOptions | undefined;
}

export const DEFAULT_MANAGEMENT_OPTIONS: ManagementOptions = {
  maxBodySize: 20 * 1024 * 1024,
  pathPrefix: "",
  isBasicAuthDisabled: false,
  hidesReference: false,
  servesPage: true,
  headers: DEFAULT_HEADER_OPTIONS,
  loginSessionTimeout: undefined,
  refusesOperatorPolicies: false,
  requiresJsonExtension: false,
  showsQueueTotals: false,
  refusesReplicaOperations: false,
  dbCacheMultiplier: DEFAULT_CACHE_MULTIPLIER,
  nodeTags: {},
  oauth: undefined,
};

/** The parts of a broker that its management API uses. */
export interface ManagementHost {
  readonly node: Node;
  /** Logs users in (`http_dispatch.auth_backends`). Default: the node's access. */
  readonly httpAccess?: Access;
  readonly definitions: Definitions;
  readonly newPasswords: NewPasswords;
  readonly identity: DefinitionsIdentity;
  readonly options: ManagementOptions;
  readonly oauth: OAuthLogin;
  readonly metrics: Metrics;
  /** The listeners of the server; none in a program that has a server of its own. */
  readonly listeners: readonly ServerListener[];
  /** Returns the effective configuration as text; an embedded broker has none. */
  readonly effectiveConfig: () => string;
  /** Returns what controls the server; nothing in a program that has a server of its own. */
  control(): ServerControl | undefined;
  readonly log: (level: LogLevel, line: string, category?: LogCategory) => void;
  /** The time for long reads. */
  readonly slices: TimeSlices;
  readonly lists: ListCache;
  readonly selections: Selections;
  readonly statistics: Statistics;
  /** The process that the broker runs in, as far as it is known. */
  readonly serverProcess: ServerProcess | undefined;
  /** Names of the SASL mechanisms that clients are offered. */
  readonly mechanisms: readonly string[];
  readonly heldDeliveries: HeldDeliveries;
  readonly eventFeeds: EventFeeds;
  readonly tapFeeds: TapFeeds;
}
