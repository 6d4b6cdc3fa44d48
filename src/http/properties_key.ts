import { tableHash } from "../broker/exchange/erlang_table_hash.ts";
import type { Binding } from "../broker/exchange/binding.ts";

const SEPARATOR = "~";

/** Quotes a text as RabbitMQ does in paths: a space is a plus. */
export const quotePlus = (text: string): string =>
  text === "" ? "" : encodeURIComponent(text).replaceAll("%20", "+").replace(/[!'()*]/g, quoteCharacter);

const quoteCharacter = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;

/** Reverts {@linkcode quotePlus}, and leaves what is not quoted right as it is. */
function unquotePlus(text: string): string {
  const withSpaces = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(withSpaces);
  } catch {
    return withSpaces;
  }
}

const quoteProperty = (text: string): string => quotePlus(text).replaceAll(SEPARATOR, "%7E");

/**
 * Returns the name of a binding among all with the same ends, as RabbitMQ makes it: its routing key and a hash of its
 * arguments.
 */
export function propertiesKey({ routingKey, arguments: bindingArguments }: BindingProperties): string {
  if (bindingArguments.size > 0) {
    return `${quoteProperty(routingKey)}${SEPARATOR}${quoteProperty(argumentsHash(bindingArguments))}`;
  }
  return routingKey === "" ? SEPARATOR : quoteProperty(routingKey);
}

type BindingProperties = Pick<Binding, "routingKey" | "arguments">;

/** Returns the binding with a properties key, if it is among these, which have the same ends. */
export function findBinding<Found extends BindingProperties>(
  key: string,
  bindings: Iterable<Found>,
): Found | undefined {
  const [quotedRoutingKey, quotedHash, ...more] = key.split(SEPARATOR);
  if (more.length > 0) return undefined;
  const routingKey = unquotePlus(quotedRoutingKey);
  const hash = quotedHash === undefined ? "" : unquotePlus(quotedHash);
  for (const binding of bindings) {
    if (binding.routingKey !== routingKey) continue;
    const { arguments: bindingArguments } = binding;
    if (hash === (bindingArguments.size === 0 ? "" : argumentsHash(bindingArguments))) return binding;
  }
  return undefined;
}

/** Returns the hash of arguments as base64url. */
function argumentsHash(bindingArguments: Binding["arguments"]): string {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, tableHash(bindingArguments));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
