import type { Behaviour } from "../compat/behaviour.ts";
import { accessRefused, preconditionFailed } from "../../wire/error.ts";
import type { ExchangeRecord } from "../../store/topology_record.ts";
import { type Actor, declaredBy, INTERNAL } from "../events/actor.ts";
import { checkAlternateExchange } from "../exchange/alternate_exchange.ts";
import { type Exchange, EXCHANGE_TYPES, type ExchangeDeclaration } from "../exchange/exchange.ts";
import { carryOut } from "./changes.ts";
import { Deletion } from "./deletion.ts";
import { checkArgumentEquivalence, checkEquivalence } from "./equivalence.ts";
import { checkNotReserved } from "./names.ts";
import { notifyExchangeCreated } from "./topology_events.ts";
import type { VirtualHost } from "./vhost.ts";

/** Declares an exchange, or checks that the existing one is equivalent (AMQP 0-9-1 §1.6.2.1). */
export function declareExchange(
  vhost: VirtualHost,
  declaration: ExchangeDeclaration,
  actor: Actor = INTERNAL,
): Exchange {
  const { name, type, durable, autoDelete, internal } = declaration;
  const phrase = vhost.exchangePhrase(name);
  checkExchangeType(type, vhost.host.behaviour);
  const existing = vhost.exchanges.get(name);
  if (existing !== undefined) {
    checkEquivalence("type", phrase, type, existing.type);
    checkEquivalence("durable", phrase, durable, existing.isDurable);
    checkEquivalence("auto_delete", phrase, autoDelete, existing.isAutoDelete);
    checkEquivalence("internal", phrase, internal, existing.isInternal);
    checkArgumentEquivalence("alternate-exchange", phrase, declaration.arguments, existing.arguments);
    return existing;
  }
  checkExchangeName(name);
  checkAlternateExchange(declaration.arguments, phrase);
  EXCHANGE_TYPES.get(type)!.checkArguments?.(declaration.arguments);
  vhost.checkIsUp(phrase);
  vhost.host.checkExchangeLimit(phrase);
  return declareNewExchange(vhost, declaration, actor);
}

/** Declares an exchange that has been checked and whose name is free. */
export function declareNewExchange(
  vhost: VirtualHost,
  declaration: ExchangeDeclaration,
  actor: Actor = INTERNAL,
): Exchange {
  vhost.host.commit({ type: "exchange.declared", ...recordOf(vhost.name, declaration), ...declaredBy(actor) });
  const exchange = vhost.exchanges.get(declaration.name)!;
  notifyExchangeCreated(vhost.host.events, vhost.name, exchange, actor.user);
  return exchange;
}

function recordOf(vhost: string, declaration: ExchangeDeclaration): ExchangeRecord {
  const { name, type, durable, autoDelete, internal, arguments: exchangeArguments } = declaration;
  const declared = { vhost, exchange: name, exchangeType: type, autoDelete, internal, arguments: exchangeArguments };
  return durable ? declared : { ...declared, transient: true };
}

/** Deletes an exchange with its bindings. Succeeds when it does not exist (RabbitMQ since 3.2). */
export function deleteExchange(
  vhost: VirtualHost,
  name: string,
  { ifUnused }: { readonly ifUnused?: boolean },
  actor: Actor = INTERNAL,
): void {
  checkExchangeDeletion(vhost, name);
  const exchange = vhost.exchanges.get(name);
  if (exchange === undefined) return;
  if (ifUnused && exchange.bindings.size > 0) throw preconditionFailed(`${vhost.exchangePhrase(name)} in use`);
  removeExchange(vhost, exchange, actor);
}

/** Throws ACCESS_REFUSED for a predeclared exchange. */
export function checkExchangeDeletion(vhost: VirtualHost, name: string): void {
  if (name.startsWith("amq.")) throw accessRefused(`deletion of system ${vhost.exchangePhrase(name)} not allowed`);
}

/** Deletes any exchange. */
export function removeExchange(vhost: VirtualHost, exchange: Exchange, actor: Actor = INTERNAL): void {
  const deletion = new Deletion(vhost);
  deletion.exchange(exchange, actor);
  carryOut(deletion.changes, vhost.host);
}

/** Throws ACCESS_REFUSED for a name that a client may not declare. */
export function checkExchangeName(name: string): void {
  checkNotReserved("exchange", name);
}

/** Throws PRECONDITION_FAILED for an unknown type, or one that is disabled. */
export function checkExchangeType(type: string, { disabledTypes }: Behaviour): void {
  if (!EXCHANGE_TYPES.has(type) || disabledTypes.includes(type)) {
    throw preconditionFailed(`unknown exchange type '${type}'`);
  }
}
