import type { Exchange } from "../../broker/exchange/exchange.ts";
import type { Node } from "../../broker/node/node.ts";
import type { AnyQueue } from "../../broker/queue/any_queue.ts";
import type { ChannelCounts } from "../../broker/session/channel_counts.ts";
import type {
  ChannelExchangeCounts,
  ChannelQueueCounts,
  QueueExchangeCounts,
} from "../../broker/session/pairs/pair.ts";
import type { Traffic } from "../../broker/session/session.ts";
import { LAYOUTS } from "./counters.ts";
import type { ProcessNumbers } from "./process_numbers.ts";

/** Values of the counters of an object, in the order of its layout. */
export type CounterValues = Float64Array;

/** Writes the counters of a queue (`LAYOUTS.queue`). */
export function readQueueCounters({ stats, readyCount, unackedCount }: AnyQueue, values: CounterValues): void {
  values[0] = stats.publishIn;
  values[1] = stats.get;
  values[2] = stats.getNoAck;
  values[3] = stats.deliver;
  values[4] = stats.deliverNoAck;
  values[5] = stats.redeliver;
  values[6] = stats.ack;
  values[7] = stats.getEmpty;
  values[8] = readyCount;
  values[9] = unackedCount;
}

/** Writes the counters of an exchange (`LAYOUTS.exchange`). */
export function readExchangeCounters({ counts }: Exchange, values: CounterValues): void {
  values[0] = counts.publishIn;
  values[1] = counts.publishOut;
}

/** Writes the counters of a channel (`LAYOUTS.channel`). */
export function readChannelCounters(counts: ChannelCounts, values: CounterValues): void {
  values.fill(0);
  addChannelCounters(counts, values);
}

/** Adds the counters of a channel to those of a virtual host or the node, whose layouts begin alike. */
export function addChannelCounters(counts: ChannelCounts, values: CounterValues): void {
  values[0] += counts.publish;
  values[1] += counts.confirm;
  values[2] += counts.returnUnroutable;
  values[3] += counts.dropUnroutable;
  values[4] += counts.get;
  values[5] += counts.getNoAck;
  values[6] += counts.deliver;
  values[7] += counts.deliverNoAck;
  values[8] += counts.redeliver;
  values[9] += counts.ack;
  values[10] += counts.getEmpty;
}

/** Writes the counters of a channel's publishes to an exchange (`LAYOUTS.channelExchange`). */
export function readChannelExchangeCounters(counts: ChannelExchangeCounts, values: CounterValues): void {
  values[0] = counts.publish;
  values[1] = counts.confirm;
  values[2] = counts.returnUnroutable;
  values[3] = counts.dropUnroutable;
}

/** Writes the counters of a channel's deliveries from a queue (`LAYOUTS.channelQueue`). */
export function readChannelQueueCounters(counts: ChannelQueueCounts, values: CounterValues): void {
  values[0] = counts.get;
  values[1] = counts.getNoAck;
  values[2] = counts.deliver;
  values[3] = counts.deliverNoAck;
  values[4] = counts.redeliver;
  values[5] = counts.ack;
  values[6] = counts.getEmpty;
}

/** Writes the counter of what an exchange routes to a queue (`LAYOUTS.queueExchange`). */
export function readQueueExchangeCounters({ publish }: QueueExchangeCounts, values: CounterValues): void {
  values[0] = publish;
}

/** Writes the counters of a connection (`LAYOUTS.connection`). */
export function readConnectionCounters({ receivedBytes, sentBytes }: Traffic, values: CounterValues): void {
  values[0] = receivedBytes;
  values[1] = sentBytes;
}

/** Adds the messages of a queue to those of a virtual host or the node. */
export function addQueueMessages({ readyCount, unackedCount }: AnyQueue, values: CounterValues): void {
  values[11] += readyCount;
  values[12] += unackedCount;
}

/** Adds the messages of a virtual host to those of the node. */
export function addMessages(ofVhost: CounterValues, ofNode: CounterValues): void {
  ofNode[11] += ofVhost[11];
  ofNode[12] += ofVhost[12];
}

/** Adds the bytes of a connection to those of a virtual host or the node. */
export function addTraffic(traffic: Pick<Traffic, "receivedBytes" | "sentBytes">, values: CounterValues): void {
  values[13] += traffic.receivedBytes;
  values[14] += traffic.sentBytes;
}

/** Writes those counters of the node that are not sums of others (`LAYOUTS.node`). */
export function readNodeCounters(node: Node, numbers: ProcessNumbers, values: CounterValues): void {
  const { diskCounts, sessions, queueChurn, store: { journal } } = node;
  values[15] = values[32] = diskCounts.reads;
  values[16] = values[33] = diskCounts.writes;
  values[17] = sessions.churn.connectionCreated;
  values[18] = sessions.churn.connectionClosed;
  values[19] = sessions.churn.channelCreated;
  values[20] = sessions.churn.channelClosed;
  values[21] = queueChurn.queueDeclared;
  values[22] = queueChurn.queueCreated;
  values[23] = queueChurn.queueDeleted;
  values[24] = numbers.memoryBytes;
  values[25] = numbers.openFiles;
  values[26] = sessions.size;
  values[27] = 1;
  values[28] = numbers.freeDiskBytes;
  values[29] = journal?.batchBytes.count ?? 0;
  values[30] = journal?.batchBytes.sum ?? 0;
  values[31] = journal?.syncSeconds.count ?? 0;
}

export const newValues = (kind: keyof typeof LAYOUTS): CounterValues => new Float64Array(LAYOUTS[kind].width);
