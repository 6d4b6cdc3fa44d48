import { EMPTY_TABLE } from "../amqp/field_table.ts";
import { Exchange } from "./exchange/exchange.ts";
import type { Headers } from "./exchange/router.ts";
import type { Queue } from "./queue/queue.ts";

/** Where messages with one exchange and routing key go. */
export interface Route {
  /** Each queue once, however many bindings lead to it. */
  readonly queues: readonly Queue[];
  /** Whether headers had a say, so that another message may go elsewhere. */
  readonly dependsOnHeaders: boolean;
}

const NO_HEADERS: Headers = () => EMPTY_TABLE;

/**
 * Finds the queues for a message, through exchanges that are bound to exchanges. Each exchange is visited once, so cycles
 * end (RabbitMQ: Exchange to Exchange Bindings).
 */
export function findRoute(start: Exchange, routingKey: string, headers: Headers = NO_HEADERS): Route {
  const queues = new Set<Queue>();
  const exchanges = new Set([start]);
  let dependsOnHeaders = false;
  // What is added to the set on the way is visited too.
  for (const exchange of exchanges) {
    dependsOnHeaders ||= exchange.routesByHeaders;
    exchange.router.route(routingKey, headers, (destination) => {
      if (destination instanceof Exchange) exchanges.add(destination);
      else queues.add(destination);
    });
  }
  return { queues: [...queues], dependsOnHeaders };
}
