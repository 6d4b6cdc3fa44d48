/** The requests of `management.ts`, from a process of their own. Each line of its input is a task; it answers with one. */
import { Buffer } from "node:buffer";
import { constants, getPriority, setPriority } from "node:os";
import process from "node:process";
import { createInterface } from "node:readline";

/** A task of this program. */
export type RequestTask =
  /** Requests a path many times. */
  | { readonly name: "times"; readonly path: string; readonly count: number }
  /** Has clients request all paths every five seconds. */
  | { readonly name: "poll"; readonly paths: readonly string[]; readonly clients: number; readonly durationMs: number };

/** Times of whole answers. In milliseconds. */
export interface RequestReport {
  readonly shortestMs: number;
  readonly medianMs: number;
  readonly longestMs: number;
  /** Length of the latest answer. In bytes. */
  readonly bytes: number;
  readonly count: number;
  /** Number of answers that differed from the one before of the same path: the others were made once for several. */
  readonly newCount: number;
  /** Median and longest time of those answers. In milliseconds. */
  readonly newMedianMs: number;
  readonly newLongestMs: number;
}

const POLL_INTERVAL_MS = 5000;
/** Niceness of clients that poll above that of the benchmark. */
const LOWER_BY = 15;

class Requests {
  readonly #base: string;
  readonly #timesMs: number[] = [];
  readonly #newTimesMs: number[] = [];
  #latest = Buffer.alloc(0);

  constructor(base: string) {
    this.#base = base;
  }

  /** Compressed answers would take the time of the compression besides. */
  async send(path: string): Promise<void> {
    const headers = { authorization: `Basic ${btoa("guest:guest")}`, "accept-encoding": "identity" };
    const start = performance.now();
    const response = await fetch(this.#base + path, { headers });
    const body = Buffer.from(await response.arrayBuffer());
    if (!response.ok) throw new Error(`${path} was answered with ${response.status}`);
    const tookMs = performance.now() - start;
    this.#timesMs.push(tookMs);
    if (!body.equals(this.#latest)) this.#newTimesMs.push(tookMs);
    this.#latest = body;
  }

  report(): RequestReport {
    const [sorted, sortedNew] = [this.#timesMs, this.#newTimesMs].map((times) => times.toSorted((a, b) => a - b));
    const [count, newCount] = [sorted.length, sortedNew.length];
    return {
      shortestMs: sorted[0],
      medianMs: sorted[count >> 1],
      longestMs: sorted[count - 1],
      bytes: this.#latest.length,
      count,
      newCount,
      newMedianMs: sortedNew[newCount >> 1],
      newLongestMs: sortedNew[newCount - 1],
    };
  }
}

/** Returns a report for each path. */
async function run(base: string, task: RequestTask): Promise<RequestReport[]> {
  if (task.name === "times") {
    const requests = new Requests(base);
    for (let i = 0; i < task.count; i++) await requests.send(task.path);
    return [requests.report()];
  }
  const requestsByPath = new Map(task.paths.map((path) => [path, new Requests(base)]));
  // Clients that poll are on other machines: they don't take the processors from the broker and the clients of AMQP.
  setPriority(Math.min(constants.priority.PRIORITY_LOW, getPriority() + LOWER_BY));
  const endMs = performance.now() + task.durationMs;
  await Promise.all(Array.from({ length: task.clients }, async (_, client) => {
    // They come one after the other, as clients that know nothing of each other do.
    let dueMs = performance.now() + client * POLL_INTERVAL_MS / task.clients;
    for (; dueMs < endMs; dueMs += POLL_INTERVAL_MS) {
      await new Promise((resolve) => setTimeout(resolve, dueMs - performance.now()));
      for (const [path, requests] of requestsByPath) await requests.send(path);
    }
  }));
  return Array.from(requestsByPath.values(), (requests) => requests.report());
}

if (import.meta.main) {
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await run(process.argv[2], JSON.parse(line))));
  }
}
