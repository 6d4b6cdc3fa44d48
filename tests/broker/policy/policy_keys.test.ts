import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Json } from "../../../src/wire/json.ts";
import { definitionProblem, POLICY_KEYS } from "../../../src/broker/policy/policy_keys.ts";

/** For each key a valid value, an invalid one, and RabbitMQ's text for that. */
const KEYS: readonly (readonly [key: string, fine: Json, wrong: Json, problem: string])[] = [
  ["alternate-exchange", "a", 1, "1 is not a valid alternate exchange name"],
  ["consumer-disconnected-timeout", 0, -1, "-1 is not a valid consumer disconnected timeout"],
  ["consumer-timeout", 0, "1", '<<"1">> is not a valid consumer timeout'],
  ["dead-letter-exchange", "", true, "true is not a valid dead letter exchange name"],
  ["dead-letter-routing-key", "k", [], "[] is not a valid dead letter routing key"],
  ["dead-letter-strategy", "at-least-once", "never", '<<"never">> is not a valid dead letter strategy'],
  ["delayed-retry-max", 1, 0, "0 is not a valid delayed retry maximum delay. Must be a positive integer"],
  ["delayed-retry-min", 1, 0, "0 is not a valid delayed retry minimum delay. Must be a positive integer"],
  [
    "delayed-retry-type",
    "disabled",
    "x",
    '<<"x">> is not a valid delayed retry type. Must be one of: all, failed, returned, disabled',
  ],
  ["delivery-limit", -1, 1.5, "1.5 is not a valid delivery limit"],
  ["expires", 1, 0, "0 is not a valid queue expiry"],
  ["federation-upstream", "u", 1, "1 is not a valid federation upstream name"],
  [
    "federation-upstream-pattern",
    "^u",
    "(",
    'could not compile pattern ( to a regular expression. Error: {"missing )",1}',
  ],
  ["federation-upstream-set", "all", 1, "1 is not a valid federation upstream set name"],
  ["initial-cluster-size", 0, -1, "-1 is not a valid cluster size"],
  ["max-age", "7D", "7W", '<<"7W">> is not a valid max age'],
  ["max-in-memory-bytes", 0, -1, "-1 is not a valid maximum memory in bytes"],
  ["max-in-memory-length", 0, -1, "-1 is not a valid maximum memory in bytes"],
  ["max-length", 0, "10", '<<"10">> is not a valid maximum length'],
  ["max-length-bytes", 0, -1, "-1 is not a valid maximum length in bytes"],
  [
    "member-placement-tag",
    "t",
    "",
    "<<>> is not a valid member-placement-tag value. Must be a non-empty string",
  ],
  ["message-ttl", 0, -1, "-1 is not a valid message TTL"],
  ["overflow", "reject-publish-dlx", "drop", '<<"drop">> is not a valid overflow value'],
  ["queue-leader-locator", "balanced", "x", '<<"x">> is not a valid queue leader locator value'],
  ["queue-master-locator", "min-masters", "x", '<<"x">> is not a valid master locator'],
  ["queue-mode", "lazy", "eager", '<<"eager">> is not a valid queue-mode value'],
  ["queue-version", 2, 3, "3 is not a valid queue-version value"],
  ["shards-per-node", 2, -1, "shards-per-node should be greater than 0, actually was -1"],
  ["stream-filter-size-bytes", 16, 15, "15 is not a valid filter size. Valid range is 16-255"],
  ["stream-max-segment-size-bytes", 3_000_000_000, 3_000_000_001, "3000000001 is not a valid segment size"],
  ["target-group-size", 1, 0, "0 is not a valid qq target count value"],
];

const OPERATOR_KEYS = [
  "delayed-retry-max",
  "delayed-retry-min",
  "delayed-retry-type",
  "delivery-limit",
  "expires",
  "max-in-memory-bytes",
  "max-in-memory-length",
  "max-length",
  "max-length-bytes",
  "member-placement-tag",
  "message-ttl",
  "overflow",
  "queue-master-locator",
  "queue-version",
  "target-group-size",
];

