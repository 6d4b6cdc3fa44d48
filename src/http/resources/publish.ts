import { AwaitedPublisher, type PublishOutcome } from "../../broker/session/awaited_publisher.ts";
import { publishRefusal } from "../channel_refusal.ts";
import { badRequest, missing } from "../http_error.ts";
import { readPayload, readProperties } from "../message_json.ts";
import { exchangeName } from "../object_name.ts";
import { ok, type Reply } from "../reply.ts";
import type { ApiRequest } from "../request.ts";
import type { Route } from "../route.ts";

/** Time that a publish waits for its confirm, RabbitMQ's default `publish_timeout`. In milliseconds. */
const PUBLISH_TIMEOUT_MS = 30_000;

const CONFIRM_TIMEOUT = "confirm_timeout Timed out waiting for a publisher confirm. The message may still have been " +
  "enqueued. Check the health of the queues bound to this exchange.";
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
  const publisher = new AwaitedPublisher(await request.openSession());
  const outcome = await inTime(request, publisher.publish(message));
  if (outcome === "refused") throw badRequest(REJECTED);
  return ok({ routed: outcome === "confirmed" });
}

/** Rejects with RabbitMQ's answer when a publish is refused, or not confirmed in time. */
function inTime({ node }: ApiRequest, publish: Promise<PublishOutcome>): Promise<PublishOutcome> {
  return new Promise((resolve, reject) => {
    const cancel = node.clock.after(PUBLISH_TIMEOUT_MS, () => reject(badRequest(CONFIRM_TIMEOUT)));
    const settled = publish.catch((error) => {
      throw publishRefusal(error);
    });
    settled.then(resolve, reject).finally(cancel);
  });
}
