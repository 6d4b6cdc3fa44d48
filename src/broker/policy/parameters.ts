import type { Json } from "../../wire/json.ts";
import type { EventSink } from "../events/events.ts";
import { tellParameterCleared, tellParameterSet } from "./parameter_events.ts";
import type { Store } from "../../store/store.ts";
import type { ParameterKey, TopologyRecord } from "../../store/topology_record.ts";

export interface Parameter extends ParameterKey {
  readonly value: Json;
}

/** A parameter in the store. */
export type ParameterSet = Extract<TopologyRecord, { type: "parameter.set" }>;

/** A record of the store holds a parameter, with what it is called, of no more than this. In UTF-16 code units. */
const PARAMETER_LENGTH_MAX = 256 * 1024;

/** A parameter that was refused; `message` is what RabbitMQ tells whoever sets it. */
export class ParameterError extends Error {
  override name = "ParameterError";
}

/**
 * Runtime parameters (RabbitMQ: Parameters and Policies): JSON values by virtual host, component and name, kept in the
 * store. What a value means, and whether it is good, is the business of its component.
 */
export class Parameters {
  readonly #store: Store;
  readonly #host: { readonly events?: EventSink };
  /** By virtual host and component, and then by name. */
  readonly #components = new Map<string, Map<string, Parameter>>();

  constructor(store: Store, host: { readonly events?: EventSink } = {}) {
    this.#store = store;
    this.#host = host;
  }

  /** Takes up what was set when the store was opened. */
  recover({ vhost, component, name, value }: ParameterSet): void {
    this.#put({ vhost, component, name, value: JSON.parse(value) });
  }

  get(vhost: string, component: string, name: string): Json | undefined {
    return this.#components.get(componentKey(vhost, component))?.get(name)?.value;
  }

  /** All of a component in a virtual host, in the order in which they were first set. */
  list(vhost: string, component: string): Parameter[] {
    return [...this.#components.get(componentKey(vhost, component))?.values() ?? []];
  }

  /** Throws {@linkcode ParameterError} when it is too long to be kept. */
  set(parameter: Parameter): void {
    const { vhost, component, name } = parameter;
    const value = JSON.stringify(parameter.value);
    const length = vhost.length + component.length + name.length + value.length;
    if (length > PARAMETER_LENGTH_MAX) {
      throw new ParameterError(
        `a parameter is no longer than ${PARAMETER_LENGTH_MAX} characters, this one is ${length}`,
      );
    }
    this.#put({ vhost, component, name, value: JSON.parse(value) });
    this.#store.append({ type: "parameter.set", vhost, component, name, value });
    tellParameterSet(this.#host.events, parameter, parameter.value);
  }

  #put(parameter: Parameter): void {
    const key = componentKey(parameter.vhost, parameter.component);
    let parameters = this.#components.get(key);
    if (parameters === undefined) this.#components.set(key, parameters = new Map());
    parameters.set(parameter.name, parameter);
  }

  /** Throws {@linkcode ParameterError} when there is no such parameter. */
  clear({ vhost, component, name }: ParameterKey): void {
    const key = componentKey(vhost, component);
    const parameters = this.#components.get(key);
    if (!parameters?.delete(name)) throw new ParameterError("Parameter does not exist");
    if (parameters.size === 0) this.#components.delete(key);
    this.#store.append({ type: "parameter.cleared", vhost, component, name });
    tellParameterCleared(this.#host.events, { vhost, component, name });
  }
}

const componentKey = (vhost: string, component: string): string => `${component}\0${vhost}`;
