import { readAddress } from "../wire/address.ts";
import { EMPTY_TABLE } from "../wire/field_table.ts";
import { type PlainObject, plainObject } from "./plain.ts";
import { type BasicProperties, PropertiesView } from "../wire/properties.ts";
import type { MessageContent } from "../store/message_content.ts";

/** A death of a message, as its `x-death` header tells it: the last one comes first. */
export interface Death {
  /** Queue in which it died. */
  readonly queue: string;
  /** `rejected`, `expired`, `maxlen` or `delivery_limit`. */
  readonly reason: string;
  /** Number of times that it died there for this reason. */
  readonly count: number;
  /** Exchange to which it was published before it came to that queue. */
  readonly exchange: string;
  /** Routing keys with which it was published then. */
  readonly routingKeys: readonly string[];
}

/** A message in a test broker: a copy, which stays as it was. */
export class TestMessage {
  /** The body as bytes. */
  readonly body: Uint8Array;
  /** The content properties except headers. */
  readonly properties: Omit<BasicProperties, "headers">;
  /** The headers; none for a message without. */
  readonly headers: PlainObject;
  /** Exchange to which it was published; empty for the default exchange. */
  readonly exchange: string;
  /** Routing key with which it was published. */
  readonly routingKey: string;
  /** True when it was delivered before. */
  readonly redelivered: boolean;

  /** Copies a message. Called by the test broker only. */
  constructor(content: MessageContent, redelivered: boolean) {
    const { bytes, offset, addressBytes, headerBytes, bodyBytes } = content;
    const header = offset + addressBytes;
    const { headers = EMPTY_TABLE, ...properties } = new PropertiesView(bytes, header, headerBytes).toObject();
    this.body = bytes.slice(header + headerBytes, header + headerBytes + bodyBytes);
    this.properties = properties;
    this.headers = plainObject(headers);
    ({ exchange: this.exchange, routingKey: this.routingKey } = readAddress(bytes, offset));
    this.redelivered = redelivered;
  }

  /** The body as UTF-8. */
  get text(): string {
    return new TextDecoder().decode(this.body);
  }

  /** Returns the body parsed as JSON. Throws `SyntaxError`. */
  json(): unknown {
    return JSON.parse(this.text);
  }

  /** The deaths of the message, the last one first; none when it was never dead-lettered. */
  get deaths(): readonly Death[] {
    const deaths = (this.headers["x-death"] ?? []) as { readonly [field: string]: unknown }[];
    return deaths.map((death) => ({
      queue: String(death.queue),
      reason: String(death.reason),
      count: Number(death.count),
      exchange: String(death.exchange),
      routingKeys: death["routing-keys"] as string[],
    }));
  }
}
