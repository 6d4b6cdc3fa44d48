/** The requests of `management.ts`, from a process of their own. Each line of its input is a task; it answers with one. */
import { constants, setPriority } from "node:os";
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
}

const POLL_INTERVAL_MS = 5000;

class Requests {
  readonly #base: string;
  readonly #timesMs: number[] = [];
  #bytes = 0;

  constructor(base: string) {
    this.#base = base;
  }

  /** Compressed answers would take the time of the compression besides. */
  async send(path: string): Promise<void> {
    const headers = { authorization: `Basic ${btoa("guest:guest")}`, "accept-encoding": "identity" };
    const start = performance.now();
    const response = await fetch(this.#base + path, { headers });
    this.#bytes = (await response.arrayBuffer()).byteLength;
    if (!response.ok) throw new Error(`${path} was answered with ${response.status}`);
    this.#timesMs.push(performance.now() - start);
  }

  report(): RequestReport {
    const sorted = this.#timesMs.toSorted((a, b) => a - b);
    const count = sorted.length;
    const [shortestMs, medianMs, longestMs] = [sorted[0], sorted[count >> 1], sorted[count - 1]];
    return { shortestMs, medianMs, longestMs, bytes: this.#bytes, count };
  }
}

async function run(base: string, task: RequestTask): Promise<RequestReport> {
  const requests = new Requests(base);
  if (task.name === "times") {
    for (let i = 0; i < task.count; i++) await requests.send(task.path);
    return requests.report();
  }
  // Clients that poll are on other machines: they don't take the processors from the broker and the clients of AMQP.
  setPriority(constants.priority.PRIORITY_LOW);
  const endMs = performance.now() + task.durationMs;
  await Promise.all(Array.from({ length: task.clients }, async (_, client) => {
    // They come one after the other, as clients that know nothing of each other do.
    let dueMs = performance.now() + client * POLL_INTERVAL_MS / task.clients;
    for (; dueMs < endMs; dueMs += POLL_INTERVAL_MS) {
      await new Promise((resolve) => setTimeout(resolve, dueMs - performance.now()));
      for (const path of task.paths) await requests.send(path);
    }
  }));
  return requests.report();
}

if (import.meta.main) {
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await run(process.argv[2], JSON.parse(line))));
  }
}
