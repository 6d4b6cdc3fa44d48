import type { FieldTable } from "../../wire/field_table.ts";
import type { BasicProperties } from "../../wire/properties.ts";
import type { Message } from "./messages.ts";

/** A message as exchanges see it to find out where it goes. */
export interface RoutedMessage {
  /** The routing key of the publish comes first. */
  readonly routingKeys: readonly string[];
  /** Decoded when they are asked for. */
  readonly headers: FieldTable;
  /** Decoded one by one when they are asked for. */
  readonly properties: BasicProperties;
  /** Not to be kept. */
  readonly message: Message;
}
