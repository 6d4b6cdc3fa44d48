import type { FieldTable } from "../../amqp/field_table.ts";
import type { Binding, Destination } from "../binding.ts";

/** What exchanges may look at of a message to find out where it goes. */
export interface RoutedMessage {
  /** That of the publish comes first. */
  readonly routingKeys: readonly string[];
  /** Decoded when they are asked for. */
  readonly headers: FieldTable;
}

/** Called with where a matching binding leads; perhaps more than once with the same. */
export type Match = (destination: Destination) => void;

/** How an exchange of one type finds the bindings that match a message. It holds all bindings of its exchange. */
export interface Router {
  /**
   * Whether more than the routing keys has a say, so that where one message went says nothing about the next one.
   * Without it routing must change nothing, for it is not done for each message.
   */
  readonly dependsOnMessage: boolean;
  /** Throws PRECONDITION_FAILED for a binding that makes no sense here. Left out where every binding does. */
  checkBinding?(binding: Binding): void;
  add(binding: Binding): void;
  remove(binding: Binding): void;
  route(message: RoutedMessage, match: Match): void;
}

/** What RabbitMQ's exchange types have to say of themselves. */
export interface ExchangeType {
  createRouter(): Router;
}
