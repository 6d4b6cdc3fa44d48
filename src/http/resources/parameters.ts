import { throwProblems } from "../../broker/policy/parameter_validation.ts";
import { type Parameter, ParameterError } from "../../broker/policy/parameters.ts";
import type { VirtualHost } from "../../broker/topology/vhost.ts";
import type { Json } from "../../wire/json.ts";
import { badRequest, notFound } from "../http_error.ts";
import { replyObjects } from "../listing/listing.ts";
import { created, NO_CONTENT, ok, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";
import { vhostsToList } from "../visible_vhosts.ts";

const ONE = "/api/parameters/:component/:vhost/:name";

/** Runtime parameters of virtual hosts (RabbitMQ: `rabbit_mgmt_wm_parameter*`). */
export const PARAMETERS: readonly Route[] = [
  {
    method: "GET",
    path: "/api/parameters",
    who: "policymaker",
    summary: "All parameters in virtual hosts of the user, except policies.",
    returns: "list",
    handle: async (request) => {
      const all = (await vhostsToList(request)).flatMap(({ name }) => request.node.parameters.listAll(name));
      return list(request, all.filter(({ component }) => component !== "policy"));
    },
  },
  {
    method: "GET",
    path: "/api/parameters/:component",
    who: "policymaker",
    summary: "All parameters of a component in virtual hosts of the user.",
    returns: "list",
    handle: async (request) => list(request, parametersIn(await vhostsToList(request), request)),
  },
  {
    method: "GET",
    path: "/api/parameters/:component/:vhost",
    who: "policymaker",
    summary: "All parameters of a component in a virtual host.",
    returns: "list",
    handle: (request) => list(request, parametersIn([request.vhost], request)),
  },
  {
    method: "GET",
    path: ONE,
    who: "policymaker",
    summary: "A parameter.",
    handle: (request) => ok(parameterJson(find(request))),
  },
  {
    method: "PUT",
    path: ONE,
    who: "policymaker",
    summary: "Sets a parameter. The body has its value. Components are operator_policy and vhost-limits.",
    handle: put,
  },
  {
    method: "DELETE",
    path: ONE,
    who: "policymaker",
    summary: "Clears a parameter.",
    handle: async (request) => {
      const { component, name, vhost } = find(request);
      if (component === "policy") throw badRequest("policies may not be cleared using this method");
      await request.carryOut(() => request.node.parameters.clear({ vhost, component, name }, request.actor));
      return NO_CONTENT;
    },
  },
];

type SetParameter = (request: ApiRequest, name: string, value: Json) => void;

/** Components whose parameters can be set. Those of plugins that HareMQ lacks can only be imported. */
const COMPONENTS: Readonly<Record<string, SetParameter>> = {
  policy() {
    throw new ParameterError("policies may not be set using this method");
  },
  operator_policy: ({ vhost, actor }, name, value) => void vhost.policies.operators.setValue(name, value, actor),
  "vhost-limits": ({ node, vhost, actor }, name, value) => {
    throwProblems(node.vhostLimits.findProblems(value));
    node.parameters.set({ vhost: vhost.name, component: "vhost-limits", name, value }, actor);
  },
};

const list = (request: ApiRequest, parameters: readonly Parameter[]): Promise<Response> =>
  replyObjects(request, parameters.map(parameterJson));

const parametersIn = (vhosts: readonly VirtualHost[], { node, params }: ApiRequest): Parameter[] =>
  vhosts.flatMap(({ name }) => node.parameters.list(name, params.component));

const parameterJson = ({ value, vhost, component, name }: Parameter) => ({ value, vhost, component, name });

function find({ node, vhost, params: { component, name } }: ApiRequest): Parameter {
  const value = node.parameters.get(vhost.name, component, name);
  if (value === undefined) throw notFound();
  return { vhost: vhost.name, component, name, value };
}

async function put(request: ApiRequest): Promise<Reply> {
  const { node, vhost, params: { component, name } } = request;
  const body = await request.body(["value"]);
  const value = body.nullableJson("value")!;
  const set = Object.hasOwn(COMPONENTS, component) ? COMPONENTS[component] : undefined;
  if (set === undefined) throw badRequest(`Validation failed\n\ncomponent ${component} not found\n`);
  const isNew = node.parameters.get(vhost.name, component, name) === undefined;
  await request.carryOut(() => set(request, name, value));
  return isNew ? created() : NO_CONTENT;
}
