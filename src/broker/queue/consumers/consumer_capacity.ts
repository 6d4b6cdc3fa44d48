/** Time after which earlier values count half. In milliseconds, as in RabbitMQ. */
const HALF_LIFE_MS = 1000;

/**
 * The part of the time in which a queue could deliver to some consumer at once (RabbitMQ: `consumer_capacity`, formerly
 * `consumer_utilisation`). A moving average over periods with a consumer that could take a message, each together with
 * the period after it in which none could.
 */
export class ConsumerCapacity {
  /** Start of the current period, in which consumers can take messages or none can. In milliseconds since 1970. */
  #sinceMs: number;
  #isBlocked = true;
  /** Length of the last period in which consumers could take messages. In milliseconds. */
  #activeMs = 0;
  #average = 1;

  /** Begins without consumers that can take messages. */
  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  /** Begins a period in which no consumer can take a message. */
  block(nowMs: number): void {
    if (this.#isBlocked) return;
    this.#activeMs = nowMs - this.#sinceMs;
    this.#isBlocked = true;
    this.#sinceMs = nowMs;
  }

  /** Begins a period in which some consumer can take a message. */
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
