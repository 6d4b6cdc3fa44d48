import type { Json } from "../../wire/json.ts";
import type { Parameters } from "./parameters.ts";
import { type Policy, type PolicyDeclaration, type PolicyTarget, readPolicy } from "./policy.ts";
import { PolicyIndex } from "./policy_index.ts";
import type { PolicyKind } from "./policy_keys.ts";

/** The policies of users, or those of operators, in a virtual host. */
export class Policies {
  readonly #vhost: string;
  /** RabbitMQ calls the component so whose parameters they are. */
  readonly kind: PolicyKind;
  readonly #parameters: Parameters;
  /** Called when exchanges and queues may get others, with the policy that was set, if it was not one that was cleared. */
  readonly #onChange: (set?: Policy) => void;
  readonly #byName = new Map<string, Policy>();
  readonly #index = new PolicyIndex();

  constructor(vhost: string, kind: PolicyKind, parameters: Parameters, onChange: (set?: Policy) => void) {
    this.#vhost = vhost;
    this.kind = kind;
    this.#parameters = parameters;
    this.#onChange = onChange;
  }

  /** Takes up what was set when the store was opened. Throws `ParameterError` for one that this version can't read. */
  recover(name: string, value: Json): void {
    this.#put(readPolicy(this.kind, name, value));
  }

  /** Sets a policy, or another one in the place of that of its name. Throws `ParameterError` with RabbitMQ's words. */
  set({ name, pattern, definition, priority = 0, applyTo = "all" }: PolicyDeclaration): Policy {
    return this.setValue(name, { pattern, definition, priority, "apply-to": applyTo });
  }

  /** Does what {@linkcode set} does with JSON in RabbitMQ's form. */
  setValue(name: string, value: Json): Policy {
    const policy = readPolicy(this.kind, name, value);
    const before = this.#byName.get(name);
    if (before !== undefined && JSON.stringify(before.value) === JSON.stringify(policy.value)) return before;
    this.#parameters.set({ vhost: this.#vhost, component: this.kind, name, value: policy.value });
    this.#put(policy);
    this.#onChange(policy);
    return policy;
  }

  #put(policy: Policy): void {
    const before = this.#byName.get(policy.name);
    if (before !== undefined) this.#index.remove(before);
    this.#byName.set(policy.name, policy);
    this.#index.add(policy);
  }

  /** Throws `ParameterError` when there is none of this name. */
  clear(name: string): void {
    this.#parameters.clear({ vhost: this.#vhost, component: this.kind, name });
    this.#index.remove(this.#byName.get(name)!);
    this.#byName.delete(name);
    this.#onChange();
  }

  get size(): number {
    return this.#byName.size;
  }
  get(name: string): Policy | undefined {
    return this.#byName.get(name);
  }
  /** In the order in which they were first set. */
  list(): Policy[] {
    return [...this.#byName.values()];
  }

  /** The one that applies to an exchange or a queue. */
  find(target: PolicyTarget, name: string): Policy | undefined {
    return this.#index.find(target, name);
  }
}
