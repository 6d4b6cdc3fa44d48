import type { FieldTable } from "../../../wire/field_table.ts";
import type { Message } from "../../message/messages.ts";
import { type LateReceipt, REFUSED } from "../../message/receipt.ts";
import type { Target } from "../../message/target.ts";
import { Deadline } from "../../turn/schedule.ts";
import type { Deferred } from "../../turn/turn.ts";
import type { BackingQueue } from "../backing/backing_queue.ts";
import { KEPT_IN_MEMORY, SetAsideMessages } from "../paging/set_aside.ts";
import type { QueueHost } from "../queue_host.ts";
import type { DeathReason, DyingQueue } from "./dead_letters.ts";

/** Number of stuck messages that are retried; the others wait behind them. */
const STUCK_MAX = 32;
/** Delay before stuck messages are retried. In milliseconds. */
const TRY_AGAIN_MS = 1000;
/** Number of messages that are tried in one turn; the others follow soon. */
const TRIED_IN_TURN = 1024;

/** The queue of the dead messages. */
export interface KeepingQueue extends DyingQueue {
  readonly arguments: FieldTable;
  backingQueueAt(position: number): BackingQueue;
  /** Removes a dead message from memory, if the store can read it back. */
  forget(message: Message, position: number): void;
}

/** A dead message that not all queues have taken. */
interface Stuck {
  readonly message: Message;
  readonly position: number;
  readonly reason: DeathReason;
  /** Queues that have taken it. */
  readonly taken: Set<Target>;
  /** Queues of other processes that have not answered. */
  readonly asked: Set<Target>;
}

/**
 * Publishes a quorum queue's dead messages to its dead letter exchange (RabbitMQ: At-least-once Dead Lettering). It keeps
 * each message until all queues on its route, and at least one, have accepted it. Until then the store keeps the message in
 * this queue. After a restart it may die again, so it can arrive twice, but it is not lost.
 */
export class AtLeastOnce implements Deferred {
  readonly #queue: KeepingQueue;
  readonly #host: QueueHost;
  readonly #done: (message: Message, position: number) => void;
  readonly #waiting: SetAsideMessages;
  /** Reasons of the waiting messages' deaths, by position. */
  readonly #reasons = new Map<number, DeathReason>();
  #stuck: Stuck[] = [];
  readonly #retry = new Deadline(() => this.tryAgain());
  #isInTurn = false;
  #isNowhereReported = false;

  /** Calls `done` for each message that all its queues have taken. */
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

  /** Size of the bodies of all messages. In bytes. */
  get bytes(): number {
    let { bytes } = this.#waiting;
    for (const { message } of this.#stuck) bytes += this.#host.messages.bodyBytes(message);
    return bytes;
  }

  /** True when there are more messages than stay in memory. */
  get isLong(): boolean {
    return this.count > KEPT_IN_MEMORY;
  }

  /** Messages that wait for their first attempt. */
  get waiting(): SetAsideMessages {
    return this.#waiting;
  }

  /** Calls `visit` for all messages in memory. */
  forEach(visit: (message: Message) => void): void {
    this.#waiting.forEach(visit);
    for (const { message } of this.#stuck) visit(message);
  }

  /** Takes a dead message, with the queue's reference. It may have left memory. */
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

  /** Retries all messages, as the obstacle may be gone. */
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

  /** Reports that messages have no destination, once until that changes. */
  #reportNowhere(): void {
    if (this.#isNowhereReported) return;
    this.#isNowhereReported = true;
    const { name, settings } = this.#queue;
    this.#host.report(
      `dead messages of queue '${name}' stay in it until its dead letter exchange, '${settings.deadLetterExchange}', is ` +
        `there and routes them to a queue`,
      "queue",
    );
  }

  /** Gives a message to the queues that have not taken it. Returns whether all have now, so that it is done. */
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
      // A target of this broker writes to the same log that the message comes from.
      if (typeof receipt !== "number") this.#await(receipt, target, dead);
      else if (receipt !== REFUSED) taken.add(target);
    }
    messages.release(letter.message);
    if (taken.size === 0 || letter.queues.some((target) => !taken.has(target))) return false;
    this.#done(message, position);
    return true;
  }

  /** Retries a message when a target in another process has answered. */
  #await(receipt: LateReceipt, target: Target, { taken, asked }: Stuck): void {
    asked.add(target);
    receipt.whenSettled((isTaken) => {
      asked.delete(target);
      if (!isTaken) return;
      taken.add(target);
      this.tryAgain();
    });
  }

  /** Takes all messages out: calls `release` for those in memory, `settle` for the positions of the others. */
  clear(release: (message: Message, position: number) => void, settle: (position: number) => void): void {
    this.#waiting.clear(release, settle);
    for (const { message, position } of this.#stuck.splice(0)) release(message, position);
    this.#reasons.clear();
    this.#host.schedule.clear(this.#retry);
  }
}
