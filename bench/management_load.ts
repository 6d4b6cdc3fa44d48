/**
 * The clients of `management.ts`: 1,000 connections with ten consumers each. Ten publishers publish at a steady rate to a
 * queue each, of ten of the connections; another one publishes 2,000 messages a second to the queues of 900 connections
 * in turn, so that the counts of most objects change. It says "ready"; then it measures for as many milliseconds as each
 * line of its input says, and answers with a line of JSON.
 */
import process from "node:process";
import { createInterface } from "node:readline";
import type { Target } from "../src/cli/perf/load/connection.ts";
import { Consumer } from "../src/cli/perf/load/consumer.ts";
import { Publisher } from "../src/cli/perf/load/publisher.ts";
import { declareQueues, deleteQueues, queueName } from "./load/queues.ts";

export const QUEUES = { prefix: "queue", queues: 10_000, isDurable: false, fansOut: false };
export const CONNECTIONS = 1000;
const EACH = QUEUES.queues / CONNECTIONS;
const PUBLISHERS = 10;
const BODY_BYTES = 100;
/** Messages a second of the publisher to many queues, the first of which has this number. */
const SPREAD_RATE = 2000;
const SPREAD_FROM = 1000;

/** The argument of this program. */
export interface LoadTask {
  readonly target: Target;
  /** Messages a second of all publishers together. */
  readonly ratePerSecond: number;
}

export interface LoadReport {
  /** Messages a second that consumers got. */
  readonly perSecond: number;
  /** Latency that half, 99%, and all of the messages had at most. In milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

const percentile = (sortedUs: Float64Array, part: number): number =>
  sortedUs[Math.ceil(sortedUs.length * part) - 1] / 1000;

async function run({ target, ratePerSecond }: LoadTask): Promise<void> {
  await declareQueues(target, QUEUES);
  const consumers: Consumer[] = [];
  for (let index = 0; index < CONNECTIONS; index++) {
    const queues = Array.from({ length: EACH }, (_, nth) => queueName(QUEUES, index * EACH + nth));
    const notes = { publishers: QUEUES.queues, notesLatency: true };
    consumers.push(await Consumer.open(target, { queues, prefetch: 1000, ackEvery: 10, ...notes }));
  }
  const publishers: Publisher[] = [];
  const open = async (id: number, queues: readonly string[], rate: number) => {
    const options = { id, queues, bodyBytes: BODY_BYTES, confirmWindow: 0, ratePerSecond: rate };
    publishers.push(await Publisher.open(target, options));
  };
  const rate = (ratePerSecond - SPREAD_RATE) / PUBLISHERS;
  if (rate > 0) {
    for (let index = 0; index < PUBLISHERS; index++) await open(index * EACH, [queueName(QUEUES, index * EACH)], rate);
  }
  const spread = Array.from({ length: QUEUES.queues - SPREAD_FROM }, (_, nth) => queueName(QUEUES, SPREAD_FROM + nth));
  await open(SPREAD_FROM, spread, Math.min(ratePerSecond, SPREAD_RATE));
  for (const publisher of publishers) publisher.run();
  console.log("ready");
  const consumed = () => consumers.reduce((sum, consumer) => sum + consumer.consumed, 0);
  for await (const line of createInterface({ input: process.stdin })) {
    for (const { latenciesUs } of consumers) latenciesUs.length = 0;
    const [startedMs, before] = [performance.now(), consumed()];
    await new Promise((resolve) => setTimeout(resolve, Number(line)));
    const perSecond = (consumed() - before) * 1000 / (performance.now() - startedMs);
    const sorted = Float64Array.from(consumers.flatMap(({ latenciesUs }) => latenciesUs)).sort();
    const [p50Ms, p99Ms, maxMs] = [0.5, 0.99, 1].map((part) => percentile(sorted, part));
    const wrong = consumers.reduce((sum, { outOfOrder, repeated }) => sum + outOfOrder + repeated, 0);
    if (wrong > 0) throw new Error(`${wrong} messages came repeatedly or out of order`);
    const report: LoadReport = { perSecond, p50Ms, p99Ms, maxMs };
    console.log(JSON.stringify(report));
  }
  for (const publisher of publishers) publisher.stop();
  await Promise.all([...publishers, ...consumers].map((client) => client.close()));
  await deleteQueues(target, QUEUES);
  process.exit(0);
}

if (import.meta.main) await run(JSON.parse(process.argv[2]));
