import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseFlags } from "../../bench/flags.ts";

describe("the benchmark's flags", () => {
  it("take an address with a label, a login and a vhost", () => {
    const { compared } = parseFlags(["--compare", "old=me:p%40ss@example.com:5673/a%2Fb"]);
    const target = { host: "example.com", port: 5673, user: "me", password: "p@ss", vhost: "a/b" };
    assert.deepEqual(compared, [{ label: "old", target, tlsPort: undefined, pid: undefined }]);
  });

  it("accept an address alone, which is its own label", () => {
    const { compared } = parseFlags(["--compare", "127.0.0.1:5672"]);
    const target = { host: "127.0.0.1", port: 5672, user: "guest", password: "guest", vhost: "/" };
    assert.deepEqual(compared, [{ label: "127.0.0.1:5672", target, tlsPort: undefined, pid: undefined }]);
  });

  it("assign pids to brokers by label, or else in order", () => {
    const addresses = ["--compare", "one=127.0.0.1:1", "--compare", "two=127.0.0.1:2"];
    const pids = (...flags: string[]) => parseFlags([...addresses, ...flags]).compared.map(({ pid }) => pid);
    assert.deepEqual(pids("--compare-pid", "11", "--compare-pid", "22"), [11, 22]);
    assert.deepEqual(pids("--compare-pid", "two=22"), [undefined, 22]);
  });

  it("assign ports for TLS in the same way", () => {
    const addresses = ["--compare", "one=127.0.0.1:1", "--compare", "two=127.0.0.1:2"];
    const ports = (...flags: string[]) => parseFlags([...addresses, ...flags]).compared.map(({ tlsPort }) => tlsPort);
    assert.deepEqual(ports("--compare-tls-port", "5671"), [5671, undefined]);
    assert.deepEqual(ports("--compare-tls-port", "two=5671", "--compare-pid", "one=11"), [undefined, 5671]);
  });

  it("set the number of messages of the scale cases, by default a million", () => {
    assert.equal(parseFlags([]).messages, 1_000_000);
    assert.equal(parseFlags(["--messages", "10000000"]).messages, 10_000_000);
  });
});
