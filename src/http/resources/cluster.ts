import { CLUSTER_NAME } from "../../broker/policy/cluster_name.ts";
import { GLOBAL_COMPONENT } from "../../broker/policy/parameter_events.ts";
import { notFound } from "../http_error.ts";
import { NO_CONTENT, ok, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";

/** The cluster and its nodes as a whole (RabbitMQ: `rabbit_mgmt_wm_cluster_name`, `_version` and others). */
export const CLUSTER: readonly Route[] = [
  {
    method: "GET",
    path: "/api/cluster-name",
    who: "management",
    summary: "The name of the cluster, which clients are told too.",
    handle: ({ host }) => ok({ name: host.identity.clusterName }),
  },
  {
    method: "PUT",
    path: "/api/cluster-name",
    who: "administrator",
    summary: "Names the cluster. The body has the name.",
    handle: setName,
  },
  {
    method: "GET",
    path: "/api/version",
    who: "anyone",
    summary: "The version of RabbitMQ that the broker behaves like.",
    handle: ({ host }) => ({
      ...ok(host.identity.productVersion),
      headers: { "cache-control": "no-cache", pragma: "no-cache", expires: "0" },
    }),
  },
  {
    method: "GET",
    path: "/api/extensions",
    who: "management",
    summary: "The extensions of RabbitMQ's management page: the page itself.",
    handle: () => ok([{ javascript: "dispatcher.js" }]),
  },
  {
    method: "POST",
    path: "/api/rebalance/queues",
    who: "administrator",
    summary: "Spreads the leaders of queues over all nodes. One node has them all.",
    handle: ({ host, user }) => {
      host.log("info", `User '${user.name}' has initiated a queue rebalance`);
      return NO_CONTENT;
    },
  },
  {
    method: "GET",
    path: "/api/config/effective",
    who: "administrator",
    summary: "The effective configuration as text: a line for each setting with its source. Secrets are hidden.",
    handle: ({ host }) => new Response(host.effectiveConfig(), { headers: { "content-type": "text/plain" } }),
  },
  ...["/api/reset", "/api/reset/:node"].map((path): Route => ({
    method: "DELETE",
    path,
    who: "administrator",
    summary: "Forgets the samples of which rates and series are made.",
    handle: async ({ node, host, params }) => {
      if ((params.node ?? node.name) !== node.name) throw notFound();
      await host.statistics.reset();
      return NO_CONTENT;
    },
  })),
];

async function setName(request: ApiRequest): Promise<Reply> {
  const { node: { parameters }, actor } = request;
  const body = await request.body(["name"]);
  const value = body.entityName("name");
  await request.carryOut(() =>
    parameters.set({ vhost: "", component: GLOBAL_COMPONENT, name: CLUSTER_NAME, value }, actor)
  );
  return NO_CONTENT;
}
