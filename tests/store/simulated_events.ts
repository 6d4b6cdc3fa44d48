import { setImmediate } from "node:timers";
import type { Random } from "./simulated_disk.ts";

interface Event {
  readonly atMs: number;
  readonly callback: () => void;
}

/** Number of steps after which the chains of promises of a store are mostly settled. */
const STEPS = 24;
/** A disk answers within this time. */
const ANSWER_MS_MAX = 20;
/** Number of events after which what has not happened never will. */
const EVENTS_MAX = 50_000;

/** Timers and a disk's answers, in an order that only a seed decides. */
export class SimulatedEvents {
  nowMs = 0;
  readonly #random: Random;
  readonly #events = new Set<Event>();

  constructor(random: Random) {
    this.#random = random;
  }

  readonly after = (delayMs: number, callback: () => void): () => void => {
    const event = { atMs: this.nowMs + delayMs, callback };
    this.#events.add(event);
    return () => this.#events.delete(event);
  };

  /** Calls back when a disk would answer: mostly soon, and sometimes after others that were asked later. */
  readonly answer = (callback: () => void): void => {
    this.after(this.#random() < 0.1 ? this.#random() * ANSWER_MS_MAX : this.#random() * 0.3, callback);
  };

  /** Lets the next thing happen, and what follows from it at once. Returns whether there was any. */
  async next(): Promise<boolean> {
    for (let step = 0; step < STEPS; step++) await undefined;
    let next = this.#earliest;
    if (next === undefined || next.atMs > this.nowMs + ANSWER_MS_MAX) {
      // The disk has nothing to answer; but what is going on may take more steps than that before it asks again.
      await new Promise((resolve) => setImmediate(resolve));
      next = this.#earliest;
    }
    if (next === undefined) return false;
    this.#events.delete(next);
    this.nowMs = Math.max(this.nowMs, next.atMs);
    next.callback();
    for (let step = 0; step < STEPS; step++) await undefined;
    return true;
  }

  get #earliest(): Event | undefined {
    let earliest: Event | undefined;
    for (const event of this.#events) if (earliest === undefined || event.atMs < earliest.atMs) earliest = event;
    return earliest;
  }

  /** Nothing of it will happen: the process is gone. */
  clear(): void {
    this.#events.clear();
  }

  /** Lets things happen until a promise is settled, or until `isOver`. Returns whether it was settled. */
  async until(promise: Promise<unknown>, isOver: () => boolean = () => false): Promise<boolean> {
    let isSettled = false;
    promise.then(() => isSettled = true, () => isSettled = true);
    for (let events = 0; !isSettled && !isOver(); events++) {
      await this.next();
      if (events > EVENTS_MAX) throw new Error("What is waited for does not happen");
    }
    return isSettled;
  }
}
