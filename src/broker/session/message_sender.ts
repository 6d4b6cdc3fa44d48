import { writeAddress } from "../../wire/address.ts";
import { preconditionFailed } from "../../wire/error.ts";
import type { BasicProperties } from "../../wire/properties.ts";
import type { Channel } from "./channel.ts";
import { type AddressedMessage, MessageEncoder, propertiesOf } from "./outgoing_message.ts";

/** A message, or the body of one without properties. */
export type Publishable = AddressedMessage | Uint8Array | string;

/** The destination of messages that don't say another, and the properties of those without any. */
export interface Destination {
  readonly exchange: string;
  readonly routingKey: string;
  readonly mandatory: boolean;
  /** They never change. */
  readonly properties?: BasicProperties;
  /** Exchange and routing key, encoded. */
  readonly address: Uint8Array;
}

/** Makes a destination. Throws `RangeError` for a text of over 255 bytes. */
export function destinationOf(
  exchange: string,
  routingKey: string,
  mandatory = false,
  properties?: BasicProperties,
): Destination {
  return { exchange, routingKey, mandatory, properties, address: writeAddress({ exchange, routingKey }) };
}

/** Size of a message's body: in bytes, or in UTF-16 code units for a text. */
export const bodySizeOf = (message: Publishable): number =>
  typeof message === "string" || message instanceof Uint8Array ? message.length : message.body.length;

/** Encodes messages of a program, and hands them to the publisher of a channel. */
export class MessageSender {
  readonly #channel: Channel;
  readonly #encoder = new MessageEncoder();

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /**
   * Sends a message. `isRepeated` says that properties, if they are the same object as those of the last message, have not
   * changed since. When it throws, also `Waiting`, nothing of the message is left.
   */
  send(message: Publishable, to: Destination, isRepeated: boolean): void {
    const { publisher } = this.#channel;
    try {
      const encoder = this.#encoder;
      if (typeof message === "string" || message instanceof Uint8Array) {
        encoder.encode(to.properties, true, message);
        publisher.begin(to.address, 0, to.address.length, to.mandatory);
      } else {
        this.#begin(message, to, isRepeated);
      }
      const { bodyBytes } = encoder;
      publisher.header(encoder.header, 0, encoder.headerBytes, bodyBytes);
      if (bodyBytes > 0) publisher.body(0, encoder.body, encoder.bodyOffset, bodyBytes);
      publisher.end();
    } catch (error) {
      // A message that waits for a permission starts again as a whole.
      publisher.abandon();
      throw error;
    }
  }

  #begin(message: AddressedMessage, to: Destination, isRepeated: boolean): void {
    const { publisher } = this.#channel;
    const { exchange = to.exchange, routingKey = to.routingKey, mandatory = to.mandatory } = message;
    const properties = propertiesOf(message) ?? to.properties;
    this.#encoder.encode(properties, isRepeated || properties === to.properties, message.body);
    if (message.delayMs !== undefined) this.#checkDelay(exchange);
    if (exchange === to.exchange && routingKey === to.routingKey) {
      publisher.begin(to.address, 0, to.address.length, mandatory);
    } else {
      const address = this.#encoder.address(exchange, routingKey);
      publisher.begin(address.memory, 0, address.length, mandatory);
    }
  }

  /** Throws PRECONDITION_FAILED for an exchange that does not delay messages. */
  #checkDelay(name: string): void {
    const { vhost } = this.#channel.session;
    const exchange = vhost.exchanges.get(name);
    if (exchange === undefined || exchange.delayed !== undefined) return;
    throw preconditionFailed(`${vhost.exchangePhrase(name)} does not delay messages`);
  }
}
