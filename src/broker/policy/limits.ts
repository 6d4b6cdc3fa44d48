import { type Actor, INTERNAL } from "../events/actor.ts";
import {
  findProblems,
  numberNamed,
  type ParameterParts,
  type ParameterProblem,
  throwProblems,
} from "./parameter_validation.ts";
import type { Json } from "../../wire/json.ts";
import { ParameterError, type Parameters } from "./parameters.ts";
import type { ParameterKey } from "../../store/topology_record.ts";

/** Limits of a virtual host (RabbitMQ: Virtual Host Limits). */
export type VirtualHostLimit = "max-connections" | "max-queues";
/** Limits of a user (RabbitMQ: Per-User Limits). */
export type UserLimit = "max-connections" | "max-channels";

/** Limits by name. A negative one is no limit; 0 allows nothing. */
export type LimitValues<Name extends string> = { readonly [N in Name]?: number };

/** The limits of all virtual hosts, or of all users, stored as RabbitMQ stores them. */
export class Limits<Name extends string> {
  readonly #parameters: Parameters;
  readonly #keyOf: (owner: string) => ParameterKey;
  readonly #checkOwner: (owner: string) => void;
  readonly #phrase: string;
  readonly #parts: ParameterParts;

  /**
   * @param phrase RabbitMQ's name of the limits in errors.
   * @param keyOf returns the key of the parameter with the limits of a virtual host or user.
   * @param checkOwner throws `ParameterError` for one that does not exist. Parameters check virtual hosts by themselves.
   */
  constructor(
    parameters: Parameters,
    phrase: string,
    keyOf: (owner: string) => ParameterKey,
    names: readonly Name[],
    checkOwner: (owner: string) => void = () => {},
  ) {
    this.#parameters = parameters;
    this.#phrase = phrase;
    this.#keyOf = keyOf;
    this.#checkOwner = checkOwner;
    const isInteger = (value: number) => Number.isSafeInteger(value);
    this.#parts = Object.fromEntries(
      names.map((name) => [name, { isOptional: true, check: numberNamed(name, isInteger) }]),
    );
  }

  /** Sets all limits of a virtual host or user. Throws `ParameterError` with RabbitMQ's words. */
  set(owner: string, limits: Json, actor: Actor = INTERNAL): void {
    const key = this.#keyOf(owner);
    this.#checkOwner(owner);
    throwProblems(this.findProblems(limits));
    this.#parameters.set({ ...key, value: limits }, actor);
  }

  /** Returns all problems with limits. */
  findProblems(limits: Json): ParameterProblem[] {
    return findProblems(this.#phrase, this.#parts, limits);
  }

  /** Sets one limit, and leaves the others as they are. */
  setOne(owner: string, name: Name, value: number, actor: Actor = INTERNAL): void {
    this.set(owner, { ...this.get(owner), [name]: value }, actor);
  }

  /** Clears one limit, or all. */
  clear(owner: string, name?: Name, actor: Actor = INTERNAL): void {
    const { [name ?? ""]: _, ...others } = this.get(owner) as Record<string, number>;
    if (name !== undefined && Object.keys(others).length > 0) this.set(owner, others, actor);
    else if (Object.keys(this.get(owner)).length > 0) this.#parameters.clear(this.#keyOf(owner), actor);
  }

  get(owner: string): LimitValues<Name> {
    const { vhost, component, name } = this.#keyOf(owner);
    return (this.#parameters.get(vhost, component, name) ?? {}) as LimitValues<Name>;
  }

  /** Returns a limit; `Infinity` when there is none. */
  of(owner: string, name: Name): number {
    const limit = this.get(owner)[name] ?? -1;
    return limit < 0 ? Infinity : limit;
  }
}

export const virtualHostLimits = (parameters: Parameters): Limits<VirtualHostLimit> =>
  new Limits(parameters, "limits", (vhost) => ({ vhost, component: "vhost-limits", name: "limits" }), [
    "max-connections",
    "max-queues",
  ]);

/** Returns the key of the parameter with the limits of a user. */
export const userLimitsKey = (name: string): ParameterKey => ({ vhost: "", component: "user-limits", name });

/** @param hasUser returns whether a user exists. */
export const userLimits = (parameters: Parameters, hasUser: (name: string) => boolean): Limits<UserLimit> =>
  new Limits(parameters, "user-limits", userLimitsKey, ["max-connections", "max-channels"], (name) => {
    if (!hasUser(name)) throw new ParameterError(`user '${name}' does not exist`);
  });
