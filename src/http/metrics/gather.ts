import type { Node } from "../../broker/node/node.ts";
import type { AnyQueue } from "../../broker/queue/any_queue.ts";
import { UnackedSums, type UnackedTotals } from "../../broker/session/unacked_totals.ts";
import type { VirtualHost } from "../../broker/topology/vhost.ts";
import { type ChannelRow, channelRow } from "./channel_metrics.ts";
import { type ConnectionRow, connectionRow } from "./connection_metrics.ts";
import type { Exchange } from "../../broker/exchange/exchange.ts";
import type { ExchangeRow } from "./exchange_metrics.ts";
import { NO_UNACKED, type QueueRow, queueRow } from "./queue_metrics.ts";

/** Steps that gather something. Between them other turns may happen. */
export type Gathering<Rows> = Generator<undefined, Rows>;

/** The objects that a scrape is about. */
export interface Selection {
  /** Names of virtual hosts; all of them when absent. */
  readonly vhosts?: ReadonlySet<string>;
  /** Returns whether a queue of that name is meant. */
  readonly isQueueMeant?: (name: string) => boolean;
}

export const EVERYTHING: Selection = {};

const isVhostMeant = ({ vhosts }: Selection, name: string): boolean => vhosts === undefined || vhosts.has(name);

function* unackedTotals({ sessions, messages }: Node): Gathering<Map<AnyQueue, UnackedTotals>> {
  const sums = new UnackedSums(messages);
  for (const session of sessions.all) {
    for (const channel of session.channels) {
      channel.forEachHeld(() => {}, (message, queue) => sums.add(message, queue));
      yield;
    }
  }
  return sums.finish();
}

export function* gatherQueues(node: Node, selection: Selection): Gathering<readonly QueueRow[]> {
  const unacked = yield* unackedTotals(node);
  const rows: QueueRow[] = [];
  for (const vhost of node.vhosts.values()) {
    if (!isVhostMeant(selection, vhost.name)) continue;
    for (const queue of vhost.queues.values()) {
      if (selection.isQueueMeant?.(queue.name) !== false) {
        rows.push(queueRow(vhost.name, queue, unacked.get(queue) ?? NO_UNACKED));
      }
      yield;
    }
  }
  return rows;
}

export function* gatherExchanges(
  { vhosts }: Node,
  selection: Selection,
  rowOf: (vhost: VirtualHost, exchange: Exchange) => ExchangeRow,
): Gathering<readonly ExchangeRow[]> {
  const rows: ExchangeRow[] = [];
  for (const vhost of vhosts.values()) {
    if (!isVhostMeant(selection, vhost.name)) continue;
    for (const exchange of vhost.exchanges.values()) {
      rows.push(rowOf(vhost, exchange));
      yield;
    }
  }
  return rows;
}

/** The open connections and their channels. */
export interface SessionRows {
  readonly connections: readonly ConnectionRow[];
  readonly channels: readonly ChannelRow[];
}

export function* gatherSessions({ sessions }: Node): Gathering<SessionRows> {
  const connections: ConnectionRow[] = [];
  const channels: ChannelRow[] = [];
  for (const session of sessions) {
    connections.push(connectionRow(session));
    for (const channel of session.channels) channels.push(channelRow(channel));
    yield;
  }
  return { connections, channels };
}

/** Returns what a function makes of each row. */
export function* mapInSteps<Row, Result>(
  rows: readonly Row[],
  map: (row: Row) => Result,
): Gathering<readonly Result[]> {
  const results: Result[] = [];
  for (const row of rows) {
    results.push(map(row));
    yield;
  }
  return results;
}
