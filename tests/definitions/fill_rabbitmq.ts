/**
 * Fills a RabbitMQ with every kind of object that definitions can have, and writes its export: this made the files in
 * `fixtures/`. Run by hand, with the address of the management API and a folder:
 *
 *     deno run -A tests/definitions/fill_rabbitmq.ts http://localhost:15672 tests/definitions/fixtures/rabbitmq_4.3
 */
import { mkdirSync, writeFileSync } from "node:fs";
import process from "node:process";

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

const [api, folder] = process.argv.slice(2);
const authorization = `Basic ${btoa("guest:guest")}`;

async function ask(method: string, path: string, body?: Json): Promise<string> {
  const request = { method, headers: { authorization, "content-type": "application/json" } };
  const answer = await fetch(`${api}/api/${path}`, body === undefined ? request : { ...request, body: json(body) });
  const text = await answer.text();
  if (!answer.ok) console.error(`${method} ${path}: ${answer.status} ${text}`);
  return text;
}

/** Writes JSON with numbers that JavaScript can't tell apart. */
const json = (value: Json): string => JSON.stringify(value).replace(/"(9007199254740993|3\.0)"/g, "$1");
const put = (path: string, body: Json) => ask("PUT", path, body);
const path = (...parts: string[]) => parts.map(encodeURIComponent).join("/");

const VHOSTS: Record<string, Json> = {
  shop: { description: "orders and invoices", tags: "production,eu" },
  "квас/ünïcode $x": { description: 'Ünïcode, "quotes" and a \\ in it', default_queue_type: "quorum" },
  empty: {},
};

const HASH = "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR";
const USERS: Record<string, Json> = {
  carrot: { password: "crunch", tags: "administrator" },
  "rüben": { password: "пароль", tags: "monitoring,policymaker,our own" },
  certificate: { tags: "", password_hash: "" },
  old: { password_hash: "vO8NFMLGVYz9dOGX0eiGDzVfPnA=", hashing_algorithm: "rabbit_password_hashing_md5", tags: "" },
  strong: {
    password_hash: "AAECA/0cCcHh4FdHhIBwTqzqVNGQiKJ6vV1Ej6L2Ew0ZlbU7fsKfhRThYDT6L2gAoQFv7CkxZ4d2Jb2VTU1DkTvFDDo=",
    hashing_algorithm: "rabbit_password_hashing_sha512",
    tags: "management",
  },
  plain: { password_hash: HASH, tags: "impersonator" },
};

const EXCHANGES: Record<string, { [name: string]: Json }> = {
  direct: { type: "direct" },
  topic: { type: "topic", arguments: { "alternate-exchange": "lost" } },
  lost: { type: "fanout", auto_delete: true },
  passing: { type: "headers", durable: false },
  inner: { type: "fanout", internal: true },
  hash: { type: "x-consistent-hash", arguments: { "hash-header": "customer" } },
  random: { type: "x-random" },
  recent: { type: "x-recent-history", arguments: { "x-recent-history-length": 7 } },
  jms: { type: "x-jms-topic" },
  sharded: { type: "x-modulus-hash" },
  "$unusual.nämes/%2F": {
    type: "direct",
    arguments: {
      large: "9007199254740993",
      whole: "3.0",
      half: 0.5,
      yes: true,
      list: [1, "two", [3], { four: 4 }],
      map: { a: { b: "c" } },
    },
  },
};

const QUEUES: Record<string, { [name: string]: Json }> = {
  plain: {},
  passing: { durable: false },
  fleeting: { auto_delete: true },
  limited: {
    arguments: {
      "x-max-length": 1000,
      "x-max-length-bytes": 5_000_000_000,
      "x-overflow": "reject-publish",
      "x-message-ttl": 60000,
      "x-expires": 3600000,
      "x-dead-letter-exchange": "lost",
      "x-dead-letter-routing-key": "dead",
      "x-single-active-consumer": true,
    },
  },
  urgent: { arguments: { "x-max-priority": 10, "x-queue-mode": "lazy", "x-queue-version": 2 } },
  "квас $1": { arguments: { "x-queue-type": "quorum", "x-delivery-limit": 5, "x-quorum-initial-group-size": 1 } },
  log: {
    arguments: {
      "x-queue-type": "stream",
      "x-max-age": "7D",
      "x-max-length-bytes": 20_000_000_000,
      "x-stream-max-segment-size-bytes": 100_000_000,
      "x-initial-cluster-size": 1,
      "x-queue-leader-locator": "client-local",
    },
  },
};

