import type { Message, Messages } from "./messages.ts";

/** Makes a message that is just like another one, and holds it once. Throws RESOURCE_ERROR when there are too many slabs. */
export function copyMessage(messages: Messages, message: Message): Message {
  const { bytes, offset, addressBytes, headerBytes, bodyBytes, hasDied } = messages.locate(message);
  const header = offset + addressBytes;
  const copy = messages.create(bytes.subarray(offset, header), bytes, header, headerBytes, bodyBytes);
  messages.write(copy, 0, bytes, header + headerBytes, bodyBytes);
  if (hasDied) messages.setDied(copy);
  return copy;
}
