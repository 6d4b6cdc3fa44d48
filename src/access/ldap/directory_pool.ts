import type { AccessClock } from "../clock.ts";
import type { Directory, OpenDirectory } from "./directory.ts";

/** How connections to LDAP servers are kept. */
export interface PoolOptions {
  /** Connections at most. */
  readonly size: number;
  /** How long one operation may take, waiting for a connection included. In milliseconds. */
  readonly timeoutMs: number;
  /** How long a connection may wait for the next operation before it is closed. In milliseconds. */
  readonly idleTimeoutMs: number;
}

interface Idle {
  readonly directory: Directory;
  readonly cancel: () => void;
}

/** Connections to LDAP servers that wait for the next operation. Each does one at a time, for it is bound to one user. */
export class DirectoryPool {
  readonly #open: OpenDirectory;
  readonly #options: PoolOptions;
  readonly #clock: AccessClock;
  readonly #idle: Idle[] = [];
  readonly #waiting: (() => void)[] = [];
  #busyCount = 0;

  constructor(open: OpenDirectory, options: PoolOptions, clock: AccessClock) {
    this.#open = open;
    this.#options = options;
    this.#clock = clock;
  }

  /**
   * Does something with a connection. Where that fails on one that has waited, and may have been closed meanwhile, it is
   * tried once more on a new one. Rejects when it takes too long.
   */
  async use<T>(operation: (directory: Directory) => Promise<T>): Promise<T> {
    const { timeoutMs } = this.#options;
    let directory: Directory | undefined;
    let isLate = false;
    let cancel = () => {};
    const late = new Promise<never>((_, reject) => {
      cancel = this.#clock.after(timeoutMs, () => {
        isLate = true;
        directory?.close();
        reject(new Error(`no answer from the LDAP server within ${timeoutMs} ms`));
      });
    });
    const run = async (): Promise<T> => {
      await this.#takeTurn();
      try {
        if (isLate) throw new Error("too late");
        const idle = this.#takeIdle();
        if (idle !== undefined) {
          try {
            return await this.#run(directory = idle, operation);
          } catch {
            if (isLate) throw new Error("too late");
          }
        }
        directory = await this.#open();
        if (isLate) directory.close();
        return await this.#run(directory, operation);
      } finally {
        this.#endTurn();
      }
    };
    try {
      return await Promise.race([run(), late]);
    } finally {
      cancel();
    }
  }

  async #run<T>(directory: Directory, operation: (directory: Directory) => Promise<T>): Promise<T> {
    try {
      const result = await operation(directory);
      this.#keep(directory);
      return result;
    } catch (error) {
      directory.close();
      throw error;
    }
  }

  async #takeTurn(): Promise<void> {
    if (this.#busyCount < this.#options.size) this.#busyCount++;
    // Who ends its turn then hands it on.
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #endTurn(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#busyCount--;
    else next();
  }

  #takeIdle(): Directory | undefined {
    const idle = this.#idle.pop();
    idle?.cancel();
    return idle?.directory;
  }

  #keep(directory: Directory): void {
    const idle: Idle = {
      directory,
      cancel: this.#clock.after(this.#options.idleTimeoutMs, () => {
        this.#idle.splice(this.#idle.indexOf(idle), 1);
        directory.close();
      }),
    };
    this.#idle.push(idle);
  }
}
