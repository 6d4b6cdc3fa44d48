import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readConfFile } from "../../src/config/conf_file.ts";
import { ConfigError } from "../../src/config/config_error.ts";
import { interpolate } from "../../src/config/interpolation.ts";
import { formatKey } from "../../src/config/setting.ts";
import { MemoryConfigFiles } from "./read_conf.ts";

/** Returns the keys, values and lines of a text. */
function linesOf(text: string, others: Readonly<Record<string, string>> = {}) {
  const files = new MemoryConfigFiles({ "a.conf": text, ...others });
  return readConfFile("a.conf", files).map(({ key, value, source }) => [formatKey(key), value, source]);
}

const valuesOf = (text: string, others?: Readonly<Record<string, string>>) =>
  linesOf(text, others).map(([, value]) => value);

describe("a file in the format of rabbitmq.conf", () => {
  it("has a key and a value on each line, with white space and comments around them", () => {
    const text = "# first\n\n  a.b=1\r\n\tc  =  2 3  # third\nd = x#y\n  \t \n#e = 4\nf = 5";
    assert.deepEqual(linesOf(text), [
      ["a.b", "1", "a.conf, line 3"],
      ["c", "2 3", "a.conf, line 4"],
      ["d", "x", "a.conf, line 5"],
      ["f", "5", "a.conf, line 8"],
    ]);
  });

  it("has values in single quotes with # and spaces", () => {
    assert.deepEqual(valuesOf("a = 'e9238-7_49%#sod7'\nb = '  x '  # why\nc = ''\n"), ["e9238-7_49%#sod7", "  x ", ""]);
  });

  it("has values in three quotes over several lines, which count", () => {
    const text = "a = '''\nfirst\n  'second' # not a comment\n'''\nb = 1\n";
    assert.deepEqual(linesOf(text), [["a", "first\n  'second' # not a comment", "a.conf, line 1"], [
      "b",
      "1",
      "a.conf, line 5",
    ]]);
  });

  it("has escaped dots in the parts of keys", () => {
    const files = new MemoryConfigFiles({ "a.conf": "default_users.joe\\.doe.password = x" });
    assert.deepEqual(readConfFile("a.conf", files)[0].key, ["default_users", "joe.doe", "password"]);
  });

  it("includes other files by name or pattern, in the order of their names", () => {
    const others = { "conf.d/20.conf": "b = 2", "conf.d/10.conf": "b = 1", "conf.d/x.txt": "b = 3", "c.conf": "c = 4" };
    assert.deepEqual(linesOf("a = 0\ninclude conf.d/*.conf # all\ninclude c.conf\nd = 5", others), [
      ["a", "0", "a.conf, line 1"],
      ["b", "1", "conf.d/10.conf, line 1"],
      ["b", "2", "conf.d/20.conf, line 1"],
      ["c", "4", "c.conf, line 1"],
      ["d", "5", "a.conf, line 4"],
    ]);
  });

  it("reads a value from a file", () => {
    assert.deepEqual(valuesOf("a = $(<secrets/pass)\n", { "secrets/pass": "sesame\n" }), ["sesame"]);
  });

  const mistakes: Readonly<Record<string, readonly [text: string, message: RegExp]>> = {
    "words": ["a = 1\njust words", /^a\.conf, line 2: a line is a key, "=" and a value: received "just words"\.$/],
    "a key without a value": ["a =\n", /^a\.conf, line 1: a has no value\.$/],
    "something behind a quoted value": ["a = 'b' c", /^a\.conf, line 1: a line is a key.*received "a = 'b' c"/],
    "a file that includes itself": ["include a.conf", /^a\.conf: configuration files include each other\.$/],
    "a value in a file that is not there": ["a = $(<x)", /^a\.conf, line 1: the file x can't be read: no such file/],
  };
  for (const [what, [text, message]] of Object.entries(mistakes)) {
    it(`is refused with ${what}`, () => {
      assert.throws(() => linesOf(text), (error: Error) => {
        assert.ok(error instanceof ConfigError);
        assert.match(error.message, message);
        return true;
      });
    });
  }
});

describe("$(NAME) in a value", () => {
  const environment: Readonly<Record<string, string>> = { USER: "joe", "a.b": "from outside" };

  function expand(text: string): string[] {
    const settings = readConfFile("a.conf", new MemoryConfigFiles({ "a.conf": text }));
    return interpolate(settings, (name) => environment[name]).map(({ value }) => value);
  }

  it("is an environment variable, even in the middle of a value", () => {
    assert.deepEqual(expand("a = $(USER)\nb = x-$( USER )-$(USER)"), ["joe", "x-joe-joe"]);
  });

  it("is first of all another key's value, with its references", () => {
    assert.deepEqual(expand("a.b = inside\nc = $(a.b)/$(d)\nd = $(USER)"), ["inside", "inside/joe", "joe"]);
  });

  it("is refused when there is none, and when it refers to itself", () => {
    assert.throws(() => expand("a = $(NOBODY)"), {
      message: "a.conf, line 1: there is neither a key nor an environment variable with the name $(NOBODY).",
    });
    assert.throws(() => expand("a = $(b)\nb = $(a)"), /a\.conf, line 1: \$\(a\) refers to itself\./);
  });
});
