import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Json } from "../../../src/wire/json.ts";
import { ParameterError } from "../../../src/broker/policy/parameters.ts";
import { Policy, type PolicyDeclaration, type PolicyTarget, readPolicy } from "../../../src/broker/policy/policy.ts";

const TARGETS: readonly PolicyTarget[] = ["exchange", "classic", "quorum", "stream"];
const value = { pattern: "^a", definition: { "max-length": 1 }, priority: 1, "apply-to": "queues" };

function targetsOf(declaration: Partial<PolicyDeclaration>): PolicyTarget[] {
  const policy = new Policy({ name: "p", pattern: "", definition: { "consumer-timeout": 1 }, ...declaration });
  return TARGETS.filter((target) => policy.matches(target, "a"));
}

/** Returns RabbitMQ's refusal of a policy called p. */
function refusal(value: Json): string {
  try {
    readPolicy("policy", "p", value);
  } catch (error) {
    if (error instanceof ParameterError) return error.message;
  }
  return "taken";
}

describe("a policy", () => {
  it("is read from RabbitMQ's JSON and written to it", () => {
    const policy = readPolicy("policy", "p", value);
    assert.deepEqual(policy.value, value);
    const { "apply-to": _, ...withoutTarget } = value;
    assert.deepEqual(readPolicy("policy", "p", withoutTarget).value, { ...value, "apply-to": "all" });
  });

  it("applies to its targets", () => {
    assert.deepEqual(targetsOf({}), TARGETS);
    assert.deepEqual(targetsOf({ applyTo: "all" }), TARGETS);
    assert.deepEqual(targetsOf({ applyTo: "exchanges" }), ["exchange"]);
    assert.deepEqual(targetsOf({ applyTo: "queues" }), ["classic", "quorum", "stream"]);
    assert.deepEqual(targetsOf({ applyTo: "classic_queues" }), ["classic"]);
    assert.deepEqual(targetsOf({ applyTo: "quorum_queues" }), ["quorum"]);
    assert.deepEqual(targetsOf({ applyTo: "streams" }), ["stream"]);
  });

  it("does not apply to queues whose type lacks one of its keys", () => {
    assert.deepEqual(targetsOf({ definition: { "max-length": 1 } }), ["exchange", "classic", "quorum"]);
    assert.deepEqual(targetsOf({ definition: { "delivery-limit": 1, "max-length-bytes": 1 } }), ["exchange", "quorum"]);
    assert.deepEqual(targetsOf({ definition: { "max-age": "1h" } }), ["exchange", "stream"]);
    assert.deepEqual(targetsOf({ definition: { "ha-mode": "all" } }), ["exchange", "classic"]);
    assert.deepEqual(targetsOf({ definition: { "max-age": "1h", "max-length": 1 } }), ["exchange"]);
    assert.deepEqual(targetsOf({ definition: { "max-age": "1h" }, applyTo: "classic_queues" }), []);
  });

  it("matches a part of the name unless the pattern says otherwise", () => {
    const matches = (pattern: string) => targetsOf({ pattern, applyTo: "exchanges" }).length === 1;
    assert.deepEqual(["", "a", ".*", "^a$", "b", "^$"].map(matches), [true, true, true, true, false, false]);
  });

  it("is refused in RabbitMQ's words, with all problems at once", () => {
    const refused = (problems: string) => `Validation failed\n\n${problems}\n`;
    assert.equal(refusal(value), "taken");
    assert.equal(refusal({ ...value, definition: {} }), refused("no policy provided"));
    assert.equal(
      refusal({ ...value, definition: { x: 1 } }),
      refused('[{<<"x">>,1}] are not recognised policy settings'),
    );
    assert.equal(refusal({ ...value, definition: "x" }), refused('definition must be a dictionary: <<"x">>'));
    assert.equal(
      refusal({ ...value, pattern: "(" }),
      refused('pattern should be regular expression but is invalid: {"missing )",1}'),
    );
    assert.equal(refusal({ ...value, pattern: "x".repeat(1025) }), refused("pattern must not exceed 1024 bytes"));
    assert.equal(refusal({ ...value, pattern: 1 }), refused("pattern should be a binary but was 1"));
    assert.equal(
      refusal({ ...value, "apply-to": "qeues", priority: "1" }),
      refused(
        "apply-to 'qeues' unrecognised; should be one of: 'queues', 'classic_queues',  'quorum_queues', 'streams', " +
          "'exchanges', or 'all'\npriority should be a number, actually was <<\"1\">>",
      ),
    );
    assert.equal(
      refusal({ definition: { "max-length": 1 }, note: "x" }),
      refused(
        'Unrecognised terms [{<<"note">>,<<"x">>}] in p\nKey "pattern" not found in p\nKey "priority" not found in p',
      ),
    );
    assert.equal(refusal("x"), refused('p not a list <<"x">>'));
  });
});
