import { writeAddress } from "../../wire/address.ts";
import { ByteWriter } from "../../wire/byte_writer.ts";
import { connectionForced } from "../../wire/error.ts";
import { type BasicProperties, writeContentHeader } from "../../wire/properties.ts";
import { type Channel, SILENT } from "./channel.ts";
import type { Session } from "./session.ts";
import { Waiting } from "./waiting.ts";

/** A message to be published. */
export interface OutgoingMessage {
  /** Text is sent as UTF-8. */
  readonly body: Uint8Array | string;
  readonly properties?: BasicProperties;
}

/** A message with its exchange and routing key. */
export interface AddressedMessage extends OutgoingMessage {
  /** Default: the default exchange, which leads to the queue that the routing key names. */
  readonly exchange?: string;
  /** Default: empty. */
  readonly routingKey?: string;
  /** True for a message that is returned, instead of confirmed, when it has no route. Default: false. */
  readonly mandatory?: boolean;
}

/**
 * Result of a publish: all queues on its route have the message (and the store, where it is persistent and the queue
 * durable), it had no route, or a queue refused it.
 */
export type PublishOutcome = "confirmed" | "returned" | "refused";

/** The two ends of the promise of a publish. */
interface Waiter {
  readonly resolve: (outcome: PublishOutcome) => void;
  readonly reject: (error: Error) => void;
}

/** Publishes on a channel of its own for a front end without frames, and tells the result of each publish. */
export class AwaitedPublisher {
  readonly #channel: Channel;
  readonly #waiting = new Map<number, Waiter>();
  #lastTag = 0;
  /** True when the current message was returned. */
  #isReturned = false;

  constructor(session: Session) {
    this.#channel = session.openChannel(0, {
      ...SILENT,
      confirmed: (tag, isMultiple) => this.#confirm(tag, isMultiple),
      refused: (tag) => this.#settle(tag, "refused"),
      returned: () => this.#isReturned = true,
      failed: (error) => this.#fail(error),
    });
    this.#channel.selectConfirms();
  }

  /**
   * Publishes a message. Waits while memory or disk are low. Rejects with `ChannelError`: 404 when the exchange does
   * not exist, 403 when it takes nothing from publishers, 406 for wrong properties; with 320 when another broker has
   * taken over, or the publisher was closed meanwhile.
   */
  async publish(message: AddressedMessage): Promise<PublishOutcome> {
    const { node } = this.#channel.session;
    for (;;) {
      while (node.blockedReason !== undefined) await node.whenUnblocked();
      if (node.store.isBehind) await node.whenCaughtUp();
      if (node.admission.refusal !== undefined) throw connectionForced(node.admission.refusal);
      if (this.#channel.isClosed) throw connectionForced("the publisher is closed");
      try {
        const outcome = this.#publish(message);
        node.endTurn();
        return await outcome;
      } catch (error) {
        node.endTurn();
        if (!(error instanceof Waiting)) throw error;
        await error.until;
      }
    }
  }

  #publish({ body, properties = {}, exchange = "", routingKey = "", mandatory = false }: AddressedMessage) {
    const { publisher } = this.#channel;
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    const address = writeAddress({ exchange, routingKey });
    const header = new ByteWriter();
    writeContentHeader(header, bytes.length, properties);
    publisher.begin(address, 0, address.length, mandatory);
    publisher.header(header.written(), 0, header.length, bytes.length);
    if (bytes.length > 0) publisher.body(0, bytes, 0, bytes.length);
    this.#isReturned = false;
    const tag = this.#lastTag + 1;
    const outcome = new Promise<PublishOutcome>((resolve, reject) => this.#waiting.set(tag, { resolve, reject }));
    try {
      publisher.end();
    } catch (error) {
      this.#waiting.delete(tag);
      // A publish that waits for a permission starts again with the whole message.
      if (error instanceof Waiting) publisher.abandon();
      throw error;
    }
    this.#lastTag = tag;
    if (!this.#isReturned) return outcome;
    this.#waiting.delete(tag);
    return Promise.resolve<PublishOutcome>("returned");
  }

  #confirm(tag: number, isMultiple: boolean): void {
    if (!isMultiple) return this.#settle(tag, "confirmed");
    for (const waiting of this.#waiting.keys()) {
      if (waiting > tag) return;
      this.#settle(waiting, "confirmed");
    }
  }

  /** Ends publishing. */
  close(): void {
    this.#channel.close();
  }

  #settle(tag: number, outcome: PublishOutcome): void {
    this.#waiting.get(tag)?.resolve(outcome);
    this.#waiting.delete(tag);
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
