import type { StoredIndex } from "../../src/store/index/stored_index.ts";
import type { Report } from "../../src/store/index/space.ts";
import type { World } from "./world.ts";

/** The end of a process. */
export type End = "killed" | "out of power";

export interface ProcessMeans {
  /** Calls back once, while the process lives. Returns a function that cancels the call. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
  readonly report: Report;
}

/** A fault with its relative frequency. */
export type Fault = readonly [weight: number, fault: (world: World) => Promise<void> | void];

/** The place of a broker's store, for one process after the other. */
export interface Place {
  /** Faults of the place, by name. */
  readonly faults: { readonly [name: string]: Fault };
  /** Resolves when the process has died by {@linkcode dieAfter}. */
  readonly died: Promise<void>;
  /** Opens the store for a process. */
  open(means: ProcessMeans): Promise<StoredIndex>;
  /** Kills the process in the middle of its work, after a number of operations of its store. */
  dieAfter(operations: number): void;
  /** Ends the process. */
  end(how: End): void;
  /** Ends all that is wrong. */
  heal(): void;
  /** Throws when more is left than necessary although nothing is kept. */
  checkNothingIsLeft(): Promise<void>;
}
