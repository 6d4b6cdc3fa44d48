import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readSection } from "../../../src/cli/admin/config_file.ts";

const TEXT = `# comment
[DEFAULT]
username = common
[one]
Port: 1
password = a%%b = c
note = first
  second
; comment
[two]
port=2
username = own
`;

describe("rabbitmqadmin's configuration file", () => {
  it("has keys in sections, in lower case, with equals signs or colons", () => {
    const section = readSection(TEXT, "one", "f");
    assert.deepEqual(Object.fromEntries(section!), {
      username: "common",
      port: "1",
      password: "a%b = c",
      note: "first\nsecond",
    });
  });

  it("has keys that all sections share, unless they have their own", () => {
    assert.equal(readSection(TEXT, "two", "f")!.get("username"), "own");
  });

  it("may lack a section", () => {
    assert.equal(readSection(TEXT, "three", "f"), undefined);
    assert.equal(readSection("", "one", "f"), undefined);
  });

  it("names a line that is neither a section nor a key", () => {
    assert.throws(() => readSection("[one]\nrubbish", "one", "f"), /Line 2 of the config file 'f' .*: rubbish/);
    assert.throws(() => readSection("port = 1", "one", "f"), /Line 1/);
  });
});
