/** Reply codes (AMQP 0-9-1 §1.2), with RabbitMQ's spelling of their names. */
export const REPLY_CODES = {
  replySuccess: { code: 200, name: "REPLY_SUCCESS", scope: "none" },
  contentTooLarge: { code: 311, name: "CONTENT_TOO_LARGE", scope: "channel" },
  noRoute: { code: 312, name: "NO_ROUTE", scope: "channel" },
  noConsumers: { code: 313, name: "NO_CONSUMERS", scope: "channel" },
  connectionForced: { code: 320, name: "CONNECTION_FORCED", scope: "connection" },
  invalidPath: { code: 402, name: "INVALID_PATH", scope: "connection" },
  accessRefused: { code: 403, name: "ACCESS_REFUSED", scope: "channel" },
  notFound: { code: 404, name: "NOT_FOUND", scope: "channel" },
  resourceLocked: { code: 405, name: "RESOURCE_LOCKED", scope: "channel" },
  preconditionFailed: { code: 406, name: "PRECONDITION_FAILED", scope: "channel" },
  frameError: { code: 501, name: "FRAME_ERROR", scope: "connection" },
  syntaxError: { code: 502, name: "SYNTAX_ERROR", scope: "connection" },
  commandInvalid: { code: 503, name: "COMMAND_INVALID", scope: "connection" },
  channelError: { code: 504, name: "CHANNEL_ERROR", scope: "connection" },
  unexpectedFrame: { code: 505, name: "UNEXPECTED_FRAME", scope: "connection" },
  resourceError: { code: 506, name: "RESOURCE_ERROR", scope: "connection" },
  notAllowed: { code: 530, name: "NOT_ALLOWED", scope: "connection" },
  notImplemented: { code: 540, name: "NOT_IMPLEMENTED", scope: "connection" },
  internalError: { code: 541, name: "INTERNAL_ERROR", scope: "connection" },
} as const;

/** The name of a reply code in this table. */
export type ReplyCode = keyof typeof REPLY_CODES;
