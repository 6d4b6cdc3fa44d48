/** A bug in the program itself, which no client can cause. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

/** Throws `AssertionError` unless the value is the expected one. `what` is a noun phrase. */
export function assertEqual(what: string, found: number, expected: number): void {
  if (found !== expected) throw new AssertionError(`${what}: expected ${expected}, found ${found}`);
}

/** Throws `AssertionError` for a value that must not occur. */
export function failAssertion(what: string, expected: string, found: number): never {
  throw new AssertionError(`${what}: expected ${expected}, found ${found}`);
}
