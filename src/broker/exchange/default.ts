import type { Queue } from "../queue/queue.ts";
import type { Headers, Match, Router } from "./router.ts";

/** AMQP 0-9-1 §3.1.3.1: every queue is bound to the default exchange by its name. Nothing else can be. */
export class DefaultRouter implements Router {
  readonly #queues: ReadonlyMap<string, Queue>;

  constructor(queues: ReadonlyMap<string, Queue>) {
    this.#queues = queues;
  }

  add(): never {
    throw new Error("Nothing can be bound to the default exchange");
  }
  remove(): never {
    throw new Error("Nothing is bound to the default exchange");
  }

  route(routingKey: string, _headers: Headers, match: Match): void {
    const queue = this.#queues.get(routingKey);
    if (queue !== undefined) match(queue);
  }
}
