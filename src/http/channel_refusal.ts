import { ChannelError, ConnectionError } from "../wire/error.ts";
import { badRequest, type HttpError, missing, notAuthorised } from "./http_error.ts";

/** Returns RabbitMQ's reason for an AMQP error that closed a channel or a connection: its code and reply text. */
export function closeReasonOf(error: unknown): string | undefined {
  if (error instanceof ChannelError) return `${error.code} ${error.replyText}`;
  return error instanceof ConnectionError ? `${error.code} ${error.explanation}` : undefined;
}

/** Returns the answer to a publish that the broker refuses with an AMQP error; other errors are thrown again. */
export function publishRefusal(error: unknown): HttpError {
  const reason = closeReasonOf(error);
  if (reason === undefined) throw error;
  return badRequest(reason);
}

/** Returns the answer to a fetch that the broker refuses with an AMQP error; other errors are thrown again. */
export function fetchRefusal(error: unknown): HttpError {
  const reason = closeReasonOf(error);
  if (reason === undefined) throw error;
  const { code, replyText } = error as ChannelError;
  if (code === 404) return missing(replyText);
  return code === 403 ? notAuthorised(replyText) : badRequest(reason);
}
