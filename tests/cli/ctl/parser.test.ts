import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { GLOBAL_LETTERS, GLOBAL_SWITCHES, parseArguments } from "../../../src/cli/ctl/parser.ts";

const parse = (...args: string[]) => parseArguments(args, GLOBAL_SWITCHES, GLOBAL_LETTERS);

describe("arguments of RabbitMQ's commands", () => {
  it("have switches before and behind the command", () => {
    const { options, positional, invalid } = parse("-q", "list_queues", "-p", "shop", "name", "--timeout", "5");
    assert.deepEqual(options, { quiet: true, vhost: "shop", timeout: 5 });
    assert.deepEqual(positional, ["list_queues", "name"]);
    assert.deepEqual(invalid, []);
  });

  it("have values behind an equals sign", () => {
    assert.deepEqual(parse("--formatter=json", "-p=/", "--vhost=a=b").options, { formatter: "json", vhost: "a=b" });
  });

  it("have several letters in one argument when none of them takes a value", () => {
    assert.deepEqual(parse("-qs").options, { quiet: true, silent: true });
    assert.deepEqual(parse("-qp").invalid, [["-qp", ""]]);
  });

  it("negate switches with --no-", () => {
    assert.deepEqual(parse("--no-quiet").options, { quiet: false });
    assert.deepEqual(parse("--no-vhost").invalid, [["--no-vhost", ""]]);
  });

  it("report unknown switches, missing values and wrong ones", () => {
    assert.deepEqual(parse("--bogus", "1", "-z").invalid, [["--bogus", ""], ["-z", ""]]);
    assert.deepEqual(parse("--vhost", "--quiet").invalid, [["--vhost", ""]]);
    assert.deepEqual(parse("-t", "abc").invalid, [["-t", "abc"]]);
    assert.deepEqual(parse("--quiet=maybe").invalid, [["--quiet", "maybe"]]);
    assert.deepEqual(parse("--dry_run").invalid, [["--dry_run", ""]]);
  });

  it("take - and negative numbers as values, and everything behind --", () => {
    assert.deepEqual(parse("import_definitions", "-", "-5").positional, ["import_definitions", "-", "-5"]);
    assert.deepEqual(parse("x", "--", "--quiet", "-p").positional, ["x", "--quiet", "-p"]);
  });
});
