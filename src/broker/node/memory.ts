import type { Store } from "../../store/store.ts";
import type { Messages } from "../message/messages.ts";
import type { AnyQueue } from "../queue/any_queue.ts";
import type { BackingQueue } from "../queue/backing/backing_queue.ts";
import { Queue } from "../queue/queue.ts";
import type { Clock } from "../turn/clock.ts";

/** Messages that take more than this part of the memory that they may take leave it, where the store has them. */
const LEAVE_MEMORY_PART = 0.5;
/** Pause after everything was put on disk that could be. In milliseconds. */
const REST_MS = 10;
/** Delay before a failed spill is retried. In milliseconds. */
const RETRY_MS = 1000;

/** What relief of memory needs of the node. */
export interface MemoryHost {
  readonly clock: Clock;
  readonly messages: Messages;
  readonly store: Store;
  readonly vhosts: ReadonlyMap<string, { readonly queues: ReadonlyMap<string, AnyQueue> }>;
  endTurn(): void;
  report(line: string): void;
}

/** Moves messages out of memory when they take much of it: those that only memory has are spilled to disk. */
export class MemoryRelief {
  readonly #host: MemoryHost;
  readonly #lowBytes: number;
  #state: "idle" | "spilling" | "resting" = "idle";
  /** Whether memory was low at the end of a turn during the rest. */
  #isAskedFor = false;

  constructor(host: MemoryHost, memoryHighWatermarkBytes: number) {
    this.#host = host;
    this.#lowBytes = memoryHighWatermarkBytes * LEAVE_MEMORY_PART;
  }

  /** To be called at the end of each turn. */
  relieve(): void {
    if (!this.#isLow) return;
    const { store } = this.#host;
    store.relieve();
    if (store.spill === undefined) return;
    if (this.#state === "idle") this.#spill();
    else this.#isAskedFor = true;
  }

  get #isLow(): boolean {
    return this.#host.messages.slabBytes > this.#lowBytes;
  }

  /** Puts messages on disk, of the longest queues first, until memory is not low any more. */
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

  /** Publishers may be blocked until memory is free, and nobody else end a turn: then this does. */
  #rest(hasFailed: boolean): void {
    this.#state = "resting";
    this.#isAskedFor = hasFailed;
    this.#host.clock.after(hasFailed ? RETRY_MS : REST_MS, () => {
      this.#state = "idle";
      if (this.#isAskedFor) this.#host.endTurn();
    });
  }

  /** The backing queue with the most messages that can be put on disk. */
  #longest(): BackingQueue | undefined {
    let longest: BackingQueue | undefined;
    let count = 0;
    for (const { queues } of this.#host.vhosts.values()) {
      for (const queue of queues.values()) {
        // A stream has nothing that only memory has.
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
