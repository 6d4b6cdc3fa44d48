import { type ParameterProblem, throwProblems } from "../../broker/policy/parameter_validation.ts";
import type { Limits } from "../../broker/policy/limits.ts";
import { isMonitor } from "../authorization.ts";
import { badRequest, missing, notAuthorised } from "../http_error.ts";
import { replyObjects } from "../listing/listing.ts";
import { NO_CONTENT, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";
import { vhostsToSee } from "../visible_vhosts.ts";
import { findUser } from "./users.ts";

const OF_VHOST = "/api/vhost-limits/:vhost/:name";
const OF_USER = "/api/user-limits/:user/:name";

/** Limits of virtual hosts and users (RabbitMQ: `rabbit_mgmt_wm_*limit*`). */
export const LIMITS: readonly Route[] = [
  {
    method: "GET",
    path: "/api/vhost-limits",
    who: "management",
    summary: "Limits of all virtual hosts that the user may see.",
    returns: "list",
    handle: async (request) =>
      listOf(request, "vhost", (await vhostsToSee(request)).map(({ name }) => name), request.node.vhostLimits),
  },
  {
    method: "GET",
    path: "/api/vhost-limits/:vhost",
    who: "management",
    showsMonitors: true,
    summary: "Limits of a virtual host.",
    returns: "list",
    handle: (request) => listOf(request, "vhost", [request.vhost.name], request.node.vhostLimits),
  },
  {
    method: "PUT",
    path: OF_VHOST,
    who: "administrator",
    summary:
      "Sets max-connections or max-queues of a virtual host. The body has the value; a negative one is no limit.",
    handle: (request) => put(request, request.vhost.name, request.node.vhostLimits, throwProblems),
  },
  {
    method: "DELETE",
    path: OF_VHOST,
    who: "administrator",
    findsVhost: true,
    summary: "Clears a limit of a virtual host.",
    handle: (request) => {
      const { node, params: { vhost } } = request;
      if (!node.vhosts.has(vhost)) throw missing("vhost_not_found");
      return clear(request, vhost, node.vhostLimits);
    },
  },
  {
    method: "GET",
    path: "/api/user-limits",
    who: "administrator",
    summary: "Limits of all users.",
    returns: "list",
    handle: (request) =>
      listOf(request, "user", [...request.node.topology.users.users.keys()], request.node.userLimits),
  },
  {
    method: "GET",
    path: "/api/user-limits/:user",
    who: "management",
    summary: "Limits of a user. Monitors may ask for any user, others for themselves.",
    returns: "list",
    handle: (request) => {
      const { user, params } = request;
      if (!isMonitor(user) && user.name !== params.user) throw notAuthorised("User not authorised to access object");
      return listOf(request, "user", [findUser(request).user], request.node.userLimits);
    },
  },
  {
    method: "PUT",
    path: OF_USER,
    who: "administrator",
    summary: "Sets max-connections or max-channels of a user. The body has the value; a negative one is no limit.",
    handle: (request) => put(request, request.params.user, request.node.userLimits, refuseFirst),
  },
  {
    method: "DELETE",
    path: OF_USER,
    who: "administrator",
    summary: "Clears a limit of a user.",
    handle: (request) => {
      const { node, params: { user } } = request;
      // RabbitMQ's reason is this one here too.
      if (!node.topology.users.users.has(user)) throw missing("vhost_not_found");
      return clear(request, user, node.userLimits);
    },
  },
];

/** Throws the first problem alone: RabbitMQ checks the limits of users otherwise than those of virtual hosts. */
function refuseFirst([problem]: readonly ParameterProblem[]): void {
  if (problem !== undefined) throw badRequest(problem.text);
}

/** Lists the limits of those virtual hosts or users that have some. */
function listOf<Name extends string>(
  request: ApiRequest,
  key: "vhost" | "user",
  owners: readonly string[],
  limits: Limits<Name>,
): Promise<Response> {
  const all = owners.map((owner) => ({ [key]: owner, value: limits.get(owner) }));
  return replyObjects(request, all.filter(({ value }) => Object.keys(value).length > 0), { order: [key] });
}

async function put<Name extends string>(
  request: ApiRequest,
  owner: string,
  limits: Limits<Name>,
  check: (problems: readonly ParameterProblem[]) => void,
): Promise<Reply> {
  const { actor, params: { name } } = request;
  const body = await request.body(["value"]);
  const value = body.nullableJson("value")!;
  check(limits.findProblems({ [name]: value }));
  await request.carryOut(() => limits.set(owner, { ...limits.get(owner), [name]: value }, actor));
  return NO_CONTENT;
}

async function clear<Name extends string>(request: ApiRequest, owner: string, limits: Limits<Name>): Promise<Reply> {
  const { actor, params: { name } } = request;
  const before: Readonly<Record<string, unknown>> = limits.get(owner);
  if (Object.hasOwn(before, name)) await request.carryOut(() => limits.clear(owner, name as Name, actor));
  return NO_CONTENT;
}
