import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ChannelError } from "../../../src/wire/error.ts";
import {
  EMPTY_TABLE,
  type FieldTable,
  fieldTable,
  type FieldValue,
  type PlainTable,
} from "../../../src/wire/field_table.ts";
import type { BasicProperties } from "../../../src/wire/properties.ts";
import { Binding } from "../../../src/broker/exchange/binding.ts";
import { consistentHash } from "../../../src/broker/exchange/consistent_hash.ts";
import type { Router } from "../../../src/broker/exchange/router.ts";
import { addTo, exchange, matchesOf, routerOf } from "./bound.ts";

const KEYS = Array.from({ length: 2000 }, (_, i) => `key ${i}`);
const [A, B, C] = ["a", "b", "c"].map((name) => exchange("fanout", name));

/** Returns the destination of each of the keys. */
function routes(router: Router): string[] {
  return KEYS.map((key) => {
    const matches = matchesOf(router, { routingKeys: [key] });
    assert.equal(matches.length, 1);
    return matches[0];
  });
}

function countOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function isRefusedWith(text: string) {
  return (error: unknown) => {
    assert.ok(error instanceof ChannelError);
    assert.deepEqual([error.code, error.message], [406, `PRECONDITION_FAILED - ${text}`]);
    return true;
  };
}

describe("an x-consistent-hash exchange", () => {
  it("gives each destination its weight of the keys", () => {
    const router = routerOf(consistentHash);
    for (const [destination, weight] of [[A, "1"], [B, "2"], [C, "7"]] as const) addTo(router, destination, weight);
    const { a, b, c } = countOf(routes(router));
    assert.ok(a > 140 && a < 260, `${a}`);
    assert.ok(b > 320 && b < 480, `${b}`);
    assert.ok(c > 1300 && c < 1500, `${c}`);
  });

  it("moves keys only to an added destination, and none between the others", () => {
    const router = routerOf(consistentHash);
    addTo(router, A, "10");
    addTo(router, B, "10");
    const before = routes(router);
    addTo(router, C, "10");
    const after = routes(router);
    const moved = KEYS.filter((_, i) => before[i] !== after[i]);
    assert.ok(moved.length > 550 && moved.length < 780, `${moved.length}`);
    assert.ok(after.every((name, i) => name === before[i] || name === "c"));
  });

  it("routes as before once the added destination is removed", () => {
    const router = routerOf(consistentHash);
    addTo(router, A, "3");
    addTo(router, B, "2");
    const before = routes(router);
    const binding = addTo(router, C, "10000");
    assert.notDeepEqual(routes(router), before);
    router.remove(binding);
    assert.deepEqual(routes(router), before);
  });

  it("depends on the order of bindings alone, so that an equal one routes the same", () => {
    const [first, second] = [routerOf(consistentHash), routerOf(consistentHash)];
    for (const router of [first, second]) {
      addTo(router, B, "3");
      addTo(router, A, "5");
    }
    assert.deepEqual(routes(first), routes(second));
  });

  it("counts the oldest binding of a destination, and the next one when that is removed", () => {
    const router = routerOf(consistentHash);
    const binding = addTo(router, A, "1");
    addTo(router, B, "1");
    const before = routes(router);
    const other = addTo(router, A, "100");
    assert.deepEqual(routes(router), before);
    router.remove(binding);
    assert.ok(countOf(routes(router)).a > 1900);
    router.remove(other);
    assert.deepEqual(countOf(routes(router)), { b: KEYS.length });
  });

  it("has no route without bindings", () => {
    const router = routerOf(consistentHash);
    assert.deepEqual(matchesOf(router, {}), []);
    router.remove(addTo(router, A, "1"));
    assert.deepEqual(matchesOf(router, {}), []);
  });

  it("uses the first routing key, and its routes can be cached then", () => {
    const router = routerOf(consistentHash);
    assert.equal(router.dependsOnMessage, false);
    for (const destination of [A, B, C]) addTo(router, destination, "10");
    for (const key of KEYS.slice(0, 100)) {
      const [alone, together] = [[key], [key, "another"]].map((routingKeys) => matchesOf(router, { routingKeys }));
      assert.deepEqual(alone, together);
    }
  });

  /** Makes ten destinations for each message, so that different keys hardly ever meet. */
  function spread(
    exchangeArguments: PlainTable,
    messages: readonly { headers?: FieldTable; properties?: BasicProperties }[],
  ) {
    const router = routerOf(consistentHash, exchangeArguments);
    assert.equal(router.dependsOnMessage, true);
    for (let i = 0; i < 100; i++) addTo(router, exchange("fanout", String(i)), "10");
    return messages.map((message, i) => matchesOf(router, { routingKeys: [String(i)], ...message })[0]);
  }

  it("uses the header that hash-header names, whatever its type", () => {
    const values: FieldValue[] = [
      { type: "S", value: "text" },
      { type: "I", value: 6 },
      { type: "l", value: -77777n },
      { type: "t", value: true },
      { type: "t", value: false },
      { type: "d", value: 1.5 },
      { type: "T", value: 1234567890n },
      { type: "A", value: [{ type: "I", value: 4 }] },
      { type: "F", value: fieldTable({ a: 1 }) },
      { type: "x", value: Uint8Array.of(1, 2) },
    ];
    const messages = values.map((value) => ({ headers: new Map([["h", value]]) }));
    const found = spread({ "hash-header": "h" }, [...messages, { headers: fieldTable({ other: 1 }) }]);
    assert.deepEqual(spread({ "hash-header": "h" }, [...messages, { headers: fieldTable({}) }]), found);
    assert.ok(new Set(found).size >= found.length - 1, `${found}`);
  });

  it("hashes equal integers of any width alike", () => {
    const values: FieldValue[] = [{ type: "b", value: 6 }, { type: "I", value: 6 }, { type: "l", value: 6n }];
    const found = spread({ "hash-header": "h" }, values.map((value) => ({ headers: new Map([["h", value]]) })));
    assert.equal(new Set(found).size, 1);
  });

  for (
    const [property, [one, another]] of Object.entries(
      {
        message_id: [{ messageId: "one" }, { messageId: "another" }],
        correlation_id: [{ correlationId: "one" }, { correlationId: "another" }],
        timestamp: [{ timestamp: 1n }, { timestamp: 2n }],
      } satisfies Record<string, BasicProperties[]>,
    )
  ) {
    it(`uses ${property} when hash-property says so`, () => {
      const messages = [one, another, one, { type: "none" }, {}].map((properties) => ({ properties }));
      const [first, second, again, none, noneToo] = spread({ "hash-property": property }, messages);
      assert.equal(new Set([first, second, none]).size, 3);
      assert.deepEqual([again, noneToo], [first, none]);
    });
  }

  it("refuses to use anything else", () => {
    const check = (exchangeArguments: PlainTable) => consistentHash.checkArguments!(fieldTable(exchangeArguments));
    check({ "hash-header": "h", other: 1 });
    assert.throws(
      () => check({ "hash-header": "h", "hash-property": "message_id" }),
      isRefusedWith("hash-header and hash-property are mutually exclusive"),
    );
    assert.throws(() => check({ "hash-property": "app_id" }), isRefusedWith("Unsupported property: app_id"));
    assert.throws(
      () => check({ "hash-header": 1 }),
      isRefusedWith("invalid type 'signedint' for arg 'hash-header'"),
    );
  });

  it("refuses a binding key that is not a weight", () => {
    const start = exchange("x-consistent-hash");
    const check = (key: string) => consistentHash.checkBinding!(new Binding(start, A, key, EMPTY_TABLE), EMPTY_TABLE);
    for (const key of ["1", "10000", "+5", "007"]) check(key);
    for (const key of ["a", "1.5", "1e3", " 1", "0x10"]) {
      assert.throws(() => check(key), isRefusedWith(`The binding key must be an integer: <<"${key}">>`));
    }
    assert.throws(() => check(""), isRefusedWith("The binding key must be an integer: <<>>"));
    assert.throws(() => check("1\n"), isRefusedWith('The binding key must be an integer: <<"1\\n">>'));
    for (const key of ["0", "-1"]) {
      assert.throws(() => check(key), isRefusedWith("The binding key must be greater than 0"));
    }
    assert.throws(() => check("10001"), isRefusedWith("The binding key must not exceed 10000"));
  });
});
