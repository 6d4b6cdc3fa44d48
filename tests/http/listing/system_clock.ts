import type { Clock } from "../../../src/broker/turn/clock.ts";

/** The clock of the runtime. */
export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  time: () => Date.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
