import { parseSize } from "../size.ts";
import { readBoolean, readCount, readDuration, readPattern } from "../value.ts";
import type { Effect, Effects } from "./effect.ts";

/** A user of each new virtual host with a matching name. */
export interface DefaultUserConfig {
  readonly vhost_pattern?: string;
  readonly password?: string;
  readonly tags?: readonly string[];
  readonly configure?: string;
  readonly write?: string;
  readonly read?: string;
}

/** An operator policy of each new virtual host with a matching name. */
export interface DefaultPolicyConfig {
  readonly vhost_pattern?: string;
  readonly queue_pattern?: string;
  readonly apply_to?: string;
  /** By the names that policies have for them. */
  readonly definition?: Readonly<Record<string, number>>;
}

/** Limits of a new virtual host with a matching name. */
export interface DefaultLimitsConfig {
  readonly pattern?: string;
  readonly max_connections?: number;
  readonly max_queues?: number;
}

/** Contents of a new broker, and of each new virtual host. */
export interface DefaultsConfig {
  readonly defaultVhost?: string;
  readonly defaultUser?: string;
  readonly defaultPassword?: string;
  readonly defaultUserTags?: Readonly<Record<string, boolean>>;
  readonly defaultPermissions?: { readonly configure?: string; readonly write?: string; readonly read?: string };
  /** By name. */
  readonly defaultUsers?: Readonly<Record<string, DefaultUserConfig>>;
  /** By name. */
  readonly defaultPolicies?: Readonly<Record<string, DefaultPolicyConfig>>;
  /** By any name, in the order in which they were set. */
  readonly defaultLimits?: Readonly<Record<string, DefaultLimitsConfig>>;
}

type Draft = { -readonly [Name in keyof DefaultsConfig]: DefaultsConfig[Name] };

const permission = (operation: "configure" | "write" | "read"): Effect<Draft> => ({
  help: `pattern of what the first user may ${operation}`,
  default: ".*",
  apply: (draft, value) =>
    void (draft.defaultPermissions = { ...draft.defaultPermissions, [operation]: readPattern(value) }),
});

const user = (help: string, read: (value: string) => DefaultUserConfig): Effect<Draft> => ({
  help,
  apply: (draft, value, name) =>
    void (draft.defaultUsers = {
      ...draft.defaultUsers,
      [name]: { ...draft.defaultUsers?.[name], ...read(value) },
    }),
});

const policy = (help: string, read: (value: string) => DefaultPolicyConfig): Effect<Draft> => ({
  help,
  apply(draft, value, name) {
    const before = draft.defaultPolicies?.[name];
    const { definition, ...others } = read(value);
    const all = { ...before?.definition, ...definition };
    draft.defaultPolicies = { ...draft.defaultPolicies, [name]: { ...before, ...others, definition: all } };
  },
});

const limits = (help: string, read: (value: string) => DefaultLimitsConfig): Effect<Draft> => ({
  help,
  apply: (draft, value, name) =>
    void (draft.defaultLimits = {
      ...draft.defaultLimits,
      [name]: { ...draft.defaultLimits?.[name], ...read(value) },
    }),
});

const wordsIn = (text: string): string[] => text.split(",").map((word) => word.trim()).filter((word) => word !== "");

export const DEFAULTS: Effects<Draft> = {
  default_vhost: {
    help: "virtual host of a new broker",
    default: "/",
    apply: (draft, value) => void (draft.defaultVhost = value),
  },
  default_user: {
    help: "user of a new broker",
    default: "guest",
    apply: (draft, value) => void (draft.defaultUser = value),
  },
  default_pass: {
    help: "password of that user",
    default: "guest",
    apply: (draft, value) => void (draft.defaultPassword = value),
  },
  "default_user_tags.$tag": {
    help: "whether that user has a tag",
    default: "administrator",
    apply: (draft, value, tag) =>
      void (draft.defaultUserTags = { ...draft.defaultUserTags, [tag]: readBoolean(value) }),
  },
  "default_permissions.configure": permission("configure"),
  "default_permissions.write": permission("write"),
  "default_permissions.read": permission("read"),
  "default_users.$name.vhost_pattern": user(
    "pattern of the virtual hosts with this user",
    (value) => ({ vhost_pattern: readPattern(value) }),
  ),
  "default_users.$name.password": user("its password", (value) => ({ password: value })),
  "default_users.$name.tags": user("its tags, separated by commas", (value) => ({ tags: wordsIn(value) })),
  "default_users.$name.configure": user(
    "pattern of what it may configure",
    (value) => ({ configure: readPattern(value) }),
  ),
  "default_users.$name.write": user("pattern of what it may write", (value) => ({ write: readPattern(value) })),
  "default_users.$name.read": user("pattern of what it may read", (value) => ({ read: readPattern(value) })),
  "default_policies.operator.$id.vhost_pattern": policy("pattern of the virtual hosts with this policy", (value) => ({
    vhost_pattern: readPattern(value),
  })),
  "default_policies.operator.$id.queue_pattern": policy("pattern of the queues that it applies to", (value) => ({
    queue_pattern: readPattern(value),
  })),
  "default_policies.operator.$id.apply_to": policy("what it applies to", (value) => ({ apply_to: value })),
  "default_policies.operator.$id.expires": policy("time after which unused queues are deleted", (value) => ({
    definition: { expires: readDuration(value) },
  })),
  "default_policies.operator.$id.message_ttl": policy("time to live of messages", (value) => ({
    definition: { "message-ttl": readDuration(value) },
  })),
  "default_policies.operator.$id.max_length": policy("maximum number of messages in a queue", (value) => ({
    definition: { "max-length": readCount(value) },
  })),
  "default_policies.operator.$id.max_length_bytes": policy(
    "maximum size of the messages in a queue in bytes",
    (value) => ({
      definition: { "max-length-bytes": parseSize(value) },
    }),
  ),
  "default_policies.operator.$id.delivery_limit": policy("maximum number of redeliveries of a message", (value) => ({
    definition: { "delivery-limit": readCount(value) },
  })),
  "default_limits.vhosts.$id.pattern": limits(
    "pattern of the virtual hosts with these limits",
    (value) => ({ pattern: readPattern(value) }),
  ),
  "default_limits.vhosts.$id.max_connections": limits("the most connections", (value) => ({
    max_connections: readCount(value),
  })),
  "default_limits.vhosts.$id.max_queues": limits("the most queues", (value) => ({ max_queues: readCount(value) })),
};
