import { FRAME_HEADER_BYTES, FRAME_METHOD } from "../../../amqp091/frame.ts";
import { AMQP_0_9_1 } from "../../../amqp091/methods.ts";
import { BASIC_CLASS, type Connection, readLong } from "./connection.ts";
import { microseconds } from "./message.ts";

const [TX_CLASS, COMMIT_OK_METHOD] = AMQP_0_9_1.id("tx.commit-ok");
const [, ACK_METHOD] = AMQP_0_9_1.id("basic.ack");
const [, RETURN_METHOD] = AMQP_0_9_1.id("basic.return");
const [, NACK_METHOD] = AMQP_0_9_1.id("basic.nack");

/** Counts the confirmed and returned messages of one channel. */
export class Confirms {
  /** Number of confirmed messages, in any order. */
  count = 0;
  nacked = 0;
  /** Number of returned messages. */
  returned = 0;
  /** Times from publishing to the confirm that have not been read yet; none are noted without send times. */
  readonly latenciesUs: number[] = [];
  /** Times of unconfirmed messages, by delivery tag modulo its length. */
  #sentAt: Uint32Array | undefined;
  /** Every delivery tag up to this one is confirmed… */
  #floor = 0;
  /** …and these beyond it. */
  readonly #early = new Set<number>();
  #wokenAt = 0;
  #wake: () => void = () => {};
  #onCommit: () => void = () => {};

  /** Resolves when something more is confirmed. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve);
  }

  /** Resolves when a transaction is committed. */
  nextCommit(): Promise<void> {
    return new Promise((resolve) => this.#onCommit = resolve);
  }

  /** Wakes what waits for a commit. */
  noteCommit(): void {
    this.#onCommit();
  }

  /** Wakes those that wait, if something more is confirmed. */
  wake(): void {
    if (this.count === this.#wokenAt) return;
    this.#wokenAt = this.count;
    this.#wake();
  }

  /** Starts to record latencies. At most `window` messages may be unconfirmed at a time. */
  noteLatencies(window: number): void {
    this.#sentAt = new Uint32Array(window + 1);
  }

  /** Notes the time of messages whose numbers begin at `first`. */
  noteSent(first: number, count: number, sentAt: number): void {
    const times = this.#sentAt;
    if (times === undefined) return;
    for (let tag = first + 1; tag <= first + count; tag++) times[tag % times.length] = sentAt;
  }

  #noteConfirmed(from: number, to: number): void {
    const times = this.#sentAt;
    if (times === undefined) return;
    const now = microseconds();
    for (let tag = from; tag <= to; tag++) {
      if (!this.#early.has(tag)) this.latenciesUs.push((now - times[tag % times.length]) >>> 0);
    }
  }

  settle(tag: number, isMultiple: boolean): void {
    if (tag > this.#floor) this.#noteConfirmed(isMultiple ? this.#floor + 1 : tag, tag);
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

/** Counts the confirms on channels 1, 2, … of a connection from now on; only returns and commits may come besides. */
export function countConfirms(connection: Connection, channels: number): readonly Confirms[] {
  const confirms = Array.from({ length: channels }, () => new Confirms());
  connection.walkWith((bytes, start, end) => {
    let offset = start;
    while (end - offset >= FRAME_HEADER_BYTES) {
      const payload = offset + FRAME_HEADER_BYTES;
      const payloadEnd = payload + readLong(bytes, offset + 3);
      if (payloadEnd >= end) break;
      if (bytes[offset] === FRAME_METHOD) {
        const method = bytes[payload + 3];
        if (bytes[payload + 1] === BASIC_CLASS && (method === ACK_METHOD || method === NACK_METHOD)) {
          const ofChannel = confirms[(bytes[offset + 1] << 8 | bytes[offset + 2]) - 1];
          const before = ofChannel.count;
          // The tag's low half: no run has 2³² messages.
          ofChannel.settle(readLong(bytes, payload + 8), (bytes[payload + 12] & 1) === 1);
          if (method === NACK_METHOD) ofChannel.nacked += ofChannel.count - before;
        } else if (bytes[payload + 1] === BASIC_CLASS && method === RETURN_METHOD) {
          confirms[(bytes[offset + 1] << 8 | bytes[offset + 2]) - 1].returned++;
        } else if (bytes[payload + 1] === TX_CLASS && method === COMMIT_OK_METHOD) {
          confirms[(bytes[offset + 1] << 8 | bytes[offset + 2]) - 1].noteCommit();
        } else {
          connection.passOver(bytes, payload, payloadEnd);
        }
      }
      offset = payloadEnd + 1;
    }
    for (const ofChannel of confirms) ofChannel.wake();
    return offset;
  });
  return confirms;
}
