import { ChannelError, ConnectionError } from "../wire/error.ts";
import { REPLY_CODES, type ReplyCode } from "../wire/reply_code.ts";

/** Returns the error that closes a connection with a reply code. Throws `RangeError` for a code that AMQP lacks. */
export const connectionErrorOf = (code: number, text: string): ConnectionError =>
  new ConnectionError(replyOf(code), text);

/** Returns the error that closes a channel with a reply code. Throws `RangeError` for a code that AMQP lacks. */
export const channelErrorOf = (code: number, text: string): ChannelError => new ChannelError(replyOf(code), text);

function replyOf(code: number): ReplyCode {
  const found = Object.entries(REPLY_CODES).find(([, reply]) => reply.code === code && reply.scope !== "none");
  if (found !== undefined) return found[0] as ReplyCode;
  const codes = Object.values(REPLY_CODES).map((reply) => reply.code).slice(1).join(", ");
  throw new RangeError(`${code} is no reply code of an error. AMQP has ${codes}.`);
}
