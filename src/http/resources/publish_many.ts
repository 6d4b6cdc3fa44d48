import type { AddressedMessage } from "../../broker/session/outgoing_message.ts";
import type { PublishOutcome, PublishReceipt } from "../../broker/session/publish_receipt.ts";
import { destinationOf } from "../../broker/session/message_sender.ts";
import { ReceiptPublisher } from "../../broker/session/receipt_publisher.ts";
import type { Session } from "../../broker/session/session.ts";
import { CallTurns } from "../../broker/turn/call_turns.ts";
import { Slice } from "../../broker/turn/slices.ts";
import { isObject, type JsonObject } from "../../definitions/json/json_value.ts";
import { readJson } from "../../definitions/json/json_reader.ts";
import { Notices } from "../../definitions/notices.ts";
import { ObjectReader } from "../../definitions/object_reader.ts";
import { DefinitionProblem, within } from "../../definitions/problem.ts";
import { readBody } from "../body.ts";
import { publishRefusal } from "../channel_refusal.ts";
import { badRequest, HttpError, missing } from "../http_error.ts";
import { readPayload, readProperties } from "../message_json.ts";
import { exchangeName } from "../object_name.ts";
import { PublishDeadline } from "../publish_deadline.ts";
import { ok, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";

/** Maximum number of messages in one request. */
const MESSAGES_MAX = 100_000;
/** Number of messages that wait for their confirms above which no more are published. */
const UNCONFIRMED_MAX = 1024;

const NDJSON = "application/x-ndjson";

/** The names of outcomes in the answer. */
const OUTCOMES = { confirmed: "routed", returned: "unroutable", refused: "refused" } as const satisfies Record<
  PublishOutcome,
  string
>;

/** Publishing for clients that have no AMQP (HareMQ only). */
export const PUBLISH_MANY: readonly Route[] = [
  {
    method: "POST",
    path: "/api/exchanges/:vhost/:exchange/messages",
    who: "management",
    summary:
      "Publishes messages in their order, and waits until all are confirmed. The body has a list messages, or with " +
      `the content type ${NDJSON} a message on each line. A message has the optional keys routing_key, properties, payload ` +
      `and payload_encoding (string or base64); there are up to ${MESSAGES_MAX}. The answer has the numbers of messages ` +
      "that are routed, unroutable, and refused by a queue, and the outcome of each. HareMQ only.",
    handle: publishMany,
  },
];

async function publishMany(request: ApiRequest): Promise<Reply> {
  const exchange = exchangeName(request.params.exchange);
  if (!request.vhost.exchanges.has(exchange)) throw missing("exchange_not_found");
  const messages = await request.host.slices.run(readMessages(exchange, await readItems(request)));
  const outcomes = await publishAll(request, await request.openSession(), messages);
  const counts = { routed: 0, unroutable: 0, refused: 0 };
  const named = outcomes.map((outcome) => OUTCOMES[outcome]);
  for (const name of named) counts[name]++;
  return ok({ ...counts, outcomes: named });
}

/** Reads the messages of a body as JSON. */
async function readItems(request: ApiRequest): Promise<readonly unknown[]> {
  const { request: { headers }, host: { options: { maxBodySize }, slices } } = request;
  const type = headers.get("content-type")?.split(";")[0].trim().toLowerCase();
  const text = await readBody(request.request, maxBodySize);
  if (type === NDJSON) {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    checkCount(lines.length);
    return await slices.run(readLines(lines, maxBodySize));
  }
  const items = (await slices.run(readNamed("", text, maxBodySize))).messages;
  if (!Array.isArray(items)) throw badRequest("messages: a list is expected here");
  checkCount(items.length);
  return items;
}

function checkCount(count: number): void {
  if (count > MESSAGES_MAX) throw badRequest(`messages: there are no more than ${MESSAGES_MAX} in one request`);
}

function* readLines(lines: readonly string[], lengthMax: number): Generator<void, JsonObject[]> {
  const items: JsonObject[] = [];
  for (const [at, line] of lines.entries()) {
    items.push(yield* readNamed(`messages[${at}]: `, line, lengthMax));
    yield;
  }
  return items;
}

function* readNamed(place: string, text: string, lengthMax: number): Generator<void, JsonObject> {
  try {
    return yield* readJson(text, lengthMax);
  } catch (error) {
    if (!(error instanceof DefinitionProblem)) throw error;
    throw badRequest(`not_json: ${place}${error}`);
  }
}

/** Reads all messages, so that nothing is published when one of them is wrong. */
function* readMessages(exchange: string, items: readonly unknown[]): Generator<void, AddressedMessage[]> {
  const messages: AddressedMessage[] = [];
  for (const [at, item] of items.entries()) {
    messages.push(within(`messages[${at}]`, () => readMessage(exchange, item as JsonObject)));
    yield;
  }
  return messages;
}

function readMessage(exchange: string, item: JsonObject): AddressedMessage {
  if (!isObject(item)) throw new DefinitionProblem("", "an object is expected here");
  const body = new ObjectReader(item, "", new Notices());
  return {
    exchange,
    routingKey: body.value("routing_key") === undefined ? "" : body.shortText("routing_key"),
    properties: readProperties(body, "properties"),
    body: readPayload(body, { payload: "", encoding: "string" }),
    mandatory: true,
  };
}

/** Publishes messages one after the other. */
async function publishAll(
  { node }: ApiRequest,
  session: Session,
  messages: readonly AddressedMessage[],
): Promise<PublishOutcome[]> {
  const publisher = new ReceiptPublisher(session, new CallTurns(node));
  const to = destinationOf("", "");
  const deadline = new PublishDeadline(node.clock);
  const receipts: PublishReceipt[] = [];
  const slice = new Slice(node);
  try {
    for (const message of messages) {
      const receipt = publisher.publish(message, to);
      // A failure is told in the order of the messages, below.
      receipt.then(undefined, () => {});
      receipts.push(receipt);
      // Receipts are settled in their order.
      if (receipts.length % UNCONFIRMED_MAX === 0) await deadline.before(receipt);
      if (slice.isOver) await slice.next();
    }
    return await deadline.before(Promise.all(receipts));
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw publishRefusal(error);
  } finally {
    deadline.end();
  }
}
