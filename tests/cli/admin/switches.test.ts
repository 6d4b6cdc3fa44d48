import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseSwitches } from "../../../src/cli/admin/parse_switches.ts";

describe("rabbitmqadmin's switches", () => {
  it("stand anywhere, in groups, and with values behind them", () => {
    assert.deepEqual(parseSwitches(["list", "-qP1", "queues", "--vhost=a=b", "-d", "2", "-"]), {
      settings: { verbose: false, port: "1", vhost: "a=b", depth: "2" },
      positional: ["list", "queues", "-"],
    });
  });

  it("may be cut short where the name stays clear", () => {
    assert.deepEqual(parseSwitches(["--us=a", "--sort-r"]).settings, { username: "a", sort_reverse: true });
  });

  it("end at two dashes", () => {
    assert.deepEqual(parseSwitches(["get", "--", "-q"]).positional, ["get", "-q"]);
  });

  it("end at the help", () => {
    assert.deepEqual(parseSwitches(["-h", "--nonsense"]).settings, { help: true });
  });
});
