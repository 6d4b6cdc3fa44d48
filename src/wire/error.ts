import { REPLY_CODES, type ReplyCode } from "./reply_code.ts";

/** Largest reply text, a short string. In bytes. */
const REPLY_TEXT_MAX_BYTES = 255;
const CUT_MARK = "...";

/** Class id and method id. */
export type MethodId = readonly [classId: number, methodId: number];
/** The method id for malformed frames: RabbitMQ names no method for them. */
export const NO_METHOD: MethodId = [0, 0];

/** An error that closes a channel or a connection, as the peer is told about it. */
export abstract class ProtocolError extends Error {
  /** The numeric reply code, such as 404. */
  readonly code: number;
  /** `"<NAME> - <explanation>"`, as RabbitMQ writes it; cut to 255 bytes of UTF-8 that end in dots. */
  readonly replyText: string;
  /** The whole explanation, without the name. */
  readonly explanation: string;

  /** @internal */
  constructor(reply: ReplyCode, explanation: string) {
    const replyText = cutReplyText(`${REPLY_CODES[reply].name} - ${explanation}`);
    super(replyText);
    this.code = REPLY_CODES[reply].code;
    this.replyText = replyText;
    this.explanation = explanation;
  }
}

/** An error that closes its channel (AMQP 0-9-1 §4.10, "soft" errors); the connection stays open. */
export class ChannelError extends ProtocolError {
  /** Name of the class. */
  override name = "ChannelError";
}

/** An error that closes the whole connection (AMQP 0-9-1 §4.10, "hard" errors). */
export class ConnectionError extends ProtocolError {
  /** Name of the class. */
  override name = "ConnectionError";
  /** The method that failed, where it is not the one that was received. */
  readonly method: MethodId | undefined;

  /** @internal */
  constructor(reply: ReplyCode, explanation: string, method?: MethodId) {
    super(reply, explanation);
    this.method = method;
  }
}

export const accessRefused = (text: string): ChannelError => new ChannelError("accessRefused", text);
export const notFound = (text: string): ChannelError => new ChannelError("notFound", text);
export const resourceLocked = (text: string): ChannelError => new ChannelError("resourceLocked", text);
export const preconditionFailed = (text: string): ChannelError => new ChannelError("preconditionFailed", text);

export const connectionForced = (text: string): ConnectionError => new ConnectionError("connectionForced", text);
export const loginRefused = (text: string): ConnectionError => new ConnectionError("accessRefused", text);
export const frameError = (text: string, method?: MethodId): ConnectionError =>
  new ConnectionError("frameError", text, method);
export const syntaxError = (text: string): ConnectionError => new ConnectionError("syntaxError", text);
export const commandInvalid = (text: string): ConnectionError => new ConnectionError("commandInvalid", text);
export const channelError = (text: string): ConnectionError => new ConnectionError("channelError", text);
export const unexpectedFrame = (text: string, method?: MethodId): ConnectionError =>
  new ConnectionError("unexpectedFrame", text, method);
export const resourceError = (text: string): ConnectionError => new ConnectionError("resourceError", text);
export const notAllowed = (text: string, method?: MethodId): ConnectionError =>
  new ConnectionError("notAllowed", text, method);
export const notImplemented = (text: string): ConnectionError => new ConnectionError("notImplemented", text);
export const internalError = (text: string): ConnectionError => new ConnectionError("internalError", text);

/** Shortens a text that is too long, between two characters. */
function cutReplyText(text: string): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= REPLY_TEXT_MAX_BYTES) return text;
  let end = REPLY_TEXT_MAX_BYTES - CUT_MARK.length;
  while ((bytes[end] & 0xc0) === 0x80) end--;
  return new TextDecoder().decode(bytes.subarray(0, end)) + CUT_MARK;
}
