import type { FieldTable } from "../../wire/field_table.ts";
import { type Actor, INTERNAL } from "../events/actor.ts";
import { Binding, type Destination } from "../exchange/binding.ts";
import { type Exchange, EXCHANGE_TYPES } from "../exchange/exchange.ts";
import { carryOut } from "./changes.ts";
import { Deletion } from "./deletion.ts";
import { notifyBinding } from "./topology_events.ts";
import type { VirtualHost } from "./vhost.ts";

/** Binds an exchange to a queue or another exchange. Does nothing when there is an equal binding. */
export function bind(
  vhost: VirtualHost,
  source: Exchange,
  destination: Destination,
  routingKey: string,
  bindingArguments: FieldTable,
  actor: Actor = INTERNAL,
): void {
  const binding = new Binding(source, destination, routingKey, bindingArguments);
  EXCHANGE_TYPES.get(source.type)!.checkBinding?.(binding, source.arguments);
  if (source.bindings.has(binding.identity)) return;
  const transient = binding.isDurable ? undefined : true;
  vhost.host.commit({ type: "binding.added", vhost: vhost.name, binding: binding.toRecord(), transient });
  notifyBinding(vhost.host.events, "binding.created", vhost.name, binding, actor.user);
}

/** Removes a binding. Succeeds when it does not exist (RabbitMQ since 3.2). */
export function unbind(
  vhost: VirtualHost,
  source: Exchange,
  destination: Destination,
  routingKey: string,
  bindingArguments: FieldTable,
  actor: Actor = INTERNAL,
): void {
  const { identity } = new Binding(source, destination, routingKey, bindingArguments);
  const binding = source.bindings.get(identity);
  if (binding === undefined) return;
  const deletion = new Deletion(vhost);
  deletion.binding(binding, actor);
  carryOut(deletion.changes, vhost.host);
}
