import { isPersistent } from "../amqp/properties.ts";
import type { Message } from "./messages.ts";
import type { Queue, QueueHost } from "./queue/queue.ts";

/**
 * Gives a message to queues, at least one, and takes over the one reference to it. This is the only way into a queue: one
 * in another process would be reached from here. `hasDurableQueue` may be wrongly true: the queues are looked at then.
 */
export function enqueue(host: QueueHost, message: Message, queues: readonly Queue[], hasDurableQueue: boolean): void {
  const { messages } = host;
  const count = queues.length;
  if (count > 1) messages.references[message] = count;
  if (hasDurableQueue) {
    const header = messages.header(message);
    if (isPersistent(header, 0, header.length)) return enqueuePersistent(host, message, queues);
  }
  for (let i = 0; i < count; i++) queues[i].enqueue(message);
}

function enqueuePersistent({ messages, store }: QueueHost, message: Message, queues: readonly Queue[]): void {
  messages.setPersistent(message);
  const queueIds: number[] = [];
  const positions: number[] = [];
  for (const queue of queues) {
    const position = queue.enqueue(message);
    if (!queue.isDurable) continue;
    queueIds.push(queue.id);
    positions.push(position);
  }
  if (queueIds.length === 0) return;
  const address = messages.address(message);
  store.enqueue({ address, header: messages.header(message), body: messages.body(message) }, queueIds, positions);
}
