import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../../mod.ts";
import type { Clock } from "../../../src/broker/turn/clock.ts";
import { SLICE_MS } from "../../../src/broker/turn/slices.ts";
import { EMPTY_TABLE } from "../../../src/wire/field_table.ts";
import { settled } from "../../fake_clock.ts";
import { InProcessClient } from "../../amqp091/in_process_client.ts";

/** Time of each look at the clock. In milliseconds. */
const LOOK_MS = 0.1;
/** Number of steps of a scrape in one slice, each of which ends with a look at the clock. */
const SLICE_STEPS = SLICE_MS / 2 / LOOK_MS;
/** Number of lines that one step writes at most, but for metrics of the broker as a whole. */
const STEP_LINES = 70;
const QUEUES = 1000;
const DECLARATION = { durable: false, autoDelete: false, owner: null, arguments: EMPTY_TABLE };

/** A clock that goes on with each look at it, as a computer's does, and whose turns a test begins. */
class TickingClock implements Clock {
  #nowMs = 0;
  readonly #due: (() => void)[] = [];

  now(): number {
    return this.#nowMs += LOOK_MS;
  }

  time(): number {
    return 1e12 + this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    if (delayMs === 0) this.#due.push(callback);
    return () => {
      const index = this.#due.indexOf(callback);
      if (index !== -1) this.#due.splice(index, 1);
    };
  }

  /** Calls back what is due first. */
  async nextTurn(): Promise<void> {
    this.#due.shift()?.();
    await settled();
  }
}

/** A scrape, slice by slice. */
interface Slices {
  readonly text: string;
  /** Numbers of queues that were read in the slices. */
  readonly queues: readonly number[];
  /** Numbers of lines about queues that the slices wrote. */
  readonly lines: readonly number[];
}

async function scrapeBySlices(path: string): Promise<Slices> {
  const clock = new TickingClock();
  const broker = new Broker({ clock });
  const channels = Array.from({ length: 100 }, (_, index) => index + 1);
  await InProcessClient.open(broker, { channels });
  /** The queues that were read in a turn. */
  const read = new Set<object>();
  const vhost = broker.node.vhosts.get("/")!;
  for (let index = 0; index < QUEUES; index++) {
    const queue = vhost.declareQueue({ ...DECLARATION, name: `q${index}` });
    const { consumers } = queue;
    Object.defineProperty(queue, "consumers", {
      get() {
        read.add(queue);
        return consumers;
      },
    });
  }
  const response = await broker.fetchMetrics(new Request(`http://localhost:15692${path}`));
  const reader = response.body!.getReader();
  const [queues, lines, texts]: [number[], number[], string[]] = [[], [], []];
  for (let isDone = false; !isDone;) {
    const reading = reader.read();
    let chunk: ReadableStreamReadResult<Uint8Array> | undefined;
    reading.then((result) => chunk = result);
    await settled();
    while (chunk === undefined) {
      read.clear();
      await clock.nextTurn();
      queues.push(read.size);
    }
    isDone = chunk.done;
    if (chunk.value === undefined) continue;
    texts.push(new TextDecoder().decode(chunk.value));
    lines.push(texts.at(-1)!.split("\n").filter((line) => line.includes("{vhost=")).length);
  }
  return { text: texts.join(""), queues, lines };
}

describe("a scrape of many queues", () => {
  const families = ["queue_coarse_metrics", "queue_metrics", "channel_metrics"].map((family) => `family=${family}`);
  for (const path of ["/metrics", "/metrics/per-object", `/metrics/detailed?${families.join("&")}`]) {
    it(`ends each turn after its slice: ${path}`, async () => {
      const { text, queues, lines } = await scrapeBySlices(path);
      assert.ok(text.includes("queue_messages_ready"));
      assert.equal(queues.reduce((sum, count) => sum + count, 0) >= QUEUES, true);
      assert.ok(Math.max(...queues) <= SLICE_STEPS, `${Math.max(...queues)} queues in a slice`);
      assert.ok(Math.max(...lines) <= SLICE_STEPS * STEP_LINES, `${Math.max(...lines)} lines in a slice`);
    });
  }
});
