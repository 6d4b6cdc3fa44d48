import { isMonitor } from "../authorization.ts";
import { notFound } from "../http_error.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";
import { vhostsToOpen } from "../visible_vhosts.ts";

/** The live feed of events and rates (HareMQ only). */
export const EVENTS: readonly Route[] = [
  {
    method: "GET",
    path: "/api/events",
    who: "management",
    summary: "A feed of events and rates as they happen, as server-sent events. Events have the names and fields of " +
      "RabbitMQ's event exchange, such as queue.created; a user gets those of what the user may read. Every five seconds " +
      "rates has the messages of each virtual host with their rates; ?rates=false leaves it out, and ?vhost=… all other " +
      "virtual hosts. lost has the number of events that a slow reader missed, and closed the reason of the end. HareMQ " +
      "only.",
    returns: "events",
    handle: open,
  },
];

async function open(request: ApiRequest): Promise<Response> {
  const { query, user, host: { eventFeeds } } = request;
  const wanted = query.get("vhost");
  const visible = isMonitor(user) ? undefined : new Set((await vhostsToOpen(request)).map(({ name }) => name));
  const sees = (vhost: string) =>
    (visible === undefined || visible.has(vhost)) && (wanted === null || wanted === vhost);
  if (wanted !== null && (!request.node.vhosts.has(wanted) || !sees(wanted))) throw notFound();
  return eventFeeds.open({ user, sees }, query.get("rates") !== "false", request.request.signal);
}
