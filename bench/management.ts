/**
 * Measures the management API of a broker with 10,000 queues, 1,000 connections, 10,000 consumers and 100,000 messages a
 * second: how long requests take, what those of ten clients that poll every five seconds cost the messages, and the memory
 * of statistics. To be run on the runtime that is measured:
 *
 *     deno run -A bench/management.ts
 *     bun bench/management.ts
 *     bun bench/management.ts --against 127.0.0.1:5672 http://127.0.0.1:15672 http://127.0.0.1:15692
 *
 * The last one measures another broker, of which nothing but its ports is known. A time is that of a whole answer, over a
 * socket, as the client sees it, while the broker has its load: see `management_load.ts`. `--rate` chooses another rate,
 * `--times` another number of requests of each kind, `--rounds` another number of rounds with and without polls, and
 * `--only requests`, `--only pages` or `--only lists` a part.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { parseArgs } from "node:util";
import { startServer } from "../src/cli/server.ts";
import { type CounterLayout, LAYOUTS } from "../src/http/statistics/counters.ts";
import { History } from "../src/http/statistics/history.ts";
import { DEFAULT_STATISTICS_OPTIONS, resolutionsOf } from "../src/http/statistics/retention.ts";
import { SampleBudget } from "../src/http/statistics/sample_memory.ts";
import { Ticks } from "../src/http/statistics/ticks.ts";
import { runtime } from "../src/runtime/current.ts";
import { Child } from "./child.ts";
import type { LoadReport, LoadTask } from "./management_load.ts";
import type { RequestReport, RequestTask } from "./management_requests.ts";
import { findRuntime } from "./runtimes.ts";

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
const METRICS = [
  "/metrics",
  "/metrics/per-object",
  "/metrics/detailed?family=queue_coarse_metrics&family=queue_metrics&family=channel_metrics",
];
/** Paths that each polling client requests: what the page does, and with the whole list. */
const POLLS = {
  pages: ["overview", "nodes", "queues?page=1&page_size=100"],
  lists: ["overview", "queues"],
};

const CLIENTS = 10;
const START_MS = 60_000;
const WARM_UP_MS = 5000;
const ROUND_MS = 7000;
const PATIENCE_MS = 60_000;

/** The places of a broker. */
interface Places {
  readonly host: string;
  readonly port: number;
  readonly api: string;
  readonly metrics: string;
  /** Returns the longest time since the last call in which the broker's event loop took no timer; if known. */
  longestPauseMs?(): number;
  /** Returns the time that the broker has used the processors; if known. In milliseconds. */
  usedMs?(): number;
  close(): void;
}

async function startBroker(): Promise<Places> {
  const dataDir = mkdtempSync(`${tmpdir()}/haremq-bench-`);
  const anyPort = { tcp: { ip: "127.0.0.1", port: 0 } };
  const config = { listeners: [{ host: "127.0.0.1", port: 0 }], management: anyPort, prometheus: anyPort };
  const server = await startServer(runtime, { dataDir, sync: "always", logLevel: "none", config });
  const urlOf = (wanted: string) => {
    const { port } = server.listeners.find(({ protocol }) => protocol === wanted)!;
    return `http://127.0.0.1:${port}`;
  };
  let latestMs = performance.now();
  let longestMs = 0;
  setInterval(() => {
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, nowMs - latestMs);
    latestMs = nowMs;
  }, 1);
  return {
    host: "127.0.0.1",
    port: server.address.port,
    api: urlOf("http"),
    metrics: urlOf("http/prometheus"),
    longestPauseMs: () => {
      const longest = longestMs;
      longestMs = 0;
      return longest;
    },
    usedMs: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    },
    close: () => rmSync(dataDir, { recursive: true }),
  };
}

function otherBroker([address, api, metrics]: readonly string[]): Places {
  const [host, port] = address.split(":");
  return { host, port: Number(port), api, metrics, close() {} };
}

const other = findRuntime("bun") ?? findRuntime("deno")!;

const startChild = (program: string, argument: string): Child =>
  new Child(other.path, [...other.runArguments, `bench/${program}.ts`, argument], { speaks: true });

async function request(requester: Child, task: RequestTask): Promise<RequestReport[]> {
  requester.say(JSON.stringify(task));
  return JSON.parse(await requester.hear("times", PATIENCE_MS));
}

async function load(clients: Child, durationMs: number): Promise<LoadReport> {
  clients.say(String(durationMs));
  return JSON.parse(await clients.hear("a rate", durationMs + PATIENCE_MS));
}

const text = (number: number, digits = 1): string => number.toFixed(digits).padStart(7);

async function measureRequests(places: Places, count: number): Promise<void> {
  console.log("shortest  median  longest");
  const [api, metrics] = [places.api, places.metrics].map((base) => startChild("management_requests", base));
  for (const path of [...PATHS.map((path) => `/api/${path}`), ...METRICS]) {
    const requester = METRICS.includes(path) ? metrics : api;
    await request(requester, { name: "times", path, count: 2 });
    places.longestPauseMs?.();
    const [{ shortestMs, medianMs, longestMs, bytes }] = await request(requester, { name: "times", path, count });
    const pause = places.longestPauseMs?.();
    const paused = pause === undefined ? "" : `, no timer for ${text(pause)} ms`;
    console.log(
      `${[shortestMs, medianMs, longestMs].map((ms) => text(ms)).join(" ")} ms  ${path}, ${bytes} B${paused}`,
    );
  }
  await Promise.all([api, metrics].map((child) => child.stop()));
}

