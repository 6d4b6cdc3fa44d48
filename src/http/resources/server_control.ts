import { alarmsOf } from "../alarms.ts";
import { describeCertificates, describeListeners } from "../describe/listeners.ts";
import { nodeFacts } from "../describe/node_facts.ts";
import { badRequest, HttpError, missing } from "../http_error.ts";
import { NO_CONTENT, ok, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";
import type { ByteLimit, RunningSettings, ServerControl } from "../server_control.ts";

/** Control of the running server, for command-line tools. RabbitMQ's use its cluster's own protocol instead. */
export const SERVER_CONTROL: readonly Route[] = [
  {
    method: "GET",
    path: "/api/node",
    who: "monitoring",
    summary:
      "What command-line tools show of this node, from its name and listeners to its alarms and files: quickly, without statistics.",
    handle: describeNode,
  },
  {
    method: "DELETE",
    path: "/api/node",
    who: "administrator",
    summary: "Stops the broker.",
    handle(request) {
      const { stop } = controlOf(request);
      request.host.log("info", `User '${request.user.name}' stops the broker`);
      stop();
      return NO_CONTENT;
    },
  },
  {
    method: "PUT",
    path: "/api/node/log-level",
    who: "administrator",
    summary: "Sets the lowest level that is logged until the broker stops. The body has the level, such as warning.",
    handle: changeLogLevel,
  },
  {
    method: "GET",
    path: "/api/node/settings/:name",
    who: "administrator",
    summary: "The effective value of a key of the configuration: a text, or for loopback_users a list of names.",
    handle(request) {
      const { name } = request.params;
      const setting = settingsOf(request).get(name);
      if (setting?.value === undefined) throw missing(`there is no key ${name} with a value to show`);
      return ok({ name, value: setting.value });
    },
  },
  {
    method: "PUT",
    path: "/api/node/settings/:name",
    who: "administrator",
    summary:
      "Sets a key of the configuration that can change while the broker runs, until it stops or SIGHUP reloads the configuration. The body has value: a text, or for loopback_users a list of names.",
    handle: changeSetting,
  },
  {
    method: "PUT",
    path: "/api/node/listeners",
    who: "administrator",
    summary:
      "Suspends or resumes the listeners for clients, those for HTTP excepted: the body has suspended, true or false. Open connections stay.",
    handle: changeListeners,
  },
  {
    method: "GET",
    path: "/api/node/tls",
    who: "monitoring",
    summary:
      "Versions and cipher suites of TLS that the server has, whatever is configured, and the certificates of its listeners in PEM.",
    handle: describeTls,
  },
  {
    method: "PUT",
    path: "/api/node/limits/memory",
    who: "administrator",
    summary:
      "Sets the memory for messages above which publishers are blocked, until the broker stops. The body has relative, a part of the machine's memory, or absolute, a number of bytes.",
    handle: (request) => setLimit(request, (control, limit) => control.setMemoryLimit(limit)),
  },
  {
    method: "PUT",
    path: "/api/node/limits/disk",
    who: "administrator",
    summary:
      "Sets the free disk space below which publishers are blocked, until the broker stops. The body has relative, in multiples of the machine's memory, or absolute, a number of bytes.",
    handle: (request) => setLimit(request, (control, limit) => control.setDiskFreeLimit(limit)),
  },
];

async function describeNode({ host }: ApiRequest): Promise<Reply> {
  const { node, identity } = host;
  const server = host.control()?.describe();
  const openFiles = await server?.process.openFiles();
  const freeDiskBytes = await server?.process.freeDiskBytes?.();
  let queueCount = 0;
  for (const { queues } of node.vhosts.values()) queueCount += queues.size;
  return ok({
    // A node whose application is stopped answers for itself, without this API.
    ...nodeFacts(node.name, "running", identity, server, server?.process.uptimeMs()),
    cluster_name: identity.clusterName,
    alarms: alarmsOf(node),
    listeners: describeListeners(host),
    object_totals: { connections: node.sessions.size, queues: queueCount, vhosts: node.vhosts.size },
    mem_limit: finite(node.memoryHighWatermarkBytes),
    ...server === undefined ? {} : {
      mem_used: server.process.residentBytes(),
      fd_used: openFiles?.count,
      fd_total: finite(openFiles?.max),
      disk_free: finite(freeDiskBytes),
      disk_free_limit: server.process.diskFreeLimitBytes,
    },
  });
}

function describeTls(request: ApiRequest): Reply {
  const { versions, offered, all } = controlOf(request).tls();
  const isOffered = new Set(offered);
  return ok({
    versions,
    cipher_suites: all.map((suite) => ({
      name: suite.name,
      key_exchange: suite.keyExchange,
      cipher: suite.cipher,
      mac: suite.hash,
      prf: suite.prf,
      default: isOffered.has(suite),
    })),
    listeners: describeCertificates(request.host),
  });
}

/** Returns a number that JSON has. */
const finite = (value: number | undefined): number | undefined => value === Infinity ? undefined : value;

function controlOf({ host }: ApiRequest): ServerControl {
  const control = host.control();
  if (control === undefined) {
    throw new HttpError(501, "not_implemented", "the program that this broker is part of controls it itself");
  }
  return control;
}

async function changeLogLevel(request: ApiRequest): Promise<Reply> {
  const body = await request.body(["level"]);
  const level = body.text("level");
  const { logLevels, setLogLevel } = controlOf(request);
  if (!logLevels.includes(level)) throw badRequest(`level must be one of ${logLevels.join(", ")}`);
  await setLogLevel(level);
  return NO_CONTENT;
}

function settingsOf(request: ApiRequest): RunningSettings {
  const { settings } = controlOf(request);
  if (settings === undefined) throw new HttpError(501, "not_implemented", "this server has no configuration");
  return settings;
}

async function changeSetting(request: ApiRequest): Promise<Reply> {
  const body = await request.body(["value"]);
  const { name } = request.params;
  const given = body.json("value");
  const value = isNames(given) ? given : body.text("value");
  const settings = settingsOf(request);
  request.host.log("info", `User '${request.user.name}' sets ${name}`);
  const reason = await settings.set(name, value);
  if (reason !== undefined) throw badRequest(reason);
  return NO_CONTENT;
}

const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((name) => typeof name === "string");

async function changeListeners(request: ApiRequest): Promise<Reply> {
  const body = await request.body(["suspended"]);
  const isSuspended = body.boolean("suspended", false);
  const { setListening } = controlOf(request);
  request.host.log("info", `User '${request.user.name}' ${isSuspended ? "suspends" : "resumes"} the listeners`);
  await setListening(!isSuspended).catch((error: Error) => {
    throw new HttpError(503, "service_unavailable", error.message);
  });
  return NO_CONTENT;
}

async function setLimit(request: ApiRequest, set: (control: ServerControl, limit: ByteLimit) => void): Promise<Reply> {
  const body = await request.body();
  const relative = numberOf(body.json("relative"), "relative");
  const absolute = numberOf(body.json("absolute"), "absolute");
  if ((relative === undefined) === (absolute === undefined)) throw badRequest("either relative or absolute is needed");
  set(controlOf(request), relative === undefined ? { absolute: absolute! } : { relative });
  return NO_CONTENT;
}

function numberOf(value: unknown, name: string): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "number" && value >= 0 && Number.isFinite(value)) return value;
  throw badRequest(`${name} must be a number of at least 0`);
}
