import { parseSize } from "../size.ts";
import { readBoolean, readCount, readDuration, readPattern, readSecret } from "../value.ts";
import type { Effect, Effects } from "./effect.ts";

/** A user that each virtual host of a matching name has from the start. */
export interface DefaultUserConfig {
  readonly vhost_pattern?: string;
  readonly password?: string;
  readonly tags?: readonly string[];
  readonly configure?: string;
  readonly write?: string;
  readonly read?: string;
}

/** A policy of operators that each virtual host of a matching name has from the start. */
export interface DefaultPolicyConfig {
  readonly vhost_pattern?: string;
  readonly queue_pattern?: string;
  readonly apply_to?: string;
  /** By the names that policies have for them. */
  readonly definition?: Readonly<Record<string, number>>;
}

/** Limits that a virtual host of a matching name has from the start. */
export interface DefaultLimitsConfig {
  readonly pattern?: string;
  readonly max_connections?: number;
  readonly max_queues?: number;
}

/** What a new broker, and each new virtual host, has from the start. */
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
  /** By any name, in the order in which they were given. */
  readonly defaultLimits?: Readonly<Record<string, DefaultLimitsConfig>>;
}

type Draft = { -readonly [Name in keyof DefaultsConfig]: DefaultsConfig[Name] };

const permission = (operation: "configure" | "write" | "read"): Effect<Draft> => ({
  help: `what the first user may ${operation}, as a pattern`,
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
    help: "the virtual host that a new broker has",
    default: "/",
    apply: (draft, value) => void (draft.defaultVhost = value),
  },
  default_user: {
    help: "the user that a new broker has",
    default: "guest",
    apply: (draft, value) => void (draft.defaultUser = value),
  },
  default_pass: {
    help: "the password of that user",
    default: "guest",
    apply: (draft, value) => void (draft.defaultPassword = readSecret(value)),
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
    "the virtual hosts that have it",
    (value) => ({ vhost_pattern: readPattern(value) }),
  ),
  "default_users.$name.password": user("its password", (value) => ({ password: readSecret(value) })),
  "default_users.$name.tags": user("its tags, with commas between them", (value) => ({ tags: wordsIn(value) })),
  "default_users.$name.configure": user("what it may configure", (value) => ({ configure: readPattern(value) })),
  "default_users.$name.write": user("what it may write", (value) => ({ write: readPattern(value) })),
  "default_users.$name.read": user("what it may read", (value) => ({ read: readPattern(value) })),
  "default_policies.operator.$id.vhost_pattern": policy("the virtual hosts that have it", (value) => ({
    vhost_pattern: readPattern(value),
  })),
  "default_policies.operator.$id.queue_pattern": policy("the queues that it applies to", (value) => ({
    queue_pattern: readPattern(value),
  })),
  "default_policies.operator.$id.apply_to": policy("what it applies to", (value) => ({ apply_to: value })),
  "default_policies.operator.$id.expires": policy("after how long unused queues go", (value) => ({
    definition: { expires: readDuration(value) },
  })),
  "default_policies.operator.$id.message_ttl": policy("how long messages stay", (value) => ({
    definition: { "message-ttl": readDuration(value) },
  })),
  "default_policies.operator.$id.max_length": policy("the most messages of a queue", (value) => ({
    definition: { "max-length": readCount(value) },
  })),
  "default_policies.operator.$id.max_length_bytes": policy("the most bytes of a queue", (value) => ({
    definition: { "max-length-bytes": parseSize(value) },
  })),
  "default_policies.operator.$id.delivery_limit": policy("how often a message is delivered again", (value) => ({
    definition: { "delivery-limit": readCount(value) },
  })),
  "default_limits.vhosts.$id.pattern": limits(
    "the virtual hosts that have them",
    (value) => ({ pattern: readPattern(value) }),
  ),
  "default_limits.vhosts.$id.max_connections": limits("the most connections", (value) => ({
    max_connections: readCount(value),
  })),
  "default_limits.vhosts.$id.max_queues": limits("the most queues", (value) => ({ max_queues: readCount(value) })),
};
