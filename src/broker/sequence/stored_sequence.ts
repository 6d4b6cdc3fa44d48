/** A sequence of messages that the store knows by one id: a backing queue's, a stream's, or an exchange's. */
export interface StoredSequence {
  /** Has messages before a position leave memory, which the store can read back. */
  leaveMemory(upTo: number): void;
}
