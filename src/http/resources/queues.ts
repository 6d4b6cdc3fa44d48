import { queueTypeName } from "../../broker/queue/queue_type.ts";
import type { VirtualHost } from "../../broker/topology/vhost.ts";
import {
  describeQueue,
  describeQueueInDetail,
  describeQueueOnly,
  type ListedQueue,
  queueText,
} from "../describe/queue.ts";
import { hasQueueTotals, hasStatsDisabled, View } from "../describe/view.ts";
import { notFound } from "../http_error.ts";
import { type Listing, replyCachedList, replyList } from "../listing/listing.ts";
import { ok, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";
import type { Described } from "../statistics/describe_counters.ts";
import { vhostsToList } from "../visible_vhosts.ts";

/** Queues (RabbitMQ: `rabbit_mgmt_wm_queue*`). */
export const QUEUES: readonly Route[] = [
  {
    method: "GET",
    path: "/api/queues",
    who: "management",
    summary: "All queues of the virtual hosts that the user may open. With " +
      "?disable_stats=true without numbers, and with ?enable_queue_totals=true with those of messages only.",
    returns: "pages",
    handle: async (request) => listQueues(request, await vhostsToList(request)),
  },
  {
    method: "GET",
    path: "/api/queues/detailed",
    who: "management",
    summary: "All queues, with every field.",
    returns: "pages",
    handle: async (request) => listQueues(request, await vhostsToList(request)),
  },
  {
    method: "GET",
    path: "/api/queues/:vhost",
    who: "management",
    summary: "All queues of a virtual host.",
    returns: "pages",
    handle: (request) => listQueues(request, [request.vhost]),
  },
  {
    method: "GET",
    path: "/api/queues/:vhost/:queue",
    who: "management",
    summary: "A queue with its consumers.",
    handle: getQueue,
  },
  {
    method: "GET",
    path: "/api/users/:user/queues",
    who: "management",
    summary: "All queues that a user has declared.",
    returns: "pages",
    handle: async (request) => {
      const isUsers = ({ queue }: ListedQueue) => queue.declaredBy === request.params.user;
      return listQueues(request, await vhostsToList(request), isUsers);
    },
  },
];

function* queuesOf(
  vhosts: Iterable<VirtualHost>,
  isWanted: (listed: ListedQueue) => boolean,
): Generator<ListedQueue> {
  for (const vhost of vhosts) {
    for (const queue of vhost.queues.values()) {
      const listed = { queue, vhost: vhost.name };
      if (isWanted(listed)) yield listed;
    }
  }
}

/** Numbers of a queue's messages. */
const MESSAGE_FIELDS = {
  messages: ({ queue }: ListedQueue) => queue.readyCount + queue.unackedCount,
  messages_ready: ({ queue }: ListedQueue) => queue.readyCount,
  messages_unacknowledged: ({ queue }: ListedQueue) => queue.unackedCount,
};

const FIELDS = {
  name: ({ queue }: ListedQueue) => queue.name,
  vhost: ({ vhost }: ListedQueue) => vhost,
  type: ({ queue }: ListedQueue) => queueTypeName(queue.arguments),
  durable: ({ queue }: ListedQueue) => queue.isDurable,
  auto_delete: ({ queue }: ListedQueue) => queue.isAutoDelete,
  exclusive: ({ queue }: ListedQueue) => queue.owner !== null,
  state: () => "running",
};

async function listQueues(
  request: ApiRequest,
  vhosts: readonly VirtualHost[],
  isWanted: (listed: ListedQueue) => boolean = () => true,
): Promise<Response> {
  const items = queuesOf(vhosts, isWanted);
  if (hasStatsDisabled(request)) return await replyList(request, { ...withoutStats(request), items, isPaged: true });
  const view = new View(request);
  const listing = async (): Promise<Listing<ListedQueue>> => {
    const unacked = await view.statistics.unacked();
    const fields = { ...FIELDS, ...MESSAGE_FIELDS, consumers: ({ queue }: ListedQueue) => queue.consumers.size };
    const describe = (listed: ListedQueue) => describeQueue(listed, view, unacked);
    const textOf = (listed: ListedQueue) => queueText(listed, view, unacked);
    return { items, describe, textOf, fields, fixedFields: ["vhost", "name"], isPaged: true };
  };
  // Series of samples are always of the present, as in RabbitMQ.
  if (view.hasRanges) return await replyList(request, await listing());
  const scope = vhosts.flatMap((vhost) => [vhost, vhost.topologyVersion]);
  return await replyCachedList(request, scope, listing);
}

/** Returns the description of queues without statistics, or with the numbers of messages only. */
function withoutStats(request: ApiRequest) {
  const { node } = request;
  if (!hasQueueTotals(request)) {
    return { fields: FIELDS, describe: (listed: ListedQueue) => describeQueueOnly(listed, node) };
  }
  const describe = (listed: ListedQueue): Described => {
    const described = describeQueueOnly(listed, node);
    for (const [name, count] of Object.entries(MESSAGE_FIELDS)) described[name] = count(listed);
    return described;
  };
  return { fields: { ...FIELDS, ...MESSAGE_FIELDS }, describe };
}

async function getQueue(request: ApiRequest): Promise<Reply> {
  const listed = findQueue(request);
  if (hasStatsDisabled(request)) return ok(withoutStats(request).describe(listed));
  const view = new View(request);
  const unacked = await view.statistics.unacked();
  return ok(await request.host.slices.run(describeQueueInDetail(listed, view, unacked)));
}

function findQueue({ vhost, params }: ApiRequest): ListedQueue {
  const queue = vhost.queues.get(params.queue);
  if (queue === undefined) throw notFound();
  return { queue, vhost: vhost.name };
}
