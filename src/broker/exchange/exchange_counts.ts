/** What has gone through an exchange so far, by RabbitMQ's names in `message_stats`. */
export class ExchangeCounts {
  /** Messages that were published to it. */
  publishIn = 0;
  /** Targets that it has led these to. */
  publishOut = 0;
}
