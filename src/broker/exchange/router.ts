import type { FieldTable } from "../../wire/field_table.ts";
import type { Binding, Destination } from "./binding.ts";
import type { SeenHeaders } from "./deduplication/seen_headers.ts";
import type { Message, Messages } from "../message/messages.ts";
import type { RoutedMessage } from "../message/routed_message.ts";

/** Called with the destination of a matching binding, possibly more than once with the same. */
export type Match = (destination: Destination) => void;

/** Finds the bindings of an exchange of one type that match a message. It holds all bindings of its exchange. */
export interface Router {
  /**
   * True when routing depends on more than the routing keys, so that each message is routed for itself. Otherwise
   * routes are cached, and the router is not called for each message.
   */
  readonly dependsOnMessage: boolean;
  add(binding: Binding): void;
  remove(binding: Binding): void;
  route(message: RoutedMessage, match: Match): void;
  /**
   * Calls `match` as {@linkcode route} would, and remembers nothing of the message, which need not exist. Left out where
   * `route` remembers nothing either.
   */
  explain?(message: RoutedMessage, match: Match): void;
  /** Identities of earlier messages that are durable. Left out where there are none. */
  readonly seen?: SeenHeaders;
  /** Releases what the router holds beside bindings when its exchange is deleted. Left out where that is nothing. */
  close?(): void;
  /** Calls `visit` for each message that the router holds. Left out where there are none. */
  forEachHeld?(visit: (message: Message) => void): void;
}

/** A requested binding, with the parts of its ends that are checked. */
export interface BindingRequest {
  readonly source: { readonly name: string };
  readonly destination: Pick<Destination, "kind" | "name" | "arguments">;
  readonly routingKey: string;
  readonly arguments: FieldTable;
}

/** The parts of its virtual host that an exchange uses. */
export interface ExchangeHost {
  /** Returns an unpredictable number: at least 0, and less than 1. */
  random(): number;
  readonly messages: Messages;
  /** Time of this turn, in milliseconds since 1970. */
  readonly timeMs: number;
  /** Forwards a message to the destination of a binding. Takes over the only reference to it. */
  forward(message: Message, routingKeys: readonly string[], destination: Destination): void;
}

/**
 * An exchange type, as RabbitMQ defines it. A type may be based on another one: then its router uses one of that type.
 */
export interface ExchangeType {
  /** Throws PRECONDITION_FAILED for invalid arguments. Left out where all are valid, or ignored. */
  checkArguments?(exchangeArguments: FieldTable): void;
  /** Throws PRECONDITION_FAILED for an invalid binding. Left out where every binding is valid. */
  checkBinding?(binding: BindingRequest, exchangeArguments: FieldTable): void;
  createRouter(exchangeArguments: FieldTable, host: ExchangeHost): Router;
}
