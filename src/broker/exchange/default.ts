import type { AnyQueue } from "../queue/any_queue.ts";
import type { RoutedMessage } from "../message/routed_message.ts";
import type { Match, Router } from "./router.ts";

/** AMQP 0-9-1 §3.1.3.1: every queue is bound to the default exchange by its name. There are no other bindings. */
export class DefaultRouter implements Router {
  readonly dependsOnMessage = false;
  readonly #queues: ReadonlyMap<string, AnyQueue>;
  readonly #replyQueues: ReadonlyMap<string, AnyQueue>;

  constructor(queues: ReadonlyMap<string, AnyQueue>, replyQueues: ReadonlyMap<string, AnyQueue>) {
    this.#queues = queues;
    this.#replyQueues = replyQueues;
  }

  add(): never {
    throw new Error("Nothing can be bound to the default exchange");
  }
  remove(): never {
    throw new Error("Nothing is bound to the default exchange");
  }

  route({ routingKeys }: RoutedMessage, match: Match): void {
    for (const key of routingKeys) {
      const queue = this.#queues.get(key) ?? this.#replyQueues.get(key);
      if (queue !== undefined) match(queue);
    }
  }
}
