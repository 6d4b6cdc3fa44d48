import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { comparePolicies, Policy, type PolicyTarget } from "../../../src/broker/policy/policy.ts";
import { PolicyIndex } from "../../../src/broker/policy/policy_index.ts";

const policy = (name: string, pattern: string, priority = 0, applyTo = "all") =>
  new Policy({ name, pattern, definition: { "consumer-timeout": 1 }, priority, applyTo });

function indexOf(...policies: readonly Policy[]): PolicyIndex {
  const index = new PolicyIndex();
  for (const policy of policies) index.add(policy);
  return index;
}

describe("the policy for a name", () => {
  it("is the matching one with the highest priority", () => {
    const index = indexOf(policy("any", ""), policy("a", "^a", 5), policy("ab", "^ab", 3), policy("b", "b$", 4));
    const found = (name: string) => index.find("classic", name)?.name;
    assert.deepEqual(["x", "a", "ab", "b", "xb"].map(found), ["any", "a", "a", "b", "b"]);
  });

  it("is undefined when none matches, or none applies to the target", () => {
    const index = indexOf(policy("a", "^a", 0, "exchanges"));
    assert.equal(index.find("exchange", "b"), undefined);
    assert.equal(index.find("classic", "a"), undefined);
    assert.equal(index.find("exchange", "a")?.name, "a");
  });

  it("is always the same one of two with equal priority", () => {
    const [a, b] = [policy("a", "x"), policy("b", "x")];
    assert.equal(indexOf(a, b).find("classic", "x"), a);
    assert.equal(indexOf(b, a).find("classic", "x"), a);
  });

  it("is that of a search through all, after any changes", () => {
    const pattern = fc.tuple(
      fc.constantFrom("", "^"),
      fc.string({ unit: fc.constantFrom("a", "b", ".", "c"), maxLength: 3 }),
      fc.constantFrom("", "$", ".*", "?", "|a"),
    ).map((parts) => parts.join("")).filter((pattern) => !/^\^?\?/.test(pattern));
    const policies = fc.uniqueArray(
      fc.record({
        name: fc.string({ minLength: 1, maxLength: 3 }),
        pattern,
        priority: fc.integer({ min: -2, max: 2 }),
        applyTo: fc.constantFrom("all", "exchanges", "queues", "streams"),
        isRemoved: fc.boolean(),
      }),
      { selector: ({ name }) => name, maxLength: 12 },
    );
    const name = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 4 });
    const target = fc.constantFrom<PolicyTarget>("exchange", "classic", "stream");
    fc.assert(fc.property(policies, fc.array(fc.tuple(target, name), { maxLength: 10 }), (declared, asked) => {
      const all = declared.map(({ isRemoved, ...one }) => ({
        isRemoved,
        policy: policy(one.name, one.pattern, one.priority, one.applyTo),
      }));
      const index = indexOf(...all.map(({ policy }) => policy));
      for (const { isRemoved, policy } of all) if (isRemoved) index.remove(policy);
      const left = all.filter(({ isRemoved }) => !isRemoved).map(({ policy }) => policy).sort(comparePolicies);
      for (const [target, name] of asked) {
        assert.equal(index.find(target, name), left.find((policy) => policy.matches(target, name)));
      }
    }));
  });
});
