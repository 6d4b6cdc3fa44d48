import type { ShapeOptions } from "./shape.ts";

export interface Read extends Pick<ShapeOptions, "numbersByType" | "isOrdered"> {
  /** Path below `/api`, with placeholders (`places.ts`). */
  readonly path: string;
}

const byType = (...paths: readonly string[]): Read[] => paths.map((path) => ({ path, numbersByType: true }));
const ordered = (...paths: readonly string[]): Read[] => paths.map((path) => ({ path, isOrdered: true }));
const values = (...paths: readonly string[]): Read[] => paths.map((path) => ({ path }));

const SERIES = "msg_rates_age=60&msg_rates_incr=5&lengths_age=60&lengths_incr=5&data_rates_age=60&data_rates_incr=5" +
  "&node_stats_age=60&node_stats_incr=5";

/** The reads of single objects and of all lists, in which nothing is left out. */
const RESOURCES = [
  ...byType("/overview", "/nodes", "/nodes/{node}", "/nodes/{node}/memory", "/nodes/{node}/memory/relative"),
  ...byType("/nodes/{node}/memory/ets/metrics", "/nodes/{node}/memory/ets/metrics/relative"),
  ...byType("/nodes/nowhere", "/nodes/nowhere/memory", "/nodes/{node}?memory=true&binary=true"),
  ...values("/cluster-name", "/extensions", "/whoami", "/version", "/auth", "/login"),
  ...values("/feature-flags", "/deprecated-features", "/deprecated-features/used", "/config/effective"),
  ...values("/auth/attempts/{node}", "/auth/attempts/{node}/source", "/auth/hash_password/secret"),
  ...values("/definitions", "/definitions/ref", "/definitions/nowhere", "/all-configuration"),

  ...values("/connections", "/connections/{publisher}", "/connections/{consumer}", "/connections/nowhere"),
  ...values("/connections/{consumer}/channels", "/connections/nowhere/channels", "/connections/{consumer}/sessions"),
  ...values("/connections/username/ref-monitoring", "/connections/username/nobody", "/vhosts/ref/connections"),
  ...values("/vhosts/nowhere/connections", "/channels", "/channels/{publisher}%20(1)", "/channels/{consumer}%20(3)"),
  ...values("/channels/nowhere", "/vhosts/ref/channels", "/vhosts/nowhere/channels"),
  ...values("/consumers", "/consumers/ref", "/consumers/nowhere"),

  ...values(
    "/exchanges?columns=vhost,name,type",
    "/exchanges/ref",
    "/exchanges/nowhere",
    "/exchanges/ref/direct",
    "/exchanges/ref/amq.default",
  ),
  ...values("/exchanges/ref/topic", "/exchanges/ref/policed", "/exchanges/ref/nowhere", "/exchanges/nowhere/direct"),
  ...values("/exchanges/ref/direct/bindings/source", "/exchanges/ref/topic/bindings/source"),
  ...values("/exchanges/ref/internal/bindings/destination", "/exchanges/ref/nowhere/bindings/source"),
  ...values(
    "/queues?columns=vhost,name,type",
    "/queues/detailed",
    "/queues/ref",
    "/queues/nowhere",
    "/queues/ref/nowhere",
  ),
  ...values("/queues/ref/classic", "/queues/ref/work", "/queues/ref/quorum", "/queues/ref/stream", "/queues/ref/empty"),
  ...values("/queues/ref/exclusive", "/queues/ref/policed", "/queues/ref/transient", "/queues/ref/arguments"),
  ...values("/queues/ref/classic/bindings", "/queues/ref/nowhere/bindings", "/queues/nowhere/classic"),
  ...values("/queues/quorum/ref/quorum/status", "/queues/quorum/ref/classic/status", "/queues/ref/classic/contents"),
  ...values(
    "/bindings?columns=vhost,source,destination",
    "/bindings/ref",
    "/bindings/nowhere",
    "/bindings/ref/e/direct/q/classic",
  ),
  ...values("/bindings/ref/e/topic/e/internal", "/bindings/ref/e/amq.default/q/classic"),
  ...values("/bindings/ref/e/direct/q/nowhere", "/bindings/ref/e/nowhere/q/classic"),
  ...values("/bindings/ref/e/direct/q/classic/classic", "/bindings/ref/e/direct/q/classic/nowhere"),
  ...values("/bindings/ref/e/direct/q/classic/second%20key%252Fwith%252520signs", "/bindings/ref/e/fanout/q/dead/~"),

  ...values("/vhosts", "/vhosts/ref", "/vhosts/nowhere", "/vhosts/ref/permissions", "/vhosts/ref/topic-permissions"),
  ...values("/vhosts/nowhere/permissions", "/vhosts/ref%2Fother"),
  ...values("/users", "/users/", "/users/ref-limited", "/users/nobody", "/users/without-permissions"),
  ...values(
    "/users/ref-management/permissions",
    "/users/ref-management/topic-permissions",
    "/users/nobody/permissions",
  ),
  ...values("/users/ref-management/queues", "/users/bulk-delete"),
  ...values("/permissions", "/permissions/ref/ref-limited", "/permissions/ref/nobody", "/permissions/nowhere/guest"),
  ...values("/topic-permissions", "/topic-permissions/ref/ref-management", "/topic-permissions/ref/nobody"),
  ...values("/topic-permissions/ref/ref-management/topic"),
  ...values("/policies", "/policies/ref", "/policies/ref/queues", "/policies/ref/nowhere", "/policies/nowhere"),
  ...values("/operator-policies", "/operator-policies/ref", "/operator-policies/ref/operator"),
  ...values("/operator-policies/ref/nowhere", "/parameters", "/parameters/vhost-limits", "/parameters/nothing"),
  ...values("/parameters/vhost-limits/ref", "/parameters/vhost-limits/ref/limits", "/parameters/nothing/ref/name"),
  ...values("/parameters/vhost-limits/nowhere"),
  ...values("/global-parameters", "/global-parameters/ref-global", "/global-parameters/nothing"),
  ...values("/vhost-limits", "/vhost-limits/ref", "/vhost-limits/nowhere", "/user-limits", "/user-limits/ref-none"),
  ...values("/user-limits/nobody"),

  ...values("/healthchecks/node", "/healthchecks/node/{node}"),
  ...values("/health/checks/alarms", "/health/checks/local-alarms", "/health/checks/virtual-hosts"),
  ...values(
    "/health/checks/port-listener/1",
    "/health/checks/port-listener/text",
    "/health/checks/port-listener/70000",
  ),
  ...values("/health/checks/protocol-listener/amqp", "/health/checks/protocol-listener/mqtt"),
  ...values("/health/checks/protocol-listener/nothing", "/health/checks/protocol-listener/amqp,mqtt"),
  ...values("/health/checks/certificate-expiration/1/days", "/health/checks/certificate-expiration/1/moons"),
  ...values("/health/checks/certificate-expiration/x/days", "/health/checks/node-is-mirror-sync-critical"),
  ...values("/health/checks/node-is-quorum-critical", "/health/checks/is-in-service"),
  ...values("/health/checks/below-node-connection-limit", "/health/checks/ready-to-serve-clients"),
  ...values("/health/checks/reached-target-cluster-size", "/health/checks/metadata-store/initialized"),
  ...values("/health/checks/metadata-store/initialized/with-data"),
  ...values("/health/checks/quorum-queues-without-elected-leaders/all-vhosts/"),
  ...values("/health/checks/quorum-queues-without-elected-leaders/vhost/ref/"),
  ...values("/health/checks/quorum-queues-without-elected-leaders/vhost/nowhere/"),
  ...values("/health/checks/quorum-queues-without-elected-leaders/all-vhosts/pattern/%5Eq"),
  ...values("/rebalance/queues", "/reset", "/nothing"),
];

