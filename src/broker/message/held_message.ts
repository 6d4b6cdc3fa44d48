import { EMPTY_TABLE, type FieldTable } from "../../wire/field_table.ts";
import { type BasicProperties, PropertiesView } from "../../wire/properties.ts";
import type { RoutedMessage } from "./routed_message.ts";
import type { Message, Messages } from "./messages.ts";

/** A message of the broker as exchanges see it; valid until the end of the turn. */
export class HeldMessage implements RoutedMessage {
  readonly routingKeys: readonly string[];
  readonly #messages: Messages;
  readonly message: Message;
  #headers: FieldTable | undefined;
  #properties: BasicProperties | undefined;

  constructor(messages: Messages, message: Message, routingKeys: readonly string[]) {
    this.#messages = messages;
    this.message = message;
    this.routingKeys = routingKeys;
  }

  get headers(): FieldTable {
    return this.#headers ??= this.properties.headers ?? EMPTY_TABLE;
  }

  get properties(): BasicProperties {
    return this.#properties ??= new PropertiesView(this.#messages.header(this.message));
  }
}
