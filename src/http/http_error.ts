import { ParameterError } from "../broker/policy/parameters.ts";
import { DefinitionProblem, DefinitionsError } from "../definitions/problem.ts";
import { PasswordError } from "../access/new_password.ts";
import { ChannelError, ConnectionError } from "../wire/error.ts";
import type { Reply } from "./reply.ts";

/** An answer of the management API that is not a success: RabbitMQ's `error` and `reason`. */
export class HttpError extends Error {
  override name = "HttpError";
  readonly status: number;
  readonly error: string;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, error: string, reason: string, headers: Readonly<Record<string, string>> = {}) {
    super(`${error}: ${reason}`);
    this.status = status;
    this.error = error;
    this.reason = reason;
    this.headers = headers;
  }
}

export const badRequest = (reason: string): HttpError => new HttpError(400, "bad_request", reason);
/** A user without the permission. The status is 401, as in RabbitMQ. */
export const notAuthorised = (reason: string): HttpError => new HttpError(401, "not_authorised", reason);
/** A login that failed. */
export const notAuthorized = (): HttpError => new HttpError(401, "not_authorized", "Not_Authorized");
/** A request without credentials: browsers ask for them. */
export const noCredentials = (): HttpError =>
  new HttpError(401, "not_authorized", "Not_Authorized", { "www-authenticate": 'Basic realm="RabbitMQ Management"' });
/** A request for something that does not exist, with the reason of RabbitMQ's handler. */
export const missing = (reason: string): HttpError => new HttpError(404, "not_found", reason);
/** A request for a resource that does not exist. */
export const notFound = (): HttpError => new HttpError(404, "Object Not Found", "Not Found");

/** The errors of commands that are bad requests. */
const BAD_REQUESTS = [ParameterError, PasswordError, DefinitionsError];

/** Returns the answer to a request whose command has thrown an error; throws it again if that is a fault of the broker. */
export function errorOf(thrown: unknown): HttpError {
  if (thrown instanceof HttpError) return thrown;
  if (thrown instanceof ChannelError || thrown instanceof ConnectionError) return amqpErrorOf(thrown);
  if (thrown instanceof DefinitionProblem) return badRequest(String(thrown));
  if (BAD_REQUESTS.some((kind) => thrown instanceof kind)) return badRequest((thrown as Error).message);
  throw thrown;
}

/** Returns RabbitMQ's answer to a command that the broker refuses (`direct_request`). */
function amqpErrorOf({ code, explanation }: ChannelError | ConnectionError): HttpError {
  if (code === 404) return missing(explanation);
  if (code === 403 || code === 530) return notAuthorised("Access refused.");
  return badRequest(explanation);
}

export const errorReply = ({ status, error, reason, headers }: HttpError): Reply => ({
  status,
  json: { error, reason },
  headers,
});
