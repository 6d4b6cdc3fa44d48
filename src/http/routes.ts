import { METRICS } from "./resources/metrics.ts";
import { CLUSTER } from "./resources/cluster.ts";
import { DEFINITIONS } from "./resources/definitions.ts";
import { FEATURE_FLAGS } from "./resources/feature_flags.ts";
import { DEPRECATED_FEATURES } from "./resources/deprecated_features.ts";
import { AUTH } from "./resources/auth.ts";
import { ALIVENESS } from "./resources/aliveness.ts";
import type { Route } from "./route.ts";
import { GLOBAL_PARAMETERS } from "./resources/global_parameters.ts";
import { LIMITS } from "./resources/limits.ts";
import { PARAMETERS } from "./resources/parameters.ts";
import { PERMISSIONS } from "./resources/permissions.ts";
import { POLICIES } from "./resources/policies.ts";
import { TOPIC_PERMISSIONS } from "./resources/topic_permissions.ts";
import { USERS } from "./resources/users.ts";
import { VHOSTS } from "./resources/vhosts.ts";
import { BINDINGS } from "./resources/bindings.ts";
import { EXCHANGE_CHANGES } from "./resources/exchange_changes.ts";
import { QUEUE_CHANGES } from "./resources/queue_changes.ts";
import { WHOAMI } from "./resources/whoami.ts";

/** All operations of the management API. Each resource is a file in `resources/` with its lines of this table. */
export const ROUTES: readonly Route[] = [
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
  ...ALIVENESS,
];
