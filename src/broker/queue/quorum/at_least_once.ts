import type { DeathReason } from "../../routing/dead_letters.ts";
import type { Message } from "../../message/messages.ts";
import { type LateReceipt, REFUSED } from "../../message/receipt.ts";
import { Deadline } from "../../turn/schedule.ts";
import type { Target } from "../../message/target.ts";
import type { Deferred } from "../../turn/turn.ts";
import type { Queue } from "../queue.ts";
import type { QueueHost } from "../queue_host.ts";
import { SetAsideMessages } from "./set_aside.ts";

/** So many are tried again and again that did not get everywhere; the others wait behind them. */
const STUCK_MAX = 32;
/** After so long these are tried again. In milliseconds. */
const TRY_AGAIN_MS = 1000;
/** So many are tried in one turn; the others follow soon. */
const TRIED_IN_TURN = 1024;

/** A dead message that has not got everywhere it is to go. */
interface Stuck {
  readonly message: Message;
  readonly position: number;
  readonly reason: DeathReason;
  /** What took it. */
  readonly taken: Set<Target>;
  /** What has not answered yet. */
  readonly asked: Set<Target>;
}

/**
 * Publishes a quorum queue's dead messages to its dead letter exchange, and keeps each until all queues have taken it that
 * it is routed to, at least one (RabbitMQ: At-least-once Dead Lettering). Until then the store has it as the queue's: after
 * a restart it is there again and may die again, so that it can come twice but not get lost.
 */
export class AtLeastOnce implements Deferred {
  readonly #queue: Queue;
  readonly #host: QueueHost;
  readonly #done: (message: Message, position: number) => void;
  readonly #waiting: SetAsideMessages;
  /** Why those that wait have died, by position. */
  readonly #reasons = new Map<number, DeathReason>();
  #stuck: Stuck[] = [];
  readonly #retry = new Deadline(() => this.tryAgain());
  #isInTurn = false;
  #isNowhereReported = false;

  /** `done` is called with each message when it is where it is to be. */
  constructor(queue: Queue, host: QueueHost, done: (message: Message, position: number) => void) {
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

  /** How many there are. */
  get count(): number {
    return this.#waiting.count + this.#stuck.length;
  }

  /** Those that wait to be tried. */
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

  /** What kept messages from getting everywhere may have changed. */
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

  /** Says once, until that has changed, that messages have nowhere to go. */
  #reportNowhere(): void {
    if (this.#isNowhereReported) return;
    this.#isNowhereReported = true;
    const { name, settings } = this.#queue;
    this.#host.report(
      `dead messages of queue '${name}' stay in it until its dead letter exchange, '${settings.deadLetterExchange}', is ` +
        `there and routes them to a queue`,
    );
  }

  /** Publishes a message where it has not been taken yet. Returns whether it is now where it is to be, and gone from here. */
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

  /** Forgets all: `release` is called with those in memory, `settle` with the positions of the others. */
  clear(release: (message: Message, position: number) => void, settle: (position: number) => void): void {
    this.#waiting.clear(release, settle);
    for (const { message, position } of this.#stuck.splice(0)) release(message, position);
    this.#reasons.clear();
    this.#host.schedule.clear(this.#retry);
  }
}
