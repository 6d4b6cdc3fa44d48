import type { FieldTable } from "../../wire/field_table.ts";
import type { Binding, Destination } from "./binding.ts";
import type { SeenHeaders } from "./deduplication/seen_headers.ts";
import type { Message, Messages } from "../message/messages.ts";
import type { RoutedMessage } from "../message/routed_message.ts";

/** Called with where a matching binding leads; perhaps more than once with the same. */
export type Match = (destination: Destination) => void;

/** How an exchange of one type finds the bindings that match a message. It holds all bindings of its exchange. */
export interface Router {
  /**
   * Whether more than the routing keys has a say, so that where one message went says nothing about the next one.
   * Otherwise routing is not done for each message, and must not count on it.
   */
  readonly dependsOnMessage: boolean;
  /** Throws PRECONDITION_FAILED for a binding that makes no sense here. Left out where every binding does. */
  checkBinding?(binding: Binding): void;
  add(binding: Binding): void;
  remove(binding: Binding): void;
  route(message: RoutedMessage, match: Match): void;
  /** What it remembers of the messages that came. Left out where that is nothing, or need not outlive the process. */
  readonly seen?: SeenHeaders;
  /** Lets go of what it holds beside bindings, as its exchange is deleted. Left out where that is nothing. */
  close?(): void;
}

/** What an exchange needs of its virtual host. */
export interface ExchangeHost {
  /** Returns an unpredictable number: at least 0, and less than 1. */
  random(): number;
  readonly messages: Messages;
  /** The time of this turn, in milliseconds since 1970. */
  readonly timeMs: number;
  /** Gives a message to what a binding leads to. Takes over the one reference to it. */
  forward(message: Message, routingKeys: readonly string[], destination: Destination): void;
}

/**
 * What RabbitMQ's exchange types have to say of themselves. A type may be made of another one: its router has one of that
 * type, and asks it.
 */
export interface ExchangeType {
  /** Throws PRECONDITION_FAILED for arguments that make no sense here. Left out where all do, or are of no interest. */
  checkArguments?(exchangeArguments: FieldTable): void;
  createRouter(exchangeArguments: FieldTable, host: ExchangeHost): Router;
}
