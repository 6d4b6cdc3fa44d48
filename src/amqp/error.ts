import { REPLY_CODES, type ReplyCode } from "./reply_code.ts";

/** A reply text is a short string: 255 bytes at most. */
const REPLY_TEXT_MAX_BYTES = 255;

/** What a peer is told when a channel or a connection is closed on it. */
abstract class ProtocolError extends Error {
  /** The numeric reply code, such as 404. */
  readonly code: number;
  /** `"<NAME> - <explanation>"`, as RabbitMQ writes it; at most 255 bytes of UTF-8. */
  readonly replyText: string;

  constructor(reply: ReplyCode, explanation: string) {
    const replyText = truncateUtf8(`${REPLY_CODES[reply].name} - ${explanation}`, REPLY_TEXT_MAX_BYTES);
    super(replyText);
    this.code = REPLY_CODES[reply].code;
    this.replyText = replyText;
  }
}

/** Closes the channel it happened on (AMQP 0-9-1 §4.10, "soft" errors); the connection goes on. */
export class ChannelError extends ProtocolError {
  override name = "ChannelError";
}

/** Closes the whole connection (AMQP 0-9-1 §4.10, "hard" errors). */
export class ConnectionError extends ProtocolError {
  override name = "ConnectionError";
}

export const accessRefused = (text: string): ChannelError => new ChannelError("accessRefused", text);
export const notFound = (text: string): ChannelError => new ChannelError("notFound", text);
export const resourceLocked = (text: string): ChannelError => new ChannelError("resourceLocked", text);
export const preconditionFailed = (text: string): ChannelError => new ChannelError("preconditionFailed", text);

export const connectionForced = (text: string): ConnectionError => new ConnectionError("connectionForced", text);
export const loginRefused = (text: string): ConnectionError => new ConnectionError("accessRefused", text);
export const frameError = (text: string): ConnectionError => new ConnectionError("frameError", text);
export const syntaxError = (text: string): ConnectionError => new ConnectionError("syntaxError", text);
export const commandInvalid = (text: string): ConnectionError => new ConnectionError("commandInvalid", text);
export const channelError = (text: string): ConnectionError => new ConnectionError("channelError", text);
export const unexpectedFrame = (text: string): ConnectionError => new ConnectionError("unexpectedFrame", text);
export const resourceError = (text: string): ConnectionError => new ConnectionError("resourceError", text);
export const notAllowed = (text: string): ConnectionError => new ConnectionError("notAllowed", text);
export const notImplemented = (text: string): ConnectionError => new ConnectionError("notImplemented", text);
export const internalError = (text: string): ConnectionError => new ConnectionError("internalError", text);

/** The longest prefix of `text` that takes no more than `maxBytes` of UTF-8 and splits no character. */
function truncateUtf8(text: string, maxBytes: number): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= maxBytes) return text;
  let end = maxBytes;
  while ((bytes[end] & 0xc0) === 0x80) end--;
  return new TextDecoder().decode(bytes.subarray(0, end));
}
