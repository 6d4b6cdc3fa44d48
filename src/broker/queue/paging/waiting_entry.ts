import type { Message } from "../../message/messages.ts";

/** A waiting message, or a range of positions of messages that are not in memory. */
export interface WaitingEntry {
  /** `NO_MESSAGE` for messages that are not in memory. */
  readonly message: Message;
  /** Position of the message, or of the first one in the range. */
  readonly first: number;
  /** Position behind the last one. There may be gaps in a range. */
  readonly end: number;
  /** Position before which messages were delivered before. */
  readonly redeliveredBefore: number;
}
