/** An event that must never happen. */
export class Violation extends Error {
  override readonly name = "Violation";
}

/** Throws {@linkcode Violation} unless a condition holds. */
export function mustHold(holds: boolean, otherwise: () => string): asserts holds {
  if (!holds) throw new Violation(otherwise());
}
