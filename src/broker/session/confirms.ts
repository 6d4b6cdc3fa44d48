import { type LateReceipt, type Receipt, type ReceiptLog, REFUSED } from "../message/receipt.ts";
import type { Deferred, Turn } from "../turn/turn.ts";

/** Receives a publisher's confirms, and writes them in its protocol. */
export interface ConfirmSink {
  /** Confirms a publish; with `isMultiple` all before it too, except those that were refused. */
  confirmed(tag: number, isMultiple: boolean): void;
  /** Reports that a target has refused a publish. */
  refused(tag: number): void;
}

/** The parts of the broker that confirms use. */
export interface ConfirmsHost extends ReceiptLog {
  readonly turn: Turn;
}

/**
 * Publisher confirms (RabbitMQ: Consumer Acknowledgements and Publisher Confirms): publishes are numbered from 1, and those
 * of a turn are confirmed at once when their receipts are settled.
 */
export class Confirms implements Deferred {
  readonly #host: ConfirmsHost;
  readonly #sink: ConfirmSink;
  /** Tag of the last publish that is confirmed or waits for the log. */
  #promisedTag = 0;
  #confirmedTag = 0;
  /** Position in the log that the publishes since the last promise wait for. */
  #position = 0;
  /** Number of publishes that were refused at once, and of those among the confirmed tags. */
  #refused = 0;
  #refusedConfirmed = 0;
  /** Number of publishes that were refused late. */
  #refusedLate = 0;
  /** Publishes with late receipts, which are confirmed one by one; true when that has happened. */
  readonly #apart = new Map<number, boolean>();
  #isClosed = false;
  /** Counts publishes: all, and those that were confirmed. */
  readonly #counts: { publishConfirm: number; confirm: number };

  constructor(host: ConfirmsHost, sink: ConfirmSink, counts: { publishConfirm: number; confirm: number }) {
    this.#host = host;
    this.#sink = sink;
    this.#counts = counts;
  }

  /** Number of publishes that are neither confirmed nor refused. */
  get unconfirmedCount(): number {
    return this.#counts.publishConfirm - this.#counts.confirm - this.#refused - this.#refusedLate;
  }

  /**
   * Counts a publish. One that a queue refused is reported at once: a later confirm of several may include it again, as
   * in RabbitMQ.
   */
  published(receipt: Receipt): void {
    const tag = ++this.#counts.publishConfirm;
    if (tag === this.#promisedTag + 1) this.#host.turn.addQueue(this);
    if (typeof receipt !== "number") this.#await(tag, receipt);
    else if (receipt > this.#position) this.#position = receipt;
    else if (receipt === REFUSED) this.#refuse(tag);
  }

  #refuse(tag: number): void {
    this.#refused++;
    this.#sink.refused(tag);
  }

  #await(tag: number, receipt: LateReceipt): void {
    this.#apart.set(tag, false);
    receipt.whenSettled((isTaken) => {
      if (this.#isClosed) return;
      if (tag <= this.#confirmedTag) this.#apart.delete(tag);
      else this.#apart.set(tag, true);
      if (isTaken) {
        this.#counts.confirm++;
        this.#sink.confirmed(tag, false);
      } else {
        this.#refusedLate++;
        this.#sink.refused(tag);
      }
    });
  }

  /** Promises to confirm the publishes of this turn. */
  finishTurn(): void {
    const tag = this.#counts.publishConfirm;
    this.#promisedTag = tag;
    const position = this.#position;
    const refused = this.#refused;
    if (position <= this.#host.store.durable) this.#confirm(tag, refused);
    else this.#host.whenDurable(position, () => this.#confirm(tag, refused));
  }

  /** Stops confirming, as the channel is closed. */
  close(): void {
    this.#isClosed = true;
  }

  /** Confirms all publishes up to a tag, of which `refused` were refused at once. */
  #confirm(tag: number, refused: number): void {
    // A later turn may have found the log up to date earlier.
    if (this.#isClosed || tag <= this.#confirmedTag) return;
    const from = this.#confirmedTag;
    this.#confirmedTag = tag;
    this.#counts.confirm -= refused - this.#refusedConfirmed;
    this.#refusedConfirmed = refused;
    if (this.#apart.size > 0) return this.#confirmEach(from, tag);
    this.#counts.confirm += tag - from;
    this.#sink.confirmed(tag, tag - from > 1);
  }

  /** Confirms all publishes except those with late receipts. */
  #confirmEach(from: number, upTo: number): void {
    for (let tag = from + 1; tag <= upTo; tag++) {
      const isSettled = this.#apart.get(tag);
      if (isSettled) this.#apart.delete(tag);
      if (isSettled !== undefined) continue;
      this.#counts.confirm++;
      this.#sink.confirmed(tag, false);
    }
  }
}
