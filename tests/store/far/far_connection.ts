import { OutdatedWriterError } from "../../../src/store/error.ts";
import type { Epoch } from "../../../src/store/log/position.ts";
import { type FarStorage, GapError, NoAnswerError } from "./far_storage.ts";

/** Part of the questions or answers that get lost. */
const LOST_PART = 0.02;
/** Part of those that take much longer than others. */
const SLOW_PART = 0.1;
const SLOW_FACTOR = 20;
/** Delay before something is asked again. In milliseconds. */
const AGAIN_MS = 20;

/**
 * The connection of a process to a {@linkcode FarStorage}. Questions and answers overtake one another, and some get lost.
 * When the process is gone, nothing is answered any more.
 */
export class FarConnection {
  readonly storage: FarStorage;
  /** Number of questions that are still asked: with the last one the process is gone. */
  questionsLeft = Infinity;
  /** Called when the process is gone. */
  onCut: () => void = () => {};
  #isCut = false;

  constructor(storage: FarStorage) {
    this.storage = storage;
  }

  /** The process is gone. What it has sent may still arrive. */
  cut(): void {
    if (this.#isCut) return;
    this.#isCut = true;
    this.onCut();
  }

  /** Asks once. Rejects with {@linkcode NoAnswerError} where the answer is not known. */
  ask<Value>(question: (storage: FarStorage) => Value | Promise<Value>): Promise<Value> {
    if (this.#isCut) return new Promise(() => {});
    const { options: { random } } = this.storage;
    if (--this.questionsLeft <= 0) this.cut();
    return new Promise((resolve, reject) => {
      const answer = (tell: () => void) => this.#travel(() => !this.#isCut && tell());
      const lose = () => answer(() => reject(new NoAnswerError("an answer did not come in time")));
      if (random() < LOST_PART) return lose();
      this.#travel(async () => {
        try {
          const value = await question(this.storage);
          if (random() < LOST_PART) return lose();
          answer(() => resolve(value));
        } catch (error) {
          answer(() => reject(error));
        }
      });
    });
  }

  #travel(arrive: () => void): void {
    const { random, after, latencyMs } = this.storage.options;
    const factor = random() < SLOW_PART ? SLOW_FACTOR * random() : 0.5 + random();
    after(latencyMs * factor, arrive);
  }

  /**
   * Asks until there is an answer: only for what may be done twice. `onFailed` hears of each attempt that failed. Rejects
   * with {@linkcode OutdatedWriterError} where there is a newer owner, and with what the storage says is wrong.
   */
  async askUntilAnswered<Value>(
    epoch: Epoch,
    question: (storage: FarStorage) => Value | Promise<Value>,
    onFailed: (error: Error) => void = () => {},
  ): Promise<Value> {
    for (;;) {
      try {
        return await this.ask(question);
      } catch (error) {
        const isRefused = error instanceof OutdatedWriterError;
        if (!isRefused && !(error instanceof NoAnswerError) && !(error instanceof GapError)) throw error;
        // A refusal proves nothing, for a copy that leads no more refuses too.
        if (isRefused && await this.#isOutdated(epoch)) throw error;
        if (!(error instanceof GapError)) onFailed(error as Error);
        await this.#sleep(AGAIN_MS);
      }
    }
  }

  async #isOutdated(epoch: Epoch): Promise<boolean> {
    try {
      return await this.ask((storage) => storage.owner) > epoch;
    } catch {
      return false;
    }
  }

  #sleep(ms: number): Promise<void> {
    const { after } = this.storage.options;
    return new Promise((resolve) => after(ms, () => !this.#isCut && resolve()));
  }
}
