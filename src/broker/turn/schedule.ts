import type { Clock } from "./clock.ts";

/** Maximum sleep, as the system's time may be changed meanwhile. In milliseconds. */
const SLEEP_MAX_MS = 60_000;

/** A callback with a due time, which may change. */
export class Deadline {
  /** Due time in milliseconds since 1970; `Infinity` while it is not set. */
  dueAtMs = Infinity;
  /** Index in the heap of its schedule; -1 while it is not set. */
  index = -1;
  readonly callback: () => void;

  constructor(callback: () => void) {
    this.callback = callback;
  }
}

/**
 * Deadlines in the order of their due times, with a single timer for all of them. A binary heap whose nodes know their
 * index, so that changing a deadline costs no more than setting it.
 */
export class Schedule {
  readonly #clock: Clock;
  /** Called after due deadlines were called, to end the turn. */
  readonly #endTurn: () => void;
  readonly #heap: Deadline[] = [];
  #wakeAtMs = Infinity;
  #cancelTimer = () => {};

  constructor(clock: Clock, endTurn: () => void) {
    this.#clock = clock;
    this.#endTurn = endTurn;
  }

  /** Number of deadlines that are set. */
  get count(): number {
    return this.#heap.length;
  }

  /** Due time of the first deadline, in milliseconds since 1970; `Infinity` when none is set. */
  get nextDueAtMs(): number {
    return this.#heap[0]?.dueAtMs ?? Infinity;
  }

  /** Sets a deadline to a time in milliseconds since 1970, in place of any earlier one. */
  set(deadline: Deadline, dueAtMs: number): void {
    if (dueAtMs === deadline.dueAtMs) return;
    deadline.dueAtMs = dueAtMs;
    if (deadline.index === -1) {
      deadline.index = this.#heap.length;
      this.#heap.push(deadline);
    }
    this.#settle(deadline);
    this.#sleep();
  }

  /** Cancels a deadline; `undefined` is accepted. */
  clear(deadline: Deadline | undefined): void {
    if (deadline === undefined) return;
    const { index } = deadline;
    deadline.dueAtMs = Infinity;
    if (index === -1) return;
    deadline.index = -1;
    const last = this.#heap.pop()!;
    if (last === deadline) return;
    this.#heap[index] = last;
    last.index = index;
    this.#settle(last);
  }

  #settle(deadline: Deadline): void {
    const heap = this.#heap;
    const { dueAtMs } = deadline;
    let at = deadline.index;
    while (at > 0) {
      const parent = heap[(at - 1) >> 1];
      if (parent.dueAtMs <= dueAtMs) break;
      heap[at] = parent;
      parent.index = at;
      at = (at - 1) >> 1;
    }
    for (let child = 2 * at + 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && heap[child + 1].dueAtMs < heap[child].dueAtMs) child++;
      if (heap[child].dueAtMs >= dueAtMs) break;
      heap[at] = heap[child];
      heap[at].index = at;
      at = child;
    }
    heap[at] = deadline;
    deadline.index = at;
  }

  /** Sets the timer to the first deadline. */
  #sleep(): void {
    const first = this.#heap[0];
    if (first === undefined || first.dueAtMs >= this.#wakeAtMs) return;
    this.#cancelTimer();
    const now = this.#clock.time();
    const sleepMs = Math.min(Math.max(0, first.dueAtMs - now), SLEEP_MAX_MS);
    this.#wakeAtMs = now + sleepMs;
    this.#cancelTimer = this.#clock.after(sleepMs, () => this.#wake());
  }

  #wake(): void {
    this.#wakeAtMs = Infinity;
    const now = this.#clock.time();
    for (let first = this.#heap[0]; first !== undefined && first.dueAtMs <= now; first = this.#heap[0]) {
      this.clear(first);
      first.callback();
    }
    this.#endTurn();
    this.#sleep();
  }

  /** Stops the schedule: no callback is called any more. */
  close(): void {
    this.#cancelTimer();
    this.#wakeAtMs = -Infinity;
  }
}
