import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { TOOLS } from "../../../src/cli/tools.ts";

const program = fileURLToPath(new URL("../../../src/cli/haremq.ts", import.meta.url));
const runtime = "Deno" in globalThis ? ["run", "-A", "--no-check", program] : [program];
const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
after(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) =>
  spawnSync(process.execPath, [...runtime, ...args], { cwd: folder, encoding: "utf8" });

describe("the program under many names", () => {
  it("runs a tool by its subcommand", () => {
    const { stdout, status } = run("ctl", "help", "list_queues");
    assert.equal(status, 0);
    assert.match(stdout, /rabbitmqctl \[--node <node>\] .*list_queues/);
  });

  it("makes links that run the tools, and makes them again", () => {
    const links = `${folder}/links`;
    for (let round = 0; round < 2; round++) assert.equal(run("install-links", links).status, 0);
    assert.deepEqual(readdirSync(links).sort(), TOOLS.map(({ name }) => name).sort());
    assert.match(execFileSync(`${links}/rabbitmqctl`, ["version"], { encoding: "utf8" }), /^\d+\.\d+\.\d+\n$/);
    assert.match(
      spawnSync(`${links}/rabbitmq-diagnostics`, ["help", "ping"], { encoding: "utf8" }).stdout,
      /rabbitmq-diagnostics \[--node <node>\] .* ping/,
    );
  });

  it("leaves files alone that it has not made", () => {
    const links = mkdtempSync(`${folder}/other-`);
    writeFileSync(`${links}/rabbitmqctl`, "mine");
    const { status, stderr } = run("install-links", links);
    assert.equal(status, 73);
    assert.match(stderr, /There are other files already: \S+\/rabbitmqctl\. Remove them, or choose another folder/);
    assert.deepEqual(readdirSync(links), ["rabbitmqctl"]);
  });

  it("says where it looked for a broker, and what to do", () => {
    const { status, stdout, stderr } = run("ctl", "list_users");
    assert.equal(status, 69);
    assert.equal(stdout, "");
    assert.equal(
      stderr,
      "Error: unable to perform an operation. Please see diagnostics information and suggestions below.\n\n" +
        "No broker has the socket haremq-data/haremq.sock.\n" +
        "Run this where the broker was started, or name its node with -n, its data folder with --data-dir or HAREMQ_DATA_DIR, " +
        "or its management API with --url and --username and --password.\n",
    );
    assert.ok(!existsSync(`${folder}/haremq-data`));
  });
});
