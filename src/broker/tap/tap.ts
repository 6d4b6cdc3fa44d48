import type { MessageContent } from "../../store/message_content.ts";
import type { Message, Messages } from "../message/messages.ts";

/** Limits of a tap's samples. */
export interface TapLimits {
  readonly messagesPerSecond: number;
  readonly bytesPerSecond: number;
}

/** Reads the samples of a tap. */
export interface TapReader {
  /** True when it has room for another sample: a slow reader gets fewer, and holds nothing up. */
  readonly hasRoom: boolean;
  /** Takes a sample, which is valid until the end of the call. Returns its size; `undefined` when it is not shown. */
  sample(content: MessageContent): number | undefined;
}

/** The parts of the broker that a tap uses. */
export interface TapHost {
  readonly messages: Messages;
  /** Time of this turn. In milliseconds since 1970. */
  readonly timeMs: number;
}

/** Shows samples of the messages that pass, and counts all of them. It keeps no message. */
export class Tap {
  /** Number of messages that have passed, and number of those that were shown. */
  passedCount = 0;
  shownCount = 0;
  readonly #host: TapHost;
  readonly #limits: TapLimits;
  readonly #reader: TapReader;
  /** Numbers of messages and bytes that may be shown now; negative after a large message. */
  #messagesLeft: number;
  #bytesLeft: number;
  #filledAtMs: number;

  constructor(host: TapHost, limits: TapLimits, reader: TapReader) {
    this.#host = host;
    this.#limits = limits;
    this.#reader = reader;
    this.#messagesLeft = limits.messagesPerSecond;
    this.#bytesLeft = limits.bytesPerSecond;
    this.#filledAtMs = host.timeMs;
  }

  /** Counts a message that passes, and shows it if the limits allow. */
  pass(message: Message): void {
    this.passedCount++;
    if (this.wants) this.show(message);
  }

  /** True when another message may be shown. */
  get wants(): boolean {
    const { timeMs } = this.#host;
    if (timeMs !== this.#filledAtMs) this.#fill(timeMs);
    return this.#messagesLeft >= 1 && this.#bytesLeft > 0 && this.#reader.hasRoom;
  }

  /** Shows a message that was counted. */
  show(message: Message): void {
    const bytes = this.#reader.sample(this.#host.messages.locate(message));
    if (bytes === undefined) return;
    this.shownCount++;
    this.#messagesLeft--;
    this.#bytesLeft -= bytes;
  }

  /** Adds what may be shown since the last time, up to that of a second. The clock may have been set back. */
  #fill(timeMs: number): void {
    const { messagesPerSecond, bytesPerSecond } = this.#limits;
    const seconds = Math.max(0, timeMs - this.#filledAtMs) / 1000;
    this.#filledAtMs = timeMs;
    this.#messagesLeft = Math.min(messagesPerSecond, this.#messagesLeft + seconds * messagesPerSecond);
    this.#bytesLeft = Math.min(bytesPerSecond, this.#bytesLeft + seconds * bytesPerSecond);
  }
}
