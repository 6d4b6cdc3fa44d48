import type { ParameterKey, TopologyRecord } from "../../store/topology_record.ts";
import { type Actor, INTERNAL } from "../events/actor.ts";
import type { EventSink } from "../events/events.ts";
import type { Json } from "../../wire/json.ts";
import { tellParameterCleared, tellParameterSet } from "./parameter_events.ts";

export interface Parameter extends ParameterKey {
  readonly value: Json;
}

/** A record of the store holds a parameter, with what it is called, of no more than this. In UTF-16 code units. */
const PARAMETER_LENGTH_MAX = 256 * 1024;

/** A parameter that was refused; `message` is RabbitMQ's text. */
export class ParameterError extends Error {
  override name = "ParameterError";
}

/** What parameters need of the broker. */
export interface ParametersHost {
  readonly events?: EventSink;
  hasVirtualHost(name: string): boolean;
  /** Appends a record to the store and applies it, which leads to {@linkcode Parameters.apply}. */
  commit(record: TopologyRecord): void;
}

/**
 * Runtime parameters (RabbitMQ: Parameters and Policies): JSON values by virtual host, component and name. What a value
 * means, and whether it is good, is the business of its component.
 */
export class Parameters {
  readonly #host: ParametersHost;
  /** By virtual host and component, and then by name. */
  readonly #components = new Map<string, Map<string, Parameter>>();

  constructor(host: ParametersHost) {
    this.#host = host;
  }

  get(vhost: string, component: string, name: string): Json | undefined {
    return this.#components.get(componentKey(vhost, component))?.get(name)?.value;
  }

  /** All of a component in a virtual host, in the order in which they were first set. */
  list(vhost: string, component: string): Parameter[] {
    return [...this.#components.get(componentKey(vhost, component))?.values() ?? []];
  }

  /** All in a virtual host, or with an empty name all that belong to none. */
  listAll(vhost: string): Parameter[] {
    return [...this.#components.values()].flatMap((all) => [...all.values()]).filter((one) => one.vhost === vhost);
  }

  /** Throws {@linkcode ParameterError} when there is no such virtual host, or it is too long to be kept. */
  set(parameter: Parameter, actor: Actor = INTERNAL): void {
    const { vhost, component, name } = parameter;
    if (vhost !== "" && !this.#host.hasVirtualHost(vhost)) throw new ParameterError(`vhost '${vhost}' does not exist`);
    const value = JSON.stringify(parameter.value);
    const length = vhost.length + component.length + name.length + value.length;
    if (length > PARAMETER_LENGTH_MAX) {
      throw new ParameterError(
        `a parameter is no longer than ${PARAMETER_LENGTH_MAX} characters, this one is ${length}`,
      );
    }
    // Told first: what it does to queues is told when it is applied.
    tellParameterSet(this.#host.events, parameter, parameter.value, actor.user);
    this.#host.commit({ type: "parameter.set", vhost, component, name, value });
  }

  /** Throws {@linkcode ParameterError} when there is no such parameter. */
  clear({ vhost, component, name }: ParameterKey, actor: Actor = INTERNAL): void {
    if (this.get(vhost, component, name) === undefined) throw new ParameterError("Parameter does not exist");
    tellParameterCleared(this.#host.events, { vhost, component, name }, actor.user);
    this.#host.commit({ type: "parameter.cleared", vhost, component, name });
  }

  /** Applies a record: sets a parameter to a value in JSON, or clears it. */
  apply({ vhost, component, name }: ParameterKey, value: string | undefined): void {
    const key = componentKey(vhost, component);
    const parameters = this.#components.get(key);
    if (value === undefined) {
      if (parameters?.delete(name) && parameters.size === 0) this.#components.delete(key);
      return;
    }
    const parameter = { vhost, component, name, value: JSON.parse(value) };
    if (parameters === undefined) this.#components.set(key, new Map([[name, parameter]]));
    else parameters.set(name, parameter);
  }
}

const componentKey = (vhost: string, component: string): string => `${component}\0${vhost}`;
