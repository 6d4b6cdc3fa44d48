import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import process from "node:process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { runtime } from "../../src/runtime/current.ts";

/** Runs `lines` as a program of its own on this runtime, with `runtime` in scope. */
function run(lines: string) {
  const current = fileURLToPath(new URL("../../src/runtime/current.ts", import.meta.url));
  const program = `const { runtime } = await import(${JSON.stringify(current)});\n${lines}`;
  const evaluate = runtime.name === "Deno" ? ["eval", "--no-check"] : ["-e"];
  const child = spawn(process.execPath, [...evaluate, program], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk: Uint8Array) => output += new TextDecoder().decode(chunk));
  return { child, ended: once(child, "close").then(([code]) => ({ code, output })) };
}

describe("the process", () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`hands ${signal} to the handler and goes on`, async () => {
      const { child, ended } = run(`
        const timer = setInterval(() => {}, 1000);
        runtime.onStopSignal((signal) => { runtime.writeLine("stdout", signal); clearInterval(timer); runtime.exit(7); });
        runtime.writeLine("stdout", "ready");`);
      await once(child.stdout, "data");
      process.kill(child.pid!, signal); // child.kill() makes Deno report the signal as the cause of any exit
      assert.deepEqual(await ended, { code: 7, output: `ready\n${signal}\n` });
    });
  }

  it("ends by the signal again once the handler was removed", async () => {
    const { child, ended } = run(`
      setInterval(() => {}, 1000);
      runtime.onStopSignal(() => {})();
      runtime.writeLine("stdout", "ready");`);
    await once(child.stdout, "data");
    child.kill("SIGTERM");
    await ended;
    assert.equal(child.signalCode, "SIGTERM");
  });

  it("writes every line before it exits, even through a pipe that is read slowly", async () => {
    const { ended } = run(`
      for (let line = 0; line < 2000; line++) runtime.writeLine("stdout", "x".repeat(99));
      runtime.exit(3);`);
    const { code, output } = await ended;
    assert.equal(code, 3);
    assert.equal(output.length, 2000 * 100);
  });

  it("goes on when nobody reads its output any more", async () => {
    const { child, ended } = run(`
      runtime.writeLine("stdout", "ready");
      setTimeout(() => { runtime.writeLine("stdout", "unheard"); runtime.exit(5); }, 200);`);
    await once(child.stdout, "data");
    child.stdout.destroy();
    assert.equal((await ended).code, 5);
  });

  it("knows its open files on Linux", { skip: process.platform !== "linux" }, async () => {
    const before = (await runtime.openFiles())!;
    assert.ok(before.count > 2 && before.count < before.max);
    const files = await Promise.all(Array.from({ length: 10 }, () => open("/dev/null")));
    assert.ok((await runtime.openFiles())!.count >= before.count + 5);
    for (const file of files) await file.close();
  });

  it("knows its age, its memory and the machine's memory", () => {
    const uptimeMs = runtime.uptimeMs();
    assert.ok(uptimeMs > 0 && runtime.uptimeMs() >= uptimeMs);
    assert.ok(runtime.residentBytes() > 1024 * 1024);
    assert.ok(runtime.totalMemoryBytes() > runtime.residentBytes());
  });
});
