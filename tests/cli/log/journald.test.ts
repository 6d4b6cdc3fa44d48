import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import process from "node:process";
import { after, describe, it } from "node:test";
import { journalFormat } from "../../../src/cli/log/journal_format.ts";
import { routesOf } from "../../../src/cli/log/routes.ts";
import { type BrokerUnderTest, startBrokerUnderTest } from "../../broker_under_test.ts";
import { configOf, readText } from "../../config/read_conf.ts";
import { RawClient } from "../../raw_client.ts";

/** systemd's journal, as far as its streams go. */
class Journal {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  text = "";
  #wake = () => {};

  constructor() {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.setEncoding("utf8");
      socket.on("error", () => {});
      socket.on("data", (text) => {
        this.text += text;
        this.#wake();
      });
    });
  }

  async listen(path: string): Promise<void> {
    this.#server.listen(path);
    await once(this.#server, "listening");
  }

  async find(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.text);
      if (found !== null) return found;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}

describe("lines for systemd's journal", () => {
  it("begin with their priority, and are one line each", () => {
    const format = journalFormat();
    const record = { timeMs: 0, category: "default", line: "a\nb", pid: "<0.1.0>" } as const;
    const lines = (["debug", "info", "notice", "warning", "error"] as const).map((level) =>
      format({ ...record, level })
    );
    assert.deepEqual(lines.map((line) => line.slice(0, 4)), ["<7>a", "<6>a", "<5>a", "<4>a", "<3>a"]);
    for (const line of lines) assert.match(line, /^[^\n]*\n$/);
  });

  it("are sent when the key or its level says so, from that level on", () => {
    const levelsOf = (text: string) =>
      routesOf(configOf(text)).filter(({ category, destination }) => category === "queue" && "journald" in destination)
        .map(({ threshold }) => threshold);
    assert.deepEqual(levelsOf(""), []);
    assert.deepEqual(levelsOf("log.journald = true"), ["info"]);
    assert.deepEqual(levelsOf("log.journald = true\nlog.journald.level = debug"), ["debug"]);
    assert.deepEqual(levelsOf("log.journald.level = warning"), ["warning"]);
    assert.deepEqual(levelsOf("log.journald.level = none"), []);
    assert.deepEqual(levelsOf("log.journald = false\nlog.journald.level = warning"), []);
  });

  it("have the configured name of the program, and a warning says which fields they don't have", () => {
    const { config, warnings } = readText('log.journald.fields = SYSLOG_IDENTIFIER="hare" priority ERL_PID=pid\n');
    assert.deepEqual(config.logJournald, { identity: "hare" });
    assert.match(
      warnings.join(),
      /log\.journald\.fields has no effect: the journal's stream has no fields for ERL_PID\./,
    );
    assert.deepEqual(readText('log.journald.fields = SYSLOG_IDENTIFIER="hare" syslog_pid priority').warnings, []);
  });
});

describe("systemd's journal", { skip: process.platform === "win32" }, () => {
  const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
  const ends: (() => Promise<void>)[] = [];
  after(async () => {
    for (const end of ends) await end();
    rmSync(folder, { recursive: true });
  });

  async function start(path: string): Promise<BrokerUnderTest> {
    const conf = "log.console = false\nlog.file.level = none\nlog.journald = true\n" +
      `log.journald.fields = SYSLOG_IDENTIFIER="hare"\nlog.journald.socket = ${path}\n`;
    const broker = await startBrokerUnderTest({ logLevel: undefined, config: configOf(conf) });
    ends.push(() => broker.close());
    return broker;
  }

  it("gets the header of a stream, then lines with their priorities", async () => {
    const path = `${folder}/one`;
    const journal = new Journal();
    await journal.listen(path);
    ends.push(() => journal.close());
    const broker = await start(path);
    await journal.find(/^hare\n\n6\n1\n0\n0\n0\n<6>HareMQ /);
    await assert.rejects(RawClient.open(broker, { user: "nobody", password: "x" }));
    await journal.find(/\n<4>[^\n]*user 'nobody'|\n<3>[^\n]*user 'nobody'/);
  });

  it("gets later lines when it comes back, and others are served while it is gone", async () => {
    const path = `${folder}/two`;
    const broker = await start(path);
    await using client = await RawClient.open(broker);
    await client.request(1, "queue.declare", { queue: "q" });
    const journal = new Journal();
    await journal.listen(path);
    ends.push(() => journal.close());
    let isFound = false;
    const found = journal.find(/^hare\n\n6\n1\n0\n0\n0\n<\d>/).then(() => isFound = true);
    while (!isFound) {
      await using _other = await RawClient.open(broker);
      await Promise.race([found, new Promise((resolve) => setTimeout(resolve, 100))]);
    }
  });
});
