import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { after, describe, it } from "node:test";
import { LogFile } from "../../src/cli/log_file.ts";
import { RawClient } from "../raw_client.ts";
import { Haremq } from "./haremq.ts";

const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
after(async () => {
  await Haremq.stopAll();
  rmSync(folder, { recursive: true });
});

let count = 0;
const path = (ending: string) => `${folder}/${++count}.${ending}`;

function configured(text: string): Haremq {
  const file = path("conf");
  writeFileSync(file, text);
  return new Haremq("--port", "0", "--config", file);
}

async function stop(haremq: Haremq): Promise<void> {
  process.kill(haremq.child.pid!, "SIGTERM");
  assert.equal(await haremq.ended, 0);
}

describe("the log", () => {
  it("has RabbitMQ's lines for a start, and for a client that connects and leaves", async () => {
    const haremq = new Haremq("--port", "0");
    const address = await haremq.address();
    const client = await RawClient.open(address);
    await client.request(0, "connection.close", { replyCode: 200, replyText: "bye" });
    await haremq.line(/closing AMQP connection/);
    const start = "^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{6}\\+00:00 \\[info\\] <0\\.\\d+\\.0> ";
    const connection = "127\\.0\\.0\\.1:\\d+ -> 127\\.0\\.0\\.1:\\d+";
    for (
      const text of [
        "Server startup complete; 0 plugins started\\.$",
        `accepting AMQP connection ${connection}$`,
        `connection ${connection}: user 'guest' authenticated and granted access to vhost '/'$`,
        `closing AMQP connection \\(${connection}, vhost: '/', user: 'guest', duration: '\\d+s'\\)$`,
      ]
    ) assert.match(haremq.stdout, new RegExp(start + text, "m"));
  });

  it("is written to a file as JSON, with a separate level for connections", async () => {
    const file = path("log");
    const haremq = configured(`log.file = ${file}\nlog.file.formatter = json\nlog.connection.level = warning\n`);
    await using _client = await RawClient.open(await haremq.address());
    await stop(haremq);
    const lines = readFileSync(file, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.ok(lines.some(({ msg, level }) => level === "info" && msg.startsWith("Server startup complete")));
    const ofConnections = lines.filter(({ domain }) => domain === "rabbitmq.connection").map(({ level }) => level);
    assert.deepEqual(ofConnections, ["error"], "only that it was closed by force");
  });

  it("is not written to the console when that is turned off", async () => {
    const file = path("log");
    const haremq = configured(`log.file = ${file}\nlog.console = false\nlisteners.tcp.a = 127.0.0.1:0\n`);
    for (let isThere = false; !isThere;) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      isThere = readdirSync(folder).some((name) => file.endsWith(name)) &&
        readFileSync(file, "utf8").includes("Server startup complete");
    }
    await stop(haremq);
    assert.equal(haremq.stdout, "");
  });
});

describe("a log file", () => {
  it("is rotated when it is too long, and the newest files are kept", async () => {
    const file = path("log");
    const log = new LogFile(file, { maxBytes: 10, count: 2, report: assert.fail });
    for (const line of ["first line\n", "second line\n", "third line\n", "fourth\n"]) {
      log.write(line);
      await log.flush();
    }
    assert.equal(readFileSync(file, "utf8"), "fourth\n");
    assert.equal(readFileSync(`${file}.0`, "utf8"), "third line\n");
    assert.equal(readFileSync(`${file}.1`, "utf8"), "second line\n");
    assert.equal(readdirSync(folder).some((name) => name.endsWith(".2")), false);
  });

  it("is created again after it was moved away", async () => {
    const file = path("log");
    const log = new LogFile(file, { report: assert.fail });
    log.write("one\n");
    await log.flush();
    renameSync(file, `${file}.moved`);
    log.write("two\n");
    await log.flush();
    assert.equal(readFileSync(file, "utf8"), "two\n");
  });

  it("reports once that it can't be written, and the broker continues", async () => {
    const told: string[] = [];
    const log = new LogFile("/dev/null/x", { report: (line) => told.push(line) });
    for (let i = 0; i < 3; i++) {
      log.write("line\n");
      await log.flush();
    }
    assert.equal(told.length, 1);
    assert.match(told[0], /^The log file can't be written: /);
  });
});
