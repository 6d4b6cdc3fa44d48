import { GLOBAL_COMPONENT } from "../../broker/policy/parameter_events.ts";
import type { Json } from "../../wire/json.ts";
import { notFound } from "../http_error.ts";
import { replyObjects } from "../listing/listing.ts";
import { created, NO_CONTENT, ok, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";

const ONE = "/api/global-parameters/:name";

/** Runtime parameters without a virtual host (RabbitMQ: `rabbit_mgmt_wm_global_parameter*`). */
export const GLOBAL_PARAMETERS: readonly Route[] = [
  {
    method: "GET",
    path: "/api/global-parameters",
    who: "policymaker",
    summary: "All global parameters.",
    returns: "list",
    handle: (request) => {
      const all = request.node.parameters.list("", GLOBAL_COMPONENT);
      return replyObjects(request, all.map(({ name, value }) => ({ name, value })));
    },
  },
  {
    method: "GET",
    path: ONE,
    who: "policymaker",
    summary: "A global parameter.",
    handle: (request) => ok({ name: request.params.name, value: find(request) }),
  },
  {
    method: "PUT",
    path: ONE,
    who: "policymaker",
    summary: "Sets a global parameter. The body has its value.",
    handle: put,
  },
  {
    method: "DELETE",
    path: ONE,
    who: "policymaker",
    summary: "Clears a global parameter.",
    handle: async (request) => {
      find(request);
      const key = { vhost: "", component: GLOBAL_COMPONENT, name: request.params.name };
      await request.carryOut(() => request.node.parameters.clear(key, request.actor));
      return NO_CONTENT;
    },
  },
];

function find({ node, params }: ApiRequest): Json {
  const value = node.parameters.get("", GLOBAL_COMPONENT, params.name);
  if (value === undefined) throw notFound();
  return value;
}

async function put(request: ApiRequest): Promise<Reply> {
  const { node: { parameters }, params: { name }, actor } = request;
  const body = await request.body(["value"]);
  const value = body.nullableJson("value")!;
  const isNew = parameters.get("", GLOBAL_COMPONENT, name) === undefined;
  await request.carryOut(() => parameters.set({ vhost: "", component: GLOBAL_COMPONENT, name, value }, actor));
  return isNew ? created() : NO_CONTENT;
}
