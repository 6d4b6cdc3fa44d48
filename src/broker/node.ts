import { MemoryStore } from "../store/memory_store.ts";
import type { Store } from "../store/store.ts";
import { Messages } from "./messages.ts";
import { Turn } from "./turn.ts";
import { VirtualHost, type VirtualHostHost } from "./vhost.ts";

/** The world's time, handed in so that tests can make their own. */
export interface Clock {
  /** Milliseconds that never go back, from any start. */
  now(): number;
  /** Calls back once, in a turn of its own. Returns what takes that back. */
  after(delayMs: number, callback: () => void): () => void;
}

export interface NodeOptions {
  readonly clock: Clock;
  /** Default: one that keeps nothing. */
  readonly store?: Store;
  /** Publishers are blocked while messages take more than this. In bytes. */
  readonly memoryHighWatermarkBytes: number;
}

interface Waiting {
  readonly position: number;
  readonly callback: () => void;
}

/** What an alarm tells the publishers it blocks, in RabbitMQ's words. */
export type BlockedReason = "low on memory";

/** RabbitMQ's word for one running broker: virtual hosts, the messages in them, and the turns that change them. */
export class Node implements VirtualHostHost {
  readonly clock: Clock;
  readonly store: Store;
  readonly messages = new Messages();
  readonly turn: Turn;
  readonly vhosts = new Map<string, VirtualHost>();
  readonly #memoryHighWatermarkBytes: number;
  #lastQueueId = 0;
  /** In the order of their positions in the store. */
  #untilDurable: Waiting[] = [];
  #untilUnblocked: (() => void)[] = [];

  constructor(options: NodeOptions) {
    this.clock = options.clock;
    this.store = options.store ?? new MemoryStore();
    this.#memoryHighWatermarkBytes = options.memoryHighWatermarkBytes;
    this.turn = new Turn(this.messages, (compact) =>
      this.clock.after(0, () => {
        compact();
        this.#resumeUnblocked();
      }));
    this.store.onDurable = () => this.#resumeDurable();
    this.addVirtualHost("/");
  }

  /** Ends a turn; see {@linkcode Turn}. */
  endTurn(): void {
    this.turn.end();
    this.#resumeUnblocked();
  }

  /** Calls back in a turn of its own once the store has what was appended up to `position`, which must not be safe yet. */
  whenDurable(position: number, callback: () => void): void {
    this.#untilDurable.push({ position, callback });
  }

  #resumeDurable(): void {
    const waiting = this.#untilDurable;
    const isSafe = ({ position }: Waiting) => position <= this.store.durable;
    const stillWaiting = waiting.findIndex((one) => !isSafe(one));
    this.#untilDurable = stillWaiting === -1 ? [] : waiting.slice(stillWaiting);
    for (const { callback } of stillWaiting === -1 ? waiting : waiting.slice(0, stillWaiting)) callback();
    this.endTurn();
  }

  nextQueueId(): number {
    return ++this.#lastQueueId;
  }

  /** Adds a virtual host, or returns the one of this name. */
  addVirtualHost(name: string): VirtualHost {
    let vhost = this.vhosts.get(name);
    if (vhost === undefined) this.vhosts.set(name, vhost = new VirtualHost(name, this));
    return vhost;
  }

  /** Why publishers have to wait, or `undefined` when they need not (RabbitMQ: Memory and Disk Alarms). */
  get blockedReason(): BlockedReason | undefined {
    return this.messages.slabBytes > this.#memoryHighWatermarkBytes ? "low on memory" : undefined;
  }

  /** Resolves when publishers need not wait any more. */
  whenUnblocked(): Promise<void> {
    return new Promise((resolve) => this.#untilUnblocked.push(resolve));
  }

  #resumeUnblocked(): void {
    if (this.#untilUnblocked.length === 0 || this.blockedReason !== undefined) return;
    const waiting = this.#untilUnblocked;
    this.#untilUnblocked = [];
    for (const callback of waiting) callback();
  }
}
