/** What a channel has done so far, by RabbitMQ's names in `message_stats`. */
export class ChannelCounts {
  /** Messages that were published. */
  publish = 0;
  /** Of these, those that were confirmed. */
  confirm = 0;
  /** Mandatory ones that had no route and went back. */
  returnUnroutable = 0;
  /** Others that had no route. */
  dropUnroutable = 0;
  /** Deliveries to consumers that acknowledge, and to those that don't. */
  deliver = 0;
  deliverNoAck = 0;
  /** Messages that were fetched to be acknowledged, and others. */
  get = 0;
  getNoAck = 0;
  /** Fetches that found no message. */
  getEmpty = 0;
  /** Deliveries that were acknowledged. */
  ack = 0;
  /** Deliveries and fetches of messages that were delivered before. */
  redeliver = 0;

  /** Adds what another channel has done. */
  add(other: ChannelCounts): void {
    for (const name of Object.keys(this) as CountName[]) this[name] += other[name];
  }
}

type CountName = Exclude<keyof ChannelCounts, "add">;
