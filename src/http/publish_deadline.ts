import type { Clock } from "../broker/turn/clock.ts";
import { badRequest } from "./http_error.ts";

/** Time that publishes wait for their confirms, RabbitMQ's default `publish_timeout`. In milliseconds. */
const PUBLISH_TIMEOUT_MS = 30_000;

const CONFIRM_TIMEOUT = "confirm_timeout Timed out waiting for a publisher confirm. The message may still have been " +
  "enqueued. Check the health of the queues bound to this exchange.";

/** The time until which the publishes of a request must be confirmed. */
export class PublishDeadline {
  readonly #cancel: () => void;
  readonly #passed: Promise<never>;

  constructor(clock: Clock) {
    let cancel = () => {};
    this.#passed = new Promise((_, reject) => {
      cancel = clock.after(PUBLISH_TIMEOUT_MS, () => reject(badRequest(CONFIRM_TIMEOUT)));
    });
    this.#passed.catch(() => {});
    this.#cancel = cancel;
  }

  /** Resolves as a promise does; rejects with RabbitMQ's answer when the deadline passes earlier. */
  before<Result>(promise: PromiseLike<Result>): Promise<Result> {
    return Promise.race([promise, this.#passed]);
  }

  /** Cancels the deadline. */
  end(): void {
    this.#cancel();
  }
}
