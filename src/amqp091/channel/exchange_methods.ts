import type { FieldTable } from "../../wire/field_table.ts";
import type { Method } from "../methods.ts";
import { alternateExchangeOf } from "../../broker/exchange/alternate_exchange.ts";
import type { Exchange } from "../../broker/exchange/exchange.ts";
import type { Session } from "../session.ts";
import type { Channel, MethodHandlers } from "./channel.ts";
import { nameOf, permitExchange, refuseDefaultExchange } from "./permissions.ts";

type ExchangeBinding = Extract<Method, { name: "exchange.bind" | "exchange.unbind" }>;

/** AMQP 0-9-1 §1.6, and RabbitMQ's bindings between exchanges. */
export const EXCHANGE_METHODS: MethodHandlers = {
  "exchange.declare": (channel, method) => {
    const { session } = channel;
    const { vhost } = session;
    const name = nameOf(method.exchange);
    if (method.passive) {
      refuseDefaultExchange(name);
      vhost.exchange(name);
    } else {
      vhost.checkExchangeType(method.type);
      refuseDefaultExchange(name);
      permitExchange(session, "configure", name);
      if (!vhost.exchanges.has(name)) {
        vhost.checkExchangeName(name);
        permitAlternateExchange(session, name, method.arguments);
      }
      vhost.declareExchange({ ...method, name });
    }
    if (!method.nowait) channel.replyWhenDurable({ name: "exchange.declare-ok" });
  },

  "exchange.delete": (channel, { exchange, ifUnused, nowait }) => {
    const name = nameOf(exchange);
    refuseDefaultExchange(name);
    permitExchange(channel.session, "configure", name);
    channel.session.vhost.deleteExchange(name, { ifUnused });
    if (!nowait) channel.replyWhenDurable({ name: "exchange.delete-ok" });
  },

  "exchange.bind": (channel, method) => {
    const [source, destination] = permitBinding(channel, method);
    const { vhost } = channel.session;
    vhost.bind(vhost.exchange(source), vhost.exchange(destination), method.routingKey, method.arguments);
    if (!method.nowait) channel.replyWhenDurable({ name: "exchange.bind-ok" });
  },

  "exchange.unbind": (channel, method) => {
    const [sourceName, destinationName] = permitBinding(channel, method);
    const { vhost } = channel.session;
    const source: Exchange | undefined = vhost.exchanges.get(sourceName);
    const destination = vhost.exchanges.get(destinationName);
    if (source && destination) vhost.unbind(source, destination, method.routingKey, method.arguments);
    if (!method.nowait) channel.replyWhenDurable({ name: "exchange.unbind-ok" });
  },
};

/** Who sends an exchange's messages on to another one reads from it and writes there (RabbitMQ: Access Control). */
function permitAlternateExchange(session: Session, name: string, exchangeArguments: FieldTable): void {
  const alternate = alternateExchangeOf(exchangeArguments);
  if (alternate === undefined) return;
  permitExchange(session, "read", name);
  permitExchange(session, "write", alternate);
}

function permitBinding({ session }: Channel, method: ExchangeBinding): [source: string, destination: string] {
  const source = nameOf(method.source);
  const destination = nameOf(method.destination);
  permitExchange(session, "write", destination);
  refuseDefaultExchange(destination);
  refuseDefaultExchange(source);
  permitExchange(session, "read", source);
  return [source, destination];
}
