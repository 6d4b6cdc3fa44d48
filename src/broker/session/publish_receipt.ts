/**
 * Result of a publish: all queues on its route have the message (and the store, where it is persistent and the queue
 * durable), it had no route, or a queue refused it.
 */
export type PublishOutcome = "confirmed" | "returned" | "refused";

/** Result of a batch of publishes. */
export interface BatchOutcome {
  /** Number of messages that were confirmed. */
  readonly confirmed: number;
  /** Indexes, in the batch, of mandatory messages that had no route. */
  readonly returned: readonly number[];
  /** Indexes, in the batch, of messages that a queue refused. */
  readonly refused: readonly number[];
}

/**
 * The receipt of a publish, or of a batch of them. It can be awaited; if it is not, it costs no promise. Awaiting it also
 * waits while consumers are far behind, so that a loop that does so does not outrun them. It rejects with
 * `ConnectionError` 320 when the broker is closed meanwhile.
 */
export interface PublishReceipt<Outcome = PublishOutcome> extends PromiseLike<Outcome> {
  /** True when the outcome is known. Receipts of one virtual host are settled in the order of their publishes. */
  readonly isSettled: boolean;
  /** The outcome; `undefined` until it is known, and when the publish has failed. */
  readonly outcome: Outcome | undefined;
}

/** Holds back those who await receipts, while consumers or the rest of the program need time. */
export interface ReceiptFlow {
  /** Resolves when publishers may go on; `undefined` while they may. */
  readonly hold: Promise<void> | undefined;
}

interface Waiter<Outcome> {
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/** A receipt, as its publisher sees it. */
export abstract class SettledReceipt<Outcome> implements PublishReceipt<Outcome> {
  /** Number of the last publish that it is for, once that is published. */
  lastTag = Infinity;
  isSettled = false;
  readonly #flow: ReceiptFlow;
  #waiters: Waiter<Outcome>[] | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(flow: ReceiptFlow) {
    this.#flow = flow;
  }

  /** Notes that the publish with a number was returned or refused. */
  abstract note(tag: number, outcome: "returned" | "refused"): void;
  /** Returns the outcome of a complete publish. */
  protected abstract result(): Outcome;

  get outcome(): Outcome | undefined {
    return this.isSettled && this.#failure === undefined ? this.result() : undefined;
  }

  /** True when somebody awaits it. */
  get isAwaited(): boolean {
    return this.#waiters !== undefined;
  }

  settle(): void {
    if (this.isSettled) return;
    this.isSettled = true;
    if (this.#waiters === undefined) return;
    for (const { resolve, reject } of this.#waiters) this.#settled().then(resolve, reject);
    this.#waiters = undefined;
  }

  fail(error: unknown): void {
    if (this.isSettled) return;
    this.#failure = { error };
    this.settle();
  }

  then<Value = Outcome, Failure = never>(
    onFulfilled?: ((outcome: Outcome) => Value | PromiseLike<Value>) | null,
    onRejected?: ((error: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Value | Failure> {
    return this.#promise().then(onFulfilled, onRejected);
  }

  #promise(): Promise<Outcome> {
    if (this.isSettled) return this.#settled();
    return new Promise((resolve, reject) => (this.#waiters ??= []).push({ resolve, reject }));
  }

  #settled(): Promise<Outcome> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    const { hold } = this.#flow;
    return hold === undefined ? Promise.resolve(this.result()) : hold.then(() => this.result());
  }
}

/** The receipt of one publish. */
export class SingleReceipt extends SettledReceipt<PublishOutcome> {
  #result: PublishOutcome = "confirmed";

  override note(_tag: number, outcome: "returned" | "refused"): void {
    this.#result = outcome;
  }

  protected override result(): PublishOutcome {
    return this.#result;
  }
}

const NONE: readonly number[] = [];

/** The receipt of a batch of publishes. */
export class BatchReceipt extends SettledReceipt<BatchOutcome> {
  /** Number of its first publish. */
  firstTag = 0;
  readonly #count: number;
  #returned: number[] | undefined;
  #refused: number[] | undefined;

  constructor(flow: ReceiptFlow, count: number) {
    super(flow);
    this.#count = count;
  }

  override note(tag: number, outcome: "returned" | "refused"): void {
    const index = tag - this.firstTag;
    if (outcome === "returned") (this.#returned ??= []).push(index);
    else (this.#refused ??= []).push(index);
  }

  protected override result(): BatchOutcome {
    const [returned, refused] = [this.#returned ?? NONE, this.#refused ?? NONE];
    return { confirmed: this.#count - returned.length - refused.length, returned, refused };
  }
}

/** A receipt of any publish. */
export type AnyReceipt = SingleReceipt | BatchReceipt;
