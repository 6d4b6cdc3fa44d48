import type { Actor } from "../events/actor.ts";
import type { Binding } from "../exchange/binding.ts";
import { EXCHANGE_TYPES } from "../exchange/exchange.ts";
import { carryOut } from "./changes.ts";
import { Deletion } from "./deletion.ts";
import { notifyBinding } from "./topology_events.ts";
import type { VirtualHost } from "./vhost.ts";

/** Adds a binding. Does nothing when there is an equal one. */
export function bind(vhost: VirtualHost, binding: Binding, actor: Actor): void {
  const { source } = binding;
  EXCHANGE_TYPES.get(source.type)!.checkBinding?.(binding, source.arguments);
  if (source.bindings.has(binding.identity)) return;
  const transient = binding.isDurable ? undefined : true;
  vhost.host.commit({ type: "binding.added", vhost: vhost.name, binding: binding.toRecord(), transient });
  notifyBinding(vhost.host.events, "binding.created", vhost.name, binding, actor.user);
}

/** Removes the binding that is equal to this one. Succeeds when there is none (RabbitMQ since 3.2). */
export function unbind(vhost: VirtualHost, { source, identity }: Binding, actor: Actor): void {
  const existing = source.bindings.get(identity);
  if (existing === undefined) return;
  const deletion = new Deletion(vhost);
  deletion.binding(existing, actor);
  carryOut(deletion.changes, vhost.host);
}
