import type { FieldTable } from "../../wire/field_table.ts";
import type { BasicProperties } from "../../wire/properties.ts";
import type { Message } from "./messages.ts";

/** A message as exchanges see it when they route it. */
export interface RoutedMessage {
  /** Routing keys, that of the publish first. */
  readonly routingKeys: readonly string[];
  /** Headers, decoded when they are read. */
  readonly headers: FieldTable;
  /** Properties, each decoded when it is read. */
  readonly properties: BasicProperties;
  /** The message itself, which must not be kept. */
  readonly message: Message;
}
