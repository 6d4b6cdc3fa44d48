import type { Exchange } from "../../broker/exchange/exchange.ts";
import type { Node } from "../../broker/node/node.ts";
import type { AnyQueue } from "../../broker/queue/any_queue.ts";
import type { Channel } from "../../broker/session/channel.ts";
import type { Session } from "../../broker/session/session.ts";
import { badRequest } from "../http_error.ts";
import type { ApiRequest } from "../request.ts";
import { type CounterLayout, LAYOUTS } from "../statistics/counters.ts";
import type { Observed } from "../statistics/describe_counters.ts";
import type { History } from "../statistics/history.ts";
import { type Ranges, readRanges } from "../statistics/range.ts";
import {
  type CounterValues,
  newValues,
  readChannelCounters,
  readConnectionCounters,
  readExchangeCounters,
  readQueueCounters,
} from "../statistics/read_counters.ts";
import type { Statistics } from "../statistics/statistics.ts";

/** The way in which a request sees objects: with which samples of their counters. */
export class View {
  readonly node: Node;
  readonly statistics: Statistics;
  readonly ranges: Ranges;
  // Values are read into one array for each kind, as an object is described at a time.
  readonly #queueValues = newValues("queue");
  readonly #exchangeValues = newValues("exchange");
  readonly #channelValues = newValues("channel");
  readonly #connectionValues = newValues("connection");
  /** Texts of the times at which samples were taken, which most objects have in common. */
  readonly #dates = new Map<number, string>();

  /** Throws `HttpError` 400 for invalid ranges of samples. */
  constructor({ node, host: { statistics }, query }: ApiRequest) {
    this.node = node;
    this.statistics = statistics;
    this.ranges = readRanges(query, node.clock.time());
  }

  /** True when the request asks for samples. */
  get hasRanges(): boolean {
    return Object.keys(this.ranges).length > 0;
  }

  queue(queue: AnyQueue): Observed<AnyQueue> {
    readQueueCounters(queue, this.#queueValues);
    return observed(LAYOUTS.queue, this.statistics.queues, queue, this.#queueValues);
  }

  exchange(exchange: Exchange): Observed<Exchange> {
    readExchangeCounters(exchange, this.#exchangeValues);
    return observed(LAYOUTS.exchange, this.statistics.exchanges, exchange, this.#exchangeValues);
  }

  channel(channel: Channel): Observed<Channel> {
    readChannelCounters(channel.counts, this.#channelValues);
    return observed(LAYOUTS.channel, this.statistics.channels, channel, this.#channelValues);
  }

  connection(session: Session): Observed<Session> {
    readConnectionCounters(session.origin.traffic, this.#connectionValues);
    return observed(LAYOUTS.connection, this.statistics.connections, session, this.#connectionValues);
  }

  /** Returns since when an object's counters have not changed, as RabbitMQ writes it; `undefined` while they change. */
  idleSince<Key extends object>({ history, keys: [key] }: Observed<Key>): string | undefined {
    const sinceMs = history.unchangedSinceMs(key);
    if (sinceMs === undefined) return undefined;
    const known = this.#dates.get(sinceMs);
    if (known !== undefined) return known;
    const date = new Date(sinceMs).toISOString().replace("Z", "+00:00");
    this.#dates.set(sinceMs, date);
    return date;
  }
}

const observed = <Key extends object>(
  layout: CounterLayout,
  history: History<Key>,
  key: Key,
  values: CounterValues,
): Observed<Key> => ({ layout, history, keys: [key], values });

/** Returns whether a request wants no statistics. */
export const hasStatsDisabled = ({ query, host: { statistics } }: ApiRequest): boolean =>
  query.get("disable_stats") === "true" || statistics.options.areDisabled;

/** Returns whether a request wants the numbers of messages in queues even without statistics. */
export const hasQueueTotals = ({ query, host: { options } }: ApiRequest): boolean =>
  query.get("enable_queue_totals") === "true" || options.showsQueueTotals;

/** Throws `HttpError` 400 for a request without statistics where there is nothing else. */
export function requireStats(request: ApiRequest): void {
  if (hasStatsDisabled(request)) throw badRequest("Stats in management UI are disabled on this node");
}
