import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { startBroker, type StartedBroker } from "./broker.ts";
import type { findRuntime, Runtime } from "./runtimes.ts";

/** A broker under measurement that this program starts. */
export interface Subject {
  /** Head of its column in the table. */
  readonly label: string;
  readonly runtime: Runtime;
  /** True for the broker of this checkout. */
  readonly isOurs: boolean;
  start(withTls?: boolean): Promise<StartedBroker>;
}

/** Returns the broker of this checkout on a runtime. */
export const subjectOf = (runtime: Runtime): Subject => ({
  label: runtime.title,
  runtime,
  isOurs: true,
  start: (withTls) => startBroker(runtime, withTls),
});

/** The parts of another checkout's benchmark, which knows how to start its broker. */
interface OtherBench {
  readonly findRuntime: typeof findRuntime;
  readonly startBroker: typeof startBroker;
}

/** Returns the broker of another checkout on each of the runtimes. Throws when the folder has none. */
export async function subjectsIn(folder: string, runtimes: readonly Runtime[]): Promise<Subject[]> {
  const bench = join(resolve(folder), "bench");
  if (!existsSync(join(bench, "broker.ts"))) {
    throw new Error(`--before takes the folder of a checkout: received "${folder}"`);
  }
  const load = (file: string): Promise<OtherBench> => import(pathToFileURL(join(bench, file)).href);
  const [{ findRuntime: find }, { startBroker: start }] = await Promise.all([load("runtimes.ts"), load("broker.ts")]);
  return runtimes.map((runtime) => {
    const label = `${runtime.title} before`;
    const theirs = find(runtime.name);
    if (theirs === undefined) throw new Error(`${folder} has no ${runtime.title}: install its packages, by npm ci`);
    return {
      label,
      runtime,
      isOurs: false,
      start: async (withTls) => Object.assign(await start(theirs, withTls), { label }),
    };
  });
}
