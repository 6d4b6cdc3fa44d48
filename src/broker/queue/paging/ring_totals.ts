import type { Message, Messages } from "../../message/messages.ts";
import { MessageTotals } from "../message_totals.ts";

/** Number of positions whose totals are cached together. */
const PAGE_POSITIONS = 4096;

/** Messages at consecutive positions, added at the end and removed from the front. */
export interface PositionedMessages {
  /** Position of the first message. */
  readonly first: number;
  /** Position behind the last message. */
  readonly end: number;
  at(position: number): Message;
}

/**
 * Totals of the messages in a ring. Those of a whole page of positions are cached, as none of its messages changes
 * before the first one is removed; so repeated totals of a long queue cost little more than its new messages.
 */
export class RingTotals {
  /** By page. */
  readonly #pages = new Map<number, MessageTotals>();

  /** Adds the totals of a ring to other totals. */
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
