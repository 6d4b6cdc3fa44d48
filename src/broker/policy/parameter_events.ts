import type { ParameterKey } from "../../store/topology_record.ts";
import type { EventSink } from "../events/events.ts";
import type { Json } from "../../wire/json.ts";

interface Notifiers {
  set(events: EventSink, key: ParameterKey, value: { readonly [part: string]: Json }, user: string): void;
  cleared(events: EventSink, key: ParameterKey, user: string): void;
}

/** Component of the parameters that belong to no virtual host. */
export const GLOBAL_COMPONENT = "global";

/** Components for which RabbitMQ has other or additional events. */
const NOTIFIERS: Readonly<Record<string, Notifiers>> = {
  "policy": {
    set: (events, { vhost, name }, value, user) => events.notify("policy.set", { ...value, name, vhost }, user),
    cleared: (events, { vhost, name }, user) => events.notify("policy.cleared", { name, vhost }, user),
  },
  "operator_policy": {
    set: (events, { vhost, component, name }, value, user) => {
      events.notify("parameter.set", { vhost, component, name, value }, user);
      events.notify("policy.set", { ...value, name, vhost }, user);
    },
    cleared: (events, { vhost, component, name }, user) => {
      events.notify("parameter.cleared", { vhost, component, name }, user);
      events.notify("operator.policy.cleared", { name, vhost }, user);
    },
  },
  "vhost-limits": {
    set: (events, { vhost, component, name }, value, user) => {
      events.notify("parameter.set", { vhost, component, name, value }, user);
      events.notify("vhost.limits.set", { ...value, name, vhost }, user);
    },
    cleared: (events, { vhost, component, name }, user) => {
      events.notify("parameter.cleared", { vhost, component, name }, user);
      events.notify("vhost.limits.cleared", { name, vhost }, user);
    },
  },
  "user-limits": {
    set: (events, { name }, value, user) =>
      events.notify("user.limits.set", { ...value, name: "limits", username: name }, user),
    cleared: (events, { name }, user) => events.notify("user.limits.cleared", { name: "limits", username: name }, user),
  },
  [GLOBAL_COMPONENT]: {
    set: (events, { component, name }, value, user) => events.notify("parameter.set", { component, name, value }, user),
    cleared: (events, { component, name }, user) => events.notify("parameter.cleared", { component, name }, user),
  },
};

const notifierOf = (component: string): Notifiers | undefined =>
  Object.hasOwn(NOTIFIERS, component) ? NOTIFIERS[component] : undefined;

export function notifyParameterSet(events: EventSink | undefined, key: ParameterKey, value: Json, user: string): void {
  if (events === undefined) return;
  const { vhost, component, name } = key;
  const notifier = notifierOf(component);
  if (notifier === undefined) events.notify("parameter.set", { vhost, component, name, value }, user);
  else notifier.set(events, key, value as { readonly [part: string]: Json }, user);
}

export function notifyParameterCleared(events: EventSink | undefined, key: ParameterKey, user: string): void {
  if (events === undefined) return;
  const { vhost, component, name } = key;
  const notifier = notifierOf(component);
  if (notifier === undefined) events.notify("parameter.cleared", { vhost, component, name }, user);
  else notifier.cleared(events, key, user);
}
