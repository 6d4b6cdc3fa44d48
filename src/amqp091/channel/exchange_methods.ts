import {
  bindExchange,
  checkExchange,
  declareExchange,
  deleteExchange,
  unbindExchange,
} from "../../broker/session/exchange_operations.ts";
import type { Method } from "../methods.ts";
import type { MethodHandlers } from "./channel.ts";
import { withoutLineBreaks } from "../../broker/session/line_breaks.ts";

type ExchangeBinding = Extract<Method, { name: "exchange.bind" | "exchange.unbind" }>;

/** AMQP 0-9-1 §1.6 and RabbitMQ's bindings between exchanges. */
export const EXCHANGE_METHODS: MethodHandlers = {
  "exchange.declare": (channel, method) => {
    const { session } = channel.connection;
    const name = withoutLineBreaks(method.exchange);
    if (method.passive) checkExchange(session, name);
    else declareExchange(session, { ...method, name });
    if (!method.nowait) channel.replyWhenDurable({ name: "exchange.declare-ok" });
  },

  "exchange.delete": (channel, { exchange, ifUnused, nowait }) => {
    deleteExchange(channel.connection.session, withoutLineBreaks(exchange), ifUnused);
    if (!nowait) channel.replyWhenDurable({ name: "exchange.delete-ok" });
  },

  "exchange.bind": (channel, method) => {
    bindExchange(channel.connection.session, bindingOf(method));
    if (!method.nowait) channel.replyWhenDurable({ name: "exchange.bind-ok" });
  },

  "exchange.unbind": (channel, method) => {
    unbindExchange(channel.connection.session, bindingOf(method));
    if (!method.nowait) channel.replyWhenDurable({ name: "exchange.unbind-ok" });
  },
};

const bindingOf = (method: ExchangeBinding) => ({
  source: withoutLineBreaks(method.source),
  destination: withoutLineBreaks(method.destination),
  routingKey: method.routingKey,
  arguments: method.arguments,
});
