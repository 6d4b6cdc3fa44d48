/**
 * The progress of a store, by the numbers of its records. They count from 1, and only for one process; 0 stands for no
 * record.
 */
export interface Progress {
  /** Number of the last record that was appended. */
  readonly appended: number;
  /** Number of the last record that changed the topology. */
  readonly declared: number;
  /** Number of the last record that was a message. */
  readonly enqueued: number;
  /** Number of the last record that is durable. Never more than {@linkcode appended}. */
  readonly durable: number;
}
