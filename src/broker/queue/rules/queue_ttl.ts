import { Deadline } from "../../turn/schedule.ts";
import type { AnyQueue } from "../any_queue.ts";
import type { QueueHost, QueueVhost } from "../queue_host.ts";

/** Deletes a queue that has been unused for its expiry time (RabbitMQ: Queue TTL). */
export class QueueTtl {
  readonly #queue: AnyQueue;
  readonly #host: QueueHost;
  readonly #deadline: Deadline;

  constructor(queue: AnyQueue, vhost: QueueVhost, host: QueueHost) {
    this.#queue = queue;
    this.#host = host;
    this.#deadline = new Deadline(() => vhost.removeQueue(queue));
  }

  /** Restarts the expiry time, as the queue was used. A queue with consumers is in use. */
  touch(): void {
    const { consumers, isDeleted, settings } = this.#queue;
    if (consumers.size > 0 || isDeleted || settings.expiresMs === undefined) return this.stop();
    this.#host.schedule.set(this.#deadline, this.#host.timeMs + settings.expiresMs);
  }

  stop(): void {
    this.#host.schedule.clear(this.#deadline);
  }
}
