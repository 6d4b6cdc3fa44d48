/**
 * Measures AMQP over WebSocket beside AMQP over a socket, on each installed runtime:
 *
 *     deno run -A bench/websocket.ts
 *
 * Both ways take turns, and the medians of the rounds are printed: messages a second, and the processor time that the
 * broker takes for one, which other work on the machine changes less. Broker and load generator are processes of their
 * own; the load generator's frames have masks of zero, which cost the broker as much as others.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import process from "node:process";
import { Child } from "./child.ts";
import { makeDataFolder, removeDataFolder } from "./data_folder.ts";
import { findRuntime, type Runtime, RUNTIME_NAMES } from "./runtimes.ts";
import type { Way, WebSocketReport, WebSocketTask } from "./websocket_client.ts";

const WAYS: readonly Way[] = ["socket", "WebSocket"];
const ROUNDS = 3;
const WARM_UP_MS = 1500;
const MEASURE_MS = 3000;
const TIMEOUT_MS = 30_000;
const CASES = [
  { name: "16 B, no-ack", bodyBytes: 16, ackEvery: 0 },
  { name: "16 B, acked", bodyBytes: 16, ackEvery: 100 },
  { name: "1 KiB, no-ack", bodyBytes: 1024, ackEvery: 0 },
  { name: "64 KiB, no-ack", bodyBytes: 65_536, ackEvery: 0 },
];

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function isServed(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/ws/amqp`)).status === 426;
  } catch {
    return false;
  }
}

/** Length of a tick of the system's accounts of processor time (`sysconf(_SC_CLK_TCK)`). In nanoseconds. */
const TICK_NS = 10_000_000;

/** Returns the processor time that a process has taken, in nanoseconds; `NaN` on systems other than Linux. */
function processorNs(pid: number): number {
  try {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ").slice(11, 13);
    return (Number(user) + Number(system)) * TICK_NS;
  } catch {
    return NaN;
  }
}

interface Figures {
  readonly perSecond: number;
  readonly brokerNs: number;
}

async function measure(generator: Runtime, broker: Child, task: WebSocketTask): Promise<Figures> {
  const args = [...generator.runArguments, "bench/websocket_client.ts", JSON.stringify(task)];
  const startNs = processorNs(broker.pid);
  const child = new Child(generator.path, args, { speaks: true });
  try {
    const report = JSON.parse(await child.hear("its rate", TIMEOUT_MS)) as WebSocketReport;
    const { perSecond, consumed, lost, outOfOrder } = report;
    if (lost + outOfOrder > 0) throw new Error(`${lost} messages were lost and ${outOfOrder} out of order`);
    return { perSecond, brokerNs: (processorNs(broker.pid) - startNs) / consumed };
  } finally {
    child.kill();
  }
}

const median = (rates: readonly number[]): number => rates.toSorted((a, b) => a - b)[rates.length >> 1];

async function measureRuntime(runtime: Runtime, generator: Runtime): Promise<void> {
  const [amqp, http] = [await freePort(), await freePort()];
  const folder = makeDataFolder();
  const flags = ["--port", `${amqp}`, "--management-port", `${http}`, "--no-prometheus-port", "--data-dir", folder];
  const broker = new Child(runtime.path, [...runtime.serverArguments, ...flags], { speaks: false });
  try {
    while (!await isServed(http)) {
      if (broker.hasEnded) throw new Error(`The broker on ${runtime.title} did not start: ${broker.errors}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    for (const { name, bodyBytes, ackEvery } of CASES) {
      const figures: Record<Way, Figures[]> = { socket: [], WebSocket: [] };
      for (let round = 0; round < ROUNDS; round++) {
        for (const way of WAYS) {
          const port = way === "socket" ? amqp : http;
          const task = { way, port, bodyBytes, ackEvery, warmUpMs: WARM_UP_MS, measureMs: MEASURE_MS };
          figures[way].push(await measure(generator, broker, task));
        }
      }
      const shown = WAYS.map((way) => {
        const rate = Math.round(median(figures[way].map(({ perSecond }) => perSecond))).toLocaleString("en");
        return `${way} ${rate.padStart(9)}/s ${Math.round(median(figures[way].map(({ brokerNs }) => brokerNs)))} ns`;
      });
      console.log(`${runtime.title.padEnd(12)} ${name.padEnd(15)} ${shown.join("   ")}`);
    }
  } finally {
    await broker.stop();
    removeDataFolder(folder);
  }
}

const runtimes = RUNTIME_NAMES.map(findRuntime).filter((runtime) => runtime !== undefined);
for (const runtime of runtimes) await measureRuntime(runtime, runtimes[0]);
process.exit(0);
