import type { Store } from "../../store/store.ts";
import type { Messages } from "../message/messages.ts";
import type { AnyQueue } from "../queue/any_queue.ts";
import type { BackingQueue } from "../queue/backing/backing_queue.ts";
import { Queue } from "../queue/queue.ts";
import type { Clock } from "../turn/clock.ts";

/** Part of the memory limit above which messages that the store has leave memory. */
const LEAVE_MEMORY_PART = 0.5;
/** Pause after everything possible was spilled. In milliseconds. */
const REST_MS = 10;
/** Delay before a failed spill is retried. In milliseconds. */
const RETRY_MS = 1000;

/** The parts of the node that memory relief uses. */
export interface MemoryHost {
  readonly clock: Clock;
  readonly messages: Messages;
  readonly store: Store;
  readonly vhosts: ReadonlyMap<string, { readonly queues: ReadonlyMap<string, AnyQueue> }>;
  readonly memoryHighWatermarkBytes: number;
  endTurn(): void;
  report(line: string): void;
}

/** Moves messages out of memory when they take much of it. Those that only memory has are spilled to disk. */
export class MemoryRelief {
  readonly #host: MemoryHost;
  #state: "idle" | "spilling" | "resting" = "idle";
  /** True when memory was low at the end of a turn during the pause. */
  #isAskedFor = false;

  constructor(host: MemoryHost) {
    this.#host = host;
  }

  /** Relieves memory if necessary. Called at the end of each turn. */
  relieve(): void {
    if (!this.#isLow) return;
    const { store } = this.#host;
    store.relieve();
    if (store.spill === undefined) return;
    if (this.#state === "idle") this.#spill();
    else this.#isAskedFor = true;
  }

  get #isLow(): boolean {
    return this.#host.messages.slabBytes > this.#host.memoryHighWatermarkBytes * LEAVE_MEMORY_PART;
  }

  /** Spills messages of the longest queues to disk, until memory is no longer low. */
  async #spill(): Promise<void> {
    this.#state = "spilling";
    let hasFailed = false;
    try {
      for (let longest = this.#longest(); longest !== undefined; longest = this.#longest()) {
        await longest.paging.spill();
        this.#host.endTurn();
        if (!this.#isLow) break;
      }
    } catch (error) {
      this.#host.report(`messages can't be put on disk, though they take much memory: ${(error as Error).message}`);
      hasFailed = true;
    }
    this.#rest(hasFailed);
  }

  /** Pauses. Publishers may be blocked until memory is free, and nobody else end a turn: then this does. */
  #rest(hasFailed: boolean): void {
    this.#state = "resting";
    this.#isAskedFor = hasFailed;
    this.#host.clock.after(hasFailed ? RETRY_MS : REST_MS, () => {
      this.#state = "idle";
      if (this.#isAskedFor) this.#host.endTurn();
    });
  }

  /** Returns the backing queue with the most messages that can be spilled. */
  #longest(): BackingQueue | undefined {
    let longest: BackingQueue | undefined;
    let count = 0;
    for (const { queues } of this.#host.vhosts.values()) {
      for (const queue of queues.values()) {
        // A stream has no messages that only memory has.
        if (!(queue instanceof Queue)) continue;
        for (const backingQueue of queue.backingQueues) {
          const { spillableCount } = backingQueue.paging;
          if (spillableCount <= count) continue;
          longest = backingQueue;
          count = spillableCount;
        }
      }
    }
    return longest;
  }
}
