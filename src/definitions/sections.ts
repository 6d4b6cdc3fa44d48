import type { DefinitionsSection } from "./section.ts";
import { bindings } from "./sections/bindings.ts";
import { exchanges } from "./sections/exchanges.ts";
import { globalParameters } from "./sections/global_parameters.ts";
import { parameters } from "./sections/parameters.ts";
import { permissions } from "./sections/permissions.ts";
import { policies } from "./sections/policies.ts";
import { queues } from "./sections/queues.ts";
import { topicPermissions } from "./sections/topic_permissions.ts";
import { users } from "./sections/users.ts";
import { vhosts } from "./sections/vhosts.ts";

/** The sections of definitions, in the order in which RabbitMQ imports them: each may refer to earlier ones. */
export const SECTIONS: readonly DefinitionsSection[] = [
  users,
  vhosts,
  permissions,
  exchanges,
  topicPermissions,
  globalParameters,
  policies,
  parameters,
  queues,
  bindings,
];
