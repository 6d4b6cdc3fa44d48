/** Objects that the scenario makes by HTTP, in this order: path and body of each PUT or POST. */
export interface Made {
  readonly method: "PUT" | "POST";
  readonly path: string;
  readonly body: unknown;
}

const put = (path: string, body: unknown = {}): Made => ({ method: "PUT", path, body });
const post = (path: string, body: unknown): Made => ({ method: "POST", path, body });

/** Users of the scenario, by the tag that each has. */
export const USERS = {
  "ref-administrator": "administrator",
  "ref-monitoring": "monitoring",
  "ref-policymaker": "policymaker",
  "ref-management": "management",
  "ref-none": "",
  // May configure, write and read objects whose names start with "limited" only.
  "ref-limited": "management",
} as const;

const ALL = { configure: ".*", write: ".*", read: ".*" };
const queue = (name: string, args: Record<string, unknown> = {}, durable = true) =>
  put(`/queues/ref/${name}`, { durable, auto_delete: false, arguments: args });
const exchange = (name: string, type: string, more: Record<string, unknown> = {}) =>
  put(`/exchanges/ref/${name}`, { type, durable: true, auto_delete: false, internal: false, arguments: {}, ...more });
const bind = (source: string, kind: "q" | "e", destination: string, key: string, args: Record<string, unknown> = {}) =>
  post(`/bindings/ref/e/${source}/${kind}/${destination}`, { routing_key: key, arguments: args });

const policy = (pattern: string, applyTo: string, definition: Record<string, unknown>, priority = 0) => ({
  pattern,
  definition,
  priority,
  "apply-to": applyTo,
});

export const OBJECTS: readonly Made[] = [
  put("/vhosts/ref", { description: "Reference", tags: "one,two" }),
  put("/vhosts/ref%2Fother"),
  ...Object.entries(USERS).map(([name, tags]) => put(`/users/${name}`, { password: "secret", tags })),
  ...["guest", ...Object.keys(USERS).filter((name) => name !== "ref-limited")]
    .map((name) => put(`/permissions/ref/${name}`, ALL)),
  put("/permissions/ref/ref-limited", { configure: "^limited", write: "^limited", read: "^limited" }),
  put("/permissions/ref%2Fother/guest", ALL),
  put("/permissions/ref%2Fother/ref-administrator", ALL),

  put("/policies/ref/queues", policy("^policed", "queues", { "max-length": 50, "message-ttl": 7200000 }, 1)),
  put("/policies/ref/exchanges", policy("^policed", "exchanges", { "alternate-exchange": "fanout" })),
  put("/policies/ref/all", policy("^never", "all", { "max-length": 7 }, -1)),
  put("/operator-policies/ref/operator", policy("^policed", "queues", { "max-length": 20, "expires": 3600000 })),
  put("/vhost-limits/ref/max-queues", { value: 100 }),
  put("/vhost-limits/ref/max-connections", { value: 200 }),
  put("/user-limits/ref-none/max-channels", { value: 10 }),
  put("/global-parameters/ref-global", { value: { text: "a", number: 1, list: [true, null] } }),

  exchange("direct", "direct"),
  exchange("fanout", "fanout"),
  exchange("topic", "topic"),
  exchange("headers", "headers"),
  exchange("hash", "x-consistent-hash", { arguments: { "hash-header": "id" } }),
  exchange("internal", "fanout", { internal: true }),
  exchange("transient", "direct", { durable: false }),
  exchange("auto-delete", "direct", { auto_delete: true }),
  exchange("with-alternate", "direct", { arguments: { "alternate-exchange": "fanout" } }),
  exchange("policed", "topic"),
  exchange("limited", "direct"),
  put("/topic-permissions/ref/ref-management", { exchange: "topic", write: "^a", read: ".*" }),

  queue("classic"),
  queue("arguments", {
    "x-max-length": 100,
    "x-max-length-bytes": 100000,
    "x-message-ttl": 3600000,
    "x-expires": 3600000,
    "x-overflow": "reject-publish",
    "x-dead-letter-exchange": "",
    "x-dead-letter-routing-key": "dead",
  }),
  queue("priorities", { "x-max-priority": 5 }),
  queue("single", { "x-single-active-consumer": true }),
  queue("quorum", { "x-queue-type": "quorum", "x-delivery-limit": 3 }),
  queue("stream", { "x-queue-type": "stream", "x-max-age": "1h" }),
  queue("transient", {}, false),
  put("/queues/ref/auto-delete", { durable: true, auto_delete: true, arguments: {} }),
  queue("empty"),
  queue("dead"),
  queue("work", { "x-dead-letter-exchange": "fanout" }),
  queue("fast"),
  queue("policed"),
  queue("limited"),
  put("/queues/ref%2Fother/other", { durable: true }),

  bind("direct", "q", "classic", "classic"),
  bind("direct", "q", "classic", "second key/with%20signs"),
  bind("direct", "q", "work", "work"),
  bind("direct", "q", "fast", "fast"),
  bind("direct", "q", "quorum", "quorum"),
  bind("direct", "q", "stream", "stream"),
  bind("fanout", "q", "dead", ""),
  bind("topic", "q", "policed", "a.*.#"),
  bind("topic", "e", "internal", "b.#"),
  bind("internal", "q", "arguments", ""),
  bind("headers", "q", "priorities", "", { "x-match": "all", color: "red", size: 3 }),
  bind("hash", "q", "single", "2"),
  bind("auto-delete", "q", "empty", "key"),
];
