/**
 * Measures a broker in a tab of Chromium: `deno run -A bench/tab.ts`, or `bun bench/tab.ts`. It prints a line for each
 * case: messages that reach the consumer a second, and those for a second of CPU time of page and Worker together, which
 * other programs' load changes little; medians of the rounds. Ends with status 1 when a message was lost, repeated or out
 * of order.
 */
import process from "node:process";
import { serveBundled } from "../tests/browser/bundled.ts";
import { launchOnDisk } from "../tests/browser/chromium.ts";
import type { TabCase, TabResult } from "./tab/protocol.ts";
import { ONE_TO_ONE, type Traffic } from "./load/traffic.ts";

const ROUNDS = 3;

const traffic: Traffic = {
  ...ONE_TO_ONE,
  warmUpMs: 1000,
  measureMs: 3000,
};
const persistent = { ...traffic, isDurable: true, confirmWindow: 1000 };

const CASES: readonly TabCase[] = [
  { name: "MessagePort, 16 B, acked", by: "port", traffic },
  { name: "MessagePort, 1 KiB, acked", by: "port", traffic: { ...traffic, bodyBytes: 1024 } },
  { name: "MessagePort, 16 B, persistent, confirms", by: "port", traffic: persistent },
  { name: "MessagePort, 1 KiB, persistent, confirms", by: "port", traffic: { ...persistent, bodyBytes: 1024 } },
  { name: "BroadcastChannel, 16 B, acked", by: "channel", traffic },
  { name: "BroadcastChannel, 1 KiB, persistent, confirms", by: "channel", traffic: { ...persistent, bodyBytes: 1024 } },
  { name: "API, 16 B, acked", by: "api", traffic },
  { name: "API, 1 KiB, persistent, confirms", by: "api", traffic: { ...persistent, bodyBytes: 1024 } },
];

const programs = ["bench/tab/page.ts", "bench/tab/worker.ts"];
await using server = await serveBundled(programs, { "/": `<script type="module" src="page.js"></script>` });
await using chromium = await launchOnDisk();
const browser = chromium.context.browser()!;
console.log(`Chromium ${browser.version()}, page and Worker with a thread each; median of ${ROUNDS} rounds`);
const session = await browser.newBrowserCDPSession();

/** Returns the CPU time of all pages and Workers. In seconds. */
async function cpuSeconds(): Promise<number> {
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  return processInfo.filter(({ type }) => type === "renderer").reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

interface Measured extends TabResult {
  readonly perCpuSecond: number;
}

const results = new Map<TabCase, Measured[]>(CASES.map((one) => [one, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [one, measured] of results) {
    const page = await chromium.context.newPage();
    await page.goto(server.origin);
    await page.waitForFunction("globalThis.isReady");
    const before = await cpuSeconds();
    const result = await page.evaluate(`measure(${JSON.stringify(one)})`) as TabResult;
    measured.push({ ...result, perCpuSecond: result.consumed / (await cpuSeconds() - before) });
    await page.close();
  }
}

/** Formats the median of a figure. */
function median(measured: readonly Measured[], figure: "perSecond" | "perCpuSecond"): string {
  const sorted = measured.map((result) => result[figure]).sort((a, b) => a - b);
  return Math.round(sorted[Math.floor(ROUNDS / 2)]).toLocaleString("en").padStart(10);
}

for (const [{ name }, measured] of results) {
  console.log(`${name.padEnd(48)} ${median(measured, "perSecond")}/s ${median(measured, "perCpuSecond")}/CPU s`);
  const wrong = measured.reduce((sum, { wrong }) => sum + wrong, 0);
  if (wrong === 0) continue;
  console.log(`  ${wrong} were lost, repeated or out of order`);
  process.exitCode = 1;
}
