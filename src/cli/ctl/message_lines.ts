import { phrase } from "../texts/phrase.ts";
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
    bright(visible(`${from} -> ${key} (${remarks.join(", ")})`), isColoured),
    ...described,
    visible(String(payload)),
    "",
  ];
}

/** Returns a text without control characters, which a terminal would obey. */
export const visible = (text: string): string =>
  // deno-lint-ignore no-control-regex -- they are what is looked for
  text.replaceAll(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, (sign) => {
    return `\\x${sign.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
