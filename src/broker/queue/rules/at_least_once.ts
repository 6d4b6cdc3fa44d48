import type { Message } from "../../message/messages.ts";
import { type LateReceipt, REFUSED } from "../../message/receipt.ts";
import type { Target } from "../../message/target.ts";
import { Deadline } from "../../turn/schedule.ts";
import type { Deferred } from "../../turn/turn.ts";
import type { BackingQueue } from "../backing/backing_queue.ts";
import { KEPT_IN_MEMORY, SetAsideMessages } from "../paging/set_aside.ts";
import type { QueueHost } from "../queue_host.ts";
import type { DeathReason, DyingQueue } from "./dead_letters.ts";

/** Number of stuck messages that are tried again and again; the others wait behind them. */
const STUCK_MAX = 32;
/** Delay before stuck messages are tried again. In milliseconds. */
const TRY_AGAIN_MS = 1000;
/** Number of messages that are tried in one turn; the others follow soon. */
const TRIED_IN_TURN = 1024;

/** The queue whose dead messages these are. */
export interface KeepingQueue extends DyingQueue {
  backingQueueAt(position: number): BackingQueue;
}

/** A dead message that some queue has not taken. */
interface Stuck {
  readonly message: Message;
  readonly position: number;
  readonly reason: DeathReason;
  /** The queues that took it. */
  readonly taken: Set<Target>;
  /** The queues of other processes that have not answered yet. */
  readonly asked: Set<Target>;
}

/**
 * Publishes a quorum queue's dead messages to its dead letter exchange, and keeps each until all queues that it is routed
 * to have taken it, at least one (RabbitMQ: At-least-once Dead Lettering). Until then the store has it as the queue's: after
 * a restart it is there again and may die again, so it can come twice but not get lost.
 */
export class AtLeastOnce implements Deferred {
  readonly #queue: KeepingQueue;
  readonly #host: QueueHost;
  readonly #done: (message: Message, position: number) => void;
  readonly #waiting: SetAsideMessages;
  /** Why each of those that wait died, by position. */
  readonly #reasons = new Map<number, DeathReason>();
  #stuck: Stuck[] = [];
  readonly #retry = new Deadline(() => this.tryAgain());
  #isInTurn = false;
  #isNowhereReported = false;

  /** Calls `done` with each message that all its queues have taken. */
  constructor(queue: KeepingQueue, host: QueueHost, done: (message: Message, position: number) => void) {
    this.#queue = queue;
    this.#host = host;
    this.#done = done;
    const rowOf = {
      name: queue.name,
      get isDeleted() {
        return queue.isDeleted;
      },
      backingQueueAt: (position: number) => queue.backingQueueAt(position),
      whenRead: () => this.#addToTurn(),
    };
    this.#waiting = new SetAsideMessages(rowOf, host);
  }

  /** Number of messages. */
  get count(): number {
    return this.#waiting.count + this.#stuck.length;
  }

  /** True when there are more messages than stay in memory. */
  get isLong(): boolean {
    return this.count > KEPT_IN_MEMORY;
  }

  /** Messages that wait to be tried. */
  get waiting(): SetAsideMessages {
    return this.#waiting;
  }

  /** Calls `visit` with all that are in memory. */
  forEach(visit: (message: Message) => void): void {
    this.#waiting.forEach(visit);
    for (const { message } of this.#stuck) visit(message);
  }

  /** Takes a message that has died, with the queue's reference. It may have left memory. */
  add(message: Message, position: number, reason: DeathReason): void {
    this.#waiting.push(message, position);
    this.#reasons.set(position, reason);
    this.#addToTurn();
  }

  #addToTurn(): void {
    if (this.#isInTurn) return;
    this.#isInTurn = true;
    this.#host.turn.addQueue(this);
  }

  /** Tries all again: what kept messages from getting everywhere may have changed. */
  tryAgain(): void {
    if (this.#stuck.length > 0) this.#stuck = this.#stuck.filter((stuck) => !this.#hasGot(stuck));
    this.#addToTurn();
  }

  finishTurn(): void {
    this.#isInTurn = false;
    if (this.#queue.isDeleted) return;
    const waiting = this.#waiting;
    for (let tried = 0; waiting.count > 0 && this.#stuck.length < STUCK_MAX; tried++) {
      if (tried === TRIED_IN_TURN) {
        this.#host.later(0, () => this.#addToTurn());
        break;
      }
      if (!waiting.isNextAvailable) {
        waiting.read();
        break;
      }
      const position = waiting.nextPosition;
      const message = waiting.shift();
      const reason = this.#reasons.get(position)!;
      this.#reasons.delete(position);
      const dead = { message, position, reason, taken: new Set<Target>(), asked: new Set<Target>() };
      if (!this.#hasGot(dead)) this.#stuck.push(dead);
    }
    const { schedule, timeMs } = this.#host;
    if (this.#stuck.length === 0) schedule.clear(this.#retry);
    else if (this.#retry.dueAtMs === Infinity) schedule.set(this.#retry, timeMs + TRY_AGAIN_MS);
  }

  /** Reports once, until that changes, that messages have nowhere to go. */
  #reportNowhere(): void {
    if (this.#isNowhereReported) return;
    this.#isNowhereReported = true;
    const { name, settings } = this.#queue;
    this.#host.report(
      `dead messages of queue '${name}' stay in it until its dead letter exchange, '${settings.deadLetterExchange}', is ` +
        `there and routes them to a queue`,
    );
  }

  /** Gives a message to the queues that have not taken it. Returns whether all have now, so that it is gone from here. */
  #hasGot(dead: Stuck): boolean {
    const { message, position, reason, taken, asked } = dead;
    const letter = this.#host.deadLetters.write(this.#queue, message, reason);
    if (letter === undefined) {
      this.#reportNowhere();
      return false;
    }
    if (letter.queues.length === 0) this.#reportNowhere();
    else this.#isNowhereReported = false;
    const { messages } = this.#host;
    for (const target of letter.queues) {
      if (taken.has(target) || asked.has(target)) continue;
      messages.references[letter.message]++;
      const receipt = this.#host.deadLetters.give(letter.message, [target]);
      // What a target of this broker takes is in the same log as the message that it comes from.
      if (typeof receipt !== "number") this.#await(receipt, target, dead);
      else if (receipt !== REFUSED) taken.add(target);
    }
    messages.release(letter.message);
    if (taken.size === 0 || letter.queues.some((target) => !taken.has(target))) return false;
    this.#done(message, position);
    return true;
  }

  /** Tries a message again when a target in another process has answered. */
  #await(receipt: LateReceipt, target: Target, { taken, asked }: Stuck): void {
    asked.add(target);
    receipt.whenSettled((isTaken) => {
      asked.delete(target);
      if (!isTaken) return;
      taken.add(target);
      this.tryAgain();
    });
  }

  /** Takes all out: `release` is called with those in memory, `settle` with the positions of the others. */
  clear(release: (message: Message, position: number) => void, settle: (position: number) => void): void {
    this.#waiting.clear(release, settle);
    for (const { message, position } of this.#stuck.splice(0)) release(message, position);
    this.#reasons.clear();
    this.#host.schedule.clear(this.#retry);
  }
}
