import { FRAME_HEADER_BYTES, FRAME_METHOD } from "../../src/amqp/frame.ts";
import { AMQP_0_9_1 } from "../../src/amqp/methods.ts";
import { BASIC_CLASS, type Connection, readLong } from "./connection.ts";

const [, ACK_METHOD] = AMQP_0_9_1.id("basic.ack");
const [, NACK_METHOD] = AMQP_0_9_1.id("basic.nack");

/** Counts what the broker confirms of one publisher's messages. */
export class Confirms {
  /** How many messages are confirmed, in whichever order. */
  count = 0;
  nacked = 0;
  readonly #connection: Connection;
  /** Every delivery tag up to this one is confirmed… */
  #floor = 0;
  /** …and these beyond it. */
  readonly #early = new Set<number>();
  #wake: () => void = () => {};

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.walkWith((bytes, offset, end) => this.#walk(bytes, offset, end));
  }

  /** Resolves when something more is confirmed. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve);
  }

  #walk(bytes: Uint8Array, start: number, end: number): number {
    let offset = start;
    while (end - offset >= FRAME_HEADER_BYTES) {
      const payload = offset + FRAME_HEADER_BYTES;
      const payloadEnd = payload + readLong(bytes, offset + 3);
      if (payloadEnd >= end) break;
      if (bytes[offset] === FRAME_METHOD) {
        const method = bytes[payload + 3];
        if (bytes[payload + 1] === BASIC_CLASS && (method === ACK_METHOD || method === NACK_METHOD)) {
          const before = this.count;
          // The tag's low half: no run has 2³² messages.
          this.#settle(readLong(bytes, payload + 8), (bytes[payload + 12] & 1) === 1);
          if (method === NACK_METHOD) this.nacked += this.count - before;
        } else {
          this.#connection.passOver(bytes, payload, payloadEnd);
        }
      }
      offset = payloadEnd + 1;
    }
    this.#wake();
    return offset;
  }

  #settle(tag: number, isMultiple: boolean): void {
    if (tag === this.#floor + 1 || (isMultiple && tag > this.#floor)) {
      for (const early of this.#early) if (early <= tag) this.#early.delete(early);
      this.#floor = tag;
      while (this.#early.delete(this.#floor + 1)) this.#floor++;
    } else if (tag > this.#floor) {
      this.#early.add(tag);
    }
    this.count = this.#floor + this.#early.size;
  }
}
