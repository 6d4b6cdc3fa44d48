import type { FieldTable } from "../../amqp/field_table.ts";
import type { Binding, Destination } from "../binding.ts";

/** The headers of the message that is routed, decoded when they are asked for. */
export type Headers = () => FieldTable;

/** Called with where a matching binding leads; perhaps more than once with the same. */
export type Match = (destination: Destination) => void;

/** How an exchange of one type finds the bindings that match a message. It holds all bindings of its exchange. */
export interface Router {
  add(binding: Binding): void;
  remove(binding: Binding): void;
  route(routingKey: string, headers: Headers, match: Match): void;
}

/** What RabbitMQ's exchange types have to say of themselves. */
export interface ExchangeType {
  createRouter(): Router;
  /** Whether routing looks at the message's headers, so that it can't be remembered for the next message. */
  readonly routesByHeaders: boolean;
  /** Throws PRECONDITION_FAILED when a binding's arguments make no sense to this type. */
  checkBinding(bindingArguments: FieldTable): void;
}
