import { findQueue } from "../../broker/session/queue_operations.ts";
import { whenKnown } from "../../broker/session/fetch_many.ts";
import type { Session } from "../../broker/session/session.ts";
import type { Exchange } from "../../broker/exchange/exchange.ts";
import { readAddress } from "../../wire/address.ts";
import { fetchRefusal } from "../channel_refusal.ts";
import type { Samples, Tapped } from "../events/tap_feeds.ts";
import { badRequest, missing } from "../http_error.ts";
import { exchangeName } from "../object_name.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";

/** Limits and defaults of the parameters. */
const RATE = { min: 1, max: 100, standard: 20 };
const TRUNCATE = { min: 0, max: 65_536, standard: 10_000 };

const SAMPLES =
  "as server-sent events, and disturbs none of them. Up to ?rate=20 messages a second are shown as message, " +
  `with up to ?truncate=10000 bytes of their bodies (at most ${RATE.max} and ${TRUNCATE.max}); counts tells each second ` +
  "how many have passed since the beginning, and how many of them were shown, and closed the reason of the end. A slow " +
  "reader is shown fewer.";

/** Live taps of what passes a queue or an exchange (HareMQ only). */
export const TAPS: readonly Route[] = [
  {
    method: "GET",
    path: "/api/queues/:vhost/:queue/tap",
    who: "management",
    summary:
      `Shows samples of the messages that come into a queue, ${SAMPLES} Needs the permission to read the queue. ` +
      "HareMQ only.",
    returns: "events",
    handle: tapQueue,
  },
  {
    method: "GET",
    path: "/api/exchanges/:vhost/:exchange/tap",
    who: "management",
    summary: `Shows samples of the messages that pass an exchange, also those that go nowhere, ${SAMPLES} Needs the ` +
      "permission to read the exchange; of a topic exchange only routing keys are shown that the user may read. HareMQ only.",
    returns: "events",
    handle: tapExchange,
  },
];

async function tapQueue(request: ApiRequest): Promise<Response> {
  const { vhost, params: { queue: name } } = request;
  if (!vhost.queues.has(name)) throw missing("queue_not_found");
  return await open(request, (session) => {
    const queue = findQueue(session, name, "read");
    return {
      exists: () => !queue.isDeleted,
      permit: () => session.permissions.queue("read", name),
      open: (tap) => queue.tap(tap),
    };
  });
}

async function tapExchange(request: ApiRequest): Promise<Response> {
  const { vhost } = request;
  const exchange = vhost.exchanges.get(exchangeName(request.params.exchange));
  if (exchange === undefined) throw missing("exchange_not_found");
  return await open(request, (session) => {
    const { permissions } = session;
    permissions.exchange("read", exchange.name);
    return {
      exists: () => vhost.exchanges.get(exchange.name) === exchange && !vhost.isDeleted,
      permit: () => permissions.exchange("read", exchange.name),
      ...exchange.type === "topic" && { isVisible: topicFilter(session, exchange) },
      open: (tap) => vhost.tapExchange(exchange, tap),
    };
  });
}

/** Returns whether the user may read a message's routing key; one that must be asked for elsewhere is not shown. */
const topicFilter = ({ permissions }: Session, { name }: Exchange): NonNullable<Tapped["isVisible"]> => (content) => {
  try {
    permissions.topic("read", name, [readAddress(content.bytes, content.offset).routingKey]);
    return true;
  } catch {
    return false;
  }
};

async function open(request: ApiRequest, find: (session: Session) => Omit<Tapped, "user">): Promise<Response> {
  const { query, user, host: { tapFeeds } } = request;
  const samples: Samples = {
    messagesPerSecond: integer(query, "rate", RATE),
    truncate: integer(query, "truncate", TRUNCATE),
  };
  const session = await request.openSession();
  const tapped = await whenKnown(() => find(session)).catch((error) => {
    throw fetchRefusal(error);
  });
  return tapFeeds.open({ user, ...tapped }, samples, request.request.signal);
}

function integer(query: URLSearchParams, name: string, { min, max, standard }: typeof RATE): number {
  const text = query.get(name) ?? String(standard);
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw badRequest(`${name} must be an integer from ${min} to ${max}: received ${text.slice(0, 20)}`);
}
