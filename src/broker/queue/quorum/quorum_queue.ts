import type { RecoveredQueue } from "../../../store/store.ts";
import type { Message } from "../../messages.ts";
import { Deadline } from "../../schedule.ts";
import { expiresAtMs } from "../expiry.ts";
import type { LengthLimit } from "../length_limit.ts";
import type { Level } from "../level.ts";
import { Queue, type QueueDeclaration, type QueueHost, type QueueVhost, type Taken } from "../queue.ts";
import { QUORUM } from "../queue_traits.ts";
import type { QueueSettings } from "../settings.ts";
import { counted, type DeliveryCount, deliveryLimitOf, failedIn, withDeliveryCount } from "./delivery_count.ts";
import { ReturnedMessages } from "./returned.ts";

/**
 * A queue with RabbitMQ's rules for quorum queues, and one member. It keeps all messages like persistent ones, counts how
 * often each came back, and hands those out first that have, in the order in which they came back.
 */
export class QuorumQueue extends Queue {
  readonly #returned: ReturnedMessages;
  /** By position, of messages that have come back. */
  readonly #counts = new Map<number, DeliveryCount>();
  /** When the next one of those that came back expires. */
  readonly #returnedExpiry = new Deadline(() => this.whenRead());

  constructor(id: number, declaration: QueueDeclaration, vhost: QueueVhost, host: QueueHost) {
    super(id, declaration, vhost, host, QUORUM);
    this.#returned = new ReturnedMessages(this, host);
  }

  protected override allowed(settings: QueueSettings): QueueSettings {
    const overflow = settings.overflow === "reject-publish" ? "reject-publish" : "drop-head";
    return { ...settings, overflow, deliveryLimit: deliveryLimitOf(settings.deliveryLimit) };
  }

  override recover(queues: ReadonlyMap<number, RecoveredQueue>): void {
    super.recover(queues);
    for (const { id, base } of this.levels) {
      for (const [position, count] of queues.get(id)!.deliveryCounts) this.#counts.set(position + base, count);
    }
  }

  override get readyCount(): number {
    return super.readyCount + this.#returned.count;
  }

  protected override countOthers(limit: LengthLimit): void {
    this.#returned.forEach((message) => limit.add(message));
  }

  // Messages that come back

  override requeue(message: Message, position: number): void {
    this.#return(message, position, false);
  }

  override fail(message: Message, position: number): void {
    this.#return(message, position, true);
  }

  #return(message: Message, position: number, hasFailed: boolean): void {
    if (this.isDeleted) return this.settle(message, position);
    const count = counted(this.#counts.get(position) ?? 0, hasFailed);
    this.#counts.set(position, count);
    if (this.#isOverLimit(position)) return this.dieUnacked(message, position, "delivery_limit");
    this.unackedCount--;
    this.store.returned(this.storedIdAt(position), this.storedPositionAt(position), count);
    if (!this.messages.isAbsent(message)) this.limit?.add(message);
    this.#returned.push(message, position);
    this.whenRead();
  }

  #isOverLimit(position: number): boolean {
    return failedIn(this.#counts.get(position) ?? 0) > this.settings.deliveryLimit!;
  }

  override whenRejectedRead({ base }: Level, message: Message, position: number): void {
    this.die(message, position + base, this.#isOverLimit(position + base) ? "delivery_limit" : "rejected");
  }

  override release(message: Message, position: number): void {
    if (this.#counts.size > 0) this.#counts.delete(position);
    super.release(message, position);
  }

  protected override shown(message: Message, position: number): Message {
    let count = this.#counts.get(position);
    if (count === undefined) {
      // It was handed out when the broker ended, and nobody could say then what became of it.
      count = counted(0, true);
      this.#counts.set(position, count);
    }
    return withDeliveryCount(this.messages, message, count);
  }

  // Handing out

  protected override deliver(): void {
    this.#deliverReturned();
    if (this.#returned.count === 0) super.deliver();
  }

  #deliverReturned(): void {
    const returned = this.#returned;
    while (returned.count > 0) {
      if (!returned.isNextAvailable) {
        if (this.consumers.areReady) returned.read();
        return;
      }
      if (this.mayExpire && this.isNextExpired(returned)) {
        this.#dropReturned("expired");
        continue;
      }
      const consumer = this.consumers.next();
      if (consumer === undefined) return;
      const { message, position } = this.#shiftReturned();
      this.deliverAgain(consumer, message, position);
      if (!consumer.noAck) this.handedOut(message, position);
      consumer.round.putBack(consumer, true);
    }
  }

  #shiftReturned(): { readonly message: Message; readonly position: number } {
    const position = this.#returned.nextPosition;
    const message = this.#returned.shift();
    this.unackedCount++;
    this.limit?.remove(message);
    return { message, position };
  }

  override readNext(): Promise<void> | undefined {
    const reading = super.readNext();
    if (this.#returned.count === 0) return reading;
    return this.#returned.isNextAvailable ? undefined : this.#returned.read();
  }

  override get hasReadFailed(): boolean {
    return super.hasReadFailed || this.#returned.hasReadFailed;
  }

  override take(): Taken | undefined {
    if (this.#returned.count === 0) return super.take();
    const { message, position } = this.#shiftReturned();
    return { message, position, isRedelivered: true, shown: this.shown(message, position) };
  }

  // Taking out

  /** Has the next one of those that came back die. It must be in memory. */
  #dropReturned(reason: "expired" | "maxlen"): void {
    const { message, position } = this.#shiftReturned();
    this.unackedCount--;
    this.die(message, position, reason);
  }

  protected override dropHead(): boolean {
    if (this.#returned.count === 0) return super.dropHead();
    const { isNextAvailable } = this.#returned;
    if (isNextAvailable) this.#dropReturned("maxlen");
    else this.#returned.read();
    return isNextAvailable;
  }

  protected override dropExpired(most: number): void {
    const { timeMs, schedule } = this.host;
    const returned = this.#returned;
    let nextAtMs = Infinity;
    for (let deaths = 0; returned.isNextAvailable; deaths++) {
      nextAtMs = expiresAtMs(this.messages, returned.nextMessage, this.settings.messageTtlMs);
      if (nextAtMs > timeMs || deaths === most) break;
      this.#dropReturned("expired");
      nextAtMs = Infinity;
    }
    if (returned.count > 0 && !returned.isNextAvailable) returned.read();
    schedule.set(this.#returnedExpiry, nextAtMs);
    super.dropExpired(most);
  }

  override purge(): number {
    const { count } = this.#returned;
    this.#returned.clear(
      (message, position) => this.release(message, position),
      (position) => this.#settleAbsent(position),
    );
    if (this.unackedCount === 0) this.#counts.clear();
    return count + super.purge();
  }

  /** The queue is done with a message that is not in memory. */
  #settleAbsent(position: number): void {
    this.#counts.delete(position);
    if (!this.isDeleted) this.store.settle(this.storedIdAt(position), this.storedPositionAt(position), 1);
  }

  override delete(): void {
    super.delete();
    this.host.schedule.clear(this.#returnedExpiry);
  }
}
