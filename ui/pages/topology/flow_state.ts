import { rateOf } from "../../api/message_stats.ts";
import type { Queue } from "../../api/types.ts";

export type TopologyQueue = Pick<
  Queue,
  | "name"
  | "type"
  | "consumers"
  | "messages_ready"
  | "messages_ready_details"
  | "messages_unacknowledged"
  | "message_stats"
>;

/** Columns of a list of queues with these members. */
export const QUEUE_COLUMNS = "name,type,consumers,messages_ready,messages_ready_details.rate,messages_unacknowledged," +
  "message_stats.publish_details.rate,message_stats.deliver_get_details.rate,message_stats.ack_details.rate";

/** States of a queue, of which each has a colour and a shape; `unread` for one that the page has not read. */
export type FlowState = "idle" | "flowing" | "growing" | "stuck" | "unread";

/** Returns whether messages of a queue move, wait or pile up. A stream keeps its messages, so none of them waits. */
export function stateOf(queue: TopologyQueue): FlowState {
  const { type, messages_ready, messages_ready_details, messages_unacknowledged: unacked, message_stats } = queue;
  const ready = type === "stream" ? 0 : messages_ready;
  const delivered = rateOf(message_stats, "deliver_get") ?? 0;
  const published = rateOf(message_stats, "publish") ?? 0;
  const acked = rateOf(message_stats, "ack") ?? 0;
  if (ready + unacked > 0 && delivered === 0 && acked === 0) return "stuck";
  if (ready > 0 && (messages_ready_details?.rate ?? 0) > 0 && published > delivered) return "growing";
  return delivered > 0 || published > 0 || acked > 0 ? "flowing" : "idle";
}
