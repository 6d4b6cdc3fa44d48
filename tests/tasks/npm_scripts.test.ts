import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import amqp from "amqplib";
import { runtime } from "../../src/runtime/current.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), "haremq-npm-"));
after(() => rmSync(temporary, { recursive: true }));

/** Has the machine's own Node, as a user who types a command: npm adds the commands of the packages itself. */
const path = process.env.PATH!.split(delimiter).filter((folder) => !folder.includes("node_modules")).join(delimiter);
const env = { ...process.env, PATH: path };

/** `npm start` with a data folder of its own, and what it has written. */
class NpmStart {
  readonly folder = mkdtempSync(join(temporary, "data-"));
  readonly npm: ChildProcess;
  readonly ended: Promise<number | null>;
  stdout = "";
  stderr = "";

  constructor() {
    const flags = ["--port", "0", "--no-management-port", "--no-prometheus-port", "--data-dir", this.folder];
    this.npm = spawn("npm", ["start", "--", ...flags], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    this.npm.stderr!.on("data", (chunk) => this.stderr += chunk);
    this.npm.stdout!.on("data", (chunk) => this.stdout += chunk);
    this.ended = once(this.npm, "close").then(([code]) => code);
  }

  /** Resolves to the port of AMQP, once the server listens. */
  async port(): Promise<number> {
    for (;;) {
      const [, port] = /accepting AMQP on \S+:(\d+)/.exec(this.stdout) ?? [];
      if (port !== undefined) return Number(port);
      await once(this.npm.stdout!, "data");
    }
  }

  /** Returns the id of the process that npm has started. */
  child(): number {
    const children = execFileSync("ps", ["-o", "pid=", "--ppid", String(this.npm.pid)], { encoding: "utf8" });
    const ids = children.trim().split(/\s+/).map(Number);
    assert.equal(ids.length, 1);
    return ids[0];
  }
}

describe("npm start", { skip: process.platform !== "linux" }, () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    for (const target of ["npm", "the process that npm has started"]) {
      it(`closes its clients and its data folder, and ends with 0, when ${target} gets ${signal}`, async () => {
        const start = new NpmStart();
        const connection = await amqp.connect(`amqp://127.0.0.1:${await start.port()}`);
        const closed = once(connection, "close");
        process.kill(target === "npm" ? start.npm.pid! : start.child(), signal);
        assert.match(String((await closed)[0]), /CONNECTION_FORCED/);
        assert.equal(await start.ended, 0);
        assert.equal(start.stdout.match(/SIG\w+: stopping/g)?.length, 1);
        assert.equal(start.stderr, "");
        (await runtime.openFolder(start.folder)).unlock();
      });
    }
  }

  it("leaves no server behind when npm is killed", async () => {
    const start = new NpmStart();
    await start.port();
    process.kill(start.npm.pid!, "SIGKILL");
    // The server has npm's output open until it ends.
    await start.ended;
    (await runtime.openFolder(start.folder)).unlock();
  });
});

describe("the installation by npm start and npm test", () => {
  it("prints no warning", async () => {
    const [, command] = /const INSTALL = "(npm ci [^"]+)"/.exec(readFileSync(join(root, "tasks/install.mjs"), "utf8"))!;
    const checkout = join(temporary, "checkout");
    mkdirSync(checkout);
    for (const file of ["package.json", "package-lock.json", ".npmrc"]) cpSync(join(root, file), join(checkout, file));
    const [program, ...args] = command.split(" ");
    const npm = spawn(program, [...args, "--dry-run"], { cwd: checkout, env, stdio: ["ignore", "ignore", "pipe"] });
    let warnings = "";
    npm.stderr.on("data", (chunk) => warnings += chunk);
    assert.deepEqual(await once(npm, "close"), [0, null]);
    assert.equal(warnings, "");
  });
});
