import type { Message, Messages } from "../../message/messages.ts";
import { MessageTotals } from "../message_totals.ts";

/** Number of positions whose totals are remembered together. */
const PAGE_POSITIONS = 4096;

/** Messages whose positions follow one another. They come at the end and leave at the front. */
export interface PositionedMessages {
  /** The position of the first message. */
  readonly first: number;
  /** The position behind the last message. */
  readonly end: number;
  at(position: number): Message;
}

/**
 * Totals of the messages in a ring. Those of a whole page of positions are remembered, since none of its messages changes
 * before the first one leaves; so a long queue that is asked again and again adds up little more than what came since.
 */
export class RingTotals {
  /** By page. */
  readonly #pages = new Map<number, MessageTotals>();

  /** Adds the totals of a ring to others. */
  addTo(totals: MessageTotals, ring: PositionedMessages, messages: Messages): void {
    const { first, end } = ring;
    for (const page of this.#pages.keys()) if (page * PAGE_POSITIONS < first) this.#pages.delete(page);
    let position = first;
    while (position < end) {
      const page = Math.floor(position / PAGE_POSITIONS);
      const pageEnd = (page + 1) * PAGE_POSITIONS;
      if (position !== page * PAGE_POSITIONS || pageEnd > end) {
        addRange(totals, ring, messages, position, Math.min(pageEnd, end));
      } else totals.addTotals(this.#pages.get(page) ?? this.#add(page, ring, messages));
      position = pageEnd;
    }
  }

  #add(page: number, ring: PositionedMessages, messages: Messages): MessageTotals {
    const totals = new MessageTotals();
    addRange(totals, ring, messages, page * PAGE_POSITIONS, (page + 1) * PAGE_POSITIONS);
    this.#pages.set(page, totals);
    return totals;
  }
}

function addRange(
  totals: MessageTotals,
  ring: PositionedMessages,
  messages: Messages,
  first: number,
  end: number,
): void {
  for (let position = first; position < end; position++) totals.add(ring.at(position), messages);
}
