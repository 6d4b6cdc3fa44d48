import { visible, visibleInLine } from "../../runtime/visible.ts";
import { phrase } from "../../phrase/phrase.ts";
import type { Say } from "../texts/say.ts";
import { isObject, type JsonObject } from "./term.ts";
import { bright } from "./sections.ts";

/** What stands for the exchange without a name. */
export const DEFAULT_EXCHANGE = phrase`(default exchange)`;

/** Returns a message for people: where it came from, its properties and its payload. */
export function messageLines(message: JsonObject, isColoured: boolean, say: Say): string[] {
  const { exchange, routing_key: key, payload, payload_bytes: size, payload_encoding: encoding, redelivered } = message;
  const from = exchange === "" ? say(DEFAULT_EXCHANGE) : String(exchange);
  const remarks = [
    say(phrase`${size} bytes`),
    ...(encoding === "base64" ? ["base64"] : []),
    ...(redelivered === true ? [say(phrase`redelivered`)] : []),
    ...(message.offset === undefined ? [] : [say(phrase`offset ${message.offset}`)]),
  ];
  const { properties } = message;
  const described = isObject(properties)
    ? Object.entries(properties).map(([name, value]) => `  ${name}: ${visible(JSON.stringify(value))}`)
    : [];
  return [
    bright(visibleInLine(`${from} -> ${key} (${remarks.join(", ")})`), isColoured),
    ...described,
    visible(String(payload)),
    "",
  ];
}
