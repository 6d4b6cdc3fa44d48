/** Something has happened that must never happen. */
export class Violation extends Error {
  override readonly name = "Violation";
}

/** Throws {@linkcode Violation} unless something holds. */
export function mustHold(holds: boolean, otherwise: () => string): asserts holds {
  if (!holds) throw new Violation(otherwise());
}
