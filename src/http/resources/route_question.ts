import { NO_MESSAGE } from "../../broker/message/messages.ts";
import { senderSelectedKeys } from "../../broker/message/sender_selected.ts";
import type { Exchange } from "../../broker/exchange/exchange.ts";
import { explainRoute, type Hop, type RouteExplanation } from "../../broker/routing/explain_route.ts";
import { EMPTY_TABLE, textField } from "../../wire/field_table.ts";
import type { BasicProperties } from "../../wire/properties.ts";
import { badRequest, notFound } from "../http_error.ts";
import { readProperties } from "../message_json.ts";
import { exchangeName } from "../object_name.ts";
import { propertiesKey } from "../properties_key.ts";
import { ok, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";
import { tableValue } from "../table_value.ts";

const PATH = "/api/exchanges/:vhost/:exchange/route";
const ANSWER = "The answer has the queues, each with its path of bindings, all bindings that match, and alternate " +
  "exchanges among them. HareMQ only.";

/** The question where a message would go, which is not published (HareMQ only). */
export const ROUTE_QUESTION: readonly Route[] = [
  {
    method: "GET",
    path: PATH,
    who: "management",
    summary: "The route of a message with ?routing_key=… and any number of header=name:value. It is not published. " +
      ANSWER,
    handle: (request) => answer(request, request.query.get("routing_key") ?? "", { headers: headersIn(request) }),
  },
  {
    method: "POST",
    path: PATH,
    who: "management",
    summary:
      "The route of a message with the optional keys routing_key and properties, which have the headers. It is not " +
      `published. ${ANSWER}`,
    handle: async (request) => {
      const body = await request.body();
      const routingKey = body.value("routing_key") === undefined ? "" : body.shortText("routing_key");
      return await answer(request, routingKey, readProperties(body, "properties"));
    },
  },
];

function headersIn({ query }: ApiRequest): BasicProperties["headers"] {
  const headers = query.getAll("header").map((header) => {
    const colon = header.indexOf(":");
    if (colon < 1) throw badRequest("header: a name, a colon and a value are expected here");
    return [header.slice(0, colon), textField(header.slice(colon + 1))] as const;
  });
  return headers.length === 0 ? undefined : new Map(headers);
}

async function answer(request: ApiRequest, routingKey: string, properties: BasicProperties): Promise<Reply> {
  const { vhost } = request;
  const exchange = vhost.exchanges.get(exchangeName(request.params.exchange));
  if (exchange === undefined) throw notFound();
  const { headers = EMPTY_TABLE } = properties;
  const routingKeys = [routingKey, ...senderSelectedKeys(headers)];
  const message = { routingKeys, headers, properties, message: NO_MESSAGE };
  return ok(explanationJson(await request.host.slices.run(explainRoute(vhost.exchanges, vhost, exchange, message))));
}

const explanationJson = ({ queues, hops, delayedBy }: RouteExplanation) => ({
  routed: queues.length > 0,
  queues: queues.map(({ queue, path }) => ({ name: queue.name, path: path.map(hopJson) })),
  bindings: hops.map(hopJson),
  delayed_by: delayedBy.map(nameOf),
});

const nameOf = ({ name }: Exchange): string => name;

function hopJson({ source, destination, binding, isAlternate }: Hop) {
  const ends = { source: source.name, destination: destination.name, destination_type: destination.kind };
  if (isAlternate) return { ...ends, alternate: true };
  const { routingKey, arguments: table } = binding ?? { routingKey: destination.name, arguments: EMPTY_TABLE };
  const key = propertiesKey({ routingKey, arguments: table });
  return { ...ends, routing_key: routingKey, arguments: tableValue(table), properties_key: key };
}
