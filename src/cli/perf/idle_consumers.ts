import { type Phrase, phrase } from "../../phrase/phrase.ts";
import { CHANNEL, Connection, type Target } from "./load/connection.ts";
import type { AnyConsumer } from "./measurement.ts";
import type { ExitWhen } from "./parameters.ts";

/** Time without a message after which a consumer is idle, as in PerfTest. In milliseconds. */
const IDLE_MS = 1000;

const REASONS: Readonly<Record<ExitWhen, Phrase>> = {
  idle: phrase`Consumer is idle for more than 1 second`,
  empty: phrase`Consumer queue(s) empty`,
};

/** A consumer, and when it has got its last message. */
interface Watched {
  readonly consumer: AnyConsumer;
  readonly queues: readonly string[];
  consumed: number;
  sinceMs: number;
}

/** Finds out when all consumers have nothing to do any more (PerfTest: `--exit-when`). */
export class IdleConsumers {
  readonly #exitWhen: ExitWhen;
  readonly #watched: Watched[] = [];
  #isAsking = false;

  constructor(exitWhen: ExitWhen) {
    this.#exitWhen = exitWhen;
  }

  add(consumer: AnyConsumer, queues: readonly string[]): void {
    this.#watched.push({ consumer, queues, consumed: 0, sinceMs: performance.now() });
  }

  /**
   * Calls `onIdle` with the reason of each consumer once all have been idle for a second and, if that is asked for, each has a
   * queue without messages. The broker is asked through a connection to `target`.
   */
  check(target: Target, onIdle: (reasons: readonly Phrase[]) => void): void {
    const nowMs = performance.now();
    for (const watched of this.#watched) {
      if (watched.consumed === watched.consumer.consumed) continue;
      watched.consumed = watched.consumer.consumed;
      watched.sinceMs = nowMs;
    }
    if (this.#isAsking || this.#watched.some(({ sinceMs }) => nowMs - sinceMs <= IDLE_MS)) return;
    const tell = () => onIdle(this.#watched.map(() => REASONS[this.#exitWhen]));
    if (this.#exitWhen === "idle") return tell();
    this.#isAsking = true;
    this.#haveEmptyQueues(target).then((haveThem) => haveThem && tell(), target.onFailure).finally(() => {
      this.#isAsking = false;
    });
  }

  async #haveEmptyQueues(target: Target): Promise<boolean> {
    const connection = await Connection.open(target);
    let haveThem = true;
    for (const { queues } of this.#watched) {
      let hasOne = false;
      for (const queue of queues) {
        connection.send(CHANNEL, "queue.declare", { queue, passive: true });
        hasOne ||= (await connection.receive("queue.declare-ok")).messageCount === 0;
      }
      haveThem &&= hasOne;
    }
    await connection.close();
    return haveThem;
  }
}
