import { badRequest } from "./http_error.ts";
import type { ApiRequest } from "./request.ts";

/** Name of the default exchange in paths. AMQP's is empty. */
export const DEFAULT_EXCHANGE_NAME = "amq.default";
/** Maximum length of a name in AMQP. In bytes. */
const NAME_BYTES_MAX = 255;

const encoder = new TextEncoder();

/** Returns the AMQP name of the exchange in a path. */
export const exchangeName = (name: string): string => name === DEFAULT_EXCHANGE_NAME ? "" : name;

/** Throws `HttpError` 400 for a name in a path that is too long for AMQP. `kind` names the thing, as in RabbitMQ. */
export function checkName(kind: "exchange" | "queue", { params }: ApiRequest): void {
  const { length } = encoder.encode(params[kind]);
  if (length > NAME_BYTES_MAX) throw badRequest(`${kind} should be less than 255 bytes, actually was ${length}`);
}
