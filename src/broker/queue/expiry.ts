import { expirationOf, hasExpiration } from "../../amqp/properties.ts";
import type { Message, Messages } from "../messages.ts";

/**
 * When a message expires in a queue where messages may wait for `ttlMs`: the lower one of that and its own expiration
 * counts (RabbitMQ: Time-To-Live). In milliseconds since 1970; `Infinity` for never.
 */
export function expiresAtMs(messages: Messages, message: Message, ttlMs: number | undefined): number {
  const { bytes, offset, addressBytes, time } = messages.locate(message);
  if (time === 0) return Infinity;
  const header = offset + addressBytes;
  const expirationMs = hasExpiration(bytes, header) ? expirationOf(bytes, header) : Infinity;
  return time + Math.min(expirationMs, ttlMs ?? Infinity);
}