/** Reads whose answers query parameters change. */
const VARIANTS = [
  ...byType(`/overview?${SERIES}`, `/nodes/{node}?${SERIES}`),
  ...byType("/overview?columns=object_totals,queue_totals.messages", "/nodes?columns=name,running"),
  ...values(`/queues/ref/work?${SERIES}`, `/exchanges/ref/direct?${SERIES}`, `/connections/{publisher}?${SERIES}`),
  ...values(`/channels/{consumer}%20(1)?${SERIES}`, `/vhosts/ref?${SERIES}`),
  ...values("/queues/ref/work?msg_rates_age=60", "/queues/ref/work?msg_rates_age=x&msg_rates_incr=5"),
  ...values("/queues/ref/work?msg_rates_age=0&msg_rates_incr=0"),
  ...values("/queues/ref?disable_stats=true", "/queues/ref?disable_stats=true&enable_queue_totals=true"),
  ...values("/queues/ref/work?disable_stats=true", "/queues/ref/work?disable_stats=true&enable_queue_totals=true"),
  ...values("/channels?disable_stats=true", "/connections?disable_stats=true&columns=name,user"),
  ...values("/exchanges/ref?disable_stats=true", "/overview?disable_stats=true", "/vhosts?disable_stats=true"),
  ...ordered("/queues/ref?columns=name", "/queues/ref?columns=name&sort=name", "/exchanges/ref?columns=name"),
  ...ordered("/queues/ref?columns=name,messages&sort=name&sort_reverse=true"),
  ...ordered("/queues/ref?columns=name,message_stats.publish&sort=name", "/queues/ref?columns=nothing"),
  ...ordered("/queues/ref?columns=name,message_stats.publish_details.rate&sort=name"),
  ...ordered("/queues/ref?page=1&columns=name", "/queues/ref?page=1&page_size=3&columns=name"),
  ...ordered("/queues/ref?page=2&page_size=3&sort=name&columns=name", "/queues/ref?page=9&page_size=3"),
  ...ordered("/queues/ref?page=0", "/queues/ref?page=-1", "/queues/ref?page=x", "/queues/ref?page=1&page_size=0"),
  ...ordered(
    "/queues/ref?page=1&page_size=501",
    "/queues/ref?page=1&page_size=x",
    "/queues/ref?page_size=3&columns=name",
  ),
  ...ordered("/queues/ref?page=1&name=e&use_regex=false&columns=name&sort=name"),
  ...ordered("/queues/ref?page=1&name=%5Ee&use_regex=true&columns=name&sort=name"),
  ...ordered("/queues/ref?page=1&name=E&use_regex=false&columns=name&sort=name"),
  ...ordered("/queues/ref?page=1&name=%5B&use_regex=true", "/queues/ref?name=e&columns=name&sort=name"),
  ...ordered("/queues/ref?page=1&name=nothing", "/queues/ref?page=1&name=e&use_regex=maybe&columns=name"),
  ...ordered("/queues/ref?page=1&page_size=2&pagination=true&columns=name", "/queues?page=1&page_size=2&columns=name"),
  ...ordered("/exchanges/ref?page=1&page_size=2&columns=name,type", "/exchanges?page=1&name=dir&columns=name,vhost"),
  ...ordered(
    "/connections?page=1&page_size=1&columns=vhost",
    "/channels?page=1&page_size=2&columns=user&sort=user",
  ),
  ...ordered("/vhosts?page=1&page_size=1&columns=name", "/users?page=1&page_size=2&columns=name,tags"),
  ...ordered(
    "/users?sort=name&columns=name",
    "/permissions?sort=user&columns=user,vhost",
    "/bindings/ref?sort=destination&columns=destination",
  ),
  ...ordered(
    "/policies/ref?sort=priority&columns=name",
    "/policies/ref?page=1&page_size=1",
    "/vhosts?sort=nothing&columns=name",
  ),
  ...ordered("/queues/ref?sort=nothing&columns=name", "/channels?sort=number&columns=number"),
];

/** Reads that change the broker: RabbitMQ 3 declares a queue for the aliveness test. */
const CHANGING = values("/aliveness-test/ref", "/aliveness-test/nowhere");

export const READS: readonly Read[] = [...RESOURCES, ...VARIANTS, ...CHANGING];

/** The reads whose answers `management.rates_mode = detailed` changes: those of objects with pairs. */
export const PAIR_READS: readonly Read[] = READS.filter(({ path }) =>
  /^\/(channels\/\{|exchanges\/ref\/(direct|amq.default|topic)|queues\/ref\/(classic|work|quorum|empty|exclusive))[^/]*$/
    .test(path)
);
