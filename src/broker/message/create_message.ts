import { type MessageAddress, writeAddress } from "../../wire/address.ts";
import { cachedViewOf } from "../../wire/copy.ts";
import { ByteWriter } from "../../wire/byte_writer.ts";
import { type BasicProperties, writeContentHeader } from "../../wire/properties.ts";
import type { Message, Messages } from "./messages.ts";

/** Makes a message of the broker itself, and holds it once. Throws RESOURCE_ERROR when there are too many slabs. */
export function createMessage(
  messages: Messages,
  address: MessageAddress,
  properties: BasicProperties,
  body: Uint8Array,
): Message {
  const header = new ByteWriter();
  writeContentHeader(header, body.length, properties);
  const message = messages.create(cachedViewOf(writeAddress(address)), header.written(), 0, header.length, body.length);
  messages.write(message, 0, body, 0, body.length);
  return message;
}
