import { withoutLineBreaks } from "../../broker/session/line_breaks.ts";
import {
  checkQueue,
  declareQueue,
  deleteQueue,
  purgeQueue,
  serverNamed,
} from "../../broker/session/queue_operations.ts";
import { booleanIn, checkNode, oneOf } from "../body_fields.ts";
import { missing, notFound } from "../http_error.ts";
import { checkName } from "../object_name.ts";
import { created, NO_CONTENT, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";

const PATH = "/api/queues/:vhost/:queue";

export const QUEUE_CHANGES: readonly Route[] = [
  {
    method: "PUT",
    path: PATH,
    who: "management",
    summary: "Declares a queue, with the optional keys durable, auto_delete and arguments. An existing queue must be " +
      "equivalent.",
    handle: declare,
  },
  {
    method: "DELETE",
    path: PATH,
    who: "management",
    summary: "Deletes a queue; with ?if-empty=true only when it has no messages, with ?if-unused=true only when it " +
      "has no consumers.",
    handle: remove,
  },
  {
    method: "DELETE",
    path: `${PATH}/contents`,
    who: "management",
    summary: "Purges a queue: removes its ready messages.",
    handle: purge,
  },
  {
    method: "POST",
    path: `${PATH}/actions`,
    who: "administrator",
    summary:
      "Takes the actions sync and cancel_sync, for clients of RabbitMQ 3: they were for mirrored queues, and do " +
      "nothing.",
    handle: act,
  },
];

async function declare(request: ApiRequest): Promise<Reply> {
  checkName("queue", request);
  const body = await request.body();
  checkNode(body, request);
  const name = withoutLineBreaks(request.params.queue);
  // An exclusive queue would belong to a connection, and is never durable: as in RabbitMQ, only the latter remains.
  const isExclusive = booleanIn(body, "exclusive");
  const declaration = {
    isServerNamed: name === "",
    durable: booleanIn(body, "durable") && !isExclusive,
    exclusive: false,
    autoDelete: booleanIn(body, "auto_delete"),
    arguments: body.table("arguments"),
  };
  const isPassive = booleanIn(body, "passive");
  return await request.withSession((session) => {
    const isKnown = session.vhost.queues.has(request.params.queue);
    if (isPassive) checkQueue(session, name);
    else declareQueue(session, { ...declaration, name: name === "" ? serverNamed(session) : name });
    return isKnown ? NO_CONTENT : created();
  });
}

async function remove(request: ApiRequest): Promise<Reply> {
  const { query, params: { queue: name } } = request;
  const conditions = { ifUnused: query.get("if-unused") === "true", ifEmpty: query.get("if-empty") === "true" };
  await request.withSession((session) => {
    if (!session.vhost.queues.has(name)) throw notFound();
    deleteQueue(session, name, conditions, () => {});
  });
  return NO_CONTENT;
}

async function purge(request: ApiRequest): Promise<Reply> {
  const { queue: name } = request.params;
  await request.withSession((session) => {
    if (!session.vhost.queues.has(name)) throw notFound();
    purgeQueue(session, name);
  });
  return NO_CONTENT;
}

async function act(request: ApiRequest): Promise<Reply> {
  if (!request.vhost.queues.has(request.params.queue)) throw missing("queue_not_found");
  oneOf(await request.body(["action"]), "action", ["sync", "cancel_sync"]);
  return NO_CONTENT;
}
