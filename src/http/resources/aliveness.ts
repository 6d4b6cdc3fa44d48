import { alarmsOf } from "../alarms.ts";
import { notFound } from "../http_error.ts";
import { ok, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";

/** Checks that RabbitMQ has replaced by `/api/health/checks/*`, and that tools still poll. */
export const ALIVENESS: readonly Route[] = [
  {
    method: "GET",
    path: "/api/aliveness-test/:vhost",
    who: "management",
    summary: "Opens a session of the user in a virtual host. Deprecated: use the health checks.",
    handle: testAliveness,
  },
  ...["/api/healthchecks/node", "/api/healthchecks/node/:node"].map((path): Route => ({
    method: "GET",
    path,
    who: "management",
    summary: "Checks a node for alarms. Deprecated: use the health checks.",
    handle: checkNode,
  })),
];

async function testAliveness(request: ApiRequest): Promise<Reply> {
  await request.openSession();
  return ok({ status: "ok" });
}

function checkNode({ node, params }: ApiRequest): Reply {
  if ((params.node ?? node.name) !== node.name) throw notFound();
  const resources = alarmsOf(node);
  if (resources.length === 0) return ok({ status: "ok" });
  const alarms = resources.map((resource) => `{{resource_limit,${resource},${node.name}},[]}`);
  const reason = `resource alarm(s) in effect:[${alarms.join(",\n ")}]`;
  return { status: 503, json: { status: "failed", reason } };
}
