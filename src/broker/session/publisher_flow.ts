import type { Target } from "../message/target.ts";
import type { Clock } from "../turn/clock.ts";

/** Number of ready messages above which a publisher waits for a queue's consumers to catch up. */
export const BEHIND_MESSAGES = 2048;
/** Number of ready messages at which a queue's consumers have caught up. */
const CAUGHT_UP_MESSAGES = 1024;
/** Interval between checks of the consumers' progress. In milliseconds. */
const LOOK_AFTER_MS = 5;
/** Number of checks within which consumers must catch up for a publisher to wait for them. */
const LOOKS_MAX = 10;

/** What holding publishers back needs of the broker. */
export interface FlowHost {
  readonly clock: Clock;
  readonly store: { readonly isBehind: boolean };
  readonly blockedReason: string | undefined;
  whenUnblocked(): Promise<void>;
  whenCaughtUp(): Promise<void>;
}

/** Holds a session's publishers back while the broker, its disk or their consumers need time (RabbitMQ: Flow Control). */
export class PublisherFlow {
  readonly #host: FlowHost;
  /** Whether a message or a part of one came since the last {@linkcode obstacle}. */
  hasPublished = false;
  /** A target that was published to since then, and whose consumers may need time to catch up. */
  behind: Target | undefined;

  constructor(host: FlowHost) {
    this.#host = host;
  }

  /**
   * What the next publish has to wait for, if anything. `block` is called where that is an alarm, of which publishers may
   * be told, and returns what waits for its end.
   */
  obstacle(block: () => Promise<void> = () => this.#host.whenUnblocked()): Promise<void> | undefined {
    if (!this.hasPublished) return undefined;
    const { behind } = this;
    this.hasPublished = false;
    this.behind = undefined;
    if (this.#host.blockedReason !== undefined) return block();
    if (this.#host.store.isBehind) return this.#host.whenCaughtUp();
    return behind?.isBehindBy(BEHIND_MESSAGES) ? letConsumersCatchUp(behind, this.#host.clock) : undefined;
  }
}

/**
 * Gives a target's consumers time to catch up, for a publisher that never pauses would starve them: on one thread, a peer
 * that always has something to say is heard over and over. Where they can't keep up, the publisher goes on soon.
 */
export async function letConsumersCatchUp(target: Target, clock: Clock): Promise<void> {
  for (let look = 0; look < LOOKS_MAX; look++) {
    const before = target.behindCount;
    if (await isCaughtUp(target, clock)) return;
    const taken = before - target.behindCount;
    if (taken * LOOKS_MAX < target.behindCount) return;
  }
}

/** Resolves to true as soon as the target is short again or has no consumers, and to false when time is up. */
function isCaughtUp(target: Target, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const cancelTimer = clock.after(LOOK_AFTER_MS, () => {
      cancelWaiting();
      resolve(false);
    });
    const cancelWaiting = target.whenBelow(CAUGHT_UP_MESSAGES, () => {
      cancelTimer();
      resolve(true);
    });
  });
}
