/** A kind of object that is listed or shown. */
export interface Listable {
  /** True when it can be listed for one virtual host. */
  readonly isOfVhost?: boolean;
  /** Columns when none are asked for. */
  readonly columns?: readonly string[];
  /** Columns that are shown as JSON. */
  readonly json?: readonly string[];
}

export const LISTABLE: Readonly<Record<string, Listable>> = {
  connections: { columns: ["name", "user", "channels"] },
  channels: { columns: ["name", "user"] },
  consumers: { isOfVhost: true },
  exchanges: { isOfVhost: true, columns: ["name", "type"] },
  queues: { isOfVhost: true, columns: ["name", "messages"] },
  bindings: { isOfVhost: true, columns: ["source", "destination", "routing_key"] },
  users: {},
  vhosts: { columns: ["name", "messages"] },
  permissions: {},
  nodes: { columns: ["name", "type", "mem_used"] },
  parameters: { json: ["value"] },
  policies: { json: ["definition"] },
  operator_policies: { json: ["definition"] },
  vhost_limits: { json: ["value"] },
};

export const SHOWABLE: Readonly<Record<string, Listable>> = {
  overview: { columns: ["rabbitmq_version", "cluster_name", "queue_totals.messages", "object_totals.queues"] },
};

export type Argument = string | number | Readonly<Record<string, never>> | null;

/** An operation whose arguments are written as `name=value`. */
export interface Operation {
  /** Arguments that are required; of a list, one. */
  readonly mandatory: readonly (string | readonly string[])[];
  /** Other arguments, with their defaults; `null` for those without one. */
  readonly optional: Readonly<Record<string, Argument>>;
  /** Arguments that are written as JSON. */
  readonly json?: readonly string[];
  /** Path below `/api`, with arguments in braces. */
  readonly path: string;
}

const BINDING = "/bindings/{vhost}/e/{source}/{destination_char}/{destination}";
const PATHS = {
  exchange: "/exchanges/{vhost}/{name}",
  queue: "/queues/{vhost}/{name}",
  vhost: "/vhosts/{name}",
  user: "/users/{name}",
  permission: "/permissions/{vhost}/{user}",
  parameter: "/parameters/{component}/{vhost}/{name}",
  policy: "/policies/{vhost}/{name}",
  operator_policy: "/operator-policies/{vhost}/{name}",
  vhost_limit: "/vhost-limits/{vhost}/{name}",
} as const;

const POLICY = {
  mandatory: ["name", "pattern", "definition"],
  json: ["definition", "priority"],
  optional: { "priority": 0, "apply-to": null },
} as const;

export const DECLARABLE: Readonly<Record<string, Operation>> = {
  exchange: {
    mandatory: ["name", "type"],
    json: ["arguments"],
    optional: { auto_delete: "false", durable: "true", internal: "false", arguments: {} },
    path: PATHS.exchange,
  },
  queue: {
    mandatory: ["name"],
    json: ["arguments"],
    optional: { auto_delete: "false", durable: "true", arguments: {}, node: null, queue_type: null },
    path: PATHS.queue,
  },
  binding: {
    mandatory: ["source", "destination"],
    json: ["arguments"],
    optional: { destination_type: "queue", routing_key: "", arguments: {} },
    path: BINDING,
  },
  vhost: { mandatory: ["name"], optional: { tracing: null }, path: PATHS.vhost },
  user: {
    mandatory: ["name", ["password", "password_hash"], "tags"],
    optional: { hashing_algorithm: null },
    path: PATHS.user,
  },
  permission: { mandatory: ["vhost", "user", "configure", "write", "read"], optional: {}, path: PATHS.permission },
  parameter: { mandatory: ["component", "name", "value"], json: ["value"], optional: {}, path: PATHS.parameter },
  policy: { ...POLICY, path: PATHS.policy },
  operator_policy: { ...POLICY, path: PATHS.operator_policy },
  vhost_limit: { mandatory: ["vhost", "name", "value"], json: ["value"], optional: {}, path: PATHS.vhost_limit },
};

export const DELETABLE: Readonly<Record<string, Operation>> = {
  exchange: { mandatory: ["name"], optional: {}, path: PATHS.exchange },
  queue: { mandatory: ["name"], optional: {}, path: PATHS.queue },
  binding: {
    mandatory: ["source", "destination_type", "destination"],
    optional: { properties_key: "~" },
    path: `${BINDING}/{properties_key}`,
  },
  vhost: { mandatory: ["name"], optional: {}, path: PATHS.vhost },
  user: { mandatory: ["name"], optional: {}, path: PATHS.user },
  permission: { mandatory: ["vhost", "user"], optional: {}, path: PATHS.permission },
  parameter: { mandatory: ["component", "name"], optional: {}, path: PATHS.parameter },
  policy: { mandatory: ["name"], optional: {}, path: PATHS.policy },
  operator_policy: { mandatory: ["name"], optional: {}, path: PATHS.operator_policy },
  vhost_limit: { mandatory: ["vhost", "name"], optional: {}, path: PATHS.vhost_limit },
};

export const CLOSABLE: Readonly<Record<string, Operation>> = {
  connection: { mandatory: ["name"], optional: {}, path: "/connections/{name}" },
};

export const PURGABLE: Readonly<Record<string, Operation>> = {
  queue: { mandatory: ["name"], optional: {}, path: "/queues/{vhost}/{name}/contents" },
};

export const MESSAGES: Readonly<Record<"publish" | "get", Operation>> = {
  publish: {
    mandatory: ["routing_key"],
    optional: { payload: null, properties: {}, exchange: "amq.default", payload_encoding: "string" },
    json: ["properties"],
    path: "/exchanges/{vhost}/{exchange}/publish",
  },
  get: {
    mandatory: ["queue"],
    optional: { count: "1", ackmode: "ack_requeue_true", payload_file: null, encoding: "auto" },
    path: "/queues/{vhost}/{queue}/get",
  },
};
