import type { RecoveredQueue } from "../../../store/store.ts";
import type { DeathReason } from "../../routing/dead_letters.ts";
import type { Message } from "../../message/messages.ts";
import { Deadline } from "../../turn/schedule.ts";
import { expiresAtMs } from "../rules/expiry.ts";
import type { LengthLimit } from "../rules/length_limit.ts";
import type { BackingQueue } from "../backing/backing_queue.ts";
import { DEATHS_IN_TURN, type Fetched, Queue } from "../queue.ts";
import type { QueueDeclaration, QueueHost, QueueVhost } from "../queue_host.ts";
import { QUORUM } from "../queue_traits.ts";
import type { QueueSettings } from "../settings.ts";
import { AtLeastOnce } from "./at_least_once.ts";
import { counted, type DeliveryCount, deliveryLimitOf, failedIn, withDeliveryCount } from "./delivery_count.ts";
import { DelayedRetry, retryDelayMs } from "./delayed_retry.ts";
import { KEPT_IN_MEMORY, SetAsideMessages } from "./set_aside.ts";

/**
 * A queue with RabbitMQ's rules for quorum queues, and one member. It keeps all messages like persistent ones, counts how
 * often each came back, and hands those out first that have, in the order in which they came back.
 */
export class QuorumQueue extends Queue {
  /** Those that have come back, in the order in which they did. */
  readonly #returned: SetAsideMessages;
  /** Those that have come back, and are to be handed out again only later. Made when there is one. */
  #delayed: DelayedRetry | undefined;
  /** Those that have died, and not got where they are to go. Made when there is one. */
  #dead: AtLeastOnce | undefined;
  /** By position, of messages that have come back. */
  readonly #counts = new Map<number, DeliveryCount>();
  /** When the next one of those that came back expires. */
  readonly #returnedExpiry = new Deadline(() => this.whenRead());

  constructor(id: number, declaration: QueueDeclaration, vhost: QueueVhost, host: QueueHost) {
    super(id, declaration, vhost, host, QUORUM);
    this.#returned = new SetAsideMessages(this, host);
  }

  protected override allowed(settings: QueueSettings): QueueSettings {
    const overflow = settings.overflow === "reject-publish" ? "reject-publish" : "drop-head";
    const canKeepDead = overflow === "reject-publish" && settings.deadLetterExchange !== undefined;
    const deadLetterStrategy = canKeepDead ? settings.deadLetterStrategy : "at-most-once";
    return { ...settings, overflow, deadLetterStrategy, deliveryLimit: deliveryLimitOf(settings.deliveryLimit) };
  }

  override apply(settings: QueueSettings): void {
    super.apply(settings);
    if (this.#keepsDead) return this.#dead?.tryAgain();
    if (this.#deadCount === 0) return;
    this.host.report(`${this.#deadCount} dead messages of queue '${this.name}' were dropped: it keeps none any more`);
    this.#forgetDead();
  }

  get #delayedCount(): number {
    return this.#delayed?.count ?? 0;
  }
  get #deadCount(): number {
    return this.#dead?.count ?? 0;
  }

