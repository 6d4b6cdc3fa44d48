import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { after, describe, it } from "node:test";
import { RawClient } from "../../raw_client.ts";
import { Haremq } from "../haremq.ts";

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

const DATE = "^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{6}[+-]\\d\\d:\\d\\d ";
const NAME = "127\\.0\\.0\\.1:\\d+ -> 127\\.0\\.0\\.1:\\d+";
/** Requests that fail a channel. */
const PASSIVE = {
  passive: true,
  durable: false,
  exclusive: false,
  autoDelete: false,
  nowait: false,
  arguments: new Map(),
};

/** Makes the broker log a long line a number of times. */
async function failChannels(client: RawClient, rounds: number): Promise<void> {
  const queue = "\u202e".repeat(80);
  for (let i = 0; i < rounds; i++) {
    client.send(1, "queue.declare", { queue, ...PASSIVE });
    await client.receive(1, "channel.close");
    client.send(1, "channel.close-ok");
    await client.request(1, "channel.open");
  }
}

describe("the log", () => {
  it("has RabbitMQ's lines for a start, for a client that connects and leaves, and for its errors", async () => {
    const haremq = new Haremq("--port", "0");
    const address = await haremq.address();
    const client = await RawClient.open(address);
    client.send(1, "queue.declare", { queue: "none", ...PASSIVE });
    await client.receive(1, "channel.close");
    await client.request(0, "connection.close", { replyCode: 200, replyText: "bye" });
    const lost = await RawClient.open(address);
    lost.drop();
    await haremq.line(/client unexpectedly closed TCP connection|ECONNRESET|reset/);
    await haremq.line(/closing AMQP connection .*duration: '\d+s'\)\n/);
    for (
      const text of [
        "\\[info\\] <0\\.\\d+\\.0> Server startup complete; 0 plugins started\\.$",
        `\\[info\\] <0\\.\\d+\\.0> accepting AMQP connection ${NAME}$`,
        `\\[info\\] <0\\.\\d+\\.0> connection ${NAME}: user 'guest' authenticated and granted access to vhost '/'$`,
        `\\[error\\] <0\\.\\d+\\.0> Channel error on connection ${NAME} \\(vhost: '/', user: 'guest'\\), channel 1: ` +
        "operation queue\\.declare caused a channel exception not_found: no queue 'none' in vhost '/'$",
        `\\[info\\] <0\\.\\d+\\.0> closing AMQP connection \\(${NAME}, vhost: '/', user: 'guest', duration: '\\d+s'\\)$`,
        `\\[warning\\] <0\\.\\d+\\.0> closing AMQP connection \\(${NAME}, vhost: '/', user: 'guest', duration: '\\d+s'\\): `,
      ]
    ) assert.match(haremq.stdout, new RegExp(DATE + text, "m"));
  });

  it("is written to a file as JSON, with a separate level for connections", async () => {
    const file = path("log");
    const haremq = configured(
      `log.console = true\nlog.file = ${file}\nlog.file.formatter = json\nlog.connection.level = warning\n`,
    );
    await using _client = await RawClient.open(await haremq.address());
    await stop(haremq);
    const lines = readFileSync(file, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.ok(lines.some(({ msg, level }) => level === "info" && msg.startsWith("Server startup complete")));
    const ofConnections = lines.filter(({ domain }) => domain === "rabbitmq.connection").map(({ level }) => level);
    assert.deepEqual(ofConnections, ["error"], "only that it was closed by force");
  });

  it("is not on the console when there is a file, and a category's file has only its own lines", async () => {
    const [file, audit] = [path("log"), path("audit.log")];
    const port = 20_000 + process.pid % 20_000;
    const haremq = configured(`log.file = ${file}\nlog.audit.file = ${audit}\n`);
    for (let isThere = false; !isThere;) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      isThere = existsSync(file) && readFileSync(file, "utf8").includes("Server startup complete");
    }
    const [, address] = /accepting AMQP on 127\.0\.0\.1:(\d+),/.exec(readFileSync(file, "utf8"))!;
    await using _client = await RawClient.open({ host: "127.0.0.1", port: Number(address ?? port) });
    await stop(haremq);
    assert.equal(haremq.stdout + haremq.stderr, "");
    assert.match(
      readFileSync(audit, "utf8"),
      new RegExp(`${DATE}\\[info\\] <0\\.\\d+\\.0> User 'guest' logged in by PLAIN, connection ${NAME}\\n$`),
    );
    assert.doesNotMatch(readFileSync(file, "utf8"), /logged in by/);
  });

  it("reports which file can't be written, and exits with 1", async () => {
    const haremq = configured("log.file = /dev/null/x.log\n");
    assert.equal(await haremq.ended, 1);
    assert.match(haremq.stderr, /^The log file \/dev\/null\/x\.log can't be written: /);
  });

  it("escapes names that would forge lines or move the cursor", async () => {
    const haremq = new Haremq("--port", "0", "--log-level", "debug");
    const client = await RawClient.open(await haremq.address());
    client.send(1, "queue.declare", { queue: "a\x1b[2J\u202eadmin\u2028b", ...PASSIVE });
    await client.receive(1, "channel.close");
    await haremq.line(/no queue 'a\\u001b\[2J\\u202eadmin\\u2028b' in vhost/);
    const stranger = await RawClient.connect(await haremq.address());
    await stranger.logIn({ user: "x\r\n2026-11-28 00:00:00.000000+00:00 [info] <0.1.0> forged" });
    await haremq.line(/user 'x\\r\\n2026-11-28 .* forged' - invalid credentials/);
    stranger.drop();
    client.drop();
    await stop(haremq);
    for (const line of haremq.stdout.trimEnd().split("\n")) assert.match(line, new RegExp(`${DATE}.* <0\\.\\d+\\.0> `));
    // deno-lint-ignore no-control-regex -- these must not be there
    assert.doesNotMatch(haremq.stdout, /[\x00-\x09\x0b-\x1f\u202e\u2028]/);
  });

  it("reports on standard error that a file can't be written, and the broker goes on", async () => {
    // Only Linux has this file, on which every write finds the disk full.
    const file = existsSync("/dev/full") ? "/dev/full" : "/dev/null";
    const haremq = configured(`log.file = ${file}\nlog.console = true\n`);
    const address = await haremq.address();
    for (let i = 0; i < 3; i++) await (await RawClient.open(address))[Symbol.asyncDispose]();
    await stop(haremq);
    const reports = haremq.stderr.split("\n").filter((line) => line !== "");
    assert.equal(reports.length, file === "/dev/full" ? 1 : 0);
    for (const report of reports) {
      assert.match(
        report,
        /\[error\] <0\.\d+\.0> the log file \/dev\/full can't be written, lines are dropped: .*ENOSPC/,
      );
    }
  });

  it("never delays the broker while nobody reads the console, and reports how many lines were dropped", async () => {
    const haremq = new Haremq("--port", "0");
    const client = await RawClient.open(await haremq.address());
    haremq.child.stdout!.pause();
    const rounds = 3000;
    await failChannels(client, rounds);
    haremq.child.stdout!.resume();
    const [, dropped] = await haremq.line(/\[warning\] <0\.\d+\.0> (\d+) lines were dropped here: stdout took them/);
    const errors = haremq.stdout.split("caused a channel exception not_found").length - 1;
    assert.ok(Number(dropped) > 0 && errors + Number(dropped) >= rounds, `${dropped} dropped, ${errors} written`);
    client.drop();
    await stop(haremq);
  });

  it("does not keep the broker from stopping while nobody reads the console", async () => {
    const haremq = new Haremq("--port", "0");
    const client = await RawClient.open(await haremq.address());
    haremq.child.stdout!.pause();
    await failChannels(client, 1000);
    const exit = once(haremq.child, "exit");
    process.kill(haremq.child.pid!, "SIGTERM");
    client.drop();
    assert.deepEqual(await exit, [0, null]);
  });
});
