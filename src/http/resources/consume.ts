import { type Channel, SILENT } from "../../broker/session/channel.ts";
import type { Outcome } from "../../broker/session/outcome.ts";
import type { Session } from "../../broker/session/session.ts";
import type { ObjectReader } from "../../definitions/object_reader.ts";
import { booleanIn, integerIn } from "../body_fields.ts";
import { fetchRefusal } from "../channel_refusal.ts";
import { LongPoll, type PollRequest } from "../consuming/long_poll.ts";
import { openHttpSession } from "../http_session.ts";
import { missing } from "../http_error.ts";
import { JsonText, textsOf } from "../listing/json_text.ts";
import { ok, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";

const PATH = "/api/queues/:vhost/:queue";
const COUNT = { min: 1, max: 1000 };
const TIMEOUT_SECONDS = { min: 0, max: 60 };
const ACK_TIMEOUT_SECONDS = { min: 1, max: 1800 };
const DEFAULT_TIMEOUT_SECONDS = 20;
const DEFAULT_ACK_TIMEOUT_SECONDS = 60;
/** Maximum number of tokens in one request. */
const TOKENS_MAX = 10_000;

/** Consuming for clients that have no AMQP (HareMQ only). */
export const CONSUME: readonly Route[] = [
  {
    method: "POST",
    path: `${PATH}/consume`,
    who: "management",
    summary: "Consumes messages of a queue, and waits for the first one. With the optional keys count (up to " +
      `${COUNT.max}; default: 1), timeout (seconds to wait, up to ${TIMEOUT_SECONDS.max}; default: ` +
      `${DEFAULT_TIMEOUT_SECONDS}), ack_timeout (seconds until unacknowledged messages go back to the queue, up to ` +
      `${ACK_TIMEOUT_SECONDS.max}; default: ${DEFAULT_ACK_TIMEOUT_SECONDS}), no_ack, encoding (auto or base64) and ` +
      "arguments of the consumer, such as x-stream-offset. Each message has a token, by which it is acknowledged. HareMQ " +
      "only.",
    handle: consume,
  },
  {
    method: "POST",
    path: `${PATH}/ack`,
    who: "management",
    summary:
      "Acknowledges messages of a queue by the list tokens. The answer has the number of those that had not gone " +
      "back to the queue. HareMQ only.",
    handle: (request) => finish(request, () => "settle"),
  },
  {
    method: "POST",
    path: `${PATH}/nack`,
    who: "management",
    summary:
      "Returns messages to their queue by the list tokens; with requeue false it dead-letters or drops them. HareMQ " +
      "only.",
    handle: (request) => finish(request, (body) => requeues(body) ? "requeue" : "reject"),
  },
];

const requeues = (body: ObjectReader): boolean => body.value("requeue") === undefined || booleanIn(body, "requeue");

async function consume(request: ApiRequest): Promise<Response> {
  const { host: { heldDeliveries }, node, user, vhost, params: { queue } } = request;
  if (!vhost.queues.has(queue)) throw missing("queue_not_found");
  const body = await request.body();
  const poll = readPoll(request, body);
  const ackTimeoutSeconds = integerIn(body, "ack_timeout", ACK_TIMEOUT_SECONDS) ?? DEFAULT_ACK_TIMEOUT_SECONDS;
  await request.checkMayOpen();
  const reservation = poll.noAck ? undefined : heldDeliveries.reserve(user.name, poll.count);
  // It outlives the request: unacknowledged messages belong to it.
  const session = openHttpSession(request, vhost);
  let isHeld = false;
  try {
    const channel = openChannel(request, session);
    const polled = await new LongPoll(channel, { ...poll, count: reservation?.count ?? poll.count }).run();
    if (request.request.signal.aborted || poll.noAck || polled.length === 0) {
      return await textOf(request, polled.map(({ json }) => json));
    }
    const tags = polled.map(({ deliveryTag }) => deliveryTag);
    const tokens = heldDeliveries.hold(session, channel, queue, tags, node.timeMs + ackTimeoutSeconds * 1000);
    isHeld = true;
    return await textOf(request, polled.map(({ json }, at) => ({ token: tokens[at], ...json })));
  } catch (error) {
    throw fetchRefusal(error);
  } finally {
    reservation?.end();
    if (!isHeld) session.close();
    node.endTurn();
  }
}

/** Answers with messages, whose text is written in slices of time. */
const textOf = ({ host: { slices } }: ApiRequest, messages: readonly object[]): Promise<Response> =>
  new JsonText(slices, textsOf(messages)).reply();

function openChannel({ host: { heldDeliveries } }: ApiRequest, session: Session): Channel {
  const channel: Channel = session.openChannel(0, { ...SILENT, failed: () => heldDeliveries.channelFailed(channel) });
  return channel;
}

function readPoll({ params, request: { signal } }: ApiRequest, body: ObjectReader): PollRequest {
  const timeoutSeconds = integerIn(body, "timeout", TIMEOUT_SECONDS) ?? DEFAULT_TIMEOUT_SECONDS;
  return {
    queue: params.queue,
    count: integerIn(body, "count", COUNT) ?? 1,
    noAck: booleanIn(body, "no_ack"),
    arguments: body.table("arguments"),
    timeoutMs: timeoutSeconds * 1000,
    form: { encoding: readEncoding(body), truncate: undefined },
    signal,
  };
}

function readEncoding(body: ObjectReader): "auto" | "base64" {
  const encoding = body.optionalText("encoding") ?? "auto";
  if (encoding === "auto" || encoding === "base64") return encoding;
  throw body.problem("encoding", "auto or base64 is expected here");
}

async function finish(request: ApiRequest, outcomeIn: (body: ObjectReader) => Outcome): Promise<Reply> {
  const { host: { heldDeliveries }, user, vhost, params: { queue } } = request;
  const body = await request.body(["tokens"]);
  const tokens = readTokens(body);
  const outcome = outcomeIn(body);
  const owner = { user: user.name, vhost: vhost.name, queue };
  const count = await request.carryOut(() => heldDeliveries.finish(owner, tokens, outcome));
  return ok({ finished: count, unknown: tokens.length - count });
}

function readTokens(body: ObjectReader): string[] {
  const tokens = body.value("tokens");
  if (!Array.isArray(tokens) || tokens.length > TOKENS_MAX) {
    throw body.problem("tokens", `a list of up to ${TOKENS_MAX} tokens is expected here`);
  }
  return tokens.map((token) => {
    if (typeof token === "string") return token;
    throw body.problem("tokens", "a list of texts is expected here");
  });
}
