import type { Clock } from "./clock.ts";

/** Time that a slice may take in one turn. In milliseconds. */
export const SLICE_MS = 5;
/** Number of steps between two checks of the time. */
const STEPS_TOGETHER = 16;

/** The parts of the broker that long work uses. */
export interface SlicesHost {
  readonly clock: Clock;
  /** Work waits while the store is behind, as each record would take more memory. */
  readonly store: { readonly isBehind: boolean };
  /** Calls back once, in a turn of its own. */
  later(delayMs: number, callback: () => void): void;
}

/**
 * Runs many short steps in slices of a few milliseconds, one slice a turn, so that other turns happen in between. The
 * first slice runs in the turn of the caller; `onDone` is called in the turn of the last one.
 */
export function runInSlices(host: SlicesHost, steps: Iterator<unknown>, onDone: () => void): void {
  const { clock, store } = host;
  const start = clock.now();
  for (let count = 1; !steps.next().done; count++) {
    if (count % STEPS_TOGETHER !== 0 || clock.now() - start < SLICE_MS && !store.isBehind) continue;
    return host.later(store.isBehind ? SLICE_MS : 0, () => runInSlices(host, steps, onDone));
  }
  onDone();
}

/** A slice of long work that waits for something in between, too. */
export class Slice {
  readonly #host: Pick<SlicesHost, "clock" | "later">;
  #endMs: number;

  constructor(host: Pick<SlicesHost, "clock" | "later">) {
    this.#host = host;
    this.#endMs = host.clock.now() + SLICE_MS;
  }

  /** True when other turns have waited long enough. */
  get isOver(): boolean {
    return this.#host.clock.now() >= this.#endMs;
  }

  /** Begins the next slice, after other turns. The caller's own must have ended. */
  next(): Promise<void> {
    return new Promise((resolve) =>
      this.#host.later(0, () => {
        this.#endMs = this.#host.clock.now() + SLICE_MS;
        resolve();
      })
    );
  }
}
