/**
 * The load generator, a process that `main.ts` starts and steers: it takes one task as JSON in its argument, and
 * reports its progress in lines of JSON on its standard output. It ends when its standard input ends.
 */
import process from "node:process";
import { createInterface } from "node:readline";
import type { Target } from "../src/cli/perf/load/connection.ts";
import { connectTls } from "../src/runtime/tls_client_socket.ts";
import type { BrokerAddress } from "./broker.ts";
import { churnConnections, type Hold, holdConnections, holdMessages, holdQueues } from "./load/holding.ts";
import { declareQueues, deleteQueues, type Queues } from "./load/queues.ts";
import { type Drain, drainQueues, type Fill, fillQueues } from "./load/scale.ts";
import { type Read, readStream, type Seek, seekStream } from "./load/stream.ts";
import { Consumers, Publishers, type Traffic } from "./load/traffic.ts";

export type Role = "publish" | "consume";

export type Task =
  | TrafficTask
  | HeldTask
  | { readonly name: "churn"; readonly measureMs: number }
  | { readonly name: "fill"; readonly fill: Fill }
  | { readonly name: "drain"; readonly drain: Drain }
  | { readonly name: "seek"; readonly seek: Seek }
  | { readonly name: "read"; readonly read: Read }
  | { readonly name: "delete"; readonly queues: Queues };

export interface TrafficTask {
  readonly name: "traffic";
  readonly roles: readonly Role[];
  readonly traffic: Traffic;
  /** The prefix of queue names. */
  readonly prefix: string;
}

/** Something that a broker holds for a while. */
export interface HeldTask {
  readonly name: "connections" | "queues" | "messages";
  readonly count: number;
  readonly bodyBytes: number;
  readonly prefix: string;
}

/** The argument of a load generator. */
export interface Assignment {
  readonly target: BrokerAddress;
  readonly task: Task;
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** Waits for `main.ts` to continue. */
async function nextLine(): Promise<string> {
  const { done, value } = await lines.next();
  if (done) process.exit(1);
  return value;
}

function report(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

async function runTraffic(target: Target, { roles, traffic, prefix }: TrafficTask): Promise<void> {
  const isConsuming = roles.includes("consume");
  const isPublishing = roles.includes("publish");
  const queues: Queues = { ...traffic, prefix };
  if (isConsuming) await declareQueues(target, queues);
  const consumers = isConsuming && await Consumers.open(target, prefix, traffic, isPublishing);
  const publishers = isPublishing && await Publishers.open(target, prefix, traffic);
  report("ready");
  await nextLine();
  const measuring = consumers && consumers.measure();
  if (publishers) report(await publishers.run());
  if (!consumers) return;
  const perSecond = await measuring as number;
  report(await consumers.finish(Number(await nextLine()), perSecond));
  await deleteQueues(target, queues);
}

async function hold(target: Target, { name, count, bodyBytes, prefix }: HeldTask): Promise<void> {
  const release = await HOLDERS[name](target, count, prefix, bodyBytes);
  report("ready");
  await nextLine();
  await release();
}

const HOLDERS: Readonly<Record<HeldTask["name"], Hold>> = {
  connections: holdConnections,
  queues: holdQueues,
  messages: holdMessages,
};

/** Returns how to connect to a broker, whose certificate is not verified. */
function targetOf({ hasTls, ...target }: BrokerAddress): Target {
  if (!hasTls) return target;
  return { ...target, connect: (host, port, events) => connectTls(host, port, events, { verifies: false }) };
}

async function run({ target: address, task }: Assignment): Promise<void> {
  const target = targetOf(address);
  switch (task.name) {
    case "traffic":
      return await runTraffic(target, task);
    case "churn":
      return report(await churnConnections(target, task.measureMs));
    case "fill":
      return report(await fillQueues(target, task.fill));
    case "drain":
      return report(await drainQueues(target, task.drain));
    case "seek":
      return report(await seekStream(target, task.seek));
    case "read":
      return report(await readStream(target, task.read));
    case "delete":
      await deleteQueues(target, task.queues);
      return report("deleted");
    default:
      await hold(target, task);
  }
}

if (import.meta.main) {
  try {
    await run(JSON.parse(process.argv[2]));
    process.exit(0);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}
