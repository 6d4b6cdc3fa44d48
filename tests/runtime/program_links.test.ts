import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { installProgram, isTaken, programPath } from "../../src/runtime/program_links.ts";

const temporary = await mkdtemp(join(tmpdir(), "haremq-links-"));
after(() => rm(temporary, { recursive: true }));

describe("on Windows", () => {
  it("a program is a batch file, which runs the source with the subcommand and all arguments", async () => {
    const source = new URL("file:///100%25/haremq.ts");
    const path = installProgram(temporary, "rabbitmqctl", source, "ctl", "win32");
    assert.equal(path, join(temporary, "rabbitmqctl.cmd"));
    assert.equal(path, programPath(temporary, "rabbitmqctl", "win32"));
    const run = process.execPath.endsWith("deno") ? " run -A --no-check" : "";
    assert.equal(
      await readFile(path, "utf8"),
      `@rem Made by haremq install-links.\r\n@"${process.execPath}"${run} "/100%%/haremq.ts" ctl %*\r\n`,
    );
    assert.ok(!isTaken(path));
  });
});
