import type { Target } from "../message/target.ts";
import type { Clock } from "../turn/clock.ts";

/** Number of ready messages above which a publisher waits for a queue's consumers to catch up. */
const BEHIND_MESSAGES = 2048;
/** Number of ready messages at which a queue's consumers have caught up. */
const CAUGHT_UP_MESSAGES = 1024;
/** Interval between checks of a queue's consumers. In milliseconds. */
const LOOK_AFTER_MS = 5;
/** Maximum number of checks that a publisher waits for a queue's consumers. */
const LOOKS_MAX = 10;

const NO_TARGETS: readonly Target[] = [];

/** The parts of the broker that flow control uses. */
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
  /** True when a message or a part of one came since the last {@linkcode obstacle}. */
  hasPublished = false;
  /** Targets of the last message. */
  #targets: readonly Target[] = NO_TARGETS;
  /** A target of an earlier message since the last {@linkcode obstacle} whose consumers have to catch up. */
  #behind: Target | undefined;

  constructor(host: FlowHost) {
    this.#host = host;
  }

  /** Records the targets of a message. Most messages have the same ones as the message before, which costs one comparison. */
  published(targets: readonly Target[]): void {
    if (targets !== this.#targets) this.#turnTo(targets);
  }

  #turnTo(targets: readonly Target[]): void {
    this.#behind = this.#findBehind();
    this.#targets = targets;
  }

  #findBehind(): Target | undefined {
    for (const target of this.#targets) if (target.isBehindBy(BEHIND_MESSAGES)) return target;
    return this.#behind;
  }

  /**
   * Returns a promise that the next publish has to wait for; `undefined` when there is none. For an alarm, which
   * publishers may be told about, the promise is that of `block`.
   */
  obstacle(block: () => Promise<void> = () => this.#host.whenUnblocked()): Promise<void> | undefined {
    if (!this.hasPublished) return undefined;
    const behind = this.#findBehind();
    this.hasPublished = false;
    this.#targets = NO_TARGETS;
    this.#behind = undefined;
    if (this.#host.blockedReason !== undefined) return block();
    if (this.#host.store.isBehind) return this.#host.whenCaughtUp();
    return behind?.isBehindBy(BEHIND_MESSAGES) ? letConsumersCatchUp(behind, this.#host.clock) : undefined;
  }
}

/**
 * Waits for a target's consumers to catch up. A publisher that never pauses would starve them: on one thread, a peer
 * that always has more to say is read again and again. When they can't keep up, the wait is short.
 */
export async function letConsumersCatchUp(target: Target, clock: Clock): Promise<void> {
  for (let look = 0; look < LOOKS_MAX; look++) {
    const before = target.behindCount;
    if (await isCaughtUp(target, clock)) return;
    const taken = before - target.behindCount;
    if (taken * LOOKS_MAX < target.behindCount) return;
  }
}

/** Resolves with true when the target is short again or has no consumers, and with false when the time is up. */
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
