import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FormatterName } from "../../../src/cli/ctl/formatters/formatter.ts";
import { FORMATTERS } from "../../../src/cli/ctl/formatters/formatters.ts";
import { inspect } from "../../../src/cli/ctl/formatters/inspect.ts";
import type { Options } from "../../../src/cli/ctl/parser.ts";
import { AmqpTable, atom, Pid, row, type Term, Tuple } from "../../../src/cli/ctl/term.ts";

/** Formats a list that comes in batches. */
function format(name: FormatterName, batches: readonly (readonly Term[])[], options: Options = {}, isBold = true) {
  const list = FORMATTERS[name].list(options, isBold);
  return [...list.begin(), ...batches.flatMap((batch) => list.add(batch)), ...list.end()];
}

const withoutEscapes = (line: string) =>
  line.split("\x1b").map((part, at) => at === 0 ? part : part.replace(/^(\[\d+m|\(\w)/, "")).join("");

const rows = [[row({ name: "a", messages: 1 })], [row({ name: 'say "b"', messages: 20 })]];

describe("formatters", () => {
  it("write a table with a header, and without one when silent", () => {
    assert.deepEqual(format("table", rows), ["name\tmessages", "a\t1", 'say "b"\t20']);
    assert.deepEqual(format("table", rows, { silent: true }), ["a\t1", 'say "b"\t20']);
    assert.deepEqual(format("table", rows, { table_headers: false }), ["a\t1", 'say "b"\t20']);
  });

  it("write JSON as an array with one object a line, and as a stream with one an other line", () => {
    assert.deepEqual(format("json", rows), [
      "[",
      '{"name":"a","messages":1}',
      ',{"name":"say \\"b\\"","messages":20}',
      "]",
    ]);
    assert.deepEqual(format("json", []), ["[", "]"]);
    assert.deepEqual(format("json_stream", rows.slice(0, 1)), ['{"name":"a","messages":1}', ""]);
  });

  it("write CSV with quotes that are doubled inside", () => {
    assert.deepEqual(format("csv", rows), ['"name","messages"', '"a","1"', '"say ""b""","20"']);
  });

  it("write Erlang's terms in 80 columns", () => {
    assert.deepEqual(format("erlang", rows), [
      '[[{name,<<"a">>},{messages,1}],[{name,<<"say \\"b\\"">>},{messages,20}]]',
    ]);
    const table = new AmqpTable({ "x-dead-letter-exchange": "amq.fanout" });
    assert.deepEqual(format("erlang", [[row({ name: "dead", arguments: table })]]), [
      '[[{name,<<"dead">>},\n  {arguments,[{<<"x-dead-letter-exchange">>,longstr,<<"amq.fanout">>}]}]]',
    ]);
  });

  it("write an atom with a space in quotes, in Erlang and in Elixir", () => {
    const protocol = [[new Tuple(atom("Web AMQP"), new Tuple(0, 9, 1))]];
    assert.match(format("erlang", protocol).join(), /\{'Web AMQP',\{0,9,1\}\}/);
    assert.equal(inspect(protocol[0][0]), '{:"Web AMQP", {0, 9, 1}}');
  });

  it("write the titles of a framed table bold, unless they may not be", () => {
    const boldLines = (isBold: boolean) =>
      format("pretty_table", rows, {}, isBold).filter((line) => line.includes("\x1b[1m"));
    assert.equal(boldLines(true).length, 1);
    assert.equal(boldLines(false).length, 0);
  });

  it("write a framed table that is as wide as its longest cells", () => {
    const plain = format("pretty_table", rows).map((line) => withoutEscapes(line));
    assert.deepEqual(plain, [
      "lqqqqqqqqqwqqqqqqqqqqk",
      "x name    x messages x",
      "tqqqqqqqqqnqqqqqqqqqqu",
      "x a       x 1        x",
      "tqqqqqqqqqnqqqqqqqqqqu",
      'x say "b" x 20       x',
      "mqqqqqqqqqvqqqqqqqqqqj",
    ]);
  });

  it("show each kind of value as RabbitMQ does", () => {
    const values: [Term, string][] = [
      ["text", "text"],
      [true, "true"],
      [[atom("one"), atom("two")], "[one, two]"],
      [[], "[]"],
      [new Pid("<rabbit@host.1.2.3>"), "<rabbit@host.1.2.3>"],
      [new Tuple(0, 9, 1), "{0,9,1}"],
      [
        new AmqpTable({ "x-max-length": 3, a: "b", t: { u: true } }),
        '[{"x-max-length",3},{"a","b"},{"t",[{"u",true}]}]',
      ],
    ];
    for (const [value, text] of values) {
      assert.deepEqual(format("table", [[row({ value })]], { silent: true }), [text]);
    }
  });
});
