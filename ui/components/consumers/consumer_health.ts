import { rateOf } from "../../api/message_stats.ts";
import type { Channel, Consumer } from "../../api/types.ts";

/** How a consumer keeps up with its queue. */
export type ConsumerHealth =
  /** It holds as much as it may, and acknowledges nothing. */
  | { readonly state: "stuck"; readonly unacked: number }
  /** It holds as much as it may while messages wait. */
  | { readonly state: "slow"; readonly ackRate: number }
  | { readonly state: "idle"; readonly since: string | undefined }
  | { readonly state: "working" };

/** The members of a channel that tell of its consumers. */
export type ChannelPace = Pick<
  Channel,
  | "name"
  | "consumer_count"
  | "messages_unacknowledged"
  | "prefetch_count"
  | "global_prefetch_count"
  | "idle_since"
  | "message_stats"
>;

/** The columns of the API with these members. */
export const PACE_COLUMNS =
  "name,consumer_count,messages_unacknowledged,prefetch_count,global_prefetch_count,idle_since,message_stats";

/**
 * Judges a consumer by its channel, which is what the broker counts: consumers that share a channel share the judgement.
 * Returns `undefined` while nothing is known, and for a consumer that waits for its turn.
 *
 * @param ready number of messages that wait in the queue.
 */
export function judgeConsumer(
  { ack_required, active, prefetch_count, channel_details }: Consumer,
  channel: ChannelPace | undefined,
  ready: number,
): ConsumerHealth | undefined {
  if (channel === undefined || channel.name !== channel_details.name || !active) return undefined;
  const unacked = channel.messages_unacknowledged;
  const ackRate = rateOf(channel.message_stats, "ack") ?? 0;
  const deliverRate = rateOf(channel.message_stats, "deliver_get") ?? 0;
  const limit = channel.global_prefetch_count || prefetch_count * Math.max(1, channel.consumer_count);
  const isFull = ack_required && limit > 0 && unacked >= limit;
  if (ack_required && unacked > 0 && ackRate === 0 && deliverRate === 0) return { state: "stuck", unacked };
  if (isFull && ready > 0) return { state: "slow", ackRate };
  if (deliverRate === 0 && ackRate === 0) return { state: "idle", since: channel.idle_since };
  return { state: "working" };
}
