import { preconditionFailed } from "../../wire/error.ts";
import { expirationOf, PropertiesView } from "../../wire/properties.ts";

/** Maximum expiration of a message: ten years. In milliseconds. */
const EXPIRATION_MAX_MS = 315_360_000_000;

/** Throws PRECONDITION_FAILED unless a content header's expiration is a number of milliseconds (RabbitMQ: Time-To-Live). */
export function checkExpiration(bytes: Uint8Array, offset: number, length: number): void {
  if (expirationOf(bytes, offset) <= EXPIRATION_MAX_MS) return;
  const expiration = new PropertiesView(bytes, offset, length).expiration!;
  throw preconditionFailed(`invalid expiration '${expiration}': ${problemOf(expiration)}`);
}

/** Returns the reason why an expiration is refused, in RabbitMQ's words. */
function problemOf(expiration: string): string {
  const [number] = /^[+-]?\d+/.exec(expiration) ?? [];
  if (number === undefined) return "no_integer";
  if (number.length < expiration.length) return `{leftover_string,"${expiration.slice(number.length)}"}`;
  return `{${BigInt(number) < 0n ? "value_negative" : "value_too_large"},${BigInt(number)}}`;
}
