import { writeFileSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { join } from "node:path";
import { Child } from "./child.ts";
import { makeDataFolder, removeDataFolder } from "./data_folder.ts";
import type { Target } from "../src/cli/perf/load/connection.ts";
import { ROOT, type Runtime } from "./runtimes.ts";

/** Where a broker is, as JSON for the load generator. */
export interface BrokerAddress extends Target {
  /** True for a port where the broker speaks TLS. */
  readonly hasTls?: true;
}

/** A broker under measurement. */
export interface MeasuredBroker {
  /** Head of its column in the table. */
  readonly label: string;
  readonly target: BrokerAddress;
  /** Its port for TLS; absent when it has none, so that nothing is measured over TLS. */
  readonly tlsPort?: number;
  /** Absent when it is unknown: then memory can't be measured. */
  readonly pid?: number;
}

/** A broker that this program has started. */
export interface StartedBroker extends MeasuredBroker {
  /** Changes when the broker is restarted. */
  readonly pid: number;
  /** Time from the start of its process until it accepted a connection. */
  readonly startMs: number;
  /** Folder of its durable data. */
  readonly dataFolder: string;
  /** Stops the broker and removes its data. */
  stop(): Promise<void>;
  /** Kills the broker, as `kill -9` does, and restarts it on the same port with the data that it left. */
  killAndRestart(): Promise<void>;
}

const HOST = "127.0.0.1";
const START_TIMEOUT_MS = 10_000;
/** Time limit of a restart, which reads data. In milliseconds. */
const RESTART_TIMEOUT_MS = 300_000;
/** Returns the precision of timing a start: a millisecond, or a hundredth of the time so far. */
const pollMs = (elapsedMs: number): number => Math.max(1, Math.min(20, elapsedMs / 100));

/**
 * Starts the broker of this checkout, with its default configuration and log. `withTls` adds a port for TLS, with the
 * certificate of the tests.
 */
export async function startBroker(runtime: Runtime, withTls = false): Promise<StartedBroker> {
  const port = await freePort();
  const tlsPort = withTls ? await freePort() : undefined;
  const dataFolder = makeDataFolder();
  const flags = ["--port", `${port}`, "--data-dir", dataFolder];
  if (tlsPort !== undefined) flags.push("--config", writeTlsConfig(dataFolder, tlsPort));
  let process = await launch(runtime, port, flags, START_TIMEOUT_MS);
  return {
    label: runtime.title,
    target: { host: HOST, port, user: "guest", password: "guest", vhost: "/" },
    tlsPort,
    dataFolder,
    get pid() {
      return process.child.pid;
    },
    get startMs() {
      return process.startMs;
    },
    async stop() {
      await process.child.stop();
      removeDataFolder(dataFolder);
    },
    async killAndRestart() {
      process.child.kill();
      await process.child.wait();
      process = await launch(runtime, port, flags, RESTART_TIMEOUT_MS);
    },
  };
}

/** Writes a configuration file for TLS into a folder, and returns its path. */
function writeTlsConfig(folder: string, port: number): string {
  const path = join(folder, "haremq.conf");
  const certificate = join(ROOT, "tests", "certificates", "server");
  const lines = [
    `listeners.ssl.default = ${HOST}:${port}`,
    `ssl_options.certfile = ${certificate}.pem`,
    `ssl_options.keyfile = ${certificate}.key`,
  ];
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

/** Starts the broker's process, and waits until it accepts connections. */
async function launch(runtime: Runtime, port: number, brokerFlags: readonly string[], timeoutMs: number) {
  const startedMs = performance.now();
  const flags = [...brokerFlags, "--no-management-port", "--no-prometheus-port"];
  const child = new Child(runtime.path, [...runtime.serverArguments, ...flags], { speaks: false });
  while (!await accepts(port)) {
    if (child.hasEnded) throw new Error(`The broker on ${runtime.title} did not start: ${child.errors}`);
    const elapsedMs = performance.now() - startedMs;
    if (elapsedMs > timeoutMs) {
      child.kill();
      throw new Error(`The broker on ${runtime.title} accepts no connection after ${timeoutMs / 1000} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs(elapsedMs)));
  }
  return { child, startMs: performance.now() - startedMs };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject).listen(0, HOST, () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, HOST);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
