import { comparePolicies, type Policy, type PolicyTarget } from "./policy.ts";

/**
 * Policies by the prefix of the names that they match. Most patterns begin with `^` and some letters, so finding the
 * policy for a name costs one lookup for each length of prefix, instead of a match of each policy.
 */
export class PolicyIndex {
  /** Each list is ordered by falling priority. Policies without a known prefix are in "". */
  readonly #byPrefix = new Map<string, Policy[]>();
  /** Number of prefixes of each length. */
  readonly #lengths = new Map<number, number>();

  add(policy: Policy): void {
    const prefix = prefixOf(policy);
    const policies = this.#byPrefix.get(prefix);
    if (policies !== undefined) {
      policies.splice(placeOf(policy, policies), 0, policy);
      return;
    }
    this.#byPrefix.set(prefix, [policy]);
    this.#lengths.set(prefix.length, (this.#lengths.get(prefix.length) ?? 0) + 1);
  }

  remove(policy: Policy): void {
    const prefix = prefixOf(policy);
    const policies = this.#byPrefix.get(prefix)!;
    policies.splice(placeOf(policy, policies), 1);
    if (policies.length > 0) return;
    this.#byPrefix.delete(prefix);
    const left = this.#lengths.get(prefix.length)! - 1;
    if (left === 0) this.#lengths.delete(prefix.length);
    else this.#lengths.set(prefix.length, left);
  }

  /** Returns the matching policy with the highest priority. */
  find(target: PolicyTarget, name: string): Policy | undefined {
    let best: Policy | undefined;
    for (const length of this.#lengths.keys()) {
      if (length > name.length) continue;
      for (const policy of this.#byPrefix.get(name.slice(0, length)) ?? []) {
        if (best !== undefined && comparePolicies(best, policy) < 0) break;
        if (!policy.matches(target, name)) continue;
        best = policy;
        break;
      }
    }
    return best;
  }
}

const prefixOf = ({ pattern }: Policy): string => pattern.isAnchored ? pattern.prefix : "";

/** Returns the index where a policy is, or belongs, in a sorted list. */
function placeOf(policy: Policy, policies: readonly Policy[]): number {
  let [low, high] = [0, policies.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comparePolicies(policies[middle], policy) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
