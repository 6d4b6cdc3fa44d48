import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { ChannelError } from "../../../src/wire/error.ts";
import { fieldTable, type PlainTable } from "../../../src/wire/field_table.ts";
import { Binding } from "../../../src/broker/exchange/binding.ts";
import { headers } from "../../../src/broker/exchange/headers.ts";
import { add, exchange, messageOf, routed, routerOf } from "./bound.ts";

function isMatch(bindingArguments: PlainTable, messageHeaders: PlainTable): boolean {
  const router = routerOf(headers);
  add(router, "destination", "", bindingArguments);
  return routed(router, "", fieldTable(messageHeaders)).length > 0;
}

describe("a headers exchange", () => {
  it("requires all arguments, unless x-match is any", () => {
    assert.equal(isMatch({ a: 1, b: "x" }, { a: 1, b: "x", c: true }), true);
    assert.equal(isMatch({ a: 1, b: "x" }, { a: 1 }), false);
    assert.equal(isMatch({ "x-match": "all", a: 1, b: "x" }, { a: 1, b: "y" }), false);
    assert.equal(isMatch({ "x-match": "any", a: 1, b: "x" }, { a: 1, b: "y" }), true);
    assert.equal(isMatch({ "x-match": "any", a: 1, b: "x" }, { a: 2 }), false);
  });

  it("without arguments matches everything with all and nothing with any", () => {
    assert.equal(isMatch({}, { a: 1 }), true);
    assert.equal(isMatch({}, {}), true);
    assert.equal(isMatch({ "x-match": "any" }, { a: 1 }), false);
  });

  it("ignores arguments that begin with x-, unless x-match has with-x", () => {
    assert.equal(isMatch({ "x-a": 1, b: 2 }, { b: 2 }), true);
    assert.equal(isMatch({ "x-match": "any", "x-a": 1, b: 2 }, { "x-a": 1 }), false);
    assert.equal(isMatch({ "x-match": "all-with-x", "x-a": 1, b: 2 }, { b: 2 }), false);
    assert.equal(isMatch({ "x-match": "all-with-x", "x-a": 1, b: 2 }, { "x-a": 1, b: 2 }), true);
    assert.equal(isMatch({ "x-match": "any-with-x", "x-a": 1, b: 2 }, { "x-a": 1 }), true);
  });

  it("requires only the presence of a header when the argument is void", () => {
    assert.equal(isMatch({ a: null }, { a: "anything" }), true);
    assert.equal(isMatch({ a: null }, { a: null }), true);
    assert.equal(isMatch({ a: null }, { b: 1 }), false);
  });

  it("decodes the headers once for all bindings, and not at all without one", () => {
    const router = routerOf(headers);
    let decoded = 0;
    const message = {
      ...messageOf({}),
      get headers() {
        return decoded++, fieldTable({ a: 1 });
      },
    };
    router.route(message, () => {});
    assert.equal(decoded, 0);
    for (const name of ["first", "second", "third"]) add(router, name, "", { a: 1 });
    router.route(message, () => {});
    assert.equal(decoded, 1);
  });

  it("forgets a binding that is removed", () => {
    const router = routerOf(headers);
    const binding = add(router, "first", "", { a: 1 });
    add(router, "second", "", { a: 1 });
    router.remove(binding);
    assert.deepEqual(routed(router, "", fieldTable({ a: 1 })), ["second"]);
  });

  it("refuses an unknown x-match", () => {
    const isRefused = (error: unknown) => error instanceof ChannelError && error.code === 406;
    const [start, end] = [exchange("headers"), exchange("fanout")];
    for (const match of ["some", 1]) {
      const binding = new Binding(start, end, "", fieldTable({ "x-match": match }));
      assert.throws(() => headers.checkBinding!(binding, start.arguments), isRefused);
    }
  });

  it("treats all and any alike for bindings with one argument", () => {
    const table = fc.dictionary(fc.constantFrom("a", "b", "c", "x-d"), fc.constantFrom(1, 2, "1", true, null), {
      noNullPrototype: true,
    }) as fc.Arbitrary<PlainTable>;
    fc.assert(fc.property(table, table, fc.boolean(), (bindingArguments, messageHeaders, withX) => {
      const each = Object.entries(bindingArguments)
        .filter(([name]) => withX || !name.startsWith("x-"))
        .map(([name, value]) =>
          Object.hasOwn(messageHeaders, name) && (value === null || value === messageHeaders[name])
        );
      const suffix = withX ? "-with-x" : "";
      const isAll = isMatch({ ...bindingArguments, "x-match": `all${suffix}` }, messageHeaders);
      const isAny = isMatch({ ...bindingArguments, "x-match": `any${suffix}` }, messageHeaders);
      assert.deepEqual([isAll, isAny], [each.every(Boolean), each.some(Boolean)]);
    }));
  });
});
