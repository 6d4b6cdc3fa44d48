/**
 * The answer of a target to a message, for which the publisher waits before it confirms.
 *
 * Mostly a plain number: {@linkcode TAKEN}, {@linkcode REFUSED}, or the position in the broker's log up to which that
 * must be durable. A target that answers later, such as one in another process, gives a {@linkcode LateReceipt}.
 */
export type Receipt = number | LateReceipt;

/** All targets have the message, and there is nothing to wait for. */
export const TAKEN = 0;
/** A target has refused the message. */
export const REFUSED = -1;
/** There was no target. */
export const UNROUTED = -2;

/** The log of a receipt's position. */
export interface ReceiptLog {
  readonly store: { readonly durable: number };
  whenDurable(position: number, callback: () => void): void;
}

/** A receipt for several targets, some of which have not answered. */
export class LateReceipt {
  /** Number of targets that have not answered. */
  #outstanding = 0;
  #isRefused = false;
  #isComplete = false;
  #onSettled: (isTaken: boolean) => void = () => {};

  /** Adds a target, which will call {@linkcode taken} or {@linkcode refused} once. */
  expect(): void {
    this.#outstanding++;
  }

  /** Notes that a target has the message, and it is safe there. */
  taken(): void {
    this.#answer();
  }

  /** Notes that a target has refused the message, or is gone and will never answer. */
  refused(): void {
    this.#isRefused = true;
    this.#answer();
  }

  /** Adds the receipt of a local target. */
  add(log: ReceiptLog, receipt: number): void {
    if (receipt === REFUSED) this.#isRefused = true;
    else if (receipt > log.store.durable) {
      this.expect();
      log.whenDurable(receipt, () => this.taken());
    }
  }

  /** Notes that all targets are known. */
  complete(): void {
    this.#isComplete = true;
    this.#settle();
  }

  get isSettled(): boolean {
    return this.#isComplete && this.#outstanding === 0;
  }

  /** Calls back once all targets have answered, at once if they have. May be called only once. */
  whenSettled(callback: (isTaken: boolean) => void): void {
    this.#onSettled = callback;
    this.#settle();
  }

  #answer(): void {
    this.#outstanding--;
    this.#settle();
  }

  #settle(): void {
    if (this.isSettled) this.#onSettled(!this.#isRefused);
  }
}
