import type { Config } from "../config/config.ts";
import { inOrder } from "../config/keys/option_keys.ts";
import type { Defaults } from "../embedding/defaults.ts";

/** Returns the configured contents of a new broker and of each new virtual host. */
export function defaultsOf(config: Config): Defaults {
  const { defaultUserTags: tags, defaultUsers = {}, defaultPolicies = {}, defaultLimits = {} } = config;
  return {
    vhost: config.defaultVhost,
    user: config.defaultUser,
    password: config.defaultPassword,
    tags: tags === undefined ? undefined : Object.keys(tags).filter((tag) => tags[tag]),
    permissions: config.defaultPermissions,
    users: Object.entries(defaultUsers).map(([name, { vhost_pattern, ...user }]) => ({
      name,
      vhostPattern: vhost_pattern,
      ...user,
    })),
    operatorPolicies: Object.entries(defaultPolicies).map(([name, policy]) => ({
      name,
      vhostPattern: policy.vhost_pattern,
      pattern: policy.queue_pattern,
      applyTo: policy.apply_to,
      definition: policy.definition ?? {},
    })),
    limits: inOrder(defaultLimits).map(({ pattern, max_connections: connections, max_queues: queues }) => ({
      vhostPattern: pattern,
      values: {
        ...connections === undefined ? {} : { "max-connections": connections },
        ...queues === undefined ? {} : { "max-queues": queues },
      },
    })),
  };
}
