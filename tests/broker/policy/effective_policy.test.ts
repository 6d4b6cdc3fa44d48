import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { EffectivePolicies, mergeArguments, mergeDefinitions } from "../../../src/broker/policy/effective_policy.ts";
import { NO_POLICY } from "../../../src/broker/queue/effective_policy.ts";
import { Policy } from "../../../src/broker/policy/policy.ts";
import type { PolicyDefinition } from "../../../src/broker/policy/policy_keys.ts";
import type { QueueTypeName } from "../../../src/broker/queue/queue_type.ts";

const arguments_ = (asked: Record<string, string | number>) => new Map(Object.entries(asked));

const merged = (type: QueueTypeName, policy: PolicyDefinition, asked: Record<string, string | number>) =>
  Object.fromEntries(mergeArguments(type, policy, arguments_(asked)));

describe("the merge of a user's and an operator's policy", () => {
  const both = (key: string, user: number | string, operator: number | string) =>
    mergeDefinitions({ [key]: user }, { [key]: operator })[key];

  it("has the keys of both", () => {
    assert.deepEqual(mergeDefinitions({ "max-length": 1, "dead-letter-exchange": "x" }, { expires: 2 }), {
      "max-length": 1,
      "dead-letter-exchange": "x",
      expires: 2,
    });
  });

  it("has the lower one of two limits", () => {
    for (const key of ["expires", "message-ttl", "max-length", "max-length-bytes", "delayed-retry-max"]) {
      assert.deepEqual([both(key, 1, 2), both(key, 2, 1)], [1, 1], key);
    }
  });

  it("has the lower one of two delivery limits, unless one of them is none", () => {
    const limits = [[3, 5], [5, 3], [-1, 5], [5, -1], [-1, -1]];
    assert.deepEqual(limits.map(([user, operator]) => both("delivery-limit", user, operator)), [3, 3, 5, 5, -1]);
  });

  it("has the higher one of two minimums", () => {
    assert.deepEqual([both("target-group-size", 3, 5), both("delayed-retry-min", 5, 3)], [5, 5]);
  });

  it("has the operator's value when there is nothing to compare", () => {
    assert.equal(both("overflow", "reject-publish", "drop-head"), "drop-head");
    assert.equal(both("queue-version", 1, 2), 2);
  });

  it("is one object for all with the same two policies", () => {
    const made = new EffectivePolicies();
    const [a, b] = ["a", "b"].map((name) => new Policy({ name, pattern: "", definition: { "max-length": 1 } }));
    assert.equal(made.of(a, b), made.of(a, b));
    assert.notEqual(made.of(a, b), made.of(b, a));
    assert.notEqual(made.of(a, undefined), made.of(undefined, a));
    assert.deepEqual(made.of(undefined, b).definition, { "max-length": 1 });
    assert.equal(made.of(undefined, undefined), NO_POLICY);
  });
});

describe("the merge of policies and a queue's arguments", () => {
  it("has the keys of both", () => {
    assert.deepEqual(merged("classic", { "max-length": 1 }, { expires: 2, "queue-type": "classic" }), {
      "max-length": 1,
      expires: 2,
      "queue-type": "classic",
    });
    assert.deepEqual(merged("classic", NO_POLICY.definition, { expires: 2 }), { expires: 2 });
  });

  it("has the lower one of two limits", () => {
    for (const key of ["expires", "message-ttl", "max-length", "max-length-bytes", "consumer-timeout"]) {
      assert.deepEqual([merged("quorum", { [key]: 1 }, { [key]: 2 }), merged("classic", { [key]: 2 }, { [key]: 1 })], [
        { [key]: 1 },
        { [key]: 1 },
      ]);
    }
    assert.deepEqual(merged("quorum", { "delivery-limit": -1 }, { "delivery-limit": 5 }), { "delivery-limit": 5 });
  });

  it("has the argument when it decides what happens to messages", () => {
    for (const key of ["dead-letter-exchange", "dead-letter-routing-key", "overflow"]) {
      assert.deepEqual(merged("classic", { [key]: "policy" }, { [key]: "argument" }), { [key]: "argument" });
    }
    const strategy = { "dead-letter-strategy": "at-least-once" };
    assert.deepEqual(merged("quorum", { "dead-letter-strategy": "at-most-once" }, strategy), strategy);
  });

  it("has the policy for a quorum queue's overflow, and for streams", () => {
    assert.deepEqual(merged("quorum", { overflow: "drop-head" }, { overflow: "reject-publish" }), {
      overflow: "drop-head",
    });
    assert.deepEqual(merged("stream", { "max-length-bytes": 2 }, { "max-length-bytes": 1 }), { "max-length-bytes": 2 });
    assert.deepEqual(merged("stream", { "max-age": "1h" }, { "max-age": "1m" }), { "max-age": "1h" });
  });

  it("never exceeds any of the three limits", () => {
    const key = fc.constantFrom("expires", "message-ttl", "max-length", "max-length-bytes", "consumer-timeout");
    const side = fc.dictionary(key, fc.nat(9));
    fc.assert(fc.property(side, side, side, (user, operator, asked) => {
      const { "consumer-timeout": _, ...limits } = operator;
      const sides: Record<string, number>[] = [user, limits, asked];
      const found = mergeArguments("classic", mergeDefinitions(user, limits), arguments_(asked));
      const expected: Record<string, number> = {};
      for (const [key, value] of sides.flatMap((side) => Object.entries(side))) {
        expected[key] = Math.min(expected[key] ?? Infinity, value);
      }
      assert.deepEqual(Object.fromEntries([...found].sort()), Object.fromEntries(Object.entries(expected).sort()));
    }));
  });
});
