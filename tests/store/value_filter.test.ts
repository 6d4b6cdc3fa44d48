import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mayHold, valueFilter, ValueFilterBuilder, valueHash } from "../../src/store/value_filter.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const hashOf = (text: string) => valueHash(bytesOf(text));

function filterOf(...values: (string | undefined)[]) {
  const builder = new ValueFilterBuilder();
  for (const value of values) builder.add(value === undefined ? undefined : bytesOf(value));
  return builder.built();
}

describe("a filter of values", () => {
  it("may hold every value that was added, and hardly any other", () => {
    for (const count of [1, 10, 100, 200]) {
      const filter = filterOf(...Array.from({ length: count }, (_, i) => `value ${i}`));

      for (let i = 0; i < count; i++) assert.ok(mayHold(filter, hashOf(`value ${i}`)));
      const others = Array.from({ length: 10_000 }, (_, i) => hashOf(`other ${i}`));
      const wrong = others.filter((hash) => mayHold(filter, hash)).length;
      assert.ok(wrong < 200, `${wrong} of 10,000 with ${count} values`);
    }
  });

  it("takes some bytes for few values, a byte and a quarter for each of more, and no more than 255", () => {
    const bytesFor = (count: number) => filterOf(...Array.from({ length: count }, (_, i) => String(i))).bits.length;

    assert.equal(bytesFor(1), 16);
    assert.equal(bytesFor(100), 125);
    assert.equal(bytesFor(1000), 255);
  });

  it("knows whether there are messages without a value, which alone take nothing", () => {
    assert.ok(!filterOf("a").hasMessagesWithout);
    assert.ok(filterOf("a", undefined).hasMessagesWithout);
    const none = filterOf(undefined, undefined);
    assert.equal(none.bits.length, 0);
    assert.ok(!mayHold(none, hashOf("a")));
    assert.equal(none, valueFilter(new Uint8Array(0), true));
  });
});
