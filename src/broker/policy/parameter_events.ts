import type { ParameterKey } from "../../store/topology_record.ts";
import type { EventSink } from "../events/events.ts";
import type { Json } from "../../wire/json.ts";

interface Tellers {
  set(events: EventSink, key: ParameterKey, value: { readonly [part: string]: Json }): void;
  cleared(events: EventSink, key: ParameterKey): void;
}

/** Of these components RabbitMQ tells something else than of others, or something more. */
const TELLERS: Readonly<Record<string, Tellers>> = {
  "policy": {
    set: (events, { vhost, name }, value) => events.tell("policy.set", { ...value, name, vhost }),
    cleared: (events, { vhost, name }) => events.tell("policy.cleared", { name, vhost }),
  },
  "operator_policy": {
    set: (events, { vhost, component, name }, value) => {
      events.tell("parameter.set", { vhost, component, name, value });
      events.tell("policy.set", { ...value, name, vhost });
    },
    cleared: (events, { vhost, component, name }) => {
      events.tell("parameter.cleared", { vhost, component, name });
      events.tell("operator.policy.cleared", { name, vhost });
    },
  },
  "vhost-limits": {
    set: (events, { vhost, component, name }, value) => {
      events.tell("parameter.set", { vhost, component, name, value });
      events.tell("vhost.limits.set", { ...value, name, vhost });
    },
    cleared: (events, { vhost, component, name }) => {
      events.tell("parameter.cleared", { vhost, component, name });
      events.tell("vhost.limits.cleared", { name, vhost });
    },
  },
  "user-limits": {
    set: (events, { name }, value) => events.tell("user.limits.set", { ...value, name: "limits", username: name }),
    cleared: (events, { name }) => events.tell("user.limits.cleared", { name: "limits", username: name }),
  },
  // In RabbitMQ it is not kept as a parameter.
  "vhost-metadata": { set: () => {}, cleared: () => {} },
};

export function tellParameterSet(events: EventSink | undefined, key: ParameterKey, value: Json): void {
  if (events === undefined) return;
  const { vhost, component, name } = key;
  const teller = TELLERS[component];
  if (teller === undefined) events.tell("parameter.set", { vhost, component, name, value });
  else teller.set(events, key, value as { readonly [part: string]: Json });
}

export function tellParameterCleared(events: EventSink | undefined, key: ParameterKey): void {
  if (events === undefined) return;
  const { vhost, component, name } = key;
  const teller = TELLERS[component];
  if (teller === undefined) events.tell("parameter.cleared", { vhost, component, name });
  else teller.cleared(events, key);
}
