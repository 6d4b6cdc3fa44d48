import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import process from "node:process";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import type { ToolName } from "../../../src/cli/ctl/command.ts";
import { listeningSockets } from "../../../src/runtime/sockets_of_user.ts";
import { runTool } from "../../../src/cli/ctl/run.ts";
import { runtime } from "../../../src/runtime/current.ts";
import { Haremq } from "../haremq.ts";
import { KeptTerminal } from "./kept_terminal.ts";
import { runHere as runInThisProcess } from "./run_here.ts";

const program = fileURLToPath(new URL("../../../src/cli/haremq.ts", import.meta.url));
const runtimeArgs = "Deno" in globalThis ? ["run", "-A", "--no-check", program] : [program];
const folder = mkdtempSync(`${tmpdir()}/haremq-test-`);
after(async () => {
  await Haremq.stopAll();
  rmSync(folder, { recursive: true });
});

/** Starts a broker, and returns its data folder. */
async function startBroker(name: string): Promise<{ haremq: Haremq; data: string }> {
  const data = `${folder}/${name}`;
  const haremq = new Haremq("--port", "0", "--data-dir", data);
  await haremq.address();
  return { haremq, data };
}

/** Starts a command in a process of its own. */
function start(data: string, ...args: string[]): ChildProcess {
  const env = { ...process.env, HAREMQ_DATA_DIR: data };
  return spawn(process.execPath, [...runtimeArgs, "ctl", ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
}

interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function outputOf(child: ChildProcess): Promise<Output> {
  let stdout = "";
  let stderr = "";
  child.stdout!.on("data", (chunk) => stdout += chunk);
  child.stderr!.on("data", (chunk) => stderr += chunk);
  const [code] = await once(child, "close");
  return { code, stdout, stderr };
}

/** Runs a command in this process. */
const runHere = (tool: ToolName, data: string, ...args: string[]): Promise<Output> =>
  runInThisProcess(folder, data, tool, args);

describe("commands and their broker", () => {
  it("forgets the samples of which rates are made", async () => {
    const { data } = await startBroker("samples");
    const { code, stdout, stderr } = await runHere("rabbitmqctl", data, "reset_stats_db", "--all");
    assert.deepEqual([code, stdout, stderr], [0, "Resetting statistics database in all nodes\n", ""]);
  });

  it("need no password in the owner's hands", async () => {
    const { data } = await startBroker("owner");
    const { code, stdout } = await outputOf(start(data, "list_users", "-q"));
    assert.equal(code, 0);
    assert.equal(stdout, "user\ttags\nguest\t[administrator]\n");
  });

  it("may look into queues without permissions", async () => {
    const { data } = await startBroker("peeked");
    const send = runtime.socketFetcher(`${data}/haremq.sock`);
    const put = (path: string, method: string, body: unknown) =>
      send(`http://localhost${path}`, { method, body: JSON.stringify(body) });
    assert.equal((await put("/api/queues/%2F/q", "PUT", {})).status, 201);
    const none = await runHere("rabbitmq-queues", data, "peek", "q", "1");
    assert.equal(none.stderr, "Error:\nTarget queue does not have a message at that position\n");

    const message = { properties: {}, routing_key: "q", payload: "hello", payload_encoding: "string" };
    assert.equal((await put("/api/exchanges/%2F/amq.default/publish", "POST", message)).status, 200);
    const { code, stdout } = await runHere("rabbitmq-queues", data, "peek", "q", "1", "--formatter", "json");
    assert.equal(code, 0);
    assert.match(stdout, /"payload":"hello"/);
  });

  it("stop it, and wait until its process has ended", async () => {
    const { haremq, data } = await startBroker("stopped");
    const { code, stdout } = await outputOf(start(data, "shutdown"));
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^Shutting down RabbitMQ node \S+ running at PID (\d+)\nWaiting for PID \1 to terminate\n.* successfully shut down\n$/,
    );
    assert.equal(await haremq.ended, 0);
  });

  it("say that a killed broker has left its socket", async () => {
    const { haremq, data } = await startBroker("killed");
    haremq.child.kill("SIGKILL");
    await haremq.ended;
    const { code, stdout, stderr } = await runHere("rabbitmq-diagnostics", data, "-q", "ping");
    assert.equal(code, 69);
    assert.equal(stdout, "");
    assert.ok(
      stderr.endsWith(
        `Nobody listens on the socket ${data}/haremq.sock, which a broker has left that was killed.\n` +
          "Start a broker with this data folder, or name the folder of one that runs.\n",
      ),
      stderr,
    );
  });

  it("end in time when it does not answer, with RabbitMQ's exit code", async () => {
    const data = `${folder}/silent`;
    mkdirSync(data);
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket)).listen(`${data}/haremq.sock`);
    await once(server, "listening");
    const { code, stderr } = await runHere("rabbitmqctl", data, "-t", "1", "list_users");
    assert.equal(code, 75);
    assert.match(stderr, /^Error: operation list_users on node the socket .* timed out\. Timeout value used: 1000\n$/);
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it("refuse to ask another node than that of -n", async () => {
    const { data } = await startBroker("named");
    const { code, stderr } = await runHere("rabbitmqctl", data, "-n", "other@host", "list_users");
    assert.equal(code, 69);
    assert.match(stderr, /on node 'other@host'[^]*The broker at the socket \S+ is \S+@\S+\.\nLeave -n out, or/);
  });

  it("find it by its name alone", async () => {
    if (listeningSockets().length === 0) return;
    const config = `${folder}/found.conf`;
    writeFileSync(config, `nodename = found-${process.pid}@somewhere\n`);
    const haremq = new Haremq("--port", "0", "--data-dir", `${folder}/found`, "--config", config);
    await haremq.address();
    const { HAREMQ_DATA_DIR: _, ...env } = process.env;
    for (const node of [`found-${process.pid}@somewhere`, `found-${process.pid}`]) {
      const args = [...runtimeArgs, "ctl", "-q", "-n", node, "list_users"];
      const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
      const { code, stdout, stderr } = await outputOf(child);
      assert.equal(code, 0, stderr);
      assert.equal(stdout, "user\ttags\nguest\t[administrator]\n");
    }
  });

  it("are answered two hundred at once", async () => {
    const { data } = await startBroker("busy");
    const all = await Promise.all(
      Array.from({ length: 200 }, (_, at) => runHere("rabbitmqctl", data, "add_user", `user-${at}`, "secret", "-q")),
    );
    assert.deepEqual(new Set(all.map(({ code }) => code)), new Set([0]));
    const { stdout } = await runHere("rabbitmqctl", data, "list_users", "-s");
    assert.equal(stdout.trim().split("\n").length, 201);
  });

  it("do not hold it up when one of them is stopped", async () => {
    const { data } = await startBroker("held");
    const stopped = start(data, "list_users");
    process.kill(stopped.pid!, "SIGSTOP");
    const { code } = await runHere("rabbitmqctl", data, "list_users");
    assert.equal(code, 0);
    process.kill(stopped.pid!, "SIGCONT");
    assert.equal((await outputOf(stopped)).code, 0);
  });

  it("end without a word on SIGINT", async () => {
    const data = `${folder}/waiting`;
    const waiting = start(data, "await_startup");
    const ended = outputOf(waiting);
    // It waits for a broker that does not come.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    process.kill(waiting.pid!, "SIGINT");
    const { stdout, stderr } = await ended;
    assert.equal(stdout + stderr, "");
    assert.equal(waiting.signalCode, "SIGINT");
  });

  it("say that the socket belongs to another user", async () => {
    const terminal = new KeptTerminal(folder);
    const code = await runTool("rabbitmqctl", ["list_users"], terminal, {
      environment: (name) => name === "HAREMQ_DATA_DIR" ? `${folder}/foreign` : undefined,
      socketFetcher: () => () => Promise.reject(new TypeError("EACCES")),
      fetch,
      // The super-user who runs tests may open everything.
      stateOf: () => "forbidden",
      listeningSockets: () => [],
    });
    assert.equal(code, 69);
    assert.match(
      terminal.stderr,
      /foreign\/haremq\.sock is for the user of its broker alone: run this as that user, or/,
    );
  });
});
