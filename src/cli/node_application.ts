import type { Application } from "./application.ts";

/** States of a node's application, as command-line tools see them. */
export type ApplicationState = "starting" | "running" | "stopped";
/** What becomes of it. */
export type ApplicationChange = ApplicationState | "stopping";

/** The application of a node: starts, stops and resets it, one after the other in the order of the calls. */
export class NodeApplication {
  readonly #open: () => Promise<Application>;
  readonly #reset: () => Promise<void>;
  readonly #changed: (change: ApplicationChange) => void;
  #running: Application | undefined;
  #isStarting = false;
  #isClosed = false;
  /** The last change; the next one waits for it. Never rejects. */
  #change: Promise<void> = Promise.resolve();

  /**
   * @param open starts it.
   * @param reset removes what it has stored, while it is stopped.
   * @param changed is called at each change.
   */
  constructor(
    open: () => Promise<Application>,
    reset: () => Promise<void>,
    changed: (change: ApplicationChange) => void,
  ) {
    this.#open = open;
    this.#reset = reset;
    this.#changed = changed;
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
      this.#changed("starting");
      try {
        this.#running = await this.#open();
      } finally {
        this.#isStarting = false;
        this.#changed(this.state);
      }
    });
  }

  /** Stops it, unless it is stopped. Resolves when all of it is closed. */
  stop(): Promise<void> {
    return this.#afterOthers(async () => {
      const application = this.#running;
      if (application === undefined) return;
      this.#running = undefined;
      this.#changed("stopping");
      await application.close();
      this.#changed("stopped");
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
