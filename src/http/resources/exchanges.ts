import type { VirtualHost } from "../../broker/topology/vhost.ts";
import {
  describeExchange,
  describeExchangeInDetail,
  describeExchangeOnly,
  type ListedExchange,
} from "../describe/exchange.ts";
import { hasStatsDisabled, View } from "../describe/view.ts";
import { notFound } from "../http_error.ts";
import { replyList } from "../listing/listing.ts";
import { exchangeName } from "../object_name.ts";
import { ok, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";
import { vhostsToList } from "../visible_vhosts.ts";

/** Exchanges (RabbitMQ: `rabbit_mgmt_wm_exchange*`). */
export const EXCHANGES: readonly Route[] = [
  {
    method: "GET",
    path: "/api/exchanges",
    who: "management",
    summary: "All exchanges of the virtual hosts that the user may open.",
    returns: "pages",
    handle: async (request) => listExchanges(request, await vhostsToList(request)),
  },
  {
    method: "GET",
    path: "/api/exchanges/:vhost",
    who: "management",
    summary: "All exchanges of a virtual host.",
    returns: "pages",
    handle: (request) => listExchanges(request, [request.vhost]),
  },
  {
    method: "GET",
    path: "/api/exchanges/:vhost/:exchange",
    who: "management",
    summary: "An exchange. The default exchange is named amq.default.",
    handle: getExchange,
  },
];

function* exchangesOf(vhosts: Iterable<VirtualHost>): Generator<ListedExchange> {
  for (const vhost of vhosts) for (const exchange of vhost.exchanges.values()) yield { exchange, vhost: vhost.name };
}

const FIELDS = {
  name: ({ exchange }: ListedExchange) => exchange.name,
  vhost: ({ vhost }: ListedExchange) => vhost,
  type: ({ exchange }: ListedExchange) => exchange.type,
  durable: ({ exchange }: ListedExchange) => exchange.isDurable,
  auto_delete: ({ exchange }: ListedExchange) => exchange.isAutoDelete,
  internal: ({ exchange }: ListedExchange) => exchange.isInternal,
};

function listExchanges(request: ApiRequest, vhosts: Iterable<VirtualHost>): Promise<Response> {
  const list = { items: exchangesOf(vhosts), fields: FIELDS, isPaged: true };
  if (hasStatsDisabled(request)) return replyList(request, { ...list, describe: describeExchangeOnly });
  const view = new View(request);
  return replyList(request, { ...list, describe: (listed) => describeExchange(listed, view) });
}

async function getExchange(request: ApiRequest): Promise<Reply> {
  const { vhost, params, host } = request;
  const exchange = vhost.exchanges.get(exchangeName(params.exchange));
  if (exchange === undefined) throw notFound();
  const listed = { exchange, vhost: vhost.name };
  if (hasStatsDisabled(request)) return ok(describeExchangeOnly(listed));
  return ok(await host.slices.run(describeExchangeInDetail(listed, new View(request))));
}