/** A round of the load. */
interface Round extends LoadReport {
  /** Longest time in which the broker's event loop took no timer. In milliseconds. */
  readonly pauseMs: number;
  /** Part of one processor's time that the broker used. In percent. */
  readonly usedPercent: number;
}

/** Measures in turn without and with clients that poll paths. */
async function measurePolls(places: Places, clients: Child, names: readonly string[], rounds: number): Promise<void> {
  const requester = startChild("management_requests", places.api);
  const paths = names.map((name) => `/api/${name}`);
  const measureRound = async (): Promise<Round> => {
    places.longestPauseMs?.();
    const [startedMs, usedBeforeMs] = [performance.now(), places.usedMs?.() ?? NaN];
    const report = await load(clients, ROUND_MS);
    const usedPercent = ((places.usedMs?.() ?? NaN) - usedBeforeMs) * 100 / (performance.now() - startedMs);
    return { ...report, pauseMs: places.longestPauseMs?.() ?? NaN, usedPercent };
  };
  const [unpolled, polled]: Round[][] = [[], []];
  const requests: RequestReport[][] = paths.map(() => []);
  for (let round = 0; round < rounds; round++) {
    unpolled.push(await measureRound());
    const polling = request(requester, { name: "poll", paths, clients: CLIENTS, durationMs: ROUND_MS });
    polled.push(await measureRound());
    for (const [nth, report] of (await polling).entries()) requests[nth].push(report);
  }
  await requester.stop();
  console.log(`\npolled by ${CLIENTS} clients:`);
  for (const [nth, path] of paths.entries()) console.log(`  ${path}: ${textOfRequests(requests[nth])}`);
  for (const [name, reports] of [["unpolled", unpolled], ["polled", polled]] as const) {
    const p99s = reports.map(({ p99Ms }) => p99Ms.toFixed(1)).join(" ");
    const keys = ["perSecond", "p50Ms", "maxMs", "pauseMs", "usedPercent"] as const;
    const [rate, p50, max, pause, used] = keys.map((key) => medianOf(reports.map((report) => report[key])));
    console.log(
      `  ${name.padEnd(8)} ${text(rate, 0)} messages/s, p50 ${text(p50, 2)}, p99 ${p99s}, max ${text(max)} ms` +
        `, no timer for ${text(pause)} ms, ${text(used, 0)} % of a processor`,
    );
  }
  const ratio = (key: keyof LoadReport): string => {
    const [before, after] = [unpolled, polled].map((reports) => medianOf(reports.map((report) => report[key])));
    return (after / before).toFixed(2);
  };
  console.log(`  ratio: throughput ${ratio("perSecond")}, p50 ${ratio("p50Ms")}, p99 ${ratio("p99Ms")}`);
}

const medianOf = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

/** Returns how long the requests of all rounds took: the median one and the longest of all, and those made anew. */
function textOfRequests(reports: readonly RequestReport[]): string {
  const sum = (key: "count" | "newCount") => reports.reduce((sum, report) => sum + report[key], 0);
  const [median, longest, newMedian, newLongest] = [
    medianOf(reports.map(({ medianMs }) => medianMs)),
    Math.max(...reports.map(({ longestMs }) => longestMs)),
    medianOf(reports.map(({ newMedianMs }) => newMedianMs)),
    Math.max(...reports.map(({ newLongestMs }) => newLongestMs)),
  ].map((ms) => ms.toFixed(1));
  return `${sum("count")} took ${median} ms, at most ${longest}; ` +
    `of which ${sum("newCount")} anew took ${newMedian} ms, at most ${newLongest}`;
}

/** Prints the bytes of the statistics of one object that is idle, and of one whose counts all change. */
function printMemory(): void {
  console.log("\nmemory of statistics, with at most 64 MiB of series:");
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

async function measure(): Promise<void> {
  const options = {
    rate: { type: "string", default: "100000" },
    against: { type: "boolean" },
    only: { type: "string" },
    times: { type: "string", default: "20" },
    rounds: { type: "string", default: "3" },
  } as const;
  const { values, positionals } = parseArgs({ args: process.argv.slice(2), options, allowPositionals: true });
  const places = values.against ? otherBroker(positionals) : await startBroker();
  const target = { host: places.host, port: places.port, user: "guest", password: "guest", vhost: "/" };
  const task: LoadTask = { target, ratePerSecond: Number(values.rate) || 1 };
  const clients = startChild("management_load", JSON.stringify(task));
  await clients.hear("ready", START_MS);
  await load(clients, WARM_UP_MS);
  const isWanted = (part: string) => values.only === undefined || values.only === part;
  if (isWanted("requests")) await measureRequests(places, Number(values.times));
  for (const [part, names] of Object.entries(POLLS)) {
    if (isWanted(part)) await measurePolls(places, clients, names, Number(values.rounds));
  }
  await clients.stop();
  places.close();
  if (!values.against) printMemory();
  process.exit(0);
}

await measure();
