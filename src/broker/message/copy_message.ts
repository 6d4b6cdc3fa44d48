import { cachedViewOf, viewOfPart } from "../../wire/copy.ts";
import type { MessageContent } from "../../store/message_content.ts";
import type { Message, Messages } from "./messages.ts";

/** The changes in a copy of a message: another address, or another payload of the content header. */
export interface MessageChanges {
  readonly address?: Uint8Array;
  readonly header?: Uint8Array;
}

/** Makes a changed copy of a message, and holds it once. Throws RESOURCE_ERROR when there are too many slabs. */
export const copyMessage = (messages: Messages, message: Message, changes: MessageChanges = {}): Message =>
  copyContent(messages, messages.locate(message), changes);

/** Makes a message of content in memory, as {@linkcode copyMessage} does. */
export function copyContent(messages: Messages, content: MessageContent, changes: MessageChanges = {}): Message {
  const { bytes, offset, addressBytes, headerBytes, bodyBytes, hasDied } = content;
  const at = offset + addressBytes;
  const address = changes.address === undefined
    ? viewOfPart(bytes, offset, addressBytes)
    : cachedViewOf(changes.address);
  const copy = changes.header === undefined
    ? messages.create(address, bytes, at, headerBytes, bodyBytes)
    : messages.create(address, changes.header, 0, changes.header.length, bodyBytes);
  messages.write(copy, 0, bytes, at + headerBytes, bodyBytes);
  if (hasDied) messages.setDied(copy);
  return copy;
}
