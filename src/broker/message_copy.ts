import { ByteWriter } from "../amqp/byte_writer.ts";
import { type BasicProperties, writeContentHeader } from "../amqp/properties.ts";
import type { Message, Messages } from "./messages.ts";

/** Makes a message with the body of another one, and an address and properties of its own. It is held once. */
export function copyMessage(
  messages: Messages,
  message: Message,
  address: Uint8Array,
  properties: BasicProperties,
): Message {
  const bodyBytes = messages.bodyBytes(message);
  const header = new ByteWriter();
  writeContentHeader(header, bodyBytes, properties);
  const copy = messages.create(address, header.written(), 0, header.length, bodyBytes);
  messages.write(copy, 0, messages.body(message), 0, bodyBytes);
  return copy;
}
