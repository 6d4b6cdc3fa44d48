/** Time in which the weight of what was before halves. In milliseconds, as in RabbitMQ. */
const HALF_LIFE_MS = 1000;

/**
 * The part of the time in which a queue could deliver to some consumer at once (RabbitMQ: `consumer_capacity`, formerly
 * `consumer_utilisation`): a moving average over times with a consumer that could take a message, each with the time after
 * it in which none could.
 */
export class ConsumerCapacity {
  /** Start of the present time, in which consumers can take messages or none can. In milliseconds since 1970. */
  #sinceMs: number;
  #isBlocked = true;
  /** Length of the last time in which consumers could take messages. In milliseconds. */
  #activeMs = 0;
  #average = 1;

  /** Begins with consumers that can take nothing. */
  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  /** From now on no consumer can take a message. */
  block(nowMs: number): void {
    if (this.#isBlocked) return;
    this.#activeMs = nowMs - this.#sinceMs;
    this.#isBlocked = true;
    this.#sinceMs = nowMs;
  }

  /** From now on some consumer can take a message. */
  unblock(nowMs: number): void {
    if (!this.#isBlocked) return;
    this.#average = this.at(nowMs);
    this.#isBlocked = false;
    this.#sinceMs = nowMs;
  }

  /** Returns the average at a time: 0 for never, 1 for always. */
  at(nowMs: number): number {
    const presentMs = Math.max(0, nowMs - this.#sinceMs);
    const activeMs = this.#isBlocked ? this.#activeMs : presentMs;
    const totalMs = this.#isBlocked ? activeMs + presentMs : presentMs;
    if (totalMs === 0) return this.#average;
    const weight = 2 ** (-totalMs / HALF_LIFE_MS);
    return activeMs / totalMs * (1 - weight) + this.#average * weight;
  }
}
