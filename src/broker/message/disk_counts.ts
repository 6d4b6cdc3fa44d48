/** Counts of messages written to the store and read from it since the broker started. */
export class DiskCounts {
  /** Number of written messages, once each, however many queues they went to. */
  writes = 0;
  /** Number of messages read back into memory. */
  reads = 0;
}
