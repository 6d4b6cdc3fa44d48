/** Counts of an exchange's messages, by RabbitMQ's names in `message_stats`. */
export class ExchangeCounts {
  /** Messages that were published to it. */
  publishIn = 0;
  /** Messages that it has routed, one for each target. */
  publishOut = 0;
}
