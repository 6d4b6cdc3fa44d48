/** How far an index has come, by the numbers of its records. They count from 1, and only for one process. */
export interface Progress {
  /** The last record that was appended. */
  readonly appended: number;
  /** The last record that changed the topology. */
  readonly declared: number;
  /** The last record that was a message. */
  readonly enqueued: number;
  /** The last record that is durable. Never more than {@linkcode appended}. */
  readonly durable: number;
}
