import { withoutLineBreaks } from "../../broker/session/line_breaks.ts";
import { checkExchange, declareExchange, deleteExchange } from "../../broker/session/exchange_operations.ts";
import { booleanIn, checkNode } from "../body_fields.ts";
import { notFound } from "../http_error.ts";
import { checkName, exchangeName } from "../object_name.ts";
import { created, NO_CONTENT, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";

const PATH = "/api/exchanges/:vhost/:exchange";
/** Type of an exchange that is declared without one, as in AMQP. */
const DEFAULT_TYPE = "direct";

export const EXCHANGE_CHANGES: readonly Route[] = [
  {
    method: "PUT",
    path: PATH,
    who: "management",
    summary:
      "Declares an exchange, with the optional keys type (default: direct), durable, auto_delete, internal and " +
      "arguments. An existing exchange must be equivalent.",
    handle: declare,
  },
  {
    method: "DELETE",
    path: PATH,
    who: "management",
    summary: "Deletes an exchange; with ?if-unused=true only when it has no bindings.",
    handle: remove,
  },
];

async function declare(request: ApiRequest): Promise<Reply> {
  checkName("exchange", request);
  const body = await request.body();
  checkNode(body, request);
  const asked = exchangeName(request.params.exchange);
  const name = withoutLineBreaks(asked);
  const declaration = {
    name,
    type: body.optionalText("type") ?? DEFAULT_TYPE,
    durable: booleanIn(body, "durable"),
    autoDelete: booleanIn(body, "auto_delete"),
    internal: booleanIn(body, "internal"),
    arguments: body.table("arguments"),
  };
  const isPassive = booleanIn(body, "passive");
  return await request.withSession((session) => {
    const isKnown = session.vhost.exchanges.has(asked);
    if (isPassive) checkExchange(session, name);
    else declareExchange(session, declaration);
    return isKnown ? NO_CONTENT : created();
  });
}

async function remove(request: ApiRequest): Promise<Reply> {
  const name = exchangeName(request.params.exchange);
  const ifUnused = request.query.get("if-unused") === "true";
  await request.withSession((session) => {
    if (!session.vhost.exchanges.has(name)) throw notFound();
    deleteExchange(session, name, ifUnused);
  });
  return NO_CONTENT;
}
