/** A difference between HareMQ and RabbitMQ 4.3 that is meant. */
export interface Explanation {
  /** Matches the request, as `Difference` has it. */
  readonly request: RegExp;
  /** Matches the place in the answer. */
  readonly path: RegExp;
  readonly reason: string;
  /** True where HareMQ answers as RabbitMQ 3.10 does, which is checked. */
  readonly isAs310?: true;
}

export const EXPLANATIONS: readonly Explanation[] = [];
