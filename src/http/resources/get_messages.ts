import { SILENT } from "../../broker/session/channel.ts";
import { peekMessages } from "../../broker/queue/peek.ts";
import { fetchMany, whenKnown } from "../../broker/session/fetch_many.ts";
import { findQueue } from "../../broker/session/queue_operations.ts";
import type { Session } from "../../broker/session/session.ts";
import { Slice } from "../../broker/turn/slices.ts";
import type { Outcome } from "../../broker/session/outcome.ts";
import type { MessageContent } from "../../store/message_content.ts";
import type { ObjectReader } from "../../definitions/object_reader.ts";
import { fetchRefusal } from "../channel_refusal.ts";
import { booleanIn, integerIn, requiredIntegerIn } from "../body_fields.ts";
import { badRequest, missing } from "../http_error.ts";
import { JsonText, textsOf } from "../listing/json_text.ts";
import { messageJson, type MessageState, type PayloadForm } from "../message_json.ts";
import { type ApiRequest, requireKeys } from "../request.ts";
import type { Route } from "../route.ts";

const COUNT = { min: 0, max: 2 ** 31 - 1 };
const OFFSET = { min: 0, max: Number.MAX_SAFE_INTEGER };
const TRUNCATE = { min: 0, max: 2 ** 31 - 1 };

/** Size of an answer above which it takes no more messages, and the size of a message without its properties and body. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;
const MESSAGE_BYTES = 512;

/** Maximum number of messages that a peek shows. */
const PEEK_MAX = 10_000;

/** The outcome of all messages by `ackmode`; `undefined` for messages that are acknowledged when they are sent. */
const ACK_MODES: Readonly<Record<string, Outcome | "peek" | undefined>> = {
  ack_requeue_true: "requeue",
  ack_requeue_false: undefined,
  reject_requeue_true: "fail",
  reject_requeue_false: "reject",
  peek: "peek",
};

export const GET_MESSAGES: readonly Route[] = [
  {
    method: "POST",
    path: "/api/queues/:vhost/:queue/get",
    who: "management",
    summary: "Gets messages of a queue, with the keys count, ackmode (ack_requeue_true, ack_requeue_false, " +
      "reject_requeue_true, reject_requeue_false, or peek), encoding (auto or base64), and truncate, the maximum length of " +
      "a payload in bytes. POST, since the queue changes: returned messages are marked as redelivered. peek changes " +
      `nothing and shows up to ${PEEK_MAX} messages, those of a stream from the key offset on.`,
    handle: get,
  },
];

async function get(request: ApiRequest): Promise<Response> {
  const { queue } = request.params;
  if (!request.vhost.queues.has(queue)) throw missing("queue_not_found");
  const asked = readGet(await request.body());
  const answer = new Answer(asked.count, asked.form);
  const outcome = ACK_MODES[asked.ackMode];
  const session = await request.openSession();
  try {
    if (outcome === "peek") await show(session, queue, asked, answer);
    else await take(session, queue, outcome, answer);
  } catch (error) {
    throw fetchRefusal(error);
  }
  return await new JsonText(request.host.slices, textsOf(answer.messages)).reply();
}

/** Fetches messages, and settles or returns them. */
async function take(session: Session, name: string, outcome: Outcome | undefined, answer: Answer): Promise<void> {
  if (answer.isFull) return;
  const channel = session.openChannel(0, SILENT);
  const { messages } = session.node;
  await fetchMany(channel, name, outcome === undefined, {
    take({ shown, isRedelivered }, _, { readyCount }) {
      answer.add(messages.locate(shown), { redelivered: isRedelivered, messageCount: readyCount });
    },
    goOn: () => !answer.isFull,
  });
  // Messages are returned when all are there: otherwise the same one would be fetched again.
  if (outcome !== undefined) channel.subscriptions.finish(0, true, outcome);
  session.node.endTurn();
}

/** Shows messages, and leaves them as they are. */
async function show(session: Session, name: string, { offset }: Get, answer: Answer): Promise<void> {
  const queue = await whenKnown(() => findQueue(session, name, "read"));
  if (answer.isFull) return;
  let behind = queue.readyCount;
  await peekMessages(
    queue,
    { offset, most: PEEK_MAX, isAsDelivered: true },
    new Slice(session.node),
    (content, isRedelivered) => {
      behind = Math.max(0, behind - 1);
      answer.add(content, { redelivered: isRedelivered, messageCount: behind });
      return !answer.isFull;
    },
  );
}

/** A request for messages. */
interface Get {
  readonly ackMode: string;
  readonly count: number;
  readonly form: PayloadForm;
  /** Offset at which a peek into a stream begins. */
  readonly offset: number;
}

function readGet(body: ObjectReader): Get {
  const ackMode = readAckMode(body);
  requireKeys(body, ["ackmode", "count", "encoding"].filter((key) => key !== "ackmode" || ackMode === undefined));
  if (!Object.hasOwn(ACK_MODES, ackMode!)) {
    throw badRequest(
      `Invalid ackmode value: ${ackMode ?? null}. Valid values are: ${Object.keys(ACK_MODES).join(", ")}`,
    );
  }
  const offset = integerIn(body, "offset", OFFSET) ?? 0;
  return { ackMode: ackMode!, count: requiredIntegerIn(body, "count", COUNT), form: readForm(body), offset };
}

/** Reads how messages are settled; older clients send the boolean `requeue`. */
function readAckMode(body: ObjectReader): string | undefined {
  if (body.value("ackmode") !== undefined || body.value("requeue") === undefined) return body.optionalText("ackmode");
  return `ack_requeue_${booleanIn(body, "requeue")}`;
}

function readForm(body: ObjectReader): PayloadForm {
  const encoding = body.text("encoding");
  if (encoding !== "auto" && encoding !== "base64") {
    throw badRequest("Unsupported encoding. Please use auto or base64.");
  }
  return { encoding, truncate: integerIn(body, "truncate", TRUNCATE) };
}

/** Messages for a client, up to a number and a size. */
class Answer {
  readonly messages: object[] = [];
  readonly #count: number;
  readonly #form: PayloadForm;
  #bytes = 0;

  constructor(count: number, form: PayloadForm) {
    this.#count = count;
    this.#form = form;
  }

  /** True when no more messages are wanted, or have room. */
  get isFull(): boolean {
    return this.messages.length >= this.#count || this.#bytes >= ANSWER_BYTES_MAX;
  }

  add(content: MessageContent, state: MessageState): void {
    this.messages.push(messageJson(content, state, this.#form));
    this.#bytes += MESSAGE_BYTES + content.headerBytes + Math.min(content.bodyBytes, this.#form.truncate ?? Infinity);
  }
}
