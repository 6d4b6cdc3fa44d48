import type { AddressedMessage } from "../../broker/session/outgoing_message.ts";
import type { PublishOutcome } from "../../broker/session/publish_receipt.ts";
import { destinationOf } from "../../broker/session/message_sender.ts";
import { ReceiptPublisher } from "../../broker/session/receipt_publisher.ts";
import { CallTurns } from "../../broker/turn/call_turns.ts";
import { publishRefusal } from "../channel_refusal.ts";
import { badRequest, missing } from "../http_error.ts";
import { readPayload, readProperties } from "../message_json.ts";
import { exchangeName } from "../object_name.ts";
import { PublishDeadline } from "../publish_deadline.ts";
import { ok, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";

const REJECTED = "rejected Unable to publish message. Check queue limits.";

export const PUBLISH: readonly Route[] = [
  {
    method: "POST",
    path: "/api/exchanges/:vhost/:exchange/publish",
    who: "management",
    summary: "Publishes a message, with the keys properties, routing_key, payload and payload_encoding (string or " +
      "base64). The answer says whether it was routed to a queue.",
    handle: publish,
  },
];

async function publish(request: ApiRequest): Promise<Reply> {
  const exchange = exchangeName(request.params.exchange);
  if (!request.vhost.exchanges.has(exchange)) throw missing("exchange_not_found");
  const body = await request.bodyWithPayload(["routing_key", "properties", "payload", "payload_encoding"]);
  const message = {
    exchange,
    routingKey: body.shortText("routing_key"),
    properties: readProperties(body, "properties"),
    body: readPayload(body),
    mandatory: true,
  };
  const outcome = await publishInTime(request, message);
  if (outcome === "refused") throw badRequest(REJECTED);
  return ok({ routed: outcome === "confirmed" });
}

/** Publishes a message. Rejects with RabbitMQ's answer when it is refused, or not confirmed in time. */
async function publishInTime(request: ApiRequest, message: AddressedMessage): Promise<PublishOutcome> {
  const publisher = new ReceiptPublisher(await request.openSession(), new CallTurns(request.node));
  const deadline = new PublishDeadline(request.node.clock);
  try {
    return await deadline.before(publisher.publish(message, destinationOf("", "")));
  } catch (error) {
    throw publishRefusal(error);
  } finally {
    deadline.end();
  }
}
