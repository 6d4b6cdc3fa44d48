import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { surroundingsWith } from "../ctl/run_here.ts";
import { Haremq } from "../haremq.ts";
import { type Scene, SCENES } from "./invocations.ts";
import { normalise, type Ports } from "./normalise.ts";
import { runInProcess } from "./own_commands.ts";
import { playScene } from "./scenes.ts";
import { type Entry, parseTranscript } from "./transcript.ts";

/** Ports of the RabbitMQ of the recording. */
export const RECORDED_PORTS: Ports = { amqp: "5719", http: "15719" };

/** Ports of the RabbitMQ of the recording of `rabbitmqadmin`. */
export const ADMIN_RECORDED_PORTS: Ports = { amqp: "5721", http: "15721" };

/** Returns the recording of RabbitMQ's commands, or what HareMQ writes where that differs. */
export const readTranscript = (name: string): Entry[] =>
  parseTranscript(readFileSync(new URL(`./${name}.transcript`, import.meta.url), "utf8"));

/**
 * Plays scenes with HareMQ's commands and a broker of its own. Returns what they wrote, in normal form.
 *
 * @param locale that of the commands; the broker is the same in all.
 */
export async function replay(
  scenes: readonly Scene[] = SCENES,
  locale = "C",
): Promise<{ entries: Entry[]; raw: Entry[] }> {
  const folder = mkdtempSync(`${tmpdir()}/haremq-transcript-`);
  try {
    writeFileSync(`${folder}/haremq.conf`, "nodename = rabbit@localhost\n");
    const data = `${folder}/data`;
    const flags = ["--config", `${folder}/haremq.conf`, "--data-dir", data];
    const haremq = new Haremq("--port", "0", "--management-port", "0", ...flags);
    const { port } = await haremq.address();
    const [, httpPort] = await haremq.line(/management API on http:\/\/127\.0\.0\.1:(\d+)/);
    const ports = { amqp: String(port), http: httpPort };

    const environment = { HAREMQ_DATA_DIR: data, HTTP_PORT: ports.http, LC_ALL: locale };
    const binFolder = `${folder}/bin`;
    const program = fileURLToPath(new URL("../../../src/cli/haremq.ts", import.meta.url));
    const run = "Deno" in globalThis ? ["run", "-A", "--no-check", program] : [program];
    spawnSync(process.execPath, [...run, "install-links", binFolder]);
    const surroundings = surroundingsWith((name) => (environment as Record<string, string>)[name]);
    const stage = {
      amqpUrl: `amqp://127.0.0.1:${port}`,
      binFolder,
      folder,
      environment,
      run: (command: string) =>
        runInProcess(command, folder, { AMQP_PORT: ports.amqp, HTTP_PORT: ports.http }, surroundings),
    };
    const raw = [];
    for (const scene of scenes) raw.push(...await playScene(stage, scene));
    return { raw, entries: raw.map((entry) => normalise(entry, ports)) };
  } finally {
    await Haremq.stopAll();
    rmSync(folder, { recursive: true });
  }
}
