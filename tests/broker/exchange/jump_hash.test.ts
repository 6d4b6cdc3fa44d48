import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { jumpConsistentHash } from "../../../src/broker/exchange/jump_hash.ts";

const KEYS = Array.from({ length: 3000 }, (_, i) => i * 7919);

describe("a key's bucket", () => {
  it("is the one that RabbitMQ's plugin finds", () => {
    // Computed by the plugin's own loop, with `rand:seed_s(exs1024, {Key, Key, Key})` of Erlang/OTP 25.
    const buckets = [2, 3, 5, 10, 100, 1000];
    const known = { 0: [0, 0, 4, 4, 47, 807], 1: [0, 2, 3, 3, 29, 856], 12345: [0, 0, 0, 0, 61, 485] };
    for (const [key, expected] of Object.entries(known)) {
      assert.deepEqual(buckets.map((count) => jumpConsistentHash(Number(key), count)), expected);
    }
    assert.deepEqual(buckets.map((count) => jumpConsistentHash(134217727, count)), [0, 2, 2, 6, 74, 220]);
  });

  it("is one of the existing buckets", () => {
    for (const count of [1, 2, 7, 10_000]) {
      for (const key of [-1, 0, 1, 2 ** 31 - 1, -(2 ** 31)]) {
        const bucket = jumpConsistentHash(key, count);
        assert.ok(Number.isInteger(bucket) && bucket >= 0 && bucket < count, `${bucket} of ${count}`);
      }
    }
  });

  it("stays the same with one bucket more, or becomes the new one", () => {
    for (const count of [1, 2, 10, 50]) {
      let moved = 0;
      for (const key of KEYS) {
        const [before, after] = [jumpConsistentHash(key, count), jumpConsistentHash(key, count + 1)];
        if (before === after) continue;
        assert.equal(after, count);
        moved++;
      }
      const fair = KEYS.length / (count + 1);
      assert.ok(
        moved > fair * 0.6 && moved < fair * 1.4,
        `${moved} of ${KEYS.length} keys moved, ${fair} would be fair`,
      );
    }
  });

  it("is each of them about equally often", () => {
    const counts = new Array(10).fill(0);
    for (const key of KEYS) counts[jumpConsistentHash(key, 10)]++;
    for (const count of counts) assert.ok(count > 240 && count < 360, `${counts}`);
  });
});
