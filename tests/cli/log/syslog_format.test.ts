import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { syslogFormat } from "../../../src/cli/log/syslog_format.ts";

const NAMES = { hostname: "host", identity: "haremq", pid: 42 };
const RECORD = {
  timeMs: new Date(2026, 3, 6, 21, 20, 56, 123).getTime(),
  level: "error",
  category: "default",
  line: "a line\nof two",
  pid: "<0.42.0>",
} as const;

describe("a message for syslog", () => {
  it("is one of RFC 3164 by default", () => {
    assert.equal(
      syslogFormat({}, NAMES)(RECORD),
      "<27>Apr  6 21:20:56 host haremq[42] <0.42.0> - a line\\nof two\n",
    );
  });

  it("can be one of RFC 5424, which it is over TLS", () => {
    const pattern = /^<134>1 2026-04-06T21:20:56\.123000[+-]\d\d:\d\d host haremq 42 <0\.42\.0> - a line\\nof two\n$/;
    const record = { ...RECORD, level: "info" } as const;
    assert.match(syslogFormat({ protocol: "rfc5424", facility: "local0" }, NAMES)(record), pattern);
    assert.match(syslogFormat({ transport: "tls", facility: "local0" }, NAMES)(record), pattern);
  });

  it("has the priority of its level and facility", () => {
    const priorityOf = (level: "debug" | "info" | "notice" | "warning" | "error", facility?: string) =>
      /^<(\d+)>/.exec(syslogFormat({ facility }, NAMES)({ ...RECORD, level }))![1];
    const levels = (["debug", "info", "notice", "warning", "error"] as const).map((level) => priorityOf(level));
    assert.deepEqual(levels, ["31", "30", "29", "28", "27"]);
    assert.deepEqual(["kern", "kernel", "local7"].map((facility) => priorityOf("error", facility)), ["3", "3", "187"]);
  });

  it("has the text that the formatter makes, as JSON too", () => {
    const format = { plaintext: "$level: $msg" };
    assert.match(syslogFormat({ format }, NAMES)(RECORD), / - error: a line\\nof two\n$/);
    const json = syslogFormat({ format: { isJson: true } }, NAMES)(RECORD);
    assert.equal(JSON.parse(json.slice(json.indexOf("{"))).msg, "a line\nof two");
  });

  it("has a header of one word for each name", () => {
    const names = { hostname: "a b", identity: "x\u202ey z".padEnd(60, "!"), pid: 1 };
    assert.match(syslogFormat({}, names)(RECORD), / a_b x_y_z!{43}\[1\] /);
  });
});
