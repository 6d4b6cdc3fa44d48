import { MemoryStore } from "../store/memory_store.ts";

/** A store that keeps nothing, tells the end of each turn, and is short of space when a test wants it. */
export class TestStore extends MemoryStore {
  override isShortOfSpace = false;
  onTurn: () => void = () => {};

  override commit(): void {
    this.onTurn();
  }
}

/** Interval between looks at a condition, which may be about the application. In milliseconds. */
const LOOK_MS = 10;

interface Waiting {
  look(): void;
}

/** Waits for conditions, and looks at them after each turn of the broker, and from time to time. */
export class Turns {
  readonly #waiting = new Set<Waiting>();
  #isLookPlanned = false;

  /** Notes that something may have changed. */
  ended(): void {
    if (this.#waiting.size === 0 || this.#isLookPlanned) return;
    this.#isLookPlanned = true;
    queueMicrotask(() => {
      this.#isLookPlanned = false;
      for (const waiting of [...this.#waiting]) waiting.look();
    });
  }

  /** Resolves with the first result that is not false or missing. Rejects when `condition` throws, and when it is late. */
  until<Result>(
    condition: () => Result | Promise<Result>,
    timeoutMs: number,
    describe: () => string,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      let isLooking = false;
      let isAgain = false;
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        clearInterval(looking);
        this.#waiting.delete(waiting);
        settle();
      };
      const look = async () => {
        if (isLooking) return void (isAgain = true);
        isLooking = true;
        try {
          do {
            isAgain = false;
            const result = await condition();
            if (result) return finish(() => resolve(result));
          } while (isAgain);
        } catch (error) {
          finish(() => reject(error));
        } finally {
          isLooking = false;
        }
      };
      const waiting = { look };
      const timer = setTimeout(
        () => finish(() => reject(new Error(`Waited ${timeoutMs} ms in vain for ${condition}. ${describe()}`))),
        timeoutMs,
      );
      const looking = setInterval(look, LOOK_MS);
      this.#waiting.add(waiting);
      look();
    });
  }
}
