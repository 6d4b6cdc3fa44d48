import { type ChannelError, resourceLocked } from "../../wire/error.ts";
import type { AnyQueue } from "../queue/any_queue.ts";

/** The exclusive queues of a virtual host, by the connections that alone may use them (RabbitMQ: Exclusive Queues). */
export class ExclusiveQueues {
  readonly #byOwner = new Map<object, Set<AnyQueue>>();

  /** Adds a queue, unless it has no owner. */
  add(queue: AnyQueue): void {
    if (queue.owner === null) return;
    const owned = this.#byOwner.get(queue.owner);
    if (owned === undefined) this.#byOwner.set(queue.owner, new Set([queue]));
    else owned.add(queue);
  }

  delete(queue: AnyQueue): void {
    if (queue.owner !== null) this.#byOwner.get(queue.owner)?.delete(queue);
  }

  /** Forgets an owner that is gone, and returns its queues. */
  deleteOwner(owner: object): Iterable<AnyQueue> {
    const owned = this.#byOwner.get(owner);
    this.#byOwner.delete(owner);
    return owned ?? [];
  }
}

/** Throws RESOURCE_LOCKED when a queue is another connection's alone. `phrase` is how errors call the queue. */
export function checkOwner(queue: AnyQueue, owner: object | null, phrase: string): void {
  if (queue.owner !== null && queue.owner !== owner) throw locked(phrase);
}

export function locked(phrase: string): ChannelError {
  return resourceLocked(
    `cannot obtain exclusive access to locked ${phrase}. It could be originally declared on another connection or the ` +
      `exclusive property value does not match that of the original declaration.`,
  );
}
