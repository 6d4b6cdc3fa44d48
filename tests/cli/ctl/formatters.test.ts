import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { readLiteral } from "../../../src/cli/ctl/encrypted/erlang_literal.ts";
import { writeErlang } from "../../../src/cli/ctl/formatters/erlang.ts";
import type { FormatterName } from "../../../src/cli/ctl/formatters/formatter.ts";
import { FORMATTERS } from "../../../src/cli/ctl/formatters/formatters.ts";
import { inspect } from "../../../src/cli/ctl/formatters/inspect.ts";
import type { Options } from "../../../src/cli/ctl/parser.ts";
import { AmqpTable, atom, Dictionary, Pid, row, type Term, Tuple } from "../../../src/cli/ctl/term.ts";

/** Formats a list that comes in batches. */
function format(
  name: FormatterName,
  batches: readonly (readonly Term[])[],
  options: Options = {},
  page = { width: Infinity, isColoured: true },
): string[] {
  const list = FORMATTERS[name].list(options, page);
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

  it("break lines where Erlang's ~p does", () => {
    const map = (entries: Readonly<Record<string, Term>>) => new Dictionary(entries, "atoms");
    const [first] = format("erlang", [[map({
      certfile: "-----BEGIN CERTIFICATE-----\nMIIBijCCATGgAwIBAgIJARXmmRt2k+WFMAoGCCqGSM49BAMCMCAxHjAcBgNVBAMM\n",
      interface: "127.0.0.1",
      node: atom("rabbit@localhost"),
      port: 5671,
      protocol: atom("amqp/ssl"),
      purpose: "AMQP 0-9-1 and AMQP 1.0 over TLS",
    })]]);
    // Written by RabbitMQ 3.10.
    assert.equal(
      first,
      [
        "[#{certfile =>",
        '       <<"-----BEGIN CERTIFICATE-----\\nMIIBijCCATGgAwIBAgIJARXmmRt2k+WFMAoGCCqGSM49BAMCMCAxHjAcBgNVBAMM\\n">>,',
        '   interface => <<"127.0.0.1">>,node => rabbit@localhost,port => 5671,',
        "   protocol => 'amqp/ssl',purpose => <<\"AMQP 0-9-1 and AMQP 1.0 over TLS\">>}]",
      ].join("\n"),
    );
    const numbers = Array.from({ length: 30 }, (_, at) => 1000 + at);
    assert.equal(
      writeErlang(new Tuple(atom("a_tag_with_more_letters_than_half_a_line"), numbers, [atom("x"), "y"])),
      [
        "{a_tag_with_more_letters_than_half_a_line,",
        "    [1000,1001,1002,1003,1004,1005,1006,1007,1008,1009,1010,1011,1012,1013,",
        "     1014,1015,1016,1017,1018,1019,1020,1021,1022,1023,1024,1025,1026,1027,",
        "     1028,1029],",
        '    [x,<<"y">>]}',
      ].join("\n"),
    );
    // As long as fits, and one character more.
    const suite = { cipher: atom("aes_256_cbc"), key_exchange: atom("ecdhe_rsa"), prf: atom("sha384") };
    assert.equal(
      writeErlang(map({ ...suite, mac: atom("sha384") })),
      "#{cipher => aes_256_cbc,key_exchange => ecdhe_rsa,mac => sha384,prf => sha384}",
    );
    assert.equal(
      writeErlang(map({ ...suite, mac: atom("sha384x") })),
      "#{cipher => aes_256_cbc,key_exchange => ecdhe_rsa,mac => sha384x,\n  prf => sha384}",
    );
  });

  it("break lines as Erlang has done, in terms that it wrote", () => {
    // Random terms, which io_lib:format("~p", …) of Erlang/OTP 25 wrote.
    const texts = readFileSync(new URL("erlang_terms.txt", import.meta.url), "utf8").trimEnd().split("\n\n");
    assert.equal(texts.length, 40);
    for (const text of texts) assert.equal(writeErlang(readLiteral(text)), text);
  });

  it("write an atom with a space in quotes, in Erlang and in Elixir", () => {
    const protocol = [[new Tuple(atom("Web AMQP"), new Tuple(0, 9, 1))]];
    assert.match(format("erlang", protocol).join(), /\{'Web AMQP',\{0,9,1\}\}/);
    assert.equal(inspect(protocol[0][0]), '{:"Web AMQP", {0, 9, 1}}');
  });

  it("write the titles of a framed table bold, unless they may not be", () => {
    const boldLines = (isBold: boolean) =>
      format("pretty_table", rows, {}, { width: Infinity, isColoured: isBold }).filter((line) =>
        line.includes("\x1b[1m")
      );
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

  const plain = (terms: readonly Term[], width = Infinity) =>
    format("pretty_table", [terms], {}, { width, isColoured: true }).map(withoutEscapes);

  it("write a framed table with wide characters aligned, and with control characters written out", () => {
    assert.deepEqual(plain([row({ name: "注文🐇", messages: 1 }), row({ name: "a\x1b[2J\tb\u202e", messages: 20 })]), [
      "lqqqqqqqqqqqqqqqqqqqqqwqqqqqqqqqqk",
      "x name                x messages x",
      "tqqqqqqqqqqqqqqqqqqqqqnqqqqqqqqqqu",
      "x 注文🐇              x 1        x",
      "tqqqqqqqqqqqqqqqqqqqqqnqqqqqqqqqqu",
      "x a\\x1b[2J\\x09b\\u202e x 20       x",
      "mqqqqqqqqqqqqqqqqqqqqqvqqqqqqqqqqj",
    ]);
  });

  it("keep the order of columns behind a name from right to left", () => {
    assert.equal(plain([row({ name: "תור", messages: 1 })])[3], "x תור\u200e  x 1        x");
  });

  it("break what is in the widest columns of a framed table that is wider than the terminal", () => {
    assert.deepEqual(plain([row({ name: "a-queue-with-a-long-name", messages: 1 })], 30), [
      "lqqqqqqqqqqqqqqqqqwqqqqqqqqqqk",
      "x name            x messages x",
      "tqqqqqqqqqqqqqqqqqnqqqqqqqqqqu",
      "x a-queue-with-a- x 1        x",
      "x long-name       x          x",
      "mqqqqqqqqqqqqqqqqqvqqqqqqqqqqj",
    ]);
  });

  it("write a framed table for each row when its columns have no room beside each other", () => {
    assert.deepEqual(plain([row({ name: "a", messages: 1, consumers: 2 })], 24), [
      "lqqqqqqqqqqqwqqqk",
      "x name      x a x",
      "tqqqqqqqqqqqnqqqu",
      "x messages  x 1 x",
      "tqqqqqqqqqqqnqqqu",
      "x consumers x 2 x",
      "mqqqqqqqqqqqvqqqj",
    ]);
  });

  it("keep cells between their tabs on a terminal, and names as they are elsewhere", () => {
    const terms = [[row({ name: "a\tb\nc", messages: 1 })]];
    assert.deepEqual(format("table", terms, {}, { width: 80, isColoured: true }), [
      "name\tmessages",
      "a\\x09b\\x0ac\t1",
    ]);
    assert.deepEqual(format("table", terms), ["name\tmessages", "a\tb\nc\t1"]);
  });

  it("write JSON without control characters", () => {
    assert.deepEqual(format("json_stream", [[row({ name: "\x1b\x9b\u202e" })]]), [
      '{"name":"\\u001b\\u009b\\u202e"}',
      "",
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
