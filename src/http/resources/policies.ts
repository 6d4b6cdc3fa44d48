import type { Policies } from "../../broker/policy/policies.ts";
import type { Policy } from "../../broker/policy/policy.ts";
import type { PolicyKind } from "../../broker/policy/policy_keys.ts";
import type { VirtualHost } from "../../broker/topology/vhost.ts";
import type { Who } from "../authorization.ts";
import { HttpError, notFound } from "../http_error.ts";
import { replyObjects } from "../listing/listing.ts";
import { created, NO_CONTENT, ok, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";
import { vhostsToList } from "../visible_vhosts.ts";

/** A kind of policies as a resource. */
interface PolicyResource {
  readonly kind: PolicyKind;
  readonly path: string;
  readonly phrase: string;
  /** Users who may change them. */
  readonly who: Who;
}

const USERS: PolicyResource = { kind: "policy", path: "/api/policies", phrase: "policy", who: "policymaker" };
const OPERATORS: PolicyResource = {
  kind: "operator_policy",
  path: "/api/operator-policies",
  phrase: "operator policy",
  who: "administrator",
};

/** Users' and operators' policies (RabbitMQ: `rabbit_mgmt_wm_*polic*`). */
export const POLICIES: readonly Route[] = [USERS, OPERATORS].flatMap(routesOf);

function routesOf(resource: PolicyResource): Route[] {
  const { path, who, phrase } = resource;
  const plural = phrase.replace(/y$/, "ies");
  return [
    {
      method: "GET",
      path,
      who: "management",
      summary: `All ${plural} in virtual hosts of the user.`,
      returns: "list",
      handle: async (request) => list(request, resource, await vhostsToList(request)),
    },
    {
      method: "GET",
      path: `${path}/:vhost`,
      who: "management",
      summary: `All ${plural} in a virtual host.`,
      returns: "list",
      handle: (request) => list(request, resource, [request.vhost]),
    },
    {
      method: "GET",
      path: `${path}/:vhost/:name`,
      who,
      summary: `One ${phrase}.`,
      handle: (request) => {
        checkMayChange(request, resource);
        return ok(policyJson(request.vhost, find(request, resource)));
      },
    },
    {
      method: "PUT",
      path: `${path}/:vhost/:name`,
      who,
      summary:
        `Sets one ${phrase}. The body has pattern and definition, and may have priority (default: 0) and apply-to (default: all).`,
      handle: (request) => put(request, resource),
    },
    {
      method: "DELETE",
      path: `${path}/:vhost/:name`,
      who,
      summary: `Clears one ${phrase}.`,
      handle: async (request) => {
        checkMayChange(request, resource);
        const { name } = find(request, resource);
        await request.carryOut(() => policiesOf(request.vhost, resource).clear(name, request.actor));
        return NO_CONTENT;
      },
    },
  ];
}

const policiesOf = ({ policies }: VirtualHost, { kind }: PolicyResource): Policies => policies.of(kind)!;

/** Throws `HttpError` 405 where operators' policies are not for HTTP: RabbitMQ refuses to read a single one too. */
function checkMayChange({ host: { options } }: ApiRequest, { kind }: PolicyResource): void {
  if (kind !== "operator_policy" || !options.refusesOperatorPolicies) return;
  throw new HttpError(405, "method_not_allowed", "Broker settings disallow editing of operator policies.");
}

function list(request: ApiRequest, resource: PolicyResource, vhosts: readonly VirtualHost[]): Promise<Response> {
  const all = vhosts.flatMap((vhost) => policiesOf(vhost, resource).list().map((policy) => policyJson(vhost, policy)));
  return replyObjects(request, all, { order: ["priority", "vhost", "name"] });
}

const policyJson = (vhost: VirtualHost, { name, pattern, applyTo, definition, priority }: Policy) => ({
  vhost: vhost.name,
  name,
  pattern: pattern.source,
  "apply-to": applyTo,
  definition,
  priority,
});

function find({ vhost, params }: ApiRequest, resource: PolicyResource): Policy {
  const policy = policiesOf(vhost, resource).get(params.name);
  if (policy === undefined) throw notFound();
  return policy;
}

/** The parts of a policy in a body. Others are ignored, as the page sends some. */
const KEYS = ["pattern", "definition", "priority", "apply-to"];

async function put(request: ApiRequest, resource: PolicyResource): Promise<Reply> {
  const { vhost, params: { name }, actor } = request;
  checkMayChange(request, resource);
  const body = await request.body(["pattern", "definition"]);
  const value = {
    priority: 0,
    "apply-to": "all",
    ...Object.fromEntries(KEYS.filter((key) => body.keys.includes(key)).map((key) => [key, body.nullableJson(key)!])),
  };
  const policies = policiesOf(vhost, resource);
  const isNew = policies.get(name) === undefined;
  await request.carryOut(() => policies.setValue(name, value, actor));
  return isNew ? created() : NO_CONTENT;
}
