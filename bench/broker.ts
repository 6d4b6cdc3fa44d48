import { mkdtemp, rm } from "node:fs/promises";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Child } from "./child.ts";
import type { Target } from "./load/connection.ts";
import type { Runtime } from "./runtimes.ts";

/** A broker that is measured. */
export interface MeasuredBroker {
  /** The head of its column in the table. */
  readonly label: string;
  readonly target: Target;
  /** Absent when it isn't known: then memory can't be measured. */
  readonly pid?: number;
}

/** A broker that this program has started. */
export interface StartedBroker extends MeasuredBroker {
  readonly pid: number;
  /** From the start of its process until it accepted a connection. */
  readonly startMs: number;
  stop(): Promise<void>;
}

const HOST = "127.0.0.1";
const START_TIMEOUT_MS = 10_000;
const POLL_MS = 1;

/** Starts the broker of this checkout, as its users would: with the configuration and the log that it has by default. */
export async function startBroker(runtime: Runtime): Promise<StartedBroker> {
  const port = await freePort();
  const startedMs = performance.now();
  const dataDir = await mkdtemp(join(tmpdir(), "haremq-bench-"));
  const flags = ["--port", `${port}`, "--data-dir", dataDir];
  const child = new Child(runtime.path, [...runtime.runArguments, "mod.ts", ...flags], { speaks: false });
  while (!await accepts(port)) {
    if (child.hasEnded) throw new Error(`The broker on ${runtime.title} did not start: ${child.errors}`);
    if (performance.now() - startedMs > START_TIMEOUT_MS) {
      child.kill();
      throw new Error(`The broker on ${runtime.title} accepts no connection after ${START_TIMEOUT_MS / 1000} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return {
    label: runtime.title,
    target: { host: HOST, port, user: "guest", password: "guest", vhost: "/" },
    pid: child.pid,
    startMs: performance.now() - startedMs,
    async stop() {
      await child.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
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
