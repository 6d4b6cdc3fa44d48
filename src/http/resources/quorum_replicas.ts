import type { AnyQueue } from "../../broker/queue/any_queue.ts";
import { queueTypeName } from "../../broker/queue/queue_type.ts";
import { Pattern } from "../../pattern/pattern.ts";
import { PatternError } from "../../pattern/syntax.ts";
import type { ObjectReader } from "../../definitions/object_reader.ts";
import { badRequest, HttpError, notFound } from "../http_error.ts";
import { NO_CONTENT, ok, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";

/**
 * Replicas of quorum queues (RabbitMQ: `rabbit_mgmt_wm_quorum_queue_*`). Each queue has one, on the only node, so there
 * is never one to add, and none to spare.
 */
export const QUORUM_REPLICAS: readonly Route[] = [
  {
    method: "GET",
    path: "/api/queues/quorum/:vhost/:queue/status",
    who: "management",
    summary: "State of the replicas of a quorum queue.",
    handle: status,
  },
  {
    method: "POST",
    path: "/api/queues/quorum/:vhost/:queue/replicas/add",
    who: "administrator",
    summary: "Adds a replica of a quorum queue on the node that the key node names; this node has one already.",
    handle: add,
  },
  {
    method: "DELETE",
    path: "/api/queues/quorum/:vhost/:queue/replicas/delete",
    who: "administrator",
    summary: "Removes the replica of a quorum queue from the node that the key node names; the only one stays.",
    handle: remove,
  },
  {
    method: "POST",
    path: "/api/queues/quorum/replicas/on/:node/grow",
    who: "administrator",
    summary:
      "Adds replicas on a node to quorum queues, with the keys vhost_pattern, queue_pattern and strategy (all or " +
      "even); this node has one of each already.",
    handle: grow,
  },
  {
    method: "DELETE",
    path: "/api/queues/quorum/replicas/on/:node/shrink",
    who: "administrator",
    summary: "Removes the replicas of all quorum queues from a node; the only ones stay.",
    handle: shrink,
  },
];

const unavailable = (reason: string): HttpError => new HttpError(503, "service_unavailable", reason);

/** Returns RabbitMQ's reason why a queue has no replicas to change. */
function obstacleOf(queue: AnyQueue | undefined): string | undefined {
  if (queue === undefined) return "not_found";
  const type = queueTypeName(queue.arguments);
  if (type === "quorum") return undefined;
  return type === "classic" ? "classic_queue_not_supported" : "not_quorum_queue";
}

const queueOf = ({ vhost, params }: ApiRequest): AnyQueue | undefined => vhost.queues.get(params.queue);

function status(request: ApiRequest): Reply {
  const queue = queueOf(request);
  if (queue === undefined) throw notFound();
  const reason = obstacleOf(queue);
  if (reason !== undefined) return { status: 503, json: { status: "failed", reason } };
  return ok([{ "Node Name": request.node.name, "Raft State": "leader", "Membership": "voter" }]);
}

/** Throws `HttpError` 405 where replicas are not for HTTP. */
function checkMayChange({ host: { options } }: ApiRequest): void {
  if (!options.refusesReplicaOperations) return;
  const reason = "Broker settings disallow quorum queue replica operations.";
  throw new HttpError(405, "method_not_allowed", reason);
}

function checkMember(body: ObjectReader, { node }: ApiRequest): void {
  if (body.text("node") !== node.name) throw badRequest("Node is not a cluster member");
}

async function add(request: ApiRequest): Promise<Reply> {
  checkMayChange(request);
  checkMember(await request.body(["node"]), request);
  const obstacle = obstacleOf(queueOf(request));
  if (obstacle !== undefined) throw unavailable(obstacle);
  return NO_CONTENT;
}

async function remove(request: ApiRequest): Promise<Reply> {
  checkMayChange(request);
  const queue = queueOf(request);
  if (queue === undefined) throw notFound();
  checkMember(await request.body(["node"]), request);
  throw unavailable(obstacleOf(queue) ?? "last_node");
}

async function grow(request: ApiRequest): Promise<Reply> {
  checkMayChange(request);
  const body = await request.body(["vhost_pattern", "queue_pattern", "strategy"]);
  for (const key of ["vhost_pattern", "queue_pattern"]) checkPattern(body, key);
  if (!["all", "even"].includes(body.text("strategy"))) throw badRequest("Invalid strategy value");
  if (request.params.node !== request.node.name) throw badRequest("Node is not a cluster member");
  return NO_CONTENT;
}

function checkPattern(body: ObjectReader, key: string): void {
  try {
    new Pattern(body.text(key));
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw body.problem(key, error.message);
  }
}

function shrink(request: ApiRequest): Reply {
  checkMayChange(request);
  const { params, node } = request;
  if (params.node !== node.name) throw notFound();
  return { status: 202 };
}
