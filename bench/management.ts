/**
 * Measures the management API of a broker with 10,000 queues, 1,000 connections and 10,000 consumers, and the memory of its
 * statistics. To be run on the runtime that is measured:
 *
 *     deno run -A bench/management.ts
 *     bun bench/management.ts
 *
 * A time is that of a whole answer, over a socket, as the client sees it: the shortest and the median of many.
 */
import { Buffer } from "node:buffer";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import amqp, { type Channel } from "amqplib";
import { startServer } from "../src/cli/server.ts";
import { type CounterLayout, LAYOUTS } from "../src/http/statistics/counters.ts";
import { History } from "../src/http/statistics/history.ts";
import { DEFAULT_STATISTICS_OPTIONS, resolutionsOf } from "../src/http/statistics/retention.ts";
import { SampleBudget } from "../src/http/statistics/sample_memory.ts";
import { Ticks } from "../src/http/statistics/ticks.ts";
import { runtime } from "../src/runtime/current.ts";

const QUEUES = 10_000;
const CONNECTIONS = 1000;
const CONSUMERS_EACH = 10;
/** Messages that the clients publish in a second. */
const MESSAGES_PER_SECOND = 2000;
/** Requests of each kind. */
const REQUESTS = 50;

const PATHS = [
  "overview",
  "queues?page=1&page_size=100",
  "queues?page=1&page_size=100&sort=message_stats.publish_details.rate&sort_reverse=true",
  "queues",
  "queues?columns=name,messages",
  "connections?page=1&page_size=100",
  "connections",
  "channels",
  "consumers",
  "nodes",
];

const CLIENTS = "--clients";
const REQUESTER = "--requester";

/** Opens connections with consumers, and publishes to their queues until the process ends. */
async function runClients(port: number): Promise<void> {
  const channels: Channel[] = [];
  for (let i = 0; i < CONNECTIONS; i++) {
    const channel = await (await amqp.connect({ port })).createChannel();
    for (let j = 0; j < CONSUMERS_EACH; j++) {
      await channel.consume(`queue-${(i * CONSUMERS_EACH + j) % QUEUES}`, () => {}, { noAck: true });
    }
    channels.push(channel);
  }
  console.log("ready");
  const body = Buffer.alloc(100);
  let queue = 0;
  setInterval(() => {
    for (let i = 0; i < MESSAGES_PER_SECOND / 100; i++) {
      channels[queue % CONNECTIONS].sendToQueue(`queue-${queue++ % QUEUES}`, body);
    }
  }, 10);
}

/** Requests each path many times, and prints the times. */
async function runRequester(port: number): Promise<void> {
  // Compressed answers take the time of the compression besides.
  const headers = { authorization: `Basic ${btoa("guest:guest")}`, "accept-encoding": "identity" };
  for (const path of PATHS) {
    const times: number[] = [];
    let bytes = 0;
    for (let i = 0; i < REQUESTS; i++) {
      const start = performance.now();
      const response = await fetch(`http://127.0.0.1:${port}/api/${path}`, { headers });
      bytes = (await response.arrayBuffer()).byteLength;
      times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    const [shortest, median] = [times[0], times[REQUESTS >> 1]].map((ms) => ms.toFixed(1).padStart(7));
    console.log(`${shortest} ms  ${median} ms  ${String(bytes).padStart(9)} B  /api/${path}`);
  }
}

/** Prints the bytes of the statistics of one object that is idle, and of one whose counts all change. */
function printMemory(): void {
  const { intervalMs, policies } = DEFAULT_STATISTICS_OPTIONS;
  for (const [kind, layout] of Object.entries(LAYOUTS) as [string, CounterLayout][]) {
    const retention = resolutionsOf(kind === "vhost" || kind === "node" ? policies.global : policies.basic, intervalMs);
    const history = new History(layout.width, retention, new Ticks(intervalMs, retention), new SampleBudget());
    for (let i = 0; i < 1024; i++) history.sample({}, new Float64Array(layout.width));
    const row = history.rowBytes / 1024;
    const series = retention.reduce((sum, { count }) => sum + count, 0) * Float64Array.BYTES_PER_ELEMENT;
    console.log(`${kind}: ${row} B, and ${series} B for each of its ${layout.width} counts that changes`);
  }
}

function startChild(role: string, port: number): ChildProcess {
  const self = [fileURLToPath(import.meta.url), role, String(port)];
  const args = "Deno" in globalThis ? ["run", "-A", "--no-check", ...self] : self;
  return spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
}

async function measure(): Promise<void> {
  const dataDir = mkdtempSync(`${tmpdir()}/haremq-bench-`);
  const config = {
    listeners: [{ host: "127.0.0.1", port: 0 }],
    management: { tcp: { ip: "127.0.0.1", port: 0 } },
    prometheus: { tcp: { listener: "none" as const } },
  };
  const server = await startServer(runtime, { dataDir, sync: "always", logLevel: "none", config });
  for (let i = 0; i < QUEUES; i++) server.broker.vhost("/").queue(`queue-${i}`);
  const clients = startChild(CLIENTS, server.address.port);
  await once(clients.stdout!, "data");
  const { port } = server.listeners.find(({ protocol }) => protocol === "http")!;
  const requester = startChild(REQUESTER, port);
  requester.stdout!.pipe(process.stdout);
  await once(requester, "exit");
  clients.kill();
  rmSync(dataDir, { recursive: true });
  console.log("\nmemory of statistics, with at most 64 MiB of series:");
  printMemory();
  process.exit(0);
}

const [role, port] = process.argv.slice(2);
if (role === CLIENTS) await runClients(Number(port));
else if (role === REQUESTER) await runRequester(Number(port));
else await measure();
