import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { Haremq } from "./haremq.ts";

const program = fileURLToPath(new URL("../../src/cli/haremq.ts", import.meta.url));
const runtime = "Deno" in globalThis ? ["run", "-A", "--no-check", program] : [program];

/** Health checks as public compose files, charts, task definitions and scripts have them, and their exit code without a broker. */
const CHECKS: Readonly<Record<string, number>> = {
  "rabbitmq-diagnostics -q ping": 69,
  "rabbitmq-diagnostics -q ping || exit 1": 1,
  "rabbitmq-diagnostics -q ping | grep 'Ping succeeded'": 1,
  "rabbitmq-diagnostics -q check_running || exit 1": 1,
  "/bin/bash -ec 'rabbitmq-diagnostics -q check_running'": 69,
  "rabbitmq-diagnostics -q check_running && rabbitmq-diagnostics -q check_local_alarms": 69,
  "rabbitmq-diagnostics -q check_port_connectivity": 69,
  "rabbitmqctl status": 69,
  "rabbitmqctl ping": 69,
  "rabbitmqctl node_health_check || exit 1": 1,
  "rabbitmqctl await_startup -t 1 >/dev/null 2>&1": 69,
  "rabbitmqctl -q list_queues -p / name messages": 69,
  "rabbitmqctl cluster_status": 69,
  "rabbitmq-plugins is_enabled rabbitmq_management": 69,
};

describe("health checks of containers, with links in the PATH", () => {
  let folder: string;
  before(async () => {
    folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
    assert.equal(spawnSync(process.execPath, [...runtime, "install-links", `${folder}/bin`]).status, 0);
    await new Haremq("--port", "0", "--management-port", "0", "--no-prometheus-port", "--data-dir", `${folder}/data`)
      .address();
  });
  after(async () => {
    await Haremq.stopAll();
    rmSync(folder, { recursive: true });
  });

  /** Runs a line by the shell, with the socket of a data folder. */
  function exitCodeOf(line: string, data: string): Promise<{ code: number | null; output: string }> {
    const env = { ...process.env, PATH: `${folder}/bin:${process.env.PATH}`, HAREMQ_DATA_DIR: data };
    const child = spawn("sh", ["-c", line], { env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk) => output += chunk);
    child.stderr.on("data", (chunk) => output += chunk);
    return new Promise((resolve) => child.on("close", (code) => resolve({ code, output })));
  }

  for (const [line, without] of Object.entries(CHECKS)) {
    it(`pass while the broker runs, and fail without one: ${line}`, async () => {
      const [running, gone] = await Promise.all([
        exitCodeOf(line, `${folder}/data`),
        exitCodeOf(line, `${folder}/nowhere`),
      ]);
      assert.equal(running.code, 0, running.output);
      assert.equal(gone.code, without, gone.output);
    });
  }
});
