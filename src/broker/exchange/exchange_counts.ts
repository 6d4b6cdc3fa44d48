/** Counts of an exchange's messages, by RabbitMQ's names in `message_stats`. */
export class ExchangeCounts {
  /** Number of messages published to the exchange. */
  publishIn = 0;
  /** Number of messages routed by the exchange, one for each target. */
  publishOut = 0;

  /** Adds the counts of another exchange. */
  add({ publishIn, publishOut }: Pick<ExchangeCounts, "publishIn" | "publishOut">): void {
    this.publishIn += publishIn;
    this.publishOut += publishOut;
  }
}
