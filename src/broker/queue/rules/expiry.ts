import { expirationOf } from "../../../wire/properties.ts";
import type { MessageContent } from "../../../store/store.ts";
import type { Message, Messages } from "../../message/messages.ts";

/**
 * When a message that came at a time expires in a queue where messages may wait for `ttlMs`: the lower one of that and its
 * own expiration counts (RabbitMQ: Time-To-Live). In milliseconds since 1970; `Infinity` for never.
 */
export function expiryOf(content: MessageContent, timeMs: number, ttlMs: number | undefined): number {
  return timeMs + Math.min(expirationOf(content.bytes, content.offset + content.addressBytes), ttlMs ?? Infinity);
}

/** The same for a message in memory. One of which it is not kept when it came never expires. */
export function expiresAtMs(messages: Messages, message: Message, ttlMs: number | undefined): number {
  const content = messages.locate(message);
  return content.time === 0 ? Infinity : expiryOf(content, content.time, ttlMs);
}
