import { isPersistent } from "../amqp/properties.ts";
import type { Message } from "./messages.ts";
import type { AnyQueue } from "./queue/any_queue.ts";
import type { QueueHost } from "./queue/queue.ts";

/** The durable queues of one message, and its positions in them; used again for the next one. */
const queueIds: number[] = [];
const positions: number[] = [];

/**
 * Gives a message to queues, at least one, and takes over the one reference to it. This is the only way into a queue: one
 * in another process would be reached from here. `hasDurableQueue` may be wrongly true: the queues are looked at then.
 */
export function enqueue(
  host: QueueHost,
  message: Message,
  queues: readonly AnyQueue[],
  hasDurableQueue: boolean,
): void {
  const { messages } = host;
  const count = queues.length;
  if (count > 1) messages.references[message] = count;
  if (hasDurableQueue) {
    const { bytes, offset, addressBytes, headerBytes } = messages.locate(message);
    if (isPersistent(bytes, offset + addressBytes, headerBytes)) return enqueuePersistent(host, message, queues);
    return enqueueTransient(host, message, queues);
  }
  for (let i = 0; i < count; i++) queues[i].enqueue(message);
}

function enqueuePersistent({ messages, store }: QueueHost, message: Message, queues: readonly AnyQueue[]): void {
  let durableCount = 0;
  for (let i = 0; i < queues.length; i++) {
    const queue = queues[i];
    const position = queue.enqueue(message);
    if (!queue.isDurable) continue;
    queueIds[durableCount] = queue.id;
    positions[durableCount++] = position;
  }
  if (durableCount === 0) return;
  messages.setPersistent(message);
  store.enqueue(messages.locate(message), queueIds, positions, durableCount);
}

/** Streams keep transient messages too; for other durable queues the store does not get to know these. */
function enqueueTransient({ messages, store }: QueueHost, message: Message, queues: readonly AnyQueue[]): void {
  let streamCount = 0;
  for (let i = 0; i < queues.length; i++) {
    const queue = queues[i];
    const position = queue.enqueue(message);
    if (!queue.isStream) continue;
    queueIds[streamCount] = queue.id;
    positions[streamCount++] = position;
  }
  if (streamCount > 0) store.enqueue(messages.locate(message), queueIds, positions, streamCount);
}
