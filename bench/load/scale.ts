import type { Target } from "../../src/cli/perf/load/connection.ts";
import { Consumer } from "../../src/cli/perf/load/consumer.ts";
import { Publisher } from "../../src/cli/perf/load/publisher.ts";
import { declareQueues, queueName, type Queues } from "./queues.ts";

/** Queues to be filled with messages in turn. */
export interface Fill {
  readonly queues: Queues;
  readonly messages: number;
  readonly bodyBytes: number;
  readonly confirmWindow: number;
}

export interface FillReport {
  readonly nacked: number;
  /** Rate of confirms: of all messages, of their first tenth, and of their last tenth. In confirms a second. */
  readonly perSecond: number;
  readonly firstPerSecond: number;
  readonly lastPerSecond: number;
}

/** Queues to be emptied. */
export interface Drain {
  readonly queues: Queues;
  readonly messages: number;
  readonly prefetch: number;
  readonly ackEvery: number;
}

export interface DrainReport {
  readonly consumed: number;
  readonly outOfOrder: number;
  readonly repeated: number;
  /** Rate of acknowledged messages. In messages a second. */
  readonly perSecond: number;
}

const SAMPLE_MS = 10;
/** Silence after which nothing more is expected. In milliseconds. */
const SILENCE_MS = 15_000;

/** A count at one moment. */
export interface Sample {
  readonly atMs: number;
  readonly count: number;
}

/** Declares queues and fills them over one connection. Resolves when the broker has confirmed all messages. */
export async function fillQueues(target: Target, fill: Fill): Promise<FillReport> {
  const { queues, messages, bodyBytes, confirmWindow } = fill;
  await declareQueues(target, queues);
  const publisher = await Publisher.open(target, {
    id: 0,
    queues: Array.from({ length: queues.queues }, (_, index) => queueName(queues, index)),
    bodyBytes,
    isPersistent: queues.isDurable,
    confirmWindow,
    ratePerSecond: 0,
  });
  const samples: Sample[] = [];
  const sample = (): number => samples.push({ atMs: performance.now(), count: publisher.confirmed });
  sample();
  const timer = setInterval(sample, SAMPLE_MS);
  await publisher.run(messages);
  clearInterval(timer);
  sample();
  await publisher.close();
  return {
    nacked: publisher.nacked,
    perSecond: rateBetween(samples, 0, messages),
    firstPerSecond: rateBetween(samples, 0, messages / 10),
    lastPerSecond: rateBetween(samples, messages * 9 / 10, messages),
  };
}

/** Returns the rate from one count to another. Between two samples it is assumed to be constant. In counts a second. */
export function rateBetween(samples: readonly Sample[], from: number, to: number): number {
  return (to - from) * 1000 / (momentOf(samples, to) - momentOf(samples, from));
}

function momentOf(samples: readonly Sample[], count: number): number {
  const index = samples.findIndex((sample) => sample.count >= count);
  const after = samples[index];
  if (after.count === count) return after.atMs;
  const before = samples[index - 1];
  return before.atMs + (after.atMs - before.atMs) * (count - before.count) / (after.count - before.count);
}

/** Consumes all messages of queues on one channel. Resolves when the broker has handled the last acknowledgement. */
export async function drainQueues(target: Target, drain: Drain): Promise<DrainReport> {
  const { queues, messages, prefetch, ackEvery } = drain;
  const startedMs = performance.now();
  const consumer = await Consumer.open(target, {
    queues: Array.from({ length: queues.queues }, (_, index) => queueName(queues, index)),
    prefetch,
    ackEvery,
    publishers: queues.queues,
    notesLatency: false,
  });
  let consumed = consumer.consumed;
  for (let heardMs = performance.now(); consumed < messages; consumed = consumer.consumed) {
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    if (consumer.consumed !== consumed) heardMs = performance.now();
    else if (performance.now() - heardMs > SILENCE_MS) break;
  }
  await consumer.close();
  const { outOfOrder, repeated } = consumer;
  return {
    consumed: consumer.consumed,
    outOfOrder,
    repeated,
    perSecond: consumer.consumed * 1000 / (performance.now() - startedMs),
  };
}
