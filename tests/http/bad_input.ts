/** Bodies of a write that are refused, each with the text of the reason, which names the field. */
export interface BadInput {
  readonly write: string;
  /** Paths of what is there before, which `PUT` makes. */
  readonly given?: readonly string[];
  readonly refused: readonly (readonly [body: unknown, reason: string | RegExp])[];
}

/** Writes whose body says nothing, and the login, whose form is tested with it. */
export const WITHOUT_BODY: readonly string[] = [
  "POST /api/vhosts/:vhost/deletion/protection",
  "POST /api/vhosts/:vhost/start/:node",
  "POST /api/rebalance/queues",
  "PUT /api/feature-flags/:name/enable",
  "POST /api/login",
];
