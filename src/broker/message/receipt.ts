/**
 * What a target gives for a message, and who published it waits for before it is confirmed.
 *
 * Mostly a plain number: {@linkcode TAKEN}, {@linkcode REFUSED}, or the position in the broker's log up to which that has
 * to be durable. A target that answers later, as one in another process does, gives a {@linkcode LateReceipt}.
 */
export type Receipt = number | LateReceipt;

/** All targets have the message, and there is nothing to wait for. */
export const TAKEN = 0;
/** A target has refused the message. */
export const REFUSED = -1;
/** There was no target. */
export const UNROUTED = -2;

/** The log that a receipt's number is a position of. */
export interface ReceiptLog {
  readonly store: { readonly durable: number };
  whenDurable(position: number, callback: () => void): void;
}

/** A receipt for several targets of which some have not answered yet. */
export class LateReceipt {
  /** Targets that have not answered. */
  #outstanding = 0;
  #isRefused = false;
  #isComplete = false;
  #onSettled: (isTaken: boolean) => void = () => {};

  /** One more target is to answer, by {@linkcode taken} or {@linkcode refused}, once. */
  expect(): void {
    this.#outstanding++;
  }

  /** A target has the message, where it is safe. */
  taken(): void {
    this.#answer();
  }

  /** A target has refused the message, or is gone and will never answer. */
  refused(): void {
    this.#isRefused = true;
    this.#answer();
  }

  /** Adds what a local target gave. */
  add(log: ReceiptLog, receipt: number): void {
    if (receipt === REFUSED) this.#isRefused = true;
    else if (receipt > log.store.durable) {
      this.expect();
      log.whenDurable(receipt, () => this.taken());
    }
  }

  /** All targets are known now. */
  complete(): void {
    this.#isComplete = true;
    this.#settle();
  }

  get isSettled(): boolean {
    return this.#isComplete && this.#outstanding === 0;
  }

  /** Calls back once all targets have answered, at once if they have. To be called once. */
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
