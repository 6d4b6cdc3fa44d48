/** Counts of a channel, by RabbitMQ's names in `message_stats`. */
export class ChannelCounts {
  /** Number of published messages. */
  publish = 0;
  /** Number of messages published where publishes are confirmed. */
  publishConfirm = 0;
  /** Number of confirmed messages. */
  confirm = 0;
  /** Number of mandatory messages that were returned without a route. */
  returnUnroutable = 0;
  /** Number of other messages without a route. */
  dropUnroutable = 0;
  /** Numbers of deliveries to consumers that acknowledge, and to consumers that do not. */
  deliver = 0;
  deliverNoAck = 0;
  /** Numbers of messages fetched with and without acknowledgement. */
  get = 0;
  getNoAck = 0;
  /** Number of fetches that found no message. */
  getEmpty = 0;
  /** Number of acknowledged deliveries. */
  ack = 0;
  /** Number of deliveries and fetches of messages that were delivered before. */
  redeliver = 0;

  /** Adds the counts of another channel. */
  add(other: ChannelCounts): void {
    for (const name of Object.keys(this) as CountName[]) this[name] += other[name];
  }
}

type CountName = Exclude<keyof ChannelCounts, "add">;
