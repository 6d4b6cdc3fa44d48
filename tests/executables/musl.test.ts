import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { execFileSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import amqp from "amqplib";
import { compile, ExecutableBroker, type Program, runExecutable } from "../tasks/executable.ts";

const folder = await mkdtemp(join(tmpdir(), "haremq-musl-"));
after(() => rm(folder, { recursive: true }));
const symbols = fileURLToPath(new URL("glibc_symbols.c", import.meta.url));

/** Makes a folder with the libraries that Alpine has in its package libstdc++, out of Debian's. */
async function makeLibraries(): Promise<string> {
  const libraries = join(folder, "lib");
  await mkdir(libraries);
  for (const name of ["libstdc++.so.6", "libgcc_s.so.1"]) {
    const path = execFileSync("gcc", [`-print-file-name=${name}`], { encoding: "utf8" }).trim();
    await copyFile(path, join(libraries, name));
  }
  // Both need this library of glibc by name.
  const loader = "ld-linux-x86-64.so.2";
  const made = ["-shared", "-fPIC", "-nostdlib", `-Wl,-soname,${loader}`, "-o", join(libraries, loader), symbols];
  execFileSync("gcc", made);
  return libraries;
}

describe("the executable for musl", () => {
  it("is server and rabbitmqctl in an empty folder without a PATH", async () => {
    const cwd = join(folder, "empty");
    await mkdir(cwd);
    compile(folder, "--target", "linux-x64-musl");
    const env = { LD_LIBRARY_PATH: await makeLibraries() };
    const program: Program = { command: [join(folder, "haremq-linux-x64-musl")], cwd, env };
    await using broker = await ExecutableBroker.start(program);
    const connection = await amqp.connect(`amqp://127.0.0.1:${broker.port}`);
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue("kept");
    channel.sendToQueue("kept", Buffer.from("hello"), { persistent: true });
    await channel.waitForConfirms();
    await connection.close();
    const list = ["ctl", "--quiet", "list_queues", "name", "messages"];
    assert.equal(runExecutable(program, ...list), "name\tmessages\nkept\t1\n");
    assert.equal(await broker.stop(), 0);
  });
});