const POLICIES: Record<string, Json> = {
  ttl: { pattern: "^passing", definition: { "message-ttl": 5000 }, priority: 7, "apply-to": "queues" },
  everything: { pattern: ".*", definition: { "max-length": 100000, overflow: "drop-head" } },
  ae: { pattern: "^direct$", definition: { "alternate-exchange": "lost" }, "apply-to": "exchanges", priority: -1 },
  streams: { pattern: "log", definition: { "max-age": "1Y" }, "apply-to": "queues" },
  federated: { pattern: "^federated", definition: { "federation-upstream-set": "all" }, "apply-to": "exchanges" },
};

const MIRRORED: Json = { pattern: "^m", definition: { "ha-mode": "all", "ha-sync-mode": "automatic" }, priority: 1 };

for (const [vhost, body] of Object.entries(VHOSTS)) await put(path("vhosts", vhost), body);
for (const [user, body] of Object.entries(USERS)) await put(path("users", user), body);
for (const vhost of ["/", ...Object.keys(VHOSTS)]) {
  await put(path("permissions", vhost, "guest"), { configure: ".*", write: ".*", read: ".*" });
}
await put(path("permissions", "shop", "carrot"), { configure: "^(mine|ours)\\.", write: "", read: ".*" });
await put(path("permissions", "/", "rüben"), { configure: "", write: "^amq\\.", read: "^$" });
for (const vhost of ["shop", "квас/ünïcode $x"]) {
  for (const [name, body] of Object.entries(EXCHANGES)) {
    await put(path("exchanges", vhost, name), { durable: true, ...body });
  }
  for (const [name, body] of Object.entries(QUEUES)) await put(path("queues", vhost, name), { durable: true, ...body });
  const bind = (source: string, kind: "q" | "e", destination: string, routing_key: string, more: Json = {}) =>
    ask("POST", `bindings/${path(vhost, "e", source)}/${kind}/${path(destination)}`, { routing_key, arguments: more });
  await bind("direct", "q", "plain", "ключ");
  await bind("direct", "q", "plain", "");
  await bind("topic", "q", "квас $1", "orders.*.#");
  await bind("topic", "e", "direct", "#");
  await bind("amq.topic", "q", "plain", "a.b");
  await bind("passing", "q", "passing", "", { "x-match": "any", size: 3, half: 0.5, yes: false });
  await bind("passing", "q", "passing", "", { "x-match": "all", deep: { a: [1] } });
  await bind("hash", "q", "plain", "2");
  await bind("hash", "q", "limited", "10");
  await bind("random", "q", "plain", "");
  await bind("recent", "q", "plain", "");
  await bind("lost", "q", "limited", "");
}
await put(path("topic-permissions", "shop", "carrot"), {
  exchange: "topic",
  write: "^{username}\\.",
  read: "^{vhost}",
});
await put(path("topic-permissions", "shop", "carrot"), { exchange: "amq.topic", write: "^a", read: "^b" });
for (const [name, body] of Object.entries(POLICIES)) await put(path("policies", "shop", name), body);
await put(path("policies", "shop", "mirrored"), MIRRORED);
const operators = "operator-policies";
await put(path(operators, "shop", "ours"), {
  pattern: ".*",
  definition: { "max-length": 500000, expires: 86400000 },
  priority: 3,
  "apply-to": "queues",
});
await put(path("vhost-limits", "shop", "max-queues"), { value: 500 });
await put(path("vhost-limits", "shop", "max-connections"), { value: -1 });
await put(path("user-limits", "carrot", "max-connections"), { value: 40 });
await put(path("user-limits", "carrot", "max-channels"), { value: 400 });
const parameter = (component: string, vhost: string, name: string, value: Json) =>
  put(path("parameters", component, vhost, name), { component, vhost, name, value });
await parameter("federation-upstream", "shop", "other", {
  uri: "amqp://elsewhere",
  "ack-mode": "on-confirm",
  expires: 3600000,
});
await parameter("federation-upstream-set", "shop", "some", [{ upstream: "other", exchange: "direct" }]);
await parameter("shovel", "empty", "move", {
  "src-protocol": "amqp091",
  "src-uri": "amqp://",
  "src-queue": "from",
  "dest-protocol": "amqp091",
  "dest-uri": "amqp://",
  "dest-queue": "to",
});
await put(path("global-parameters", "mqtt_port_to_vhost_mapping"), {
  name: "mqtt_port_to_vhost_mapping",
  value: { "1883": "shop", "8883": "/" },
});
await put(path("global-parameters", "our own"), { name: "our own", value: "a text" });

mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/definitions.json`, await ask("GET", "definitions"));
writeFileSync(`${folder}/vhost.json`, await ask("GET", path("definitions", "shop")));
