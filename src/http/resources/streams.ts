import { notFound } from "../http_error.ts";
import { replyObjects } from "../listing/listing.ts";
import type { Route } from "../route.ts";

/** Paths of RabbitMQ's stream plugin with lists of all virtual hosts, or of one. */
const LISTS = ["connections", "publishers", "consumers"].flatMap((list) => [
  `/api/stream/${list}`,
  `/api/stream/${list}/:vhost`,
]);

/** Paths of a connection of the stream protocol, and of a stream's publishers. */
const PARTS = [
  "/api/stream/connections/:vhost/:connection",
  "/api/stream/connections/:vhost/:connection/publishers",
  "/api/stream/connections/:vhost/:connection/consumers",
];

/**
 * Clients of RabbitMQ's stream protocol (RabbitMQ: Stream Plugin). There are none: streams are published to and consumed
 * over AMQP, and such clients are among the connections and consumers of AMQP.
 */
export const STREAMS: readonly Route[] = [
  ...LISTS.map((path): Route => ({
    method: "GET",
    path,
    who: "management",
    summary: "Clients of the stream protocol, which the broker does not speak: none.",
    returns: "pages",
    handle: (request) => replyObjects(request, [], { isPaged: true }),
  })),
  ...PARTS.map((path): Route => ({
    method: "GET",
    path,
    who: "management",
    summary: "A client of the stream protocol, which the broker does not speak.",
    handle: () => {
      throw notFound();
    },
  })),
  {
    method: "GET",
    path: "/api/stream/publishers/:vhost/:stream",
    who: "management",
    summary: "Publishers of a stream by the stream protocol: none.",
    returns: "list",
    handle: (request) => {
      if (!request.vhost.queues.has(request.params.stream)) throw notFound();
      return replyObjects(request, []);
    },
  },
];
