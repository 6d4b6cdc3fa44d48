import type { Exchange } from "../../broker/exchange/exchange.ts";
import { PUBLISHES_IN, PUBLISHES_OUT } from "../statistics/counters.ts";
import { type Described, messageStats } from "../statistics/describe_counters.ts";
import { tableValue } from "../table_value.ts";
import { incomingOfExchange, outgoingOfExchange } from "./pairs.ts";
import type { View } from "./view.ts";

/** An exchange in its virtual host. */
export interface ListedExchange {
  readonly exchange: Exchange;
  readonly vhost: string;
}

/** Returns what an exchange is: all that does not need statistics. */
export function describeExchangeOnly({ exchange, vhost }: ListedExchange): Described {
  const { policy, operatorPolicy } = exchange.effectivePolicy;
  return {
    name: exchange.name,
    vhost,
    type: exchange.type,
    durable: exchange.isDurable,
    auto_delete: exchange.isAutoDelete,
    internal: exchange.isInternal,
    arguments: tableValue(exchange.arguments),
    user_who_performed_action: exchange.declaredBy,
    ...(policy === undefined ? {} : { policy: policy.name }),
    ...(operatorPolicy === undefined ? {} : { operator_policy: operatorPolicy.name }),
  };
}

/** Returns an exchange as RabbitMQ lists it. */
export function describeExchange(listed: ListedExchange, view: View): Described {
  const described = describeExchangeOnly(listed);
  const stats = messageStats(view.exchange(listed.exchange), [PUBLISHES_IN, PUBLISHES_OUT], view);
  if (stats !== undefined) described.message_stats = stats;
  return described;
}

/** Returns an exchange with channels and queues, as RabbitMQ shows a single one, in short steps. */
export function* describeExchangeInDetail(listed: ListedExchange, view: View): Generator<void, Described> {
  const { exchange, vhost } = listed;
  return {
    ...describeExchange(listed, view),
    incoming: yield* incomingOfExchange(exchange, view),
    outgoing: yield* outgoingOfExchange(exchange, vhost, view),
  };
}
