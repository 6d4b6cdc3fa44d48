/** A sequence of messages with one id in the store: that of a backing queue, a stream, or an exchange. */
export interface StoredSequence {
  /** Removes messages before a position, which the store can read back, from memory. */
  leaveMemory(upTo: number): void;
}