  /** Whether messages that die stay until other queues have taken them. */
  get #keepsDead(): boolean {
    return this.settings.deadLetterStrategy === "at-least-once";
  }

  /** That is not using it: RabbitMQ's quorum queues don't hear of it. */
  override declaredAgain(): void {}

  override recover(queues: ReadonlyMap<number, RecoveredQueue>): void {
    super.recover(queues);
    for (const { id, base } of this.backingQueues) {
      for (const [position, count] of queues.get(id)!.deliveryCounts) this.#counts.set(position + base, count);
    }
  }

  override get readyCount(): number {
    return super.readyCount + this.#returned.count;
  }

  protected override countOthers(limit: LengthLimit): void {
    this.#returned.forEach((message) => limit.add(message));
    this.#dead?.forEach((message) => limit.add(message));
    this.#delayed?.forEach((message) => {
      if (!this.messages.isAbsent(message)) limit.add(message);
    });
  }

  protected override get limitedCount(): number {
    return this.readyCount + this.#delayedCount + this.#deadCount;
  }

  override whenReadable(backingQueue: BackingQueue, upTo: number): void {
    // Read back, they count again with as many bytes as they have.
    if (this.limit?.countsBytes) return;
    for (const row of [this.#returned, this.#dead?.waiting]) row?.leaveMemory(backingQueue, upTo);
    this.#delayed?.forEach((message, position) => this.#leaveMemory(message, position));
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
    const delayMs = retryDelayMs(this.settings, hasFailed, failedIn(count));
    this.#putBehind(delayMs > 0 ? Infinity : this.#returned.count, message, position);
    if (delayMs === 0) return this.#takeBack(message, position);
    this.#delayed ??= new DelayedRetry(this.host, this.#takeBack);
    this.#delayed.add(message, position, delayMs);
  }

  readonly #takeBack = (message: Message, position: number): void => {
    this.#returned.push(message, position);
    this.whenRead();
  };

  /** Has a message count for the length limit again, and leave memory when it has to wait behind many. */
  #putBehind(others: number, message: Message, position: number): void {
    if (!this.messages.isAbsent(message)) this.limit?.add(message);
    if (others > KEPT_IN_MEMORY) this.#leaveMemory(message, position);
  }

  /** Has a message leave memory that the store can read back. */
  #leaveMemory(message: Message, position: number): void {
    if (!this.messages.isAbsent(message)) this.handedOut(message, position);
  }

  // Messages that die

  protected override dieUnacked(message: Message, position: number, reason: DeathReason): void {
    if (this.isDeleted || !this.#keepsDead) return super.dieUnacked(message, position, reason);
    this.unackedCount--;
    this.die(message, position, reason);
  }

  protected override die(message: Message, position: number, reason: DeathReason): void {
    if (!this.#keepsDead) return super.die(message, position, reason);
    this.#putBehind(this.#deadCount, message, position);
    this.#dead ??= new AtLeastOnce(this, this.host, (message, position) => {
      this.limit?.remove(message);
      this.release(message, position);
    });
    this.#dead.add(message, position, reason);
  }

  #isOverLimit(position: number): boolean {
    return failedIn(this.#counts.get(position) ?? 0) > this.settings.deliveryLimit!;
  }

  override whenRejectedRead({ base }: BackingQueue, message: Message, position: number): void {
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
    for (let deaths = 0; returned.count > 0;) {
      if (!returned.isNextAvailable) {
        if (this.consumers.areReady) returned.read();
        return;
      }
      if (this.mayExpire && this.isNextExpired(returned)) {
        if (deaths++ === DEATHS_IN_TURN) return;
        this.#dropReturned("expired");
        continue;
      }
      const consumer = this.consumers.next();
      if (consumer === undefined) return;
      const { message, position } = this.#shiftReturned();
      this.deliverAgain(consumer, message, position);
      if (!consumer.noAck) this.handedOut(message, position);
      consumer.roundRobin.putBack(consumer, true);
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

  override fetch(): Fetched | undefined {
    if (this.#returned.count === 0) return super.fetch();
    const { message, position } = this.#shiftReturned();
    // The next one may have expired behind this one.
    if (this.mayExpire) this.whenRead();
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
    const count = this.#returned.count + this.#delayedCount + this.#deadCount;
    this.#returned.clear(this.#release, this.#settleAbsent);
    this.#delayed?.clear(this.#release);
    this.#forgetDead();
    if (this.unackedCount === 0) this.#counts.clear();
    return count + super.purge();
  }

  #forgetDead(): void {
    this.#dead?.forEach((message) => this.limit?.remove(message));
    this.#dead?.clear(this.#release, this.#settleAbsent);
  }

  readonly #release = (message: Message, position: number): void => this.release(message, position);

  /** The queue is done with a message that is not in memory. */
  readonly #settleAbsent = (position: number): void => {
    this.#counts.delete(position);
    if (!this.isDeleted) this.store.settle(this.storedIdAt(position), this.storedPositionAt(position), 1);
  };

  override delete(): void {
    super.delete();
    this.host.schedule.clear(this.#returnedExpiry);
  }
}
