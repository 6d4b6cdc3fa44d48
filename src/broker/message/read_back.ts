import { viewOfPart } from "../../wire/copy.ts";
import type { MessageContent } from "../../store/message_content.ts";
import type { Message, Messages } from "./messages.ts";

/**
 * Makes a message from content that was read, as it was before it left memory. `isPersistent` when the store knows it.
 */
export function readBack(messages: Messages, content: MessageContent, isPersistent: boolean): Message {
  const { bytes, offset, addressBytes, headerBytes, bodyBytes, time, hasDied } = content;
  const address = viewOfPart(bytes, offset, addressBytes);
  const message = messages.create(address, bytes, offset + addressBytes, headerBytes, bodyBytes);
  messages.write(message, 0, bytes, offset + addressBytes + headerBytes, bodyBytes);
  if (isPersistent) messages.setPersistent(message);
  if (time !== 0) messages.setTime(message, time);
  if (hasDied) messages.setDied(message);
  return message;
}
