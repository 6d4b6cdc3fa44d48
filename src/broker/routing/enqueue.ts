import { EXPIRATION_FLAG, hasProperty, isPersistent } from "../../wire/properties.ts";
import type { Message } from "../message/messages.ts";
import type { QueueHost } from "../queue/queue_host.ts";
import type { Target } from "./target.ts";

/** What the queues of a route ask for, each a bit. */
export const DURABLE = 1;
/** A queue may refuse a message, drop others for it, or has to know when it came. */
export const CONSTRAINED = 2;

/** What has to be looked after with messages for these queues. */
export function needsOf(queues: readonly Target[]): number {
  let needs = 0;
  for (const { isDurable, isConstrained } of queues) {
    needs |= (isDurable ? DURABLE : 0) | (isConstrained ? CONSTRAINED : 0);
  }
  return needs;
}

/** The durable queues of one message, and its positions in them; used again for the next one. */
const queueIds: number[] = [];
const positions: number[] = [];

/**
 * Gives a message to queues, at least one, and takes over the one reference to it. This is the only way into a queue: one
 * in another process would be reached from here. `needs` may say more than {@linkcode needsOf}: the queues are looked at
 * then. A message with an expiration is to be given with {@linkcode CONSTRAINED}. Returns whether all queues took it.
 */
export function enqueue(host: QueueHost, message: Message, queues: readonly Target[], needs: number): boolean {
  if ((needs & CONSTRAINED) !== 0) return enqueueConstrained(host, message, queues, needs);
  put(host, message, queues, needs);
  return true;
}

function put(host: QueueHost, message: Message, queues: readonly Target[], needs: number): void {
  const { messages } = host;
  const count = queues.length;
  if (count > 1) messages.references[message] = count;
  if ((needs & DURABLE) !== 0) {
    const { bytes, offset, addressBytes, headerBytes } = messages.locate(message);
    if (isPersistent(bytes, offset + addressBytes, headerBytes)) return putPersistent(host, message, queues);
    return putTransient(host, message, queues);
  }
  for (let i = 0; i < count; i++) queues[i].enqueue(message);
}

function putPersistent({ messages, store }: QueueHost, message: Message, queues: readonly Target[]): void {
  let durableCount = 0;
  for (let i = 0; i < queues.length; i++) {
    const queue = queues[i];
    const position = queue.enqueue(message);
    if (!queue.isDurable) continue;
    queueIds[durableCount] = queue.storedIdAt(position);
    positions[durableCount++] = queue.storedPositionAt(position);
  }
  if (durableCount === 0) return;
  messages.setPersistent(message);
  store.enqueue(messages.locate(message), queueIds, positions, durableCount);
}

/** Of transient messages the store gets to know where they are kept too, as in streams, and for others nothing. */
function putTransient({ messages, store }: QueueHost, message: Message, queues: readonly Target[]): void {
  let keptCount = 0;
  for (let i = 0; i < queues.length; i++) {
    const queue = queues[i];
    const position = queue.enqueue(message);
    if (!queue.keepsTransient) continue;
    queueIds[keptCount] = queue.storedIdAt(position);
    positions[keptCount++] = queue.storedPositionAt(position);
  }
  if (keptCount > 0) store.enqueue(messages.locate(message), queueIds, positions, keptCount);
}

function enqueueConstrained(host: QueueHost, message: Message, queues: readonly Target[], needs: number): boolean {
  const { messages } = host;
  const taking = queues.filter((queue) => !queue.refuses(message));
  if (taking.length === 0) {
    messages.release(message);
    return false;
  }
  const { bytes, offset, addressBytes } = messages.locate(message);
  const mayExpire = hasProperty(bytes, offset + addressBytes, EXPIRATION_FLAG);
  if (mayExpire || taking.some(({ keepsTime }) => keepsTime)) messages.setTime(message, host.timeMs);
  if (mayExpire) { for (const queue of taking) queue.expectExpiry(); }
  put(host, message, taking, needs);
  // Only now, for what is dropped may be the message itself, and the store has to know it first.
  for (const queue of taking) queue.enforceLimit();
  return taking.length === queues.length;
}
