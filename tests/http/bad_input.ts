/** Bodies of a write that are refused, each with the text of the reason, which names the field. */
export interface BadInput {
  readonly write: string;
  /** Paths of what is there before, which `PUT` makes. */
  readonly given?: readonly string[];
  readonly refused: readonly (readonly [body: unknown, reason: string | RegExp])[];
}
