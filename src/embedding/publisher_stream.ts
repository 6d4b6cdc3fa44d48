import type { BatchOutcome, PublishOutcome, PublishReceipt } from "../broker/session/publish_receipt.ts";
import type { Destination, Publishable } from "../broker/session/message_sender.ts";
import { ChannelError, resourceError } from "../wire/error.ts";
import type { BasicProperties } from "../wire/properties.ts";
import type { Program } from "./program.ts";

/** Options of a stream that publishes. */
export interface PublisherOptions {
  /** Content properties of messages without any. Default: none. */
  readonly properties?: BasicProperties;
  /**
   * Maximum number of written messages that are not confirmed. With 1 a write is done when its message is safe; with more,
   * it is done earlier, and closing the stream waits for all. Default: 1.
   */
  readonly unconfirmed?: number;
}

/** A written chunk: a message, its body, or several of them. */
export type PublishedChunk<Message> = Message | Uint8Array | string | readonly (Message | Uint8Array | string)[];

/** Makes a stream that publishes. `describe` names what refuses a message; `check` throws when no message is taken any more. */
export function publisherStream<Message extends Publishable>(
  program: Program,
  to: Destination,
  { unconfirmed = 1 }: PublisherOptions,
  strategy: QueuingStrategy<PublishedChunk<Message>> | undefined,
  describe: string,
  check: () => void = () => {},
): WritableStream<PublishedChunk<Message>> {
  const writes = new Writes(program, to, unconfirmed, describe, check);
  return new WritableStream<PublishedChunk<Message>>({
    write: (chunk) => writes.write(chunk),
    close: () => writes.close(),
  }, strategy);
}

/** The writes of a stream that are not confirmed. */
class Writes {
  readonly #program: Program;
  readonly #to: Destination;
  readonly #unconfirmedMax: number;
  readonly #describe: string;
  readonly #checkMayPublish: () => void;
  /** Receipts in the order of their writes, with the numbers of their messages. */
  #receipts: (readonly [receipt: PublishReceipt | PublishReceipt<BatchOutcome>, messageCount: number])[] = [];
  #unconfirmed = 0;

  constructor(program: Program, to: Destination, unconfirmedMax: number, describe: string, check: () => void) {
    this.#program = program;
    this.#to = to;
    this.#unconfirmedMax = unconfirmedMax;
    this.#describe = describe;
    this.#checkMayPublish = check;
  }

  write(chunk: PublishedChunk<Publishable>): void | Promise<void> {
    this.#checkMayPublish();
    const { publisher, turns } = this.#program;
    if (isBatch(chunk)) this.#receipts.push([publisher.publishBatch(chunk, this.#to), chunk.length]);
    else this.#receipts.push([publisher.publish(chunk, this.#to), 1]);
    this.#unconfirmed += isBatch(chunk) ? chunk.length : 1;
    // Most transient messages are confirmed by the end of the turn, and need no promise.
    if (this.#unconfirmed >= this.#unconfirmedMax) turns.now();
    this.#check();
    if (this.#unconfirmed >= this.#unconfirmedMax) return this.#whenBelow(this.#unconfirmedMax);
    return publisher.hold;
  }

  /** Removes the receipts that are settled. Throws when a message did not reach its queues. */
  #check(): void {
    let count = 0;
    for (const [receipt, messageCount] of this.#receipts) {
      if (!receipt.isSettled) break;
      if (receipt.outcome === undefined) break;
      count++;
      this.#unconfirmed -= messageCount;
      this.#checkOutcome(receipt.outcome);
    }
    if (count > 0) this.#receipts.splice(0, count);
  }

  #checkOutcome(outcome: PublishOutcome | BatchOutcome): void {
    if (outcome === "confirmed") return;
    if (outcome === "returned" || (outcome !== "refused" && outcome.returned.length > 0)) {
      throw new ChannelError("noRoute", `${this.#describe} no longer leads to a queue`);
    }
    if (outcome === "refused" || outcome.refused.length > 0) {
      throw resourceError(`${this.#describe} is full and refused a message`);
    }
  }

  async #whenBelow(limit: number): Promise<void> {
    while (this.#unconfirmed >= limit) {
      await this.#receipts[0][0];
      this.#check();
    }
  }

  async close(): Promise<void> {
    this.#program.turns.now();
    await this.#whenBelow(1);
  }
}

const isBatch = (chunk: PublishedChunk<Publishable>): chunk is readonly Publishable[] => Array.isArray(chunk);
