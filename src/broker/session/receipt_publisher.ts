import { connectionForced } from "../../wire/error.ts";
import type { CallTurns } from "../turn/call_turns.ts";
import { type Channel, SILENT } from "./channel.ts";
import { type Destination, MessageSender, type Publishable } from "./message_sender.ts";
import {
  type AnyReceipt,
  type BatchOutcome,
  BatchReceipt,
  type PublishReceipt,
  type ReceiptFlow,
  SingleReceipt,
} from "./publish_receipt.ts";
import type { Session } from "./session.ts";
import { Waiting } from "./waiting.ts";
import { WaitingPublishes } from "./waiting_publishes.ts";

/** Number of publishes after which a turn ends, even if the program goes on without a pause. */
const TURN_PUBLISHES = 1024;
/** Number of publishes after which those who await receipts may have to wait for consumers. */
const HOLD_PUBLISHES = 256;

/**
 * Publishes on a channel of its own for a front end without frames. Each publish has a receipt; beside that, most messages make
 * no object and no promise (`bench/api.ts`).
 */
export class ReceiptPublisher implements ReceiptFlow {
  readonly #session: Session;
  readonly #channel: Channel;
  readonly #turns: CallTurns;
  readonly #sender: MessageSender;
  readonly #waiting: WaitingPublishes;
  /** Unsettled receipts from {@linkcode #firstPending} on, in the order of their publishes. */
  #pending: AnyReceipt[] = [];
  #firstPending = 0;
  /** The receipt of the current publish. */
  #current: AnyReceipt | undefined;
  #lastTag = 0;
  /** Number up to which all publishes are settled, and the numbers beyond it that are. */
  #settledUpTo = 0;
  readonly #settledApart = new Set<number>();
  #sinceTurn = 0;
  #sinceHold = 0;
  #hold: Promise<void> | undefined;
  #failure: Error | undefined;

