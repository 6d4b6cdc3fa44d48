import type { Command } from "./command.ts";

/** The address of the broker that a suite runs against. */
export interface Address {
  readonly host: string;
  readonly port: string;
  /** `amqp://guest:guest@host:port` */
  readonly url: string;
  /**
   * `amqps://guest:guest@host:port`, of a listener that has the certificate of tests/certificates and logs clients with one of
   * that authority in by their common names. Absent where there is none.
   */
  readonly tlsUrl?: string;
  /** `http://host:port/metrics`; absent where it is not known. */
  readonly metricsUrl?: string;
  /** `http://host:port` of the management API. Absent where there is none. */
  readonly managementUrl?: string;
  /** Data folder of HareMQ. Absent where another broker runs. */
  readonly dataDir?: string;
  /** Runtime that HareMQ runs on, by its command. Absent where another broker runs. */
  readonly runtime?: string;
}

/** A requirement of a suite on the machine. */
export interface Need {
  readonly name: string;
  /** Command that succeeds when the requirement is met. */
  readonly check: Command;
  /** The Debian package that provides it, if any. */
  readonly debianPackage?: string;
}

/** Tests of a foreign suite that are not run, with the reason. */
export interface Exclusion {
  /** Part of the names of the tests; with `wholeFile`, the name of their file. */
  readonly tests: string;
  readonly wholeFile?: boolean;
  readonly reason: string;
}

export interface Outcome {
  readonly passed: number;
  /** One line for each failed test. */
  readonly failures: readonly string[];
  /** Output that helps to understand the failures. */
  readonly output: string;
}

export interface Suite {
  /** Name of the suite on the command line. */
  readonly name: string;
  readonly description: string;
  readonly needs: readonly Need[];
  readonly exclusions: readonly Exclusion[];
  /** Number of tests that pass against RabbitMQ 3.10: fewer is a failure, since then some did not run. */
  readonly tests: number;
  readonly timeoutSeconds: number;
  /** True for our own tests, which start their own brokers and so prove nothing about another one. Default: false. */
  readonly isOurs?: boolean;
  /**
   * True for tests that mostly wait, and start a broker of their own when HareMQ is tested: they run beside all others.
   * Default: false.
   */
  readonly waits?: boolean;
  run(address: Address, suite: Suite): Promise<Outcome>;
}

/** A check of ours: it throws when something is wrong, and gives up at the signal. */
export type Check = (address: Address, signal: AbortSignal) => Promise<void>;

/** Runs our own checks, one after the other. */
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
