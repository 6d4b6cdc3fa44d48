import { EMPTY_TABLE, type FieldTable } from "../../../wire/field_table.ts";
import { PropertiesView, withHeaders } from "../../../wire/properties.ts";
import { copyMessage } from "../../message/copy_message.ts";
import type { Message, Messages } from "../../message/messages.ts";

/**
 * Number of a message's returns, and of those for which a consumer has failed (RabbitMQ: Poison Message Handling). Both
 * are in one number, as the store keeps it; neither rises above 65535.
 */
export type DeliveryCount = number;

const COUNT_MAX = 0xffff;

export const acquiredIn = (count: DeliveryCount): number => count >>> 16;
export const failedIn = (count: DeliveryCount): number => count & COUNT_MAX;

/** Returns the count after one more return, up to the maximum. */
export function counted(count: DeliveryCount, hasFailed: boolean): DeliveryCount {
  const acquired = Math.min(acquiredIn(count) + 1, COUNT_MAX);
  const failed = Math.min(failedIn(count) + (hasFailed ? 1 : 0), COUNT_MAX);
  return (acquired << 16 | failed) >>> 0;
}

/** Returns the delivery limit in a queue's argument, or else the default one: none where that is `undefined`. */
export function deliveryLimitOf(asked: unknown, fallback: number = COUNT_MAX): number {
  if (typeof asked !== "number" || Number.isNaN(asked)) return fallback;
  // No count is higher.
  return asked < 0 ? COUNT_MAX : Math.min(asked, COUNT_MAX);
}

/** Makes a copy of a message with the counts of its returns in the headers. */
export function withDeliveryCount(messages: Messages, message: Message, count: DeliveryCount): Message {
  const header = messages.header(message);
  const headers = headersWith(new PropertiesView(header).headers ?? EMPTY_TABLE, count);
  return copyMessage(messages, message, { header: withHeaders(header, headers) });
}

function headersWith(headers: FieldTable, count: DeliveryCount): FieldTable {
  const all = new Map(headers);
  all.set("x-acquired-count", { type: "l", value: BigInt(acquiredIn(count)) });
  if (failedIn(count) > 0) all.set("x-delivery-count", { type: "l", value: BigInt(failedIn(count)) });
  return all;
}
