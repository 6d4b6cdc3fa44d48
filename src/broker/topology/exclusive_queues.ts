import { type ChannelError, resourceLocked } from "../../wire/error.ts";
import type { AnyQueue } from "../queue/any_queue.ts";

/** The exclusive queues of a virtual host, by their owners (RabbitMQ: Exclusive Queues). */
export class ExclusiveQueues {
  readonly #byOwner = new Map<object, Set<AnyQueue>>();

  /** Adds a queue that has an owner; ignores others. */
  add(queue: AnyQueue): void {
    if (queue.owner === null) return;
    const owned = this.#byOwner.get(queue.owner);
    if (owned === undefined) this.#byOwner.set(queue.owner, new Set([queue]));
    else owned.add(queue);
  }

  delete(queue: AnyQueue): void {
    if (queue.owner !== null) this.#byOwner.get(queue.owner)?.delete(queue);
  }

  /** Removes an owner that is gone, and returns its queues. */
  deleteOwner(owner: object): Iterable<AnyQueue> {
    const owned = this.#byOwner.get(owner);
    this.#byOwner.delete(owner);
    return owned ?? [];
  }
}

/** Throws RESOURCE_LOCKED when a queue belongs to another owner. `phrase` names the queue in errors. */
export function checkOwner(queue: AnyQueue, owner: object | null, phrase: string): void {
  if (queue.owner !== null && queue.owner !== owner) throw locked(phrase);
}

export function locked(phrase: string): ChannelError {
  return resourceLocked(
    `cannot obtain exclusive access to locked ${phrase}. It could be originally declared on another connection or the ` +
      `exclusive property value does not match that of the original declaration.`,
  );
}
