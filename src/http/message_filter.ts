import { type DeathOfMessage, findDeath, headersIn } from "../broker/message/deaths.ts";
import { fieldJson } from "../definitions/json/table_json.ts";
import type { ObjectReader } from "../definitions/object_reader.ts";
import type { MessageContent } from "../store/message_content.ts";
import { readAddress } from "../wire/address.ts";
import type { FieldTable } from "../wire/field_table.ts";
import { integerIn } from "./body_fields.ts";
import { readPayload } from "./message_json.ts";

/** Keys of a filter, for the documentation. */
export const FILTER_KEYS =
  "exchange, routing_key, headers, payload (the beginning of the body, with payload_encoding " +
  "string or base64), payload_bytes (its whole length), and for dead letters reason and queue of one of their deaths, or " +
  "with last_death true of the last one";

const LENGTH = { min: 0, max: Number.MAX_SAFE_INTEGER };

/** Chooses messages: all that is given must be the same in them. */
export class MessageFilter {
  readonly #exchange: string | undefined;
  readonly #routingKey: string | undefined;
  readonly #headers: FieldTable | undefined;
  readonly #payload: Uint8Array | undefined;
  readonly #payloadBytes: number | undefined;
  readonly #reason: string | undefined;
  readonly #queue: string | undefined;
  readonly #isLastDeath: boolean;

  /** Reads the key `filter` of a body, which may be missing. */
  constructor(body: ObjectReader) {
    const filter = body.object("filter");
    this.#exchange = filter?.optionalText("exchange");
    this.#routingKey = filter?.optionalText("routing_key");
    this.#headers = filter?.table("headers");
    const hasPayload = filter?.value("payload") !== undefined;
    this.#payload = hasPayload ? readPayload(filter!, { payload: "", encoding: "string" }) : undefined;
    this.#payloadBytes = filter === undefined ? undefined : integerIn(filter, "payload_bytes", LENGTH);
    this.#reason = filter?.optionalText("reason");
    this.#queue = filter?.optionalText("queue");
    this.#isLastDeath = filter?.boolean("last_death", false) ?? false;
  }

  wants(content: MessageContent): boolean {
    return this.#wantsAddress(content) && this.#wantsBody(content) && this.#wantsHeaders(content) &&
      (!this.#wantsDeaths || this.deathOf(content) !== undefined);
  }

  /** Returns the last death of a message that is of the wanted reason, in the wanted queue. */
  deathOf(content: MessageContent): DeathOfMessage | undefined {
    if (!this.#isLastDeath) return findDeath(content, (death) => this.#wantsDeath(death));
    const last = findDeath(content, () => true);
    return last !== undefined && this.#wantsDeath(last) ? last : undefined;
  }

  #wantsDeath({ reason, queue }: DeathOfMessage): boolean {
    return (this.#reason ?? reason) === reason && (this.#queue ?? queue) === queue;
  }

  get #wantsDeaths(): boolean {
    return this.#isLastDeath || this.#reason !== undefined || this.#queue !== undefined;
  }

  #wantsAddress({ bytes, offset }: MessageContent): boolean {
    if (this.#exchange === undefined && this.#routingKey === undefined) return true;
    const { exchange, routingKey } = readAddress(bytes, offset);
    return (this.#exchange ?? exchange) === exchange && (this.#routingKey ?? routingKey) === routingKey;
  }

  #wantsBody({ bytes, offset, addressBytes, headerBytes, bodyBytes }: MessageContent): boolean {
    if ((this.#payloadBytes ?? bodyBytes) !== bodyBytes) return false;
    const payload = this.#payload;
    if (payload === undefined) return true;
    const body = offset + addressBytes + headerBytes;
    return payload.length <= bodyBytes && payload.every((byte, at) => bytes[body + at] === byte);
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
