import type { ParameterKey } from "../../store/topology_record.ts";
import type { EventSink } from "../events/events.ts";
import type { Json } from "../../wire/json.ts";

interface Tellers {
  set(events: EventSink, key: ParameterKey, value: { readonly [part: string]: Json }, user: string): void;
  cleared(events: EventSink, key: ParameterKey, user: string): void;
}

/** Components for which RabbitMQ has other or additional events. */
const TELLERS: Readonly<Record<string, Tellers>> = {
  "policy": {
    set: (events, { vhost, name }, value, user) => events.tell("policy.set", { ...value, name, vhost }, user),
    cleared: (events, { vhost, name }, user) => events.tell("policy.cleared", { name, vhost }, user),
  },
  "operator_policy": {
    set: (events, { vhost, component, name }, value, user) => {
      events.tell("parameter.set", { vhost, component, name, value }, user);
      events.tell("policy.set", { ...value, name, vhost }, user);
    },
    cleared: (events, { vhost, component, name }, user) => {
      events.tell("parameter.cleared", { vhost, component, name }, user);
      events.tell("operator.policy.cleared", { name, vhost }, user);
    },
  },
  "vhost-limits": {
    set: (events, { vhost, component, name }, value, user) => {
      events.tell("parameter.set", { vhost, component, name, value }, user);
      events.tell("vhost.limits.set", { ...value, name, vhost }, user);
    },
    cleared: (events, { vhost, component, name }, user) => {
      events.tell("parameter.cleared", { vhost, component, name }, user);
      events.tell("vhost.limits.cleared", { name, vhost }, user);
    },
  },
  "user-limits": {
    set: (events, { name }, value, user) =>
      events.tell("user.limits.set", { ...value, name: "limits", username: name }, user),
    cleared: (events, { name }, user) => events.tell("user.limits.cleared", { name: "limits", username: name }, user),
  },
};

export function tellParameterSet(events: EventSink | undefined, key: ParameterKey, value: Json, user: string): void {
  if (events === undefined) return;
  const { vhost, component, name } = key;
  const teller = TELLERS[component];
  if (teller === undefined) events.tell("parameter.set", { vhost, component, name, value }, user);
  else teller.set(events, key, value as { readonly [part: string]: Json }, user);
}

export function tellParameterCleared(events: EventSink | undefined, key: ParameterKey, user: string): void {
  if (events === undefined) return;
  const { vhost, component, name } = key;
  const teller = TELLERS[component];
  if (teller === undefined) events.tell("parameter.cleared", { vhost, component, name }, user);
  else teller.cleared(events, key, user);
}