const MIRRORING_KEYS = ["mode", "params", "promote-on-failure", "promote-on-shutdown", "sync-batch-size", "sync-mode"]
  .map((key) => `ha-${key}`);

describe("a policy's keys", () => {
  for (const [key, fine, wrong, problem] of KEYS) {
    it(`${key} may be ${JSON.stringify(fine)} and not ${JSON.stringify(wrong)}`, () => {
      const others: Record<string, Json> = key === "delayed-retry-type" ? { "delayed-retry-min": 1 } : {};
      assert.equal(definitionProblem("policy", { ...others, [key]: fine }), undefined);
      assert.equal(definitionProblem("policy", { ...others, [key]: wrong }), problem);
    });
  }

  it("of mirrored queues may have any value", () => {
    for (const key of MIRRORING_KEYS) {
      assert.equal(definitionProblem("policy", { [key]: ["a node"] }), undefined);
    }
  });

  it("of the sharding plugin must be set together", () => {
    assert.equal(definitionProblem("policy", { "routing-key": "k" }), "shards-per-node must be specified");
    const problem = "routing-key should be binary, actually was 1";
    assert.equal(definitionProblem("policy", { "routing-key": 1, "shards-per-node": 1 }), problem);
    assert.equal(definitionProblem("policy", { "routing-key": "k", "shards-per-node": 1 }), undefined);
  });

  it("for delayed retries must be consistent", () => {
    const required = "delayed-retry-min is required when delayed-retry-type is all";
    assert.equal(definitionProblem("policy", { "delayed-retry-type": "all" }), required);
    assert.equal(
      definitionProblem("policy", { "delayed-retry-min": 2, "delayed-retry-max": 1 }),
      "delayed-retry-max (1) must not be smaller than delayed-retry-min (2)",
    );
    assert.equal(definitionProblem("policy", { "delayed-retry-type": "disabled" }), undefined);
  });

  it("must name one kind of upstream", () => {
    assert.equal(
      definitionProblem("policy", { "federation-upstream": "a", "federation-upstream-set": "all" }),
      "cannot specify federation-upstream, federation-upstream-set or federation-upstream-pattern together",
    );
  });

  it("are all tested here", () => {
    const tested = [...KEYS.map(([key]) => key), ...MIRRORING_KEYS, "routing-key"];
    assert.deepEqual([...POLICY_KEYS.keys()].sort(), tested.sort());
  });

  it("that operators may set are RabbitMQ's", () => {
    const taken = [...POLICY_KEYS].filter(([, { operator }]) => operator !== undefined).map(([key]) => key);
    assert.deepEqual(taken.filter((key) => !key.startsWith("ha-")).sort(), OPERATOR_KEYS);
  });

  it("must be known, and some of them are not for operators", () => {
    assert.equal(
      definitionProblem("policy", { zebra: 1, "max-length": 1, ape: "x" }),
      '[{<<"ape">>,<<"x">>},{<<"zebra">>,1}] are not recognised policy settings',
    );
    assert.equal(
      definitionProblem("operator_policy", { "dead-letter-exchange": "x" }),
      '[{<<"dead-letter-exchange">>,<<"x">>}] are not recognised policy settings',
    );
    assert.equal(definitionProblem("operator_policy", { "max-length": 1 }), undefined);
    assert.equal(
      definitionProblem("policy", { constructor: 1 }),
      '[{<<"constructor">>,1}] are not recognised policy settings',
    );
  });

  it("are checked before unknown ones are refused", () => {
    assert.equal(definitionProblem("policy", { a: 1, "max-length": -1 }), "-1 is not a valid maximum length");
  });

  it("can't be missing altogether", () => {
    assert.equal(definitionProblem("policy", {}), "no policy provided");
  });
});
