import type { Behaviour } from "../compat/behaviour.ts";
import type { ParameterKey, TopologyRecord } from "../../store/topology_record.ts";
import { type Actor, INTERNAL } from "../events/actor.ts";
import type { EventSink } from "../events/events.ts";
import type { Json } from "../../wire/json.ts";
import { notifyParameterCleared, notifyParameterSet } from "./parameter_events.ts";

export interface Parameter extends ParameterKey {
  readonly value: Json;
}

/** Maximum length of a parameter with its names: it must fit into a record of the store. In UTF-16 code units. */
const PARAMETER_LENGTH_MAX = 256 * 1024;

/** A refused parameter; `message` is RabbitMQ's text. */
export class ParameterError extends Error {
  override name = "ParameterError";
}

/** Returns the problem with a parameter that does not fit into a record of the store; `undefined` if it fits. */
export function findLengthProblem({ vhost, component, name, value }: Parameter): string | undefined {
  const length = vhost.length + component.length + name.length + JSON.stringify(value).length;
  if (length <= PARAMETER_LENGTH_MAX) return undefined;
  return `a parameter is no longer than ${PARAMETER_LENGTH_MAX} characters, this one is ${length}`;
}

/** The parts of the broker that parameters use. */
export interface ParametersHost {
  readonly behaviour: Behaviour;
  readonly events?: EventSink;
  hasVirtualHost(name: string): boolean;
  /** Appends a record to the store and applies it, which leads to {@linkcode Parameters.apply}. */
  commit(record: TopologyRecord): void;
}

/**
 * Runtime parameters (RabbitMQ: Parameters and Policies): JSON values by virtual host, component and name. The
 * component defines the meaning of a value, and checks it.
 */
export class Parameters {
  readonly #host: ParametersHost;
  /** By virtual host and component, then by name. */
  readonly #components = new Map<string, Map<string, Parameter>>();

  constructor(host: ParametersHost) {
    this.#host = host;
  }

  get(vhost: string, component: string, name: string): Json | undefined {
    return this.#components.get(componentKey(vhost, component))?.get(name)?.value;
  }

  /** Returns all of a component in a virtual host, in the order in which they were first set. */
  list(vhost: string, component: string): Parameter[] {
    return [...this.#components.get(componentKey(vhost, component))?.values() ?? []];
  }

  /** Returns all in a virtual host; for an empty name, all without a virtual host. */
  listAll(vhost: string): Parameter[] {
    return [...this.#components.values()].flatMap((all) => [...all.values()]).filter((one) => one.vhost === vhost);
  }

  /**
   * Sets a parameter. Throws {@linkcode ParameterError} when the virtual host does not exist or the value is too long.
   */
  set(parameter: Parameter, actor: Actor = INTERNAL): void {
    const { vhost, component, name } = parameter;
    if (vhost !== "" && !this.#host.hasVirtualHost(vhost)) throw new ParameterError(`vhost '${vhost}' does not exist`);
    const tooLong = findLengthProblem(parameter);
    if (tooLong !== undefined) throw new ParameterError(tooLong);
    this.#checkLimit(parameter);
    // This event comes first: the ones of changed queues follow when the parameter is applied.
    notifyParameterSet(this.#host.events, parameter, parameter.value, actor.user);
    this.#host.commit({ type: "parameter.set", vhost, component, name, value: JSON.stringify(parameter.value) });
  }

  #checkLimit({ vhost, component, name }: ParameterKey): void {
    const { parameterLimits } = this.#host.behaviour;
    if (!Object.hasOwn(parameterLimits, component) || this.get(vhost, component, name) !== undefined) return;
    const count =
      [...this.#components.values()].flatMap((all) => [...all.values()]).filter((one) => one.component === component)
        .length;
    if (count < parameterLimits[component]) return;
    throw new ParameterError(`component ${component} is limited to ${parameterLimits[component]}`);
  }

  /** Clears a parameter. Throws {@linkcode ParameterError} when it does not exist. */
  clear({ vhost, component, name }: ParameterKey, actor: Actor = INTERNAL): void {
    if (this.get(vhost, component, name) === undefined) throw new ParameterError("Parameter does not exist");
    notifyParameterCleared(this.#host.events, { vhost, component, name }, actor.user);
    this.#host.commit({ type: "parameter.cleared", vhost, component, name });
  }

  /** Applies a record: sets a parameter to a JSON value, or clears it. */
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
