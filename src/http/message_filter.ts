import { type DeathOfMessage, findDeath, headersIn } from "../broker/message/deaths.ts";
import { fieldJson } from "../definitions/json/table_json.ts";
import type { ObjectReader } from "../definitions/object_reader.ts";
import type { MessageContent } from "../store/message_content.ts";
import { readAddress } from "../wire/address.ts";
import type { FieldTable } from "../wire/field_table.ts";

/** Keys of a filter, for the documentation. */
export const FILTER_KEYS = "exchange, routing_key, headers, and for dead letters reason and queue";

/** Chooses messages: all that is given must be the same in them. */
export class MessageFilter {
  readonly #exchange: string | undefined;
  readonly #routingKey: string | undefined;
  readonly #headers: FieldTable | undefined;
  readonly #reason: string | undefined;
  readonly #queue: string | undefined;

  /** Reads the key `filter` of a body, which may be missing. */
  constructor(body: ObjectReader) {
    const filter = body.object("filter");
    this.#exchange = filter?.optionalText("exchange");
    this.#routingKey = filter?.optionalText("routing_key");
    this.#headers = filter?.table("headers");
    this.#reason = filter?.optionalText("reason");
    this.#queue = filter?.optionalText("queue");
  }

  wants(content: MessageContent): boolean {
    return this.#wantsAddress(content) && this.#wantsHeaders(content) &&
      (this.#reason === undefined && this.#queue === undefined || this.deathOf(content) !== undefined);
  }

  /** Returns the last death of a message that is of the wanted reason, in the wanted queue. */
  deathOf(content: MessageContent): DeathOfMessage | undefined {
    return findDeath(content, ({ reason, queue }) => {
      return (this.#reason ?? reason) === reason && (this.#queue ?? queue) === queue;
    });
  }

  #wantsAddress({ bytes, offset }: MessageContent): boolean {
    if (this.#exchange === undefined && this.#routingKey === undefined) return true;
    const { exchange, routingKey } = readAddress(bytes, offset);
    return (this.#exchange ?? exchange) === exchange && (this.#routingKey ?? routingKey) === routingKey;
  }

  /** Compares headers by their JSON, as types of integers differ between clients. */
  #wantsHeaders(content: MessageContent): boolean {
    if (this.#headers === undefined || this.#headers.size === 0) return true;
    const headers = headersIn(content);
    for (const [name, wanted] of this.#headers) {
      const field = headers.get(name);
      if (field === undefined || fieldJson(field) !== fieldJson(wanted)) return false;
    }
    return true;
  }
}
