import type { Exchange } from "../../broker/exchange/exchange.ts";
import type { Node } from "../../broker/node/node.ts";
import type { AnyQueue } from "../../broker/queue/any_queue.ts";
import type { Channel } from "../../broker/session/channel.ts";
import type { Session } from "../../broker/session/session.ts";
import type { VirtualHost } from "../../broker/topology/vhost.ts";
import type { ProcessNumbers } from "./process_numbers.ts";
import type { StatisticsOptions } from "./retention.ts";
import {
  addChannelCounters,
  addMessages,
  addQueueMessages,
  addTraffic,
  type CounterValues,
  newValues,
  readNodeCounters,
} from "./read_counters.ts";

/** The counters of the node and its virtual hosts at one moment. */
export interface Survey {
  readonly node: CounterValues;
  readonly vhosts: ReadonlyMap<VirtualHost, CounterValues>;
  /** Number of consumers. */
  readonly consumerCount: number;
  readonly process: ProcessNumbers;
}

/** Called with each object that has counters. */
export interface SurveyVisitor {
  connection(session: Session): void;
  channel(channel: Channel): void;
  queue(queue: AnyQueue): void;
  exchange(exchange: Exchange): void;
}

/** Number of objects that are added up in one step. */
const STEP_OBJECTS = 32;

/** Adds up the counters of all objects, in short steps. Objects may come and go meanwhile. */
export function* surveyInSteps(
  node: Node,
  process: ProcessNumbers,
  { isLeftOutOfTotals }: Pick<StatisticsOptions, "isLeftOutOfTotals">,
  visitor?: SurveyVisitor,
): Generator<void, Survey> {
  const ofNode = newValues("node");
  const vhosts = new Map<VirtualHost, CounterValues>();
  let consumerCount = 0;
  let count = 0;
  for (const vhost of node.vhosts.values()) {
    const values = newValues("vhost");
    vhosts.set(vhost, values);
    const closed = node.sessions.closedTotalsOf(vhost);
    addChannelCounters(closed.counts, values);
    addTraffic(closed, values);
    for (const queue of vhost.queues.values()) {
      consumerCount += queue.consumers.size;
      if (!isLeftOutOfTotals(queue.name)) addQueueMessages(queue, values);
      visitor?.queue(queue);
      if (++count % STEP_OBJECTS === 0) yield;
    }
    addMessages(values, ofNode);
    if (visitor === undefined) continue;
    for (const exchange of vhost.exchanges.values()) {
      visitor.exchange(exchange);
      if (++count % STEP_OBJECTS === 0) yield;
    }
  }
  addChannelCounters(node.sessions.closedTotals.counts, ofNode);
  addTraffic(node.sessions.closedTotals, ofNode);
  for (const session of node.sessions.all) {
    const ofVhost = vhosts.get(session.vhost) ?? newValues("vhost");
    for (const values of [ofVhost, ofNode]) {
      addTraffic(session.origin.traffic, values);
      addChannelCounters(session.closedCounts, values);
    }
    if (!session.isInternal) visitor?.connection(session);
    for (const channel of session.channels) {
      addChannelCounters(channel.counts, ofVhost);
      addChannelCounters(channel.counts, ofNode);
      if (!session.isInternal) visitor?.channel(channel);
      if (++count % STEP_OBJECTS === 0) yield;
    }
    if (++count % STEP_OBJECTS === 0) yield;
  }
  readNodeCounters(node, process, ofNode);
  return { node: ofNode, vhosts, consumerCount, process };
}
