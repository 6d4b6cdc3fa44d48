/** Stands in for `node:test` in a browser: `describe` and `it` collect tests, and {@linkcode runTests} runs them. */

interface Test {
  readonly name: string;
  readonly run: () => void | Promise<void>;
}

/** A test that failed, and why. */
export interface Failure {
  readonly name: string;
  readonly reason: string;
}

const tests: Test[] = [];
const path: string[] = [];

export function describe(name: string, define: () => void): void {
  path.push(name);
  define();
  path.pop();
}

export function it(
  name: string,
  ...rest: readonly [Test["run"]] | readonly [options: unknown, run: Test["run"]]
): void {
  tests.push({ name: [...path, name].join(" > "), run: rest[rest.length - 1] as Test["run"] });
}

/** Runs all tests one after the other. */
export async function runTests(): Promise<{ readonly passed: number; readonly failures: readonly Failure[] }> {
  const failures: Failure[] = [];
  for (const { name, run } of tests) {
    try {
      await run();
    } catch (error) {
      failures.push({ name, reason: error instanceof Error ? `${error.message}\n${error.stack}` : String(error) });
    }
  }
  return { passed: tests.length - failures.length, failures };
}
