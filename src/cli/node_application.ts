import type { Application } from "./application.ts";

/** States of a node's application, as command-line tools see them. */
export type ApplicationState = "starting" | "running" | "stopped";

/** The application of a node: starts, stops and resets it, one after the other in the order of the calls. */
export class NodeApplication {
  readonly #open: () => Promise<Application>;
  readonly #reset: () => Promise<void>;
  #running: Application | undefined;
  #isStarting = false;
  #isClosed = false;
  /** The last change; the next one waits for it. Never rejects. */
  #change: Promise<void> = Promise.resolve();

  /**
   * @param open starts it.
   * @param reset removes what it has stored, while it is stopped.
   */
  constructor(open: () => Promise<Application>, reset: () => Promise<void>) {
    this.#open = open;
    this.#reset = reset;
  }

  get state(): ApplicationState {
    return this.#running !== undefined ? "running" : this.#isStarting ? "starting" : "stopped";
  }

  /** The application while it runs. */
  get running(): Application | undefined {
    return this.#running;
  }

  /** Starts it, unless it runs. Rejects when it can't start; then it stays stopped. */
  start(): Promise<void> {
    return this.#afterOthers(async () => {
      if (this.#running !== undefined) return;
      if (this.#isClosed) throw new Error("the node stops");
      this.#isStarting = true;
      try {
        this.#running = await this.#open();
      } finally {
        this.#isStarting = false;
      }
    });
  }

  /** Stops it, unless it is stopped. Resolves when all of it is closed. */
  stop(): Promise<void> {
    return this.#afterOthers(async () => {
      const application = this.#running;
      this.#running = undefined;
      await application?.close();
    });
  }

  /** Removes what it has stored. Resolves to `false`, and changes nothing, while it is not stopped. */
  async reset(): Promise<boolean> {
    let isStopped = false;
    await this.#afterOthers(async () => {
      isStopped = this.#running === undefined && !this.#isClosed;
      if (isStopped) await this.#reset();
    });
    return isStopped;
  }

  /** Stops it for good. */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.stop();
  }

  #afterOthers(change: () => Promise<void>): Promise<void> {
    const changed = this.#change.then(change);
    this.#change = changed.catch(() => {});
    return changed;
  }
}
