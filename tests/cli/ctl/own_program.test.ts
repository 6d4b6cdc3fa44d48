import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { after, describe, it } from "node:test";
import { connect } from "amqplib";
import { Haremq } from "../haremq.ts";

const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
after(async () => {
  await Haremq.stopAll();
  rmSync(folder, { recursive: true });
});

const mod = new URL("../../../mod.ts", import.meta.url).pathname;
const runtime = "Deno" in globalThis ? ["run", "-A", "--no-check", mod] : [mod];

/** Runs a command with an input, and returns its output and exit code. */
async function run(input: string, ...args: string[]): Promise<{ stdout: string; exitCode: number }> {
  const child = spawn(process.execPath, [...runtime, ...args], { env: { ...process.env, HAREMQ_DATA_DIR: folder } });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => stdout += chunk);
  child.stdin.end(input);
  const [exitCode] = await once(child, "close");
  return { stdout, exitCode };
}

describe("HareMQ's own commands, as programs", () => {
  it("send, receive and tail as the owner of the data folder, and end by SIGINT", async () => {
    const haremq = new Haremq("--port", "0", "--data-dir", folder);
    const { port } = await haremq.address();
    const connection = await connect(`amqp://127.0.0.1:${port}`);
    const channel = await connection.createChannel();
    await channel.assertQueue("orders");

    assert.deepEqual(await run("one\n\nthree", "send", "-q", "orders"), { stdout: "", exitCode: 0 });
    const received = await run("", "receive", "-q", "orders", "--count", "3");
    assert.deepEqual(received, { stdout: "one\n\nthree\n", exitCode: 0 });
    assert.equal((await channel.checkQueue("orders")).messageCount, 0);

    const tail = new Haremq("tail", "--json", "-e", "amq.topic", "--data-dir", folder);
    // Messages come back until the queue of the tail is bound.
    const publisher = await connection.createConfirmChannel();
    let isReturned = true;
    publisher.on("return", () => isReturned = true);
    while (isReturned) {
      isReturned = false;
      publisher.publish("amq.topic", "a.b", Buffer.from("hello"), { mandatory: true });
      await publisher.waitForConfirms();
    }
    await tail.line(/"payload":"hello"/);
    process.kill(tail.child.pid!, "SIGINT");
    assert.equal(await tail.ended, 0);
    assert.equal(tail.stderr, "");
    await connection.close();
  });
});
