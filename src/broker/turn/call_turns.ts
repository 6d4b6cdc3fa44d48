import type { Clock } from "./clock.ts";

/** Time for which a program's own loop may go on before timers and sockets get a turn. In milliseconds. */
const SLICE_MS = 10;

/** The parts of the broker that a program's calls use. */
interface CallTurnsHost {
  readonly clock: Clock;
  endTurn(): void;
}

/**
 * The turns of a front end whose requests are a program's calls. A turn for each call would cost more than the call, so many
 * calls share one: it ends {@linkcode soon} after the first of them, or {@linkcode later} when nobody waits for the outcome.
 */
export class CallTurns {
  readonly #host: CallTurnsHost;
  #endsSoon = false;
  /** Cancels the timer of {@linkcode later}, while it runs. */
  #cancelTimer: (() => void) | undefined;
  #timerSinceMs = 0;
  /** Resolved when the timer fires. */
  #paused: (() => void)[] = [];

  constructor(host: CallTurnsHost) {
    this.#host = host;
  }

  /** Ends the turn when the calling code has run to its next `await`. */
  soon(): void {
    if (this.#endsSoon) return;
    this.#endsSoon = true;
    queueMicrotask(this.#endSoon);
  }

  readonly #endSoon = (): void => {
    if (this.#endsSoon) this.now();
  };

  /** Ends the turn after what else waits in the program. */
  later(): void {
    if (this.#cancelTimer !== undefined) return;
    this.#timerSinceMs = this.#host.clock.now();
    this.#cancelTimer = this.#host.clock.after(0, this.#timerFired);
  }

  readonly #timerFired = (): void => {
    this.#cancelTimer = undefined;
    this.now();
    for (const resolve of this.#paused.splice(0)) resolve();
  };

  /** Ends the turn at once. */
  now(): void {
    this.#endsSoon = false;
    this.#host.endTurn();
  }

  /**
   * Returns a promise to wait for when the program has kept timers and sockets waiting for long; `undefined` when it may go
   * on. A loop over promises that are resolved already would never let them have a turn.
   */
  pause(): Promise<void> | undefined {
    if (this.#cancelTimer === undefined) {
      this.later();
      return undefined;
    }
    if (this.#host.clock.now() - this.#timerSinceMs < SLICE_MS) return undefined;
    return new Promise((resolve) => this.#paused.push(resolve));
  }

  /** Lets everything that is paused continue, and sets no timer until the next call. */
  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    for (const resolve of this.#paused.splice(0)) resolve();
  }
}
