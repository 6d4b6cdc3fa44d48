import { erlangJson } from "../../wire/erlang_text.ts";
import type { Node } from "../../broker/node/node.ts";
import type { VirtualHost } from "../../broker/topology/vhost.ts";
import { checkDefaultQueueType } from "../../broker/topology/vhost_metadata.ts";
import type { ObjectReader } from "../../definitions/object_reader.ts";
import { metadataJson, putVhost, setTracing } from "../../definitions/sections/vhosts.ts";
import { addVhostCounters } from "../describe/vhost.ts";
import { hasStatsDisabled, View } from "../describe/view.ts";
import { badRequest, HttpError, missing } from "../http_error.ts";
import { replyList } from "../listing/listing.ts";
import { created, NO_CONTENT, ok, type Reply } from "../reply.ts";
import { type ApiRequest, RECORD_LIMITS } from "../request.ts";
import type { Route } from "../route.ts";
import type { Described } from "../statistics/describe_counters.ts";
import { vhostsToSee } from "../visible_vhosts.ts";

/** Virtual hosts (RabbitMQ: `rabbit_mgmt_wm_vhost*`). */
export const VHOSTS: readonly Route[] = [
  {
    method: "GET",
    path: "/api/vhosts",
    who: "management",
    summary: "All virtual hosts that the user may see.",
    returns: "pages",
    handle: list,
  },
  {
    method: "GET",
    path: "/api/vhosts/:vhost",
    who: "administrator",
    summary: "A virtual host.",
    handle: async (request) => ok((await describerOf(request))(request.vhost)),
  },
  {
    method: "PUT",
    path: "/api/vhosts/:vhost",
    who: "administrator",
    findsVhost: true,
    summary:
      "Adds or changes a virtual host. The body may have description, tags (a list, or a text with commas), default_queue_type and tracing.",
    handle: put,
  },
  {
    method: "DELETE",
    path: "/api/vhosts/:vhost",
    who: "administrator",
    summary: "Deletes a virtual host with everything in it.",
    handle: remove,
  },
  {
    method: "POST",
    path: "/api/vhosts/:vhost/deletion/protection",
    who: "administrator",
    findsVhost: true,
    summary: "Protects a virtual host from deletion.",
    handle: (request) => protect(request, "enable"),
  },
  {
    method: "DELETE",
    path: "/api/vhosts/:vhost/deletion/protection",
    who: "administrator",
    summary: "Allows the deletion of a virtual host again.",
    handle: (request) => protect(request, "disable"),
  },
  {
    method: "POST",
    path: "/api/vhosts/:vhost/start/:node",
    who: "administrator",
    findsVhost: true,
    summary: "Starts a virtual host on a node. It always runs.",
    handle: start,
  },
];

async function list(request: ApiRequest): Promise<Response> {
  const items = await vhostsToSee(request);
  const fields = { name: ({ name }: VirtualHost) => name };
  return await replyList(request, {
    items,
    describe: await describerOf(request),
    fields,
    order: ["name"],
    isPaged: true,
  });
}

/** Returns the function that describes a virtual host, with its counters unless the request wants none. */
async function describerOf(request: ApiRequest): Promise<(vhost: VirtualHost) => Described> {
  const { node } = request;
  if (hasStatsDisabled(request)) return (vhost) => vhostJson(node, vhost);
  const view = new View(request);
  const survey = await view.statistics.survey();
  return (vhost) => {
    const described = vhostJson(node, vhost);
    addVhostCounters(described, vhost, view, survey);
    return described;
  };
}

/** Returns a virtual host as RabbitMQ lists it, without its counters. */
export const vhostJson = (node: Node, vhost: VirtualHost): Record<string, unknown> => {
  const { name, metadata, firehose } = vhost;
  return {
    name,
    description: metadata.description,
    tags: metadata.tags,
    default_queue_type: metadata.defaultQueueType ?? node.defaultQueueType,
    protected_from_deletion: metadata.isProtectedFromDeletion,
    metadata: JSON.parse(metadataJson(vhost)),
    tracing: firehose !== undefined,
    cluster_state: { [node.name]: "running" },
  };
};

async function put(request: ApiRequest): Promise<Reply> {
  const { node, actor, params } = request;
  const body = await request.body([], RECORD_LIMITS);
  const { vhost: name } = readName(params);
  const metadata = {
    description: body.optionalText("description") ?? "",
    tags: body.words("tags") ?? [],
    defaultQueueType: readQueueType(body),
  };
  const tracing = readTracing(body);
  const existing = node.vhosts.get(name);
  await request.carryOut(() => {
    const protectedFromDeletion = existing?.metadata.isProtectedFromDeletion ?? false;
    const vhost = putVhost({ node, actor }, name, { ...metadata, protectedFromDeletion });
    if (tracing !== undefined) setTracing(node, vhost, tracing);
  });
  return existing === undefined ? created() : NO_CONTENT;
}

/** Maximum length of the name of a virtual host. In bytes. */
const NAME_BYTES_MAX = 255;

function readName({ vhost }: ApiRequest["params"]): { readonly vhost: string } {
  if (new TextEncoder().encode(vhost).length <= NAME_BYTES_MAX) return { vhost };
  throw badRequest(`vhost: a name has no more than ${NAME_BYTES_MAX} bytes`);
}

/** The first version with this key wrote it without underscores. */
const QUEUE_TYPE_KEYS = ["default_queue_type", "defaultqueuetype"];

function readQueueType(body: ObjectReader): string {
  const key = QUEUE_TYPE_KEYS.find((key) => body.value(key) !== undefined);
  const type = key === undefined ? "undefined" : body.text(key);
  if (type === "undefined") return "";
  checkDefaultQueueType(type);
  return type;
}

/** Returns whether tracing is to be turned on or off, which may be written as a text. */
function readTracing(body: ObjectReader): boolean | undefined {
  const value = body.nullableJson("tracing");
  if (value === undefined) return undefined;
  if (value === null) throw body.problem("tracing", "true or false is expected here: received null");
  if (value === "true" || value === "false") return value === "true";
  return body.boolean("tracing", false);
}

async function remove({ node, vhost, actor }: ApiRequest): Promise<Reply> {
  const { name, metadata } = vhost;
  if (metadata.isProtectedFromDeletion) {
    const reason = `Refusing to delete virtual host '${name}' because it is protected from deletion`;
    throw new HttpError(412, "precondition_failed", reason);
  }
  const deleted = node.deleteVirtualHost(name, actor);
  node.endTurn();
  await deleted;
  return NO_CONTENT;
}

async function protect(request: ApiRequest, what: "enable" | "disable"): Promise<Reply> {
  const { node, actor, params } = request;
  const vhost = node.vhosts.get(params.vhost);
  if (vhost === undefined) {
    throw missing(`Cannot ${what} deletion protection of virtual host '${params.vhost}' because it does not exist`);
  }
  await request.carryOut(() => vhost.metadata.update({ protectedFromDeletion: what === "enable" }, actor));
  return NO_CONTENT;
}

function start({ node, params }: ApiRequest): Reply {
  if (params.node !== node.name) throw badRequest(`Unknown node: ${params.node}`);
  if (!node.vhosts.has(params.vhost)) {
    const error = `{no_such_vhost,${erlangJson("", params.vhost)}}`;
    throw badRequest(`Request to node ${node.name} failed with ${error}`);
  }
  return NO_CONTENT;
}
