import type { AccessClock } from "../clock.ts";
import type { Directory, OpenDirectory } from "./directory.ts";

/** Limits of a pool of connections to LDAP servers. */
export interface PoolOptions {
  /** Maximum number of connections. */
  readonly size: number;
  /** Time limit of one operation, waiting for a connection included. In milliseconds. */
  readonly timeoutMs: number;
  /** Time after which an idle connection is closed. In milliseconds. */
  readonly idleTimeoutMs: number;
}

interface Idle {
  readonly directory: Directory;
  readonly cancel: () => void;
}

/** A pool of connections to LDAP servers. Each does one operation at a time, as it is bound to one user. */
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
   * Runs an operation on a connection. If it fails on a pooled one, which may have been closed meanwhile, it is
   * repeated once on a new one. Rejects when it takes too long.
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
    // An operation that ends passes its connection to the next one.
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
