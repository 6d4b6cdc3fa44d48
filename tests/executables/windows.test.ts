import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import amqp from "amqplib";
import { bunOfPackage } from "../../tasks/bun_package.ts";
import { compile, ExecutableBroker, type Program, runExecutable } from "../tasks/executable.ts";
import { endWine, makeWine, windowsPath } from "./wine.ts";

const wine = makeWine();
after(async () => {
  endWine(wine);
  await rm(wine.folder, { recursive: true, force: true });
});

describe("the executable for Windows", () => {
  const { folder, env } = wine;
  compile(folder, "--target", "windows-x64");
  const cwd = join(folder, "empty");
  const program: Program = { command: ["wine", join(folder, "haremq-windows-x64.exe")], cwd, env };
  const list = ["--quiet", "list_queues", "name", "messages"];
  const lines = (text: string) => text.split(/\r?\n/).filter((line) => line !== "");

  it("is server and rabbitmqctl, and keeps what is durable when it is killed", async () => {
    await mkdir(cwd);
    await using first = await ExecutableBroker.start(program);
    const publishing = await amqp.connect(`amqp://127.0.0.1:${first.port}`);
    const channel = await publishing.createConfirmChannel();
    await channel.assertQueue("kept");
    for (let count = 0; count < 100; count++) {
      channel.sendToQueue("kept", Buffer.alloc(100_000, count), { persistent: true });
    }
    await channel.waitForConfirms();
    await publishing.close();
    // By the named pipe, without a password.
    assert.deepEqual(lines(runExecutable(program, "ctl", ...list)), ["name\tmessages", "kept\t100"]);
    const inspect = () => runExecutable(program, "data", "inspect", "haremq-data");
    assert.throws(inspect, /is in use by another HareMQ, process \d+/);
    endWine(wine);
    await first[Symbol.asyncDispose]();

    await using second = await ExecutableBroker.start(program);
    const consuming = await amqp.connect(`amqp://127.0.0.1:${second.port}`);
    const getting = await consuming.createChannel();
    for (let count = 0; count < 100; count++) {
      const message = await getting.get("kept", { noAck: true });
      assert.ok(message && message.content.every((byte) => byte === count), `message ${count}`);
    }
    await consuming.close();
    runExecutable(program, "ctl", "stop");
    assert.equal(await second.ended, 0);
    assert.ok(!(await readdir(join(cwd, "haremq-data"))).includes("haremq.sock"));
  });

  it("makes batch files under RabbitMQ's names", async () => {
    const bin = join(folder, "bin");
    runExecutable(program, "install-links", windowsPath(bin));
    const script = await readFile(join(bin, "rabbitmqctl.cmd"), "utf8");
    assert.match(script, /^@rem Made by haremq install-links\.\r\n@"Z:\\.*haremq-windows-x64\.exe" ctl %\*\r\n$/);
  });
});

/**
 * Tests that can't pass here: Wine runs no Deno; Windows has access lists in place of modes, and no /sys; and Bun under
 * Wine can't remove the folder that one test makes.
 */
const IMPOSSIBLE = ["the other runtime", "for this user alone", "not permitted to write there", "is not left locked"];

describe("Bun for Windows", () => {
  it("passes the tests of files, locks and named pipes", () => {
    const bun = bunOfPackage("@oven/bun-windows-x64");
    const cwd = fileURLToPath(new URL("../..", import.meta.url));
    const files = ["files", "named_pipe", "platform", "busy_file"].map((name) => `./tests/runtime/${name}.test.ts`);
    const args = ["test", "--timeout", "30000", "--test-name-pattern", `^(?!.*(${IMPOSSIBLE.join("|")}))`, ...files];
    const { stderr } = spawnSync("wine", [bun, ...args], { cwd, env: { ...wine.env }, encoding: "utf8" });
    assert.doesNotMatch(stderr, /\(fail\)/);
    assert.match(stderr, /\n +0 fail\r?\n/);
    assert.ok(Number(/ (\d+) pass/.exec(stderr)?.[1]) >= 35, stderr);
  });
});
