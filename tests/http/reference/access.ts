import type { Api, ApiAnswer } from "./api.ts";
import type { Places } from "./places.ts";

/** Users who ask for everything, in this order. */
export const ASKERS = [
  null,
  "ref-none",
  "ref-management",
  "ref-limited",
  "ref-policymaker",
  "ref-monitoring",
  "ref-administrator",
] as const;

const get = (...paths: readonly string[]) => paths.map((path) => `GET ${path}`);

/**
 * Requests that change nothing, whoever makes them: reads, and writes that are wrong or about objects that are not there.
 * Writes have the body `{}`.
 */
const REQUESTS = [
  ...get("/overview", "/nodes", "/nodes/{node}", "/nodes/{node}/memory", "/cluster-name", "/extensions", "/whoami"),
  ...get("/definitions", "/definitions/ref", "/feature-flags", "/deprecated-features", "/config/effective", "/version"),
  ...get("/auth", "/auth/attempts/{node}", "/auth/hash_password/secret", "/connections", "/connections/{publisher}"),
  ...get("/connections/{manager}", "/connections/{publisher}/channels", "/connections/username/ref-management"),
  ...get("/vhosts/ref/connections", "/channels", "/channels/{publisher}%20(1)", "/channels/{manager}%20(1)"),
  ...get("/vhosts/ref/channels", "/consumers", "/consumers/ref", "/exchanges?columns=name", "/exchanges/ref/direct"),
  ...get("/exchanges/ref", "/exchanges/ref%2Fother", "/queues", "/queues/ref", "/queues/ref%2Fother"),
  ...get("/queues/ref/classic", "/queues/ref%2Fother/other", "/bindings", "/bindings/ref", "/bindings/ref%2Fother"),
  ...get(
    "/bindings/ref/e/direct/q/classic",
    "/vhosts",
    "/vhosts/ref",
    "/vhosts/ref%2Fother",
    "/vhosts/ref/permissions",
  ),
  ...get("/users", "/users/ref-none", "/users/ref-management", "/users/ref-management/permissions", "/permissions"),
  ...get("/users/without-permissions", "/permissions/ref/ref-management", "/topic-permissions", "/policies"),
  ...get(
    "/policies/ref",
    "/policies/ref/queues",
    "/operator-policies",
    "/operator-policies/ref/operator",
    "/parameters",
  ),
  ...get("/parameters/vhost-limits/ref", "/global-parameters", "/global-parameters/ref-global", "/vhost-limits"),
  ...get("/vhost-limits/ref", "/user-limits", "/user-limits/ref-none", "/health/checks/alarms", "/healthchecks/node"),
  ...get("/health/checks/port-listener/1", "/health/checks/virtual-hosts", "/queues?page=1&page_size=1"),
  ...get("/queues/ref?disable_stats=true", "/queues/detailed", "/nothing"),
  "PUT /cluster-name",
  "POST /definitions/nowhere",
  "DELETE /connections/nowhere",
  "DELETE /connections/username/nobody",
  "PUT /exchanges/ref/amq.wrong",
  "PUT /exchanges/ref%2Fother/amq.wrong",
  "DELETE /exchanges/ref/nowhere",
  "POST /exchanges/ref/direct/publish",
  "PUT /queues/ref/amq.wrong",
  "DELETE /queues/ref/nowhere",
  "DELETE /queues/ref/nowhere/contents",
  "POST /queues/ref/classic/get",
  "POST /queues/ref/classic/actions",
  "POST /bindings/ref/e/nowhere/q/classic",
  "DELETE /bindings/ref/e/direct/q/classic/nowhere",
  "DELETE /vhosts/nowhere",
  "POST /vhosts/nowhere/deletion/protection",
  "PUT /users/ref-new",
  "DELETE /users/nobody",
  "POST /users/bulk-delete",
  "PUT /permissions/ref/ref-none",
  "DELETE /permissions/ref/nobody",
  "PUT /topic-permissions/ref/ref-none",
  "DELETE /topic-permissions/ref/nobody",
  "PUT /policies/ref/new",
  "DELETE /policies/ref/nowhere",
  "PUT /operator-policies/ref/new",
  "DELETE /operator-policies/ref/nowhere",
  "PUT /parameters/nothing/ref/new",
  "DELETE /parameters/nothing/ref/nowhere",
  "DELETE /global-parameters/nothing",
  "PUT /vhost-limits/ref/max-queues",
  "DELETE /vhost-limits/nowhere/max-queues",
  "PUT /user-limits/ref-none/max-channels",
  "DELETE /user-limits/nobody/max-channels",
  "PUT /feature-flags/nothing/enable",
];

/** Requests that are made by every user of {@linkcode ASKERS}, and the status of each answer, with the length of lists. */
export async function recordAccess(api: Api, places: Places): Promise<Record<string, string>> {
  const access: Record<string, string> = {};
  for (const request of REQUESTS) {
    const [method, path] = request.split(" ");
    const statuses = [];
    for (const user of ASKERS) {
      const body = method === "GET" || method === "DELETE" ? undefined : {};
      const answer = await api.ask(method, places.fill(path), { user, body });
      statuses.push(answer.status + lengthOf(answer));
    }
    access[request] = statuses.join(" ");
  }
  return access;
}

function lengthOf({ status, headers, text }: ApiAnswer): string {
  const isJson = headers.get("content-type") === "application/json";
  return status === 200 && isJson && text.startsWith("[") ? `×${JSON.parse(text).length}` : "";
}
