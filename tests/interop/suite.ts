import type { Command } from "./command.ts";

/** Where the broker listens that a suite is to run against. */
export interface Address {
  readonly host: string;
  readonly port: string;
  /** `amqp://guest:guest@host:port` */
  readonly url: string;
}

/** Something that must be on the machine before a suite can run. */
export interface Need {
  readonly name: string;
  /** A command that succeeds when it is there. */
  readonly check: Command;
  /** The package of Debian that has it, if there is one. */
  readonly debianPackage?: string;
}

/** Tests of somebody else's suite that are not run, and why not. */
export interface Exclusion {
  /** Part of the names of the tests; with `wholeFile`, the name of the file that they are in. */
  readonly tests: string;
  readonly wholeFile?: boolean;
  readonly reason: string;
}

export interface Outcome {
  readonly passed: number;
  /** One line for each test that failed. */
  readonly failures: readonly string[];
  /** What helps to understand the failures. */
  readonly output: string;
}

export interface Suite {
  /** What it is called on the command line. */
  readonly name: string;
  readonly description: string;
  readonly needs: readonly Need[];
  readonly exclusions: readonly Exclusion[];
  /** How many tests pass against RabbitMQ 3.10: fewer is a failure, since then some did not run. */
  readonly tests: number;
  readonly timeoutSeconds: number;
  run(address: Address, suite: Suite): Promise<Outcome>;
}

/** A check of our own: it throws when something isn't as it should be, and gives up when the signal says so. */
export type Check = (address: Address, signal: AbortSignal) => Promise<void>;

/** Runs checks of our own, one after the other. */
export async function runChecks(checks: Record<string, Check>, address: Address, suite: Suite): Promise<Outcome> {
  const signal = AbortSignal.timeout(suite.timeoutSeconds * 1000);
  const failures: string[] = [];
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check(address, signal);
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return { passed: Object.keys(checks).length - failures.length, failures, output: "" };
}
