import { type Actor, INTERNAL } from "../events/actor.ts";
import type { Json } from "../../wire/json.ts";
import type { Parameters } from "./parameters.ts";
import { type Policy, type PolicyDeclaration, type PolicyTarget, readPolicy } from "./policy.ts";
import { PolicyIndex } from "./policy_index.ts";
import type { PolicyKind } from "./policy_keys.ts";

/** The users' or the operator's policies in a virtual host. */
export class Policies {
  readonly #vhost: string;
  /** Component of the parameters that the policies are. */
  readonly kind: PolicyKind;
  readonly #parameters: Parameters;
  /** Called after each change, with the policy that was set; `undefined` when one was cleared. */
  readonly #onChange: (set: Policy | undefined, actor: Actor) => void;
  readonly #byName = new Map<string, Policy>();
  readonly #index = new PolicyIndex();
  /** Actor of the current command. */
  #actor: Actor = INTERNAL;

  constructor(
    vhost: string,
    kind: PolicyKind,
    parameters: Parameters,
    onChange: (set: Policy | undefined, actor: Actor) => void,
  ) {
    this.#vhost = vhost;
    this.kind = kind;
    this.#parameters = parameters;
    this.#onChange = onChange;
  }

  /** Sets a policy, in place of one of the same name. Throws `ParameterError` with RabbitMQ's text. */
  set(
    { name, pattern, definition, priority = 0, applyTo = "all" }: PolicyDeclaration,
    actor: Actor = INTERNAL,
  ): Policy {
    return this.setValue(name, { pattern, definition, priority, "apply-to": applyTo }, actor);
  }

  /** Sets a policy from JSON in RabbitMQ's format, as {@linkcode set} does. */
  setValue(name: string, value: Json, actor: Actor = INTERNAL): Policy {
    const policy = readPolicy(this.kind, name, value);
    const before = this.#byName.get(name);
    if (before !== undefined && JSON.stringify(before.value) === JSON.stringify(policy.value)) return before;
    const parameter = { vhost: this.#vhost, component: this.kind, name, value: policy.value };
    this.#actingFor(actor, () => this.#parameters.set(parameter, actor));
    return this.#byName.get(name)!;
  }

  /** Clears a policy. Throws `ParameterError` when it does not exist. */
  clear(name: string, actor: Actor = INTERNAL): void {
    const key = { vhost: this.#vhost, component: this.kind, name };
    this.#actingFor(actor, () => this.#parameters.clear(key, actor));
  }

  #actingFor(actor: Actor, command: () => void): void {
    this.#actor = actor;
    try {
      command();
    } finally {
      this.#actor = INTERNAL;
    }
  }

  /**
   * Applies a record: sets a policy, or clears it. Throws `ParameterError` for a value that this version can't read.
   */
  apply(name: string, value: Json | undefined): void {
    const policy = value === undefined ? undefined : readPolicy(this.kind, name, value);
    const before = this.#byName.get(name);
    if (before !== undefined) this.#index.remove(before);
    if (policy === undefined) this.#byName.delete(name);
    else {
      this.#byName.set(name, policy);
      this.#index.add(policy);
    }
    this.#onChange(policy, this.#actor);
  }

  get size(): number {
    return this.#byName.size;
  }
  get(name: string): Policy | undefined {
    return this.#byName.get(name);
  }
  /** Returns all policies, in the order in which they were first set. */
  list(): Policy[] {
    return [...this.#byName.values()];
  }

  /** Returns the policy that applies to an exchange or a queue. */
  find(target: PolicyTarget, name: string): Policy | undefined {
    return this.#index.find(target, name);
  }
}
