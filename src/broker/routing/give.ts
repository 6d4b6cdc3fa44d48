import { EXPIRATION_FLAG, hasProperty } from "../../wire/properties.ts";
import type { Message, Messages } from "../message/messages.ts";
import { LateReceipt, type Receipt, REFUSED, TAKEN, UNROUTED } from "../message/receipt.ts";
import type { RemoteTarget, Target, TargetHost } from "../message/target.ts";
import type { SequenceId } from "../../store/sequence.ts";

/** The parts of the broker that routing uses. */
export interface RoutingHost extends TargetHost {
  readonly messages: Messages;
  /** Time of this turn, in milliseconds since 1970. */
  readonly timeMs: number;
}

/** Needs of the targets of a route, one bit each. */
export const DURABLE = 1;
/** A target may refuse a message, drop others for it, or needs its time of arrival. */
export const CONSTRAINED = 2;
/** A target belongs to another log or to another process. */
export const ELSEWHERE = 4;

/** Returns the needs of these targets, as seen by a broker with this host. */
export function needsOf(host: TargetHost, targets: readonly Target[]): number {
  let needs = 0;
  for (const target of targets) {
    needs |= (target.isDurable ? DURABLE : 0) | (target.isConstrained ? CONSTRAINED : 0) |
      (target.host === host ? 0 : ELSEWHERE);
  }
  return needs;
}

/** Durable targets of one message, and its positions in them; reused for the next message. */
const sequenceIds: SequenceId[] = [];
const positions: number[] = [];

/**
 * Gives a message to its targets, or drops it when there are none; takes over the only reference to it. This is the
 * only way into a queue. `needs` may say more than {@linkcode needsOf}: then each target is examined. A message with an
 * expiration must be given with {@linkcode CONSTRAINED}.
 */
export function give(host: RoutingHost, message: Message, targets: readonly Target[], needs: number): Receipt {
  // The way of most transient messages.
  if (needs === 0 && targets.length === 1) {
    targets[0].enqueue(message);
    return TAKEN;
  }
  if (targets.length === 0) {
    host.messages.release(message);
    return UNROUTED;
  }
  if ((needs & ELSEWHERE) !== 0) return giveElsewhere(host, message, targets, needs);
  if ((needs & CONSTRAINED) !== 0) return giveConstrained(host, host, message, targets, needs);
  return put(host.messages, host, message, targets, needs);
}

/**
 * Puts a message into targets of one log, and tells the store about it for those that keep it there: the durable ones
 * for a persistent message, and those that keep transient ones too, such as streams.
 */
function put(
  messages: Messages,
  { store, diskCounts }: TargetHost,
  message: Message,
  targets: readonly Target[],
  needs: number,
): number {
  const count = targets.length;
  if (count > 1) messages.references[message] = count;
  if ((needs & DURABLE) === 0) {
    for (let i = 0; i < count; i++) targets[i].enqueue(message);
    return TAKEN;
  }
  const isPersistent = messages.isSentPersistent(message);
  let storedCount = 0;
  for (let i = 0; i < count; i++) {
    const target = targets[i];
    const position = target.enqueue(message);
    if (!(isPersistent ? target.isDurable : target.keepsTransient)) continue;
    target.writtenCount++;
    sequenceIds[storedCount] = target.storedIdAt(position);
    positions[storedCount++] = target.storedPositionAt(position);
  }
  if (storedCount === 0) return TAKEN;
  diskCounts.writes++;
  if (isPersistent) messages.setPersistent(message);
  store.enqueue(messages.locate(message), sequenceIds, positions, storedCount);
  return store.enqueued;
}

function giveConstrained(
  { messages, timeMs }: Pick<RoutingHost, "messages" | "timeMs">,
  owner: TargetHost,
  message: Message,
  targets: readonly Target[],
  needs: number,
): number {
  const taking = targets.filter((target) => !target.refuses(message));
  if (taking.length === 0) {
    messages.release(message);
    return REFUSED;
  }
  const { bytes, offset, addressBytes } = messages.locate(message);
  const mayExpire = hasProperty(bytes, offset + addressBytes, EXPIRATION_FLAG);
  if (mayExpire || taking.some(({ keepsTime }) => keepsTime)) messages.setTime(message, timeMs);
  if (mayExpire) { for (const target of taking) target.expectExpiry(); }
  const receipt = put(messages, owner, message, taking, needs);
  // Limits come last: the dropped message may be this one, and the store must know it first.
  for (const target of taking) target.enforceLimit();
  return taking.length === targets.length ? receipt : REFUSED;
}

/** Gives a message to targets of several logs, once for each log, and to targets of other processes. */
function giveElsewhere(host: RoutingHost, message: Message, targets: readonly Target[], needs: number): LateReceipt {
  const { messages } = host;
  const receipt = new LateReceipt();
  const owners = new Map<TargetHost, Target[]>();
  const remote: RemoteTarget[] = [];
  for (const target of targets) {
    if (target.remote !== undefined) remote.push(target.remote);
    else if (owners.has(target.host)) owners.get(target.host)!.push(target);
    else owners.set(target.host, [target]);
  }
  for (const target of remote) {
    receipt.expect();
    target.send(messages.locate(message), receipt);
  }
  for (const [owner, owned] of owners) {
    messages.references[message]++;
    receipt.add(owner, giveConstrained(host, owner, message, owned, needs));
  }
  messages.release(message);
  receipt.complete();
  return receipt;
}
