import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { levelPoints, rateOf, ratePoints } from "../../ui/api/message_stats.ts";
import { chartData } from "../../ui/components/chart_data.ts";
import { readArguments } from "../../ui/format/arguments.ts";
import { base64Bytes, bodyText, hexLines, prettyJson } from "../../ui/format/body.ts";
import { matchLocale, plural } from "../../ui/i18n/locales.ts";

describe("samples", () => {
  const samples = [{ sample: 30, timestamp: 20_000 }, { sample: 10, timestamp: 10_000 }, {
    sample: 15,
    timestamp: 5_000,
  }];

  it("are points in the order of time", () => {
    assert.deepEqual(levelPoints({ rate: 2, samples }), { times: [5_000, 10_000, 20_000], values: [15, 10, 30] });
    assert.deepEqual(levelPoints({ rate: 2 }), { times: [], values: [] });
  });

  it("make rates, with a gap where a counter began anew", () => {
    assert.deepEqual(ratePoints({ rate: 2, samples }), { times: [10_000, 20_000], values: [null, 2] });
  });

  it("come with the present rate", () => {
    assert.equal(rateOf({ publish: 3, publish_details: { rate: 1.5 } }, "publish"), 1.5);
    assert.equal(rateOf(undefined, "publish"), undefined);
  });

  it("of many lines are on one axis", () => {
    const data = chartData([{ times: [1_000, 2_000], values: [1, 2] }, { times: [2_000, 3_000], values: [5, 6] }]);
    assert.deepEqual(data, [[1, 2, 3], [1, 2, null], [null, 5, 6]]);
  });
});

describe("arguments", () => {
  it("have the types that their lines say", () => {
    const { table, problems } = readArguments([
      { name: "x-max-length", type: "number", text: "10" },
      { name: "x-overflow", type: "text", text: "10" },
      { name: "x-single-active-consumer", type: "boolean", text: "true" },
      { name: "x-list", type: "list", text: '["a", 1]' },
      { name: "", type: "number", text: "nothing" },
    ]);
    assert.equal(problems.size, 0);
    assert.deepEqual(table, {
      "x-max-length": 10,
      "x-overflow": "10",
      "x-single-active-consumer": true,
      "x-list": ["a", 1],
    });
  });

  it("tell what is wrong with a line", () => {
    const { problems } = readArguments([
      { name: "a", type: "number", text: "ten" },
      { name: "b", type: "boolean", text: "perhaps" },
      { name: "c", type: "list", text: "{}" },
      { name: "d", type: "text", text: "" },
      { name: "d", type: "text", text: "" },
    ]);
    assert.deepEqual([...problems], [[0, "number"], [1, "boolean"], [2, "list"], [4, "twice"]]);
  });
});

describe("the body of a message", () => {
  it("is text if it is UTF-8", () => {
    assert.equal(bodyText(new TextEncoder().encode("ж")), "ж");
    assert.equal(bodyText(base64Bytes("/w==")), undefined);
  });

  it("is indented if it is an object or a list of JSON", () => {
    assert.equal(prettyJson('{"a":[1]}'), '{\n  "a": [\n    1\n  ]\n}');
    assert.equal(prettyJson("12"), undefined);
    assert.equal(prettyJson("{"), undefined);
  });

  it("is shown as bytes, up to a limit", () => {
    assert.equal(hexLines(new TextEncoder().encode("Hi\n")), `000000  48 69 0a${" ".repeat(39)}  Hi.`);
    const lines = hexLines(new Uint8Array(20 * 1024)).split("\n");
    assert.deepEqual([lines.length, lines.at(-1)], [1025, "…"]);
  });
});

describe("languages", () => {
  it("are those of the browser, in its order", () => {
    assert.equal(matchLocale(["de-AT", "ru-RU", "en"]), "ru");
    assert.equal(matchLocale(["de"]), "en");
  });

  it("have their forms of words", () => {
    const forms = { one: "сообщение", few: "сообщения", many: "сообщений", other: "сообщения" };
    assert.deepEqual([1, 2, 5, 21].map((count) => plural("ru", count, forms)), [
      "сообщение",
      "сообщения",
      "сообщений",
      "сообщение",
    ]);
  });
});
