import { preconditionFailed } from "../../wire/error.ts";
import { queueTypeName } from "../queue/queue_type.ts";
import { RandomRouter } from "./random.ts";
import type { BindingRequest, ExchangeType } from "./router.ts";

/**
 * RabbitMQ: Local Random Exchange, which can be bound only to queues on the node that is published to. Here all queues
 * are.
 */
function checkBinding({ routingKey, destination }: BindingRequest): void {
  if (routingKey !== "") throw preconditionFailed(`Non empty binding '${routingKey}' key not permitted`);
  if (destination.kind === "exchange") throw preconditionFailed("Destination not found");
  const type = queueTypeName(destination.arguments);
  if (type !== "classic") {
    throw preconditionFailed(`Queue type rabbit_${type}_queue not valid for this exchange type`);
  }
}

export const localRandom: ExchangeType = {
  checkBinding,
  createRouter: (_exchangeArguments, host) => new RandomRouter(host),
};