  constructor(session: Session, turns: CallTurns) {
    this.#session = session;
    this.#turns = turns;
    this.#waiting = new WaitingPublishes(session.node);
    this.#channel = session.openChannel(0, {
      ...SILENT,
      confirmed: (tag, isMultiple) => this.#settle(tag, isMultiple),
      refused: (tag) => {
        this.#receiptOf(tag)?.note(tag, "refused");
        this.#settle(tag, false);
      },
      returned: () => this.#current!.note(this.#lastTag + 1, "returned"),
      failed: (error) => this.close(error),
    });
    this.#channel.selectConfirms();
    this.#sender = new MessageSender(this.#channel);
  }

  /**
   * Publishes a message. While memory or disk are low, or a permission is not known, it waits, and must not be changed;
   * `signal` takes it back then. Throws `ChannelError`: 404 when the exchange does not exist, 403 when it takes nothing from
   * publishers, 406 for wrong properties; `RangeError` for a text of over 255 bytes; `ConnectionError` 320 when the publisher
   * is closed or another broker has taken over, 506 when too many messages wait. The receipt of a message that has waited
   * fails instead.
   */
  publish(message: Publishable, to: Destination, signal?: AbortSignal): PublishReceipt {
    if (signal !== undefined) signal.throwIfAborted();
    const receipt = new SingleReceipt(this);
    let until: Promise<void> | undefined;
    if (!this.#mustWait()) {
      until = this.#attempt(receipt, message, to, false);
      if (until === undefined) {
        this.#sent(receipt);
        return receipt;
      }
    }
    const send = () => {
      const until = this.#attempt(receipt, message, to, false);
      if (until === undefined) this.#sent(receipt);
      return until;
    };
    this.#waiting.add({ receipt, messages: [message], signal, send, until });
    return receipt;
  }

  /**
   * Publishes messages in their order, as {@linkcode publish} does. Throws at the first one that is refused: those before it
   * are published.
   */
  publishBatch(messages: readonly Publishable[], to: Destination): PublishReceipt<BatchOutcome> {
    const receipt = new BatchReceipt(this, messages.length);
    let next = 0;
    const send = (): Promise<void> | undefined => {
      if (next === 0) receipt.firstTag = this.#lastTag + 1;
      for (let isRepeated = false; next < messages.length; next++, isRepeated = true) {
        const until = this.#mustPause() ?? this.#attempt(receipt, messages[next], to, isRepeated);
        if (until !== undefined) return until;
      }
      this.#sent(receipt);
      return undefined;
    };
    const until = this.#mustWait() ? undefined : send();
    if (next < messages.length) this.#waiting.add({ receipt, messages, send, until });
    return receipt;
  }

  /** Returns whether messages have to wait. Throws when none can be published any more. */
  #mustWait(): boolean {
    if (this.#failure !== undefined) throw this.#failure;
    return !this.#waiting.isEmpty || this.#waiting.isHeldBack;
  }

  /** Returns a promise to wait for before the next message of a batch. */
  #mustPause(): Promise<void> | undefined {
    return this.#waiting.isHeldBack ? Promise.resolve() : undefined;
  }

  /** Publishes a message, or returns a promise to wait for before that is tried again. */
  #attempt(
    receipt: AnyReceipt,
    message: Publishable,
    to: Destination,
    isRepeated: boolean,
  ): Promise<void> | undefined {
    try {
      if (this.#channel.isClosed) throw connectionForced("the publisher is closed");
      this.#current = receipt;
      this.#sender.send(message, to, isRepeated);
    } catch (error) {
      this.#turns.soon();
      if (error instanceof Waiting) return error.until;
      throw error;
    }
    this.#lastTag++;
    if (++this.#sinceTurn >= TURN_PUBLISHES) this.#endTurn();
    return undefined;
  }

  #endTurn(): void {
    this.#sinceTurn = 0;
    this.#turns.now();
  }

  /** Notes that a publish is complete. */
  #sent(receipt: AnyReceipt): void {
    receipt.lastTag = this.#lastTag;
    this.#pending.push(receipt);
    if (receipt.lastTag <= this.#settledUpTo) this.#settlePending();
    else this.#turns.soon();
  }

  #receiptOf(tag: number): AnyReceipt | undefined {
    if (tag > this.#lastTag) return this.#current;
    for (let i = this.#firstPending; i < this.#pending.length; i++) {
      if (tag <= this.#pending[i].lastTag) return this.#pending[i];
    }
    return this.#current;
  }

  #settle(tag: number, isMultiple: boolean): void {
    if (isMultiple || tag === this.#settledUpTo + 1) this.#settledUpTo = Math.max(this.#settledUpTo, tag);
    else if (tag > this.#settledUpTo) this.#settledApart.add(tag);
    if (this.#settledApart.size > 0) { while (this.#settledApart.delete(this.#settledUpTo + 1)) this.#settledUpTo++; }
    this.#settlePending();
  }

  #settlePending(): void {
    const pending = this.#pending;
    const upTo = this.#settledUpTo;
    let first = this.#firstPending;
    while (first < pending.length && pending[first].lastTag <= upTo) pending[first++].settle();
    if (first === pending.length) {
      pending.length = 0;
      first = 0;
    } else if (first > TURN_PUBLISHES && first * 2 > pending.length) {
      pending.splice(0, first);
      first = 0;
    }
    this.#firstPending = first;
  }

  /** Holds back those who await receipts, while consumers are far behind, or the rest of the program has had no turn. */
  get hold(): Promise<void> | undefined {
    if (this.#lastTag - this.#sinceHold < HOLD_PUBLISHES || this.#waiting.isHeldBack) return this.#hold;
    this.#sinceHold = this.#lastTag;
    const { flow } = this.#session;
    flow.hasPublished = true;
    const obstacle = flow.obstacle() ?? this.#turns.pause();
    if (obstacle === undefined) return this.#hold;
    const hold = this.#hold = obstacle.then(() => {
      if (this.#hold === hold) this.#hold = undefined;
    });
    return hold;
  }

  /** Resolves when everything published until now is settled, and nothing waits. */
  async whenSettled(): Promise<void> {
    this.#turns.now();
    for (let last; (last = this.#waiting.last ?? this.#pending.at(-1)) !== undefined;) {
      await last.then(() => {}, () => {});
    }
  }

  /** Ends publishing. Receipts that are not settled fail. */
  close(error: Error = connectionForced("the publisher is closed")): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#waiting.close(error);
    for (const receipt of this.#pending.splice(0)) receipt.fail(error);
    this.#firstPending = 0;
    this.#channel.close();
  }
}
