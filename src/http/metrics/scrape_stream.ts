import { SLICE_MS } from "../../broker/turn/slices.ts";
import type { Clock } from "../../broker/turn/clock.ts";
import type { Writing } from "./writer.ts";

/** Number of characters that are sent at once. A busy broker takes long from one slice to the next. */
const CHUNK_CHARACTERS = 512 * 1024;
/** Time without reading after which a scrape is given up. In milliseconds. */
export const IDLE_MAX_MS = 60_000;

/** The parts of the broker that a scrape uses. */
export interface ScrapeHost {
  readonly clock: Clock;
  /** Calls back once, in a turn of its own. */
  later(delayMs: number, callback: () => void): void;
}

/** A scrape that has ended. */
export interface EndedScrape {
  /** False when its reader has gone, or is too slow. */
  readonly isComplete: boolean;
  readonly bytes: number;
  /** Time that it took of the broker. In milliseconds. */
  readonly durationMs: number;
}

/**
 * Returns a stream of what the steps write. It runs them in slices of a few milliseconds, each in a turn of its own, and
 * only as fast as somebody reads. `onEnd` is called once, also for a stream that nobody reads.
 */
export function scrapeStream(
  host: ScrapeHost,
  steps: Writing,
  onEnd: (ended: EndedScrape) => void,
): ReadableStream<Uint8Array> {
  const scrape = new ScrapeInSlices(host, steps, onEnd);
  return new ReadableStream({
    start: (controller) => scrape.waitForReader(controller),
    pull: (controller) => scrape.send(controller),
    cancel: () => scrape.end(false),
  }, { highWaterMark: 0 });
}

type Controller = ReadableStreamDefaultController<Uint8Array>;

class ScrapeInSlices {
  readonly #host: ScrapeHost;
  readonly #steps: Writing;
  readonly #onEnd: (ended: EndedScrape) => void;
  readonly #encoder = new TextEncoder();
  #bytes = 0;
  #durationMs = 0;
  #isOver = false;
  #cancelTimeout = () => {};

  constructor(host: ScrapeHost, steps: Writing, onEnd: (ended: EndedScrape) => void) {
    this.#host = host;
    this.#steps = steps;
    this.#onEnd = onEnd;
  }

  /** Ends the scrape unless it is read in time. */
  waitForReader(controller: Controller): void {
    this.#cancelTimeout = this.#host.clock.after(IDLE_MAX_MS, () => {
      controller.error(new Error("nobody has read the metrics for too long"));
      this.end(false);
    });
  }

  end(isComplete: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelTimeout();
    this.#steps.return();
    this.#onEnd({ isComplete, bytes: this.#bytes, durationMs: this.#durationMs });
  }

  /** Runs slices until something was sent. */
  send(controller: Controller): Promise<void> {
    this.#cancelTimeout();
    return new Promise((resolve, reject) => {
      const next = () =>
        this.#host.later(0, () => {
          try {
            if (this.#isOver || this.#runSlice(controller)) resolve();
            else next();
          } catch (error) {
            this.end(false);
            reject(error);
          }
        });
      next();
    });
  }

  /** Runs a slice, and sends what it has written. Returns whether anything was sent. */
  #runSlice(controller: Controller): boolean {
    const { clock } = this.#host;
    const start = clock.now();
    let text = "";
    let isDone = false;
    // A step may take a while, as one that matches a name with a pattern.
    while (!isDone && text.length < CHUNK_CHARACTERS && clock.now() - start < SLICE_MS / 2) {
      const step = this.#steps.next();
      isDone = step.done === true;
      if (typeof step.value === "string") text += step.value;
    }
    if (text !== "") {
      const chunk = this.#encoder.encode(text);
      this.#bytes += chunk.length;
      controller.enqueue(chunk);
    }
    this.#durationMs += clock.now() - start;
    if (isDone) {
      controller.close();
      this.end(true);
    } else if (text !== "") this.waitForReader(controller);
    return isDone || text !== "";
  }
}
