/** Counts of messages that went to the store and came back from it since the broker started. */
export class DiskCounts {
  /** Messages that were written, once each, however many queues they went to. */
  writes = 0;
  /** Messages that were read back into memory. */
  reads = 0;
}
