import type { StoredIndex } from "../../src/store/index/stored_index.ts";
import type { Report } from "../../src/store/index/space.ts";
import type { World } from "./world.ts";

/** How a process ends. */
export type End = "killed" | "out of power";

export interface ProcessMeans {
  /** Calls back once, while the process lives. Returns a function that cancels the call. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
  readonly report: Report;
}

/** Something that goes wrong: how often in comparison with others, and how. */
export type Fault = readonly [weight: number, fault: (world: World) => Promise<void> | void];

/** Where the store of a broker is kept, for one process after the other. */
export interface Place {
  /** What goes wrong with it, by name. */
  readonly faults: { readonly [name: string]: Fault };
  /** Resolves when the process has died by {@linkcode dieAfter}. */
  readonly died: Promise<void>;
  /** Opens the store for a process. */
  open(means: ProcessMeans): Promise<StoredIndex>;
  /** Has the process die in the middle of what it does, after a number of operations of its store. */
  dieAfter(operations: number): void;
  /** Ends the process. */
  end(how: End): void;
  /** Ends all that is wrong. */
  heal(): void;
  /** Throws when more is left than there must be while nothing is kept. */
  checkNothingIsLeft(): Promise<void>;
}
