import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { firstText, type KnownArgument, readKnown } from "../../ui/format/known_arguments.ts";
import { en as exchangeTexts } from "../../ui/pages/exchanges/en.ts";
import { EXCHANGE_TYPES, exchangeArguments } from "../../ui/pages/exchanges/exchange_types.ts";
import { EXCHANGE_TYPES as BROKERS_TYPES } from "../../src/broker/exchange/exchange.ts";

const KNOWN: readonly KnownArgument[] = [
  { name: "x-max-length", type: "integer" },
  { name: "x-single-active-consumer", type: "boolean" },
  { name: "x-overflow", type: ["drop-head", "reject-publish"] },
  { name: "x-dead-letter-exchange", type: "text" },
];

describe("arguments of known types", () => {
  it("are read by their types", () => {
    const texts = {
      "x-max-length": " 10 ",
      "x-single-active-consumer": "false",
      "x-overflow": "drop-head",
      "x-dead-letter-exchange": "",
    };
    assert.deepEqual(readKnown(KNOWN, texts), {
      table: {
        "x-max-length": 10,
        "x-single-active-consumer": false,
        "x-overflow": "drop-head",
        "x-dead-letter-exchange": "",
      },
      wrong: [],
    });
  });

  it("are wrong where they are no integer", () => {
    for (const text of ["", "ten", "1.5", "1e3"]) {
      assert.deepEqual(readKnown(KNOWN, { "x-max-length": text }), { table: {}, wrong: ["x-max-length"] });
    }
  });

  it("are left out where they are not known, such as those of another type", () => {
    assert.deepEqual(readKnown(KNOWN, { "x-max-age": "1D" }), { table: {}, wrong: [] });
  });

  it("begin with a value that is valid, if there is one", () => {
    assert.deepEqual(KNOWN.map(firstText), ["", "true", "drop-head", ""]);
  });
});

describe("types of exchanges", () => {
  it("are those of the broker, each with what it does", () => {
    assert.deepEqual([...EXCHANGE_TYPES].sort(), [...BROKERS_TYPES.keys()].sort());
    assert.deepEqual(Object.keys(exchangeTexts.usedFor).sort(), [...EXCHANGE_TYPES].sort());
  });

  it("have their own arguments, each with help", () => {
    const names = exchangeArguments("x-message-deduplication", exchangeTexts).map(({ name }) => name);
    assert.ok(names.includes("x-cache-size") && !names.includes("hash-header"));
    assert.ok(exchangeArguments("direct", exchangeTexts).every(({ help }) => help !== undefined));
  });
});
