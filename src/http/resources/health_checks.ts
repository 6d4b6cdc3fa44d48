import { alarmsOf } from "../alarms.ts";
import { badRequest } from "../http_error.ts";
import { protocolOf } from "../protocol_names.ts";
import { ok, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";
import { expiringListeners } from "./certificate_expiration.ts";

const HEALTHY = ok({ status: "ok" });
const SINGLE_NODE = ok({ status: "ok", reason: "single node cluster" });
const CHECKS = "/api/health/checks";
const LEADERS = `${CHECKS}/quorum-queues-without-elected-leaders`;
const AMQP = ["amqp", "amqp/ssl"];

const failed = (reason: string, details: object = {}): Reply => ({
  status: 503,
  json: { status: "failed", reason, ...details },
});

/** Health checks (RabbitMQ: Monitoring, Health Checks). */
export const HEALTH_CHECKS: readonly Route[] = [
  {
    method: "GET",
    path: `${CHECKS}/alarms`,
    who: "management",
    summary: "Fails while an alarm is on.",
    handle: (request) => checkAlarms(request, "There are alarms in effect in the cluster"),
  },
  {
    method: "GET",
    path: `${CHECKS}/local-alarms`,
    who: "management",
    summary: "Fails while an alarm is on at this node.",
    handle: (request) => checkAlarms(request, "There are alarms in effect on the node"),
  },
  ...["", "/with-data"].map((path): Route => ({
    method: "GET",
    path: `${CHECKS}/metadata-store/initialized${path}`,
    who: "management",
    summary: path === "" ? "Succeeds once the store is open." : "Succeeds once there is a virtual host.",
    handle: ({ node }) =>
      path === "" || node.vhosts.size > 0
        ? HEALTHY
        : failed("Metadata store has not yet been initialized: it reports to have no virtual hosts"),
  })),
  {
    method: "GET",
    path: `${CHECKS}/certificate-expiration/:within/:unit`,
    who: "management",
    summary: "Fails when a certificate of a listener expires in so many days, weeks, months or years.",
    handle(request) {
      const expired = expiringListeners(request);
      return expired.length === 0 ? HEALTHY : failed("Certificates expiring", { expired });
    },
  },
  {
    method: "GET",
    path: `${CHECKS}/port-listener/:port`,
    who: "management",
    summary: "Fails when no listener has this port.",
    handle: checkPort,
  },
  {
    method: "GET",
    path: `${CHECKS}/protocol-listener/:protocols`,
    who: "management",
    summary: "Fails when one of these protocols, with commas in between, has no listener.",
    handle: checkProtocols,
  },
  {
    method: "GET",
    path: `${CHECKS}/virtual-hosts`,
    who: "management",
    summary: "Succeeds: virtual hosts fail only together with their node.",
    handle: () => HEALTHY,
  },
  ...["all-vhosts", "all-vhosts/pattern/:pattern", "vhost/:vhost", "vhost/:vhost/pattern/:pattern"].map((
    path,
  ): Route => ({
    method: "GET",
    path: `${LEADERS}/${path}`,
    who: "management",
    findsVhost: true,
    summary: "Succeeds: a single node is the leader of all queues.",
    handle: () => HEALTHY,
  })),
  ...["node-is-quorum-critical", "node-is-mirror-sync-critical"].map((check): Route => ({
    method: "GET",
    path: `${CHECKS}/${check}`,
    who: "management",
    summary: "Succeeds on a single node.",
    handle: () => SINGLE_NODE,
  })),
  {
    method: "GET",
    path: `${CHECKS}/is-in-service`,
    who: "anyone",
    summary: "Fails while the node takes no connections.",
    handle: ({ node }) => isServing(node) ? HEALTHY : failed("this rabbit node is not currently available to serve"),
  },
  {
    method: "GET",
    path: `${CHECKS}/below-node-connection-limit`,
    who: "anyone",
    summary: "Fails while the node has as many connections as it may have.",
    handle: ({ node }) => isBelowLimit(node) ? HEALTHY : failed(LIMIT_REACHED),
  },
  {
    method: "GET",
    path: `${CHECKS}/ready-to-serve-clients`,
    who: "anyone",
    summary: "Fails while clients of AMQP can't connect.",
    handle: checkClients,
  },
  {
    method: "GET",
    path: `${CHECKS}/reached-target-cluster-size`,
    who: "anyone",
    summary: "Succeeds on a single node.",
    handle: () => HEALTHY,
  },
  {
    method: "GET",
    path: "/healthz",
    who: "anyone",
    summary: "Succeeds while the broker lives: for a container that is to be restarted otherwise.",
    handle: () => HEALTHY,
  },
  {
    method: "GET",
    path: "/readyz",
    who: "anyone",
    summary: "Fails while clients can't connect or may not publish: for a load balancer.",
    handle(request) {
      const reply = checkClients(request);
      return reply === HEALTHY ? checkAlarms(request, "There are alarms in effect on the node") : reply;
    },
  },
];

const LIMIT_REACHED = "node connection limit is reached";

type Node = ApiRequest["node"];

const isServing = ({ admission }: Node): boolean => admission.refusal === undefined;

const isBelowLimit = ({ admission, limits }: Node): boolean => admission.connectionCount < limits.connectionMax;

function checkAlarms({ node }: ApiRequest, reason: string): Reply {
  const alarms = alarmsOf(node).map((resource) => ({ resource, node: node.name }));
  return alarms.length === 0 ? HEALTHY : failed(reason, { alarms });
}

function checkPort({ host, params }: ApiRequest): Reply {
  const port = Number(params.port);
  if (!/^\d{1,5}$/.test(params.port)) throw badRequest("Invalid port");
  const ports = host.listeners.map(({ port }) => port);
  return ports.includes(port) ? ok({ status: "ok", port }) : failed("No active listener", { missing: port, ports });
}

function checkProtocols({ host, params }: ApiRequest): Reply {
  const wanted = new Set(params.protocols.split(",").map(protocolOf));
  const protocols = [...new Set(host.listeners.map(({ protocol }): string => protocol))];
  const missing = [...wanted].filter((name) => !protocols.includes(name));
  if (missing.length > 0) return failed("No active listener", { missing, protocols });
  return ok({ status: "ok", protocols });
}

function checkClients({ host, node }: ApiRequest): Reply {
  if (!isServing(node)) return failed("the rabbit node is not currently available to serve");
  if (!host.listeners.some(({ protocol }) => AMQP.includes(protocol))) {
    return failed("no active listeners for AMQP/AMQPS");
  }
  if (!isBelowLimit(node)) return failed(LIMIT_REACHED, { connections: node.admission.connectionCount });
  return HEALTHY;
}
