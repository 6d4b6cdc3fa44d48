import { badRequest } from "./http_error.ts";
import type { ApiRequest } from "./request.ts";

/** Name of the default exchange in paths. AMQP's is empty. */
export const DEFAULT_EXCHANGE_NAME = "amq.default";
/** Maximum length of a name in AMQP. In bytes. */
const NAME_BYTES_MAX = 255;

const encoder = new TextEncoder();

/** Returns the AMQP name of the exchange in a path. */
export const exchangeName = (name: string): string => name === DEFAULT_EXCHANGE_NAME ? "" : name;

/** The default exchange by its AMQP name, which leaves nothing between two slashes. */
const EMPTY_EXCHANGE = /(\/api\/(?:exchanges\/[^/]+|bindings\/[^/]+\/e))\/(?=\/)/;

/**
 * Returns a request whose path does not name the default exchange by its empty name, as some clients do. `url` is the
 * parsed one of the request, and is changed.
 */
export function withDefaultExchange(request: Request, url: URL): Request {
  if (!url.pathname.includes("//")) return request;
  const pathname = url.pathname.replace(EMPTY_EXCHANGE, `$1/${DEFAULT_EXCHANGE_NAME}`);
  if (pathname === url.pathname) return request;
  url.pathname = pathname;
  return new Request(url, request);
}

/** Throws `HttpError` 400 for a name in a path that is too long for AMQP. `kind` names the thing, as in RabbitMQ. */
export function checkName(kind: "exchange" | "queue", { params }: ApiRequest): void {
  const { length } = encoder.encode(params[kind]);
  if (length > NAME_BYTES_MAX) throw badRequest(`${kind} should be less than 255 bytes, actually was ${length}\n`);
}
