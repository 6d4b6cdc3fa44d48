/**
 * A program that embeds a broker, publishes and consumes in one process, and reports the rate: `program_cases.ts` starts it
 * with a task as JSON. Each message carries its number, which the consumer checks, and is acknowledged.
 */
import process from "node:process";
import { Broker, type DeliveryBatch, type EmbeddedQueue } from "../mod.ts";
import { Consumer } from "../src/cli/perf/load/consumer.ts";
import { Publisher } from "../src/cli/perf/load/publisher.ts";
import type { Target } from "../src/cli/perf/load/connection.ts";
import type { connect } from "../src/runtime/client_socket.ts";

/** A way of publishing and consuming. */
export type Way = "pair" | "streams" | "awaited" | "plain" | "batches" | "callback";

export interface ProgramTask {
  readonly way: Way;
  /** Time before the measurement. In milliseconds. */
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface ProgramReport {
  /** Rate of consumed messages a second. */
  readonly perSecond: number;
  readonly outOfOrder: number;
  readonly lost: number;
}

const BODY_BYTES = 16;
const BATCH = 256;

/** Chunks that a pair of streams takes in advance, as a socket does. */
const WRITES_AHEAD = 4;
const WRITES_BETWEEN_TIMERS = 8;

/** Numbers of a run. */
class Run {
  published = 0;
  consumed = 0;
  outOfOrder = 0;
  isOver = false;

  /** Writes the next number into a body. */
  number(body: Uint8Array): Uint8Array {
    const number = this.published++;
    body[0] = number >>> 24;
    body[1] = number >>> 16;
    body[2] = number >>> 8;
    body[3] = number;
    return body;
  }

  check(body: Uint8Array): void {
    const number = (body[0] << 24 | body[1] << 16 | body[2] << 8 | body[3]) >>> 0;
    if (number !== this.consumed++) this.outOfOrder++;
  }

  checkAll(batch: DeliveryBatch): void {
    for (const delivery of batch) this.check(delivery.body);
    batch.ack();
  }
}

const makeBodies = (count: number): readonly Uint8Array[] =>
  Array.from({ length: count }, () => new Uint8Array(BODY_BYTES));

async function consumeEach(queue: EmbeddedQueue, run: Run): Promise<void> {
  for await (const delivery of queue.consume()) {
    run.check(delivery.body);
    delivery.ack();
  }
}

async function publishBatches(queue: EmbeddedQueue, run: Run): Promise<void> {
  const bodies = makeBodies(BATCH);
  while (!run.isOver) {
    for (const body of bodies) run.number(body);
    await queue.publishBatch(bodies);
  }
}

/** What publishes until the run is over, and what consumes until the queue is deleted. */
type Program = (
  queue: EmbeddedQueue,
  run: Run,
) => { readonly publishing: Promise<void>; readonly consuming: Promise<void> };

const PROGRAMS: Readonly<Record<Exclude<Way, "pair">, Program>> = {
  streams: (queue, run) => ({
    publishing: (async () => {
      const writer = queue.publisher().getWriter();
      const [body] = makeBodies(1);
      while (!run.isOver) await writer.write(run.number(body));
    })(),
    consuming: consumeEach(queue, run),
  }),
  awaited: (queue, run) => ({
    publishing: (async () => {
      const [body] = makeBodies(1);
      while (!run.isOver) await queue.publish(run.number(body));
    })(),
    consuming: consumeEach(queue, run),
  }),
  plain: (queue, run) => ({
    publishing: (async () => {
      const [body] = makeBodies(1);
      while (!run.isOver) {
        for (let i = 1; i < BATCH; i++) queue.publish(run.number(body));
        await queue.publish(run.number(body));
      }
    })(),
    consuming: consumeEach(queue, run),
  }),
  batches: (queue, run) => ({
    publishing: publishBatches(queue, run),
    consuming: (async () => {
      for await (const batch of queue.consumeBatches()) run.checkAll(batch);
    })(),
  }),
  callback: (queue, run) => ({
    publishing: publishBatches(queue, run),
    consuming: queue.subscribe((batch) => run.checkAll(batch)).closed,
  }),
};

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function measureRate(count: () => number, { warmUpMs, measureMs }: ProgramTask): Promise<number> {
  await sleep(warmUpMs);
  const startedMs = performance.now();
  const before = count();
  await sleep(measureMs);
  return (count() - before) * 1000 / (performance.now() - startedMs);
}

async function measureCalls(task: ProgramTask, program: Program): Promise<ProgramReport> {
  const queue = new Broker().vhost("/").queue("bench", { durable: false });
  const run = new Run();
  const { publishing, consuming } = program(queue, run);
  const perSecond = await measureRate(() => run.consumed, task);
  run.isOver = true;
  await publishing;
  while (queue.messageCount + queue.unackedCount > 0) await sleep(1);
  queue.delete();
  await consuming;
  return { perSecond, outOfOrder: run.outOfOrder, lost: run.published - run.consumed };
}

/** A target whose connections are pairs of streams. */
function inProcess(broker: Broker): Target {
  return {
    host: "",
    port: 0,
    user: "guest",
    password: "guest",
    vhost: "/",
    connect: (_host, _port, events): ReturnType<typeof connect> => {
      const toBroker = new TransformStream<Uint8Array>({}, { highWaterMark: WRITES_AHEAD });
      const toClient = new TransformStream<Uint8Array>();
      const peer = { host: "127.0.0.1", port: 1 };
      broker.accept({ readable: toBroker.readable, writable: toClient.writable, peer, local: peer });
      const writer = toBroker.writable.getWriter();
      let writes = 0;
      (async () => {
        for await (const chunk of toClient.readable) events.onData(chunk);
        events.onClose();
      })().catch((error) => events.onError(error));
      return Promise.resolve({
        write(bytes) {
          // The load generator writes into its buffer again.
          const writing = writer.write(bytes.slice());
          // Streams in one process never let a timer fire by themselves.
          if (++writes % WRITES_BETWEEN_TIMERS === 0) return new Promise((resolve) => setImmediate(resolve));
          return writer.desiredSize! > 0 ? undefined : writing;
        },
        pause: () => {},
        resume: () => {},
        close: () => void writer.close(),
      });
    },
  };
}

async function measurePair(task: ProgramTask): Promise<ProgramReport> {
  const broker = new Broker();
  const target = inProcess(broker);
  broker.vhost("/").queue("bench", { durable: false });
  const consumer = await Consumer.open(target, {
    queues: ["bench"],
    prefetch: 1000,
    ackEvery: 100,
    publishers: 1,
    notesLatency: false,
  });
  const publisher = await Publisher.open(target, {
    id: 0,
    queues: ["bench"],
    bodyBytes: BODY_BYTES,
    confirmWindow: 0,
    ratePerSecond: 0,
  });
  const publishing = publisher.run();
  const perSecond = await measureRate(() => consumer.consumed, task);
  publisher.stop();
  await publishing;
  await publisher.close();
  for (let waits = 0; consumer.consumed < publisher.published && waits < 1000; waits++) await sleep(1);
  return { perSecond, outOfOrder: consumer.outOfOrder, lost: publisher.published - consumer.consumed };
}

const task = JSON.parse(process.argv[2]) as ProgramTask;
const { way } = task;
console.log(JSON.stringify(await (way === "pair" ? measurePair(task) : measureCalls(task, PROGRAMS[way]))));
process.exit(0);
