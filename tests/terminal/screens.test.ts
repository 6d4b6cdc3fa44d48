/**
 * What a terminal shows, compared with the committed screens in `screens/`. To record them again, and look at the
 * difference: `RECORD_SCREENS=1 deno test -A tests/terminal/screens.test.ts`.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { connect } from "amqplib";
import { displayWidth } from "../../src/cli/display_width.ts";
import { Haremq } from "../cli/haremq.ts";
import { HAREMQ, runInTerminal, type Step } from "./terminal.ts";

const SCREENS = new URL("screens/", import.meta.url);
const isRecording = process.env.RECORD_SCREENS !== undefined;
const WIDTHS = [80, 200];
/** Rows of a terminal in which nothing scrolls away. */
const HIGH = 400;

const data = mkdtempSync(`${tmpdir()}/haremq-test-`);
/** Names that clients may choose, and a terminal must survive. */
const QUEUES = [
  "orders",
  "注文キュー",
  "주문",
  "🐇🐇 hops",
  "תור הזמנות",
  "\u202etxt.exe",
  "red\x1b[31m\x1b[2J\x07\x9b5A",
  "a\tb\nc\rd",
  "eu-west-1.production.orders.incoming.validated.priority-lane.with-a-name-longer-than-eighty-columns",
];

let port = 0;
before(async () => {
  const haremq = new Haremq("--port", "0", "--data-dir", data);
  ({ port } = await haremq.address());
  const connection = await connect(`amqp://127.0.0.1:${port}`);
  const channel = await connection.createConfirmChannel();
  for (const [at, queue] of QUEUES.entries()) {
    await channel.assertQueue(queue, { durable: true, arguments: { "x-max-length": 1000 } });
    for (let count = 0; count < at; count++) channel.sendToQueue(queue, Buffer.from("hop"));
  }
  await channel.waitForConfirms();
  await connection.close();
});
after(async () => {
  await Haremq.stopAll();
  rmSync(data, { recursive: true });
});

/** Texts that differ from one run to the next, and what stands in their place. */
const DIFFERENT: readonly (readonly [RegExp, string])[] = [
  // Rates, which are shown while messages have just come.
  [/[\d.]+( in\/s +)[\d.]+( out\/s)/, "0$10$2"],
  [/^(.* +\d+ +\d+)( +[\d.]+){2}( +\d+)$/, "$1         0         0$3"],
];

const settled = (line: string) => DIFFERENT.reduce((line, [pattern, text]) => line.replace(pattern, text), line);

/** Compares a screen with the committed one. No line may be broken by the terminal, nor be wider. */
function compare(name: string, lines: readonly string[], columns: number): void {
  const text = `${lines.map(settled).join("\n").trimEnd()}\n`;
  const file = new URL(`${name}.${columns}.txt`, SCREENS);
  for (const line of lines) assert.ok(displayWidth(line) <= columns, line);
  if (isRecording) {
    mkdirSync(SCREENS, { recursive: true });
    writeFileSync(file, text);
  } else assert.equal(text, readFileSync(file, "utf8"));
}

const env = { HAREMQ_DATA_DIR: data };
const ENDED: Step = { record: true };

describe("a terminal shows", () => {
  const wide = ["arguments", "durable", "auto_delete", "messages", "messages_ready", "consumers", "policy", "type"];
  const commands: Readonly<Record<string, readonly string[]>> = {
    help: ["ctl", "help"],
    help_list_queues: ["ctl", "help", "list_queues"],
    help_haremq: ["--help"],
    help_perf: ["perf", "--help"],
    help_admin_subcommands: ["admin", "help", "subcommands"],
    mistake: ["ctl", "list_queues", "--unknown", "x"],
    table: ["ctl", "list_queues"],
    pretty_table: ["ctl", "list_queues", "name", "messages", "arguments", "--formatter", "pretty_table"],
    pretty_table_of_many_columns: ["ctl", "-q", "list_queues", "name", ...wide, "--formatter", "pretty_table"],
    json: ["ctl", "-q", "list_queues", "--formatter", "json"],
  };
  for (const columns of WIDTHS) {
    it(`the output of commands in ${columns} columns`, async () => {
      for (const [name, args] of Object.entries(commands)) {
        const terminal = { columns, rows: HIGH, env };
        const { screens: [screen], status } = await runInTerminal([...HAREMQ, ...args], terminal, [ENDED]);
        assert.equal(status, name === "mistake" ? 64 : 0);
        compare(name, screen, columns);
      }
    });

    it(`the help in Russian in ${columns} columns`, async () => {
      const terminal = { columns, rows: HIGH, env: { ...env, LANG: "ru_RU.UTF-8" } };
      const command = [...HAREMQ, "ctl", "help", "list_queues"];
      const { screens: [screen] } = await runInTerminal(command, terminal, [ENDED]);
      compare("help_list_queues_ru", screen, columns);
    });

    it(`top in ${columns} columns, cut to a window that becomes smaller`, async () => {
      const steps: readonly Step[] = [
        { until: "^a.x09bcd .* 0$", record: true, resize: [60, 8] },
        { until: "^red.* 0$", record: true, kill: 2 },
      ];
      const terminal = { columns, rows: 24, env };
      const command = [...HAREMQ, "top", "--interval", "60"];
      const { screens: [before, after], status } = await runInTerminal(command, terminal, steps);
      assert.equal(status, 0);
      compare("top", before, columns);
      compare(`top_after_${columns}`, after, 60);
    });

    it(`tail in ${columns} columns, until Ctrl-C`, async () => {
      const command = [...HAREMQ, "tail", "-e", "amq.topic"];
      const steps: readonly Step[] = [{ until: "^the last$", record: true, kill: 2 }];
      const tail = runInTerminal(command, { columns, rows: 24, env }, steps);
      const connection = await connect(`amqp://127.0.0.1:${port}`);
      const channel = await connection.createConfirmChannel();
      // Messages come back until the queue of the tail is bound.
      let isReturned = true;
      channel.on("return", () => isReturned = true);
      const publish = async (key: string, text: string, options = {}) => {
        channel.publish("amq.topic", key, Buffer.from(text), { mandatory: true, ...options });
        await channel.waitForConfirms();
      };
      while (isReturned) {
        isReturned = false;
        await publish("orders.eu", "注文 \x1b[2J\x1b[31mred\x07 \u202etxt.exe", {
          headers: { from: "東京\x9b5A" },
          priority: 1,
        });
      }
      await publish("key\x1b[2J\nwith lines", `${"a long line ".repeat(20)}\nand another`);
      await publish("last", "the last");
      const { screens: [screen], status } = await tail;
      assert.equal(status, 0);
      compare("tail", screen, columns);
      await connection.close();
    });
  }
});
