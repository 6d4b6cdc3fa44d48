/**
 * What happened to a queue's messages since the broker started, by RabbitMQ's names. Messages that came in and
 * acknowledgements have no field of their own: {@linkcode QueueStats} derives them, so they cost nothing per message.
 */
export class QueueCounts {
  /** Deliveries to consumers that acknowledge, and to those that don't. */
  deliver = 0;
  deliverNoAck = 0;
  /** Messages that `basic.get` fetched to be acknowledged, and those that it fetched for good. */
  get = 0;
  getNoAck = 0;
  /** Fetches that found nothing. */
  getEmpty = 0;
  /** Deliveries and fetches of messages that had been handed out before. */
  redeliver = 0;
  /** Messages that were handed out and came back. */
  returned = 0;
  /** Messages that were handed out and died: rejected, or returned too often. */
  rejected = 0;
  /** Messages that died of age, and for want of room. */
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
  /** Messages that were read back from the store, and messages that were written to it. */
  readonly diskReads: number;
  readonly diskWrites: number;
}

/** The numbers of a queue that are counted elsewhere. */
interface OtherCounts {
  readonly publishIn: number;
  /** Messages that are handed out and to be acknowledged. */
  readonly unacked: number;
  readonly diskReads: number;
  readonly diskWrites: number;
}

/** Derives what a queue shows from what it counts. */
export function statsOf(counts: QueueCounts, others: OtherCounts): QueueStats {
  const { deliver, deliverNoAck, get, getNoAck, getEmpty, redeliver, returned, rejected, expired, dropped } = counts;
  const { publishIn, unacked, diskReads, diskWrites } = others;
  // What was to be acknowledged is so, unless it is still out, came back or died.
  const ack = deliver + get - unacked - returned - rejected;
  const disk = { diskReads, diskWrites };
  return { publishIn, deliver, deliverNoAck, get, getNoAck, getEmpty, ack, redeliver, expired, dropped, ...disk };
}
