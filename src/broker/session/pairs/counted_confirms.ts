import type { ConfirmSink } from "../confirms.ts";
import type { ChannelExchangeCounts } from "./pair.ts";

/** Counts the confirms of a channel by exchange, and passes them on. */
export class CountedConfirms implements ConfirmSink {
  readonly #sink: ConfirmSink;
  /** Counts of the exchange of each publish that is neither confirmed nor refused, by its tag. */
  readonly #unconfirmed = new Map<number, ChannelExchangeCounts>();
  #lastTag = 0;
  /** All publishes below this tag are confirmed or refused. */
  #firstTag = 1;

  constructor(sink: ConfirmSink) {
    this.#sink = sink;
  }

  /** Notes the exchange of the next publish; `undefined` for one that is not counted. */
  published(counts: ChannelExchangeCounts | undefined): void {
    this.#lastTag++;
    if (counts !== undefined) this.#unconfirmed.set(this.#lastTag, counts);
  }

  confirmed(tag: number, isMultiple: boolean): void {
    const from = isMultiple ? this.#firstTag : tag;
    for (let each = from; each <= tag; each++) {
      const counts = this.#unconfirmed.get(each);
      if (counts === undefined) continue;
      counts.confirm++;
      this.#unconfirmed.delete(each);
    }
    if (from === this.#firstTag) this.#firstTag = tag + 1;
    this.#sink.confirmed(tag, isMultiple);
  }

  refused(tag: number): void {
    this.#unconfirmed.delete(tag);
    this.#sink.refused(tag);
  }
}
