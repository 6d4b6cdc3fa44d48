import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, describe, it } from "node:test";
import { Haremq } from "./haremq.ts";

const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
after(async () => {
  await Haremq.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a broker with a line of configuration, and a data folder. */
function start(name: string, line: string): Haremq {
  writeFileSync(`${folder}/${name}.conf`, `listeners.tcp.1 = 127.0.0.1:0\n${line}\n`);
  return new Haremq("--config", `${folder}/${name}.conf`, "--data-dir", `${folder}/${name}`);
}

async function stop(haremq: Haremq): Promise<void> {
  await haremq.address();
  haremq.child.kill("SIGKILL");
  await haremq.ended;
}

describe("prevent_startup_if_node_was_reset", () => {
  const KEY = "prevent_startup_if_node_was_reset = true";

  it("prevents the start when the data folder was in use before and is empty now", async () => {
    await stop(start("kept", KEY));
    await stop(start("kept", KEY));
    for (const name of readdirSync(`${folder}/kept`)) {
      if (name !== "node_initialized.marker") rmSync(`${folder}/kept/${name}`, { recursive: true });
    }
    const haremq = start("kept", KEY);
    assert.equal(await haremq.ended, 1);
    assert.match(haremq.stderr, /kept was in use before, and is empty now: its contents were lost or reset\./);
    await stop(start("kept", "prevent_startup_if_node_was_reset = false"));
  });

  it("leaves no mark by default", async () => {
    await stop(start("free", ""));
    assert.equal(existsSync(`${folder}/free/node_initialized.marker`), false);
  });
});

describe("motd_file", () => {
  it("is shown by the log at the start, and not needed for it", async () => {
    writeFileSync(`${folder}/motd`, "Welcome to production.\n\nTouch nothing.\n");
    const haremq = start("greeted", `motd_file = ${folder}/motd`);
    await haremq.address();
    assert.match(haremq.stdout, /\[info\].* {2}Welcome to production\.\n.*\n.* {2}Touch nothing\.\n/);
    const other = start("alone", `motd_file = ${folder}/none`);
    await other.line(/\[warning\].*motd_file: .*none/);
    await other.address();
  });
});
