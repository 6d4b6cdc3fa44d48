import type { Api, ApiOptions } from "./api.ts";
import type { Places } from "./places.ts";

/** Headers whose values depend on the moment, the connection or the length. */
const LEFT_OUT = new Set(["date", "content-length", "connection", "keep-alive", "transfer-encoding"]);
/** Headers that are recorded by their presence. */
const BY_PRESENCE = new Set(["etag", "last-modified"]);

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const ORIGIN = { origin: "http://elsewhere.example" };

const REQUESTS: readonly (readonly [string, string, ApiOptions?])[] = [
  ["GET", "/overview"],
  ["GET", "/whoami"],
  ["GET", "/whoami", { user: null }],
  ["GET", "/whoami", { headers: { authorization: "Basic Z3Vlc3Q6d3Jvbmc=" } }],
  ["GET", "/whoami", { headers: { authorization: "Bearer nothing" } }],
  ["GET", "/whoami", { headers: { authorization: "nothing" } }],
  ["GET", "/whoami", { headers: { accept: "text/html" } }],
  ["GET", "/whoami", { headers: { accept: "application/xml" } }],
  ["GET", "/whoami", { headers: ORIGIN }],
  ["GET", "/definitions"],
  ["GET", "/definitions?download=my.json"],
  ["GET", "/definitions/ref"],
  ["GET", "/queues/ref/classic"],
  ["GET", "/queues/ref/nowhere"],
  ["GET", "/users", { user: "ref-management" }],
  ["GET", "/health/checks/port-listener/1"],
  ["HEAD", "/whoami"],
  ["HEAD", "/queues/ref/nowhere"],
  ["OPTIONS", "/whoami"],
  ["OPTIONS", "/whoami", { headers: { ...ORIGIN, "access-control-request-method": "GET" } }],
  ["OPTIONS", "/queues/ref/classic", { user: null }],
  ["OPTIONS", "/queues/ref/classic"],
  ["OPTIONS", "/nothing"],
  ["PATCH", "/whoami", { body: {} }],
  ["POST", "/whoami", { body: {} }],
  ["DELETE", "/whoami"],
  ["PUT", "/queues/ref/headers", { body: {} }],
  ["PUT", "/queues/ref/headers", { body: {} }],
  ["PUT", "/queues/ref/headers", { body: { durable: false } }],
  ["PUT", "/queues/ref/headers", { text: "{" }],
  ["PUT", "/queues/ref/headers", { text: "" }],
  ["PUT", "/queues/ref/headers", { text: "{}", headers: { "content-type": "text/plain" } }],
  ["PUT", "/queues/ref/headers", { text: "[]" }],
  ["POST", "/bindings/ref/e/direct/q/headers", { body: { routing_key: "a b" } }],
  ["DELETE", "/queues/ref/headers"],
  ["DELETE", "/queues/ref/headers"],
  ["POST", "/login", { user: null, text: "username=guest&password=guest", headers: FORM }],
  ["POST", "/login", { user: null, text: "username=guest&password=wrong", headers: FORM }],
];

/** Status and headers of the answers to requests that stand for all others of their kind. */
export async function recordHeaders(api: Api, places: Places): Promise<readonly Record<string, unknown>[]> {
  const all = [];
  for (const [method, path, options = {}] of REQUESTS) {
    const { status, headers } = await api.ask(method, places.fill(path), options);
    const kept = [...headers].filter(([name]) => !LEFT_OUT.has(name)).map(([name, value]) => [
      name,
      BY_PRESENCE.has(name) ? "<string>" : value.replace(/127\.0\.0\.1:\d+|localhost:\d+/, "{address}"),
    ]);
    const request = { request: `${method} ${path}`, ...options };
    all.push({ ...request, status, headers: Object.fromEntries(kept) });
  }
  return all;
}
