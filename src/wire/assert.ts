/** A mistake in the program itself, which no client can cause. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

/** Throws `AssertionError` unless what was found is what must be. `what` is a noun phrase. */
export function assertEqual(what: string, found: number, expected: number): void {
  if (found !== expected) throw new AssertionError(`${what}: expected ${expected}, found ${found}`);
}

/** Throws `AssertionError`: something was found that must not be. */
export function failAssertion(what: string, expected: string, found: number): never {
  throw new AssertionError(`${what}: expected ${expected}, found ${found}`);
}
