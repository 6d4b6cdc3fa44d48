import { fieldTable } from "../../src/wire/field_table.ts";
import { CHANNEL, Connection, type Target } from "../../src/cli/perf/load/connection.ts";
import { Consumer } from "../../src/cli/perf/load/consumer.ts";

/** A position in a stream to be found. */
export interface Seek {
  readonly stream: string;
  /** An offset, or a time in milliseconds since 1970. */
  readonly from: { readonly offset: number } | { readonly timeMs: number };
}

/** A stream that many consumers read from positions all over it. */
export interface Read {
  readonly stream: string;
  readonly messages: number;
  readonly consumers: number;
  readonly measureMs: number;
}

const SEEK_PREFETCH = 1;
const READ_PREFETCH = 1000;
const ACK_EVERY = 100;

/** Returns the time from `basic.consume` to the first message. In milliseconds. */
export async function seekStream(target: Target, { stream, from }: Seek): Promise<number> {
  const connection = await Connection.open(target);
  connection.send(CHANNEL, "basic.qos", { prefetchCount: SEEK_PREFETCH });
  await connection.receive("basic.qos-ok");
  const offset = "offset" in from ? from.offset : new Date(from.timeMs);
  const startedMs = performance.now();
  connection.send(CHANNEL, "basic.consume", { queue: stream, arguments: fieldTable({ "x-stream-offset": offset }) });
  await connection.receive("basic.consume-ok");
  await connection.receive("basic.deliver");
  const elapsedMs = performance.now() - startedMs;
  await connection.close();
  return elapsedMs;
}

/**
 * Returns the rate of all consumers together, in messages a second. Throws when a message was skipped or came twice.
 */
export async function readStream(target: Target, { stream, messages, consumers: count, measureMs }: Read) {
  const startedMs = performance.now();
  // All at once: the last ones would otherwise compete with the output of all others.
  const consumers = await Promise.all(Array.from({ length: count }, (_, i) =>
    Consumer.open(target, {
      queues: [stream],
      prefetch: READ_PREFETCH,
      ackEvery: ACK_EVERY,
      publishers: 1,
      notesLatency: false,
      fromOffset: Math.floor(messages * i / count),
    })));
  const consumedBy = () => consumers.reduce((sum, { consumed }) => sum + consumed, 0);
  const isDone = () => consumers.every(({ consumed }, i) => consumed === messages - Math.floor(messages * i / count));
  while (performance.now() - startedMs < measureMs && !isDone()) await new Promise((resolve) => setTimeout(resolve, 5));
  const perSecond = consumedBy() * 1000 / (performance.now() - startedMs);
  for (const consumer of consumers) await consumer.close();
  const wrong = consumers.reduce((sum, { outOfOrder, repeated }) => sum + outOfOrder + repeated, 0);
  if (wrong > 0) throw new Error(`${wrong} messages of a stream were left out or came twice`);
  return perSecond;
}
