import type { Consumer } from "../../broker/queue/consumers/consumer.ts";
import type { VirtualHost } from "../../broker/topology/vhost.ts";
import { isMonitor } from "../authorization.ts";
import { describeConsumer } from "../describe/consumer.ts";
import { requireStats } from "../describe/view.ts";
import { replyList } from "../listing/listing.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";

/** Consumers (RabbitMQ: `rabbit_mgmt_wm_consumers`). */
export const CONSUMERS: readonly Route[] = [
  {
    method: "GET",
    path: "/api/consumers",
    who: "management",
    summary: "All consumers; without tag monitoring only the user's own.",
    returns: "list",
    handle: (request) => listConsumers(request, request.node.vhosts.values()),
  },
  {
    method: "GET",
    path: "/api/consumers/:vhost",
    who: "management",
    summary: "The consumers in a virtual host.",
    returns: "list",
    handle: (request) => listConsumers(request, [request.vhost]),
  },
];

interface ListedConsumer {
  readonly consumer: Consumer;
  readonly vhost: string;
}

function* consumersOf(vhosts: Iterable<VirtualHost>, { user }: ApiRequest): Generator<ListedConsumer> {
  const seesAll = isMonitor(user);
  for (const vhost of vhosts) {
    for (const { consumers } of vhost.queues.values()) {
      for (const consumer of consumers) {
        const owner = consumer.receiver.channel?.session.user.name;
        if (seesAll || owner === user.name) yield { consumer, vhost: vhost.name };
      }
    }
  }
}

function listConsumers(request: ApiRequest, vhosts: Iterable<VirtualHost>): Promise<Response> {
  requireStats(request);
  return replyList(request, {
    items: consumersOf(vhosts, request),
    describe: ({ consumer, vhost }) => describeConsumer(consumer, vhost, request.node),
    fields: { consumer_tag: ({ consumer }) => consumer.tag },
    order: ["consumer_tag"],
  });
}
