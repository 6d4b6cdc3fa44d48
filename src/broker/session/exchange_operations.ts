import { Binding } from "../exchange/binding.ts";
import type { FieldTable } from "../../wire/field_table.ts";
import { accessRefused } from "../../wire/error.ts";
import { alternateExchangeOf } from "../exchange/alternate_exchange.ts";
import type { Exchange, ExchangeDeclaration } from "../exchange/exchange.ts";
import type { Session } from "./session.ts";

/** A binding from one exchange to another, by their names. */
export interface ExchangeBindingRequest {
  readonly source: string;
  readonly destination: string;
  readonly routingKey: string;
  readonly arguments: FieldTable;
}

/** Throws ACCESS_REFUSED for the default exchange, which can't be changed. */
export function refuseDefaultExchange(name: string): void {
  if (name === "") throw accessRefused("operation not permitted on the default exchange");
}

/** Returns the exchange with a name (passive declaration). Throws ACCESS_REFUSED or NOT_FOUND. */
export function checkExchange({ vhost, permissions, node }: Session, name: string): Exchange {
  refuseDefaultExchange(name);
  if (node.behaviour.checksPassiveDeclarations) permissions.exchangeInAnyWay(name);
  return vhost.exchange(name);
}

/** Declares an exchange, or checks that the existing one is equivalent. */
export function declareExchange(session: Session, declaration: ExchangeDeclaration): Exchange {
  const { vhost, permissions } = session;
  const { name, type } = declaration;
  vhost.checkExchangeType(type);
  refuseDefaultExchange(name);
  permissions.exchange("configure", name);
  if (!vhost.exchanges.has(name)) {
    vhost.checkExchangeName(name);
    permitAlternateExchange(session, name, declaration.arguments);
  }
  return vhost.declareExchange(declaration, session.actor);
}

/** Checks permissions for an alternate exchange: read on the exchange, write on the alternate one. */
function permitAlternateExchange({ permissions }: Session, name: string, exchangeArguments: FieldTable): void {
  const alternate = alternateExchangeOf(exchangeArguments);
  if (alternate === undefined) return;
  permissions.exchange("read", name);
  permissions.exchange("write", alternate);
}

/** Deletes an exchange. Succeeds when it does not exist. */
export function deleteExchange({ vhost, permissions, actor }: Session, name: string, ifUnused: boolean): void {
  refuseDefaultExchange(name);
  vhost.checkExchangeDeletion(name);
  permissions.exchange("configure", name);
  vhost.deleteExchange(name, { ifUnused }, actor);
}

export function bindExchange(session: Session, request: ExchangeBindingRequest): void {
  const { vhost } = session;
  const { source, destination, routingKey } = request;
  permitBinding(session, request);
  vhost.bind(
    new Binding(vhost.exchange(source), vhost.exchange(destination), routingKey, request.arguments),
    session.actor,
  );
}

/** Removes a binding. Succeeds when it does not exist. */
export function unbindExchange(session: Session, request: ExchangeBindingRequest): void {
  const { vhost } = session;
  permitBinding(session, request);
  const source = vhost.exchanges.get(request.source);
  const destination = vhost.exchanges.get(request.destination);
  if (source && destination) {
    vhost.unbind(new Binding(source, destination, request.routingKey, request.arguments), session.actor);
  }
}

function permitBinding(session: Session, { source, destination, routingKey }: ExchangeBindingRequest): void {
  const { permissions } = session;
  permissions.exchange("write", destination);
  refuseDefaultExchange(destination);
  refuseDefaultExchange(source);
  permissions.exchange("read", source);
  permitTopic(session, source, routingKey);
}

/** Checks the permission for a topic exchange's routing key (RabbitMQ: Topic Authorisation). */
export function permitTopic({ vhost, permissions }: Session, exchange: string, routingKey: string): void {
  if (vhost.exchanges.get(exchange)?.type === "topic") permissions.topic("read", exchange, [routingKey]);
}
