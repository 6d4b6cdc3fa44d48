import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { jsonFormat } from "../../../src/cli/log/json_format.ts";
import type { LogRecord } from "../../../src/cli/log/log_record.ts";
import { textFormat } from "../../../src/cli/log/text_format.ts";
import type { LogFormat } from "../../../src/config/keys/log_format.ts";
import { configOf } from "../../config/read_conf.ts";

const record: LogRecord = {
  timeMs: new Date(2026, 10, 28, 10, 30, 5, 123).getTime(),
  level: "warning",
  category: "connection",
  line: "user 'a\nb'",
  pid: "<0.7.0>",
};

const formatOf = (text: string): LogFormat => configOf(text).logConsole?.format ?? {};
const time = "\\d{4}-\\d\\d-\\d\\d[ T]10:30:05\\.123000[+-]\\d\\d:\\d\\d";

describe("a line of text", () => {
  it("looks like RabbitMQ's", () => {
    assert.match(textFormat()(record), new RegExp(`^${time} \\[warning\\] <0\\.7\\.0> user 'a\\\\nb'\\n$`));
  });

  it("has the configured time, level and order", () => {
    const format = formatOf(
      "log.console.formatter.time_format = epoch_secs\nlog.console.formatter.level_format = uc4\n" +
        "log.console.formatter.plaintext.format = $level $msg - $time $domain $other",
    );
    const seconds = (record.timeMs / 1000).toFixed(6);
    assert.equal(textFormat(format)(record), `WARN user 'a\\nb' - ${seconds} [rabbitmq,connection] <unknown other>\n`);
  });

  it("has RabbitMQ's colors, or configured ones", () => {
    const format = formatOf("log.console.formatter.plaintext.format = $msg");
    assert.equal(textFormat(format, {})(record), "\x1b[38;5;214muser 'a\\nb'\x1b[0m\n");
    const { colors } = configOf("log.console.color_esc_seqs.warning = '\\033[1m'").logConsole!;
    assert.equal(textFormat(format, colors)(record), "\x1b[1muser 'a\\nb'\x1b[0m\n");
  });
});

describe("a line of JSON", () => {
  it("has RabbitMQ's fields", () => {
    const line = jsonFormat({})(record);
    const { time: at, ...fields } = JSON.parse(line);
    assert.match(at, new RegExp(`^${time}$`));
    assert.deepEqual(fields, {
      level: "warning",
      msg: "user 'a\nb'",
      pid: "<0.7.0>",
      domain: "rabbitmq.connection",
    });
    assert.equal(line.split("\n").length, 2);
  });

  it("can have renamed fields, dropped fields, and a number for the level", () => {
    const format = formatOf(
      "log.console.formatter = json\nlog.console.formatter.time_format = epoch_usecs\n" +
        "log.console.formatter.json.field_map = msg:message time:ts verbosity:v *:-\n" +
        "log.console.formatter.json.verbosity_map = warning:3 *:0",
    );
    assert.equal(jsonFormat(format)(record), `{"message":"user 'a\\nb'","ts":${record.timeMs * 1000},"v":3}\n`);
    const rest = formatOf("log.console.formatter.json.field_map = level pid:-");
    assert.deepEqual(Object.keys(JSON.parse(jsonFormat(rest)(record))), ["level", "time", "msg", "domain"]);
  });
});
