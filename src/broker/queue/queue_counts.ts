/**
 * Counts of a queue's messages since the broker started, by RabbitMQ's names. New messages and acknowledgements have no
 * field of their own: {@linkcode QueueStats} derives them, so they cost nothing per message.
 */
export class QueueCounts {
  /** Numbers of deliveries to consumers that acknowledge, and to consumers that do not. */
  deliver = 0;
  deliverNoAck = 0;
  /** Numbers of messages fetched by `basic.get` with and without acknowledgement. */
  get = 0;
  getNoAck = 0;
  /** Number of fetches that found no message. */
  getEmpty = 0;
  /** Number of deliveries and fetches of messages that were delivered before. */
  redeliver = 0;
  /** Number of delivered messages that were returned. */
  returned = 0;
  /** Number of delivered messages that died: rejected, or returned too often. */
  rejected = 0;
  /** Numbers of messages that expired, and that were dropped for a limit. */
  expired = 0;
  dropped = 0;
}

/** Counts of a queue at one moment. */
export interface QueueStats {
  readonly publishIn: number;
  readonly deliver: number;
  readonly deliverNoAck: number;
  readonly get: number;
  readonly getNoAck: number;
  readonly getEmpty: number;
  readonly ack: number;
  readonly redeliver: number;
  readonly expired: number;
  readonly dropped: number;
  /** Numbers of messages read from the store, and written to it. */
  readonly diskReads: number;
  readonly diskWrites: number;
}

/** Numbers of a queue that are counted elsewhere. */
interface OtherCounts {
  readonly publishIn: number;
  /** Number of delivered messages that are not acknowledged. */
  readonly unacked: number;
  readonly diskReads: number;
  readonly diskWrites: number;
}

/** Derives the statistics of a queue from its counts. */
export function statsOf(counts: QueueCounts, others: OtherCounts): QueueStats {
  const { deliver, deliverNoAck, get, getNoAck, getEmpty, redeliver, returned, rejected, expired, dropped } = counts;
  const { publishIn, unacked, diskReads, diskWrites } = others;
  // A delivery was acknowledged unless it is unacknowledged, was returned, or died.
  const ack = deliver + get - unacked - returned - rejected;
  const disk = { diskReads, diskWrites };
  return { publishIn, deliver, deliverNoAck, get, getNoAck, getEmpty, ack, redeliver, expired, dropped, ...disk };
}
