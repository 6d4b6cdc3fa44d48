import { CHANNEL, Connection, type Target } from "../../src/cli/perf/load/connection.ts";
import { Publisher } from "../../src/cli/perf/load/publisher.ts";

/** Releases what a broker holds in memory. */
export type Release = () => Promise<void>;
export type Hold = (target: Target, count: number, prefix: string, bodyBytes: number) => Promise<Release>;

const OPENED_AT_ONCE = 16;
const DECLARED_AT_ONCE = 100;
const POLL_MS = 20;

/** Opens idle connections with one channel each. */
export async function holdConnections(target: Target, count: number): Promise<Release> {
  const connections: Connection[] = [];
  while (connections.length < count) {
    const opening = Array.from({ length: Math.min(OPENED_AT_ONCE, count - connections.length) }, () => {
      return Connection.open(target);
    });
    connections.push(...await Promise.all(opening));
  }
  return async () => {
    await Promise.all(connections.map((connection) => connection.close()));
  };
}

/** Declares empty queues, exclusive ones that are deleted with their connection. */
export async function holdQueues(target: Target, count: number, prefix: string): Promise<Release> {
  const connection = await Connection.open(target);
  for (let declared = 0; declared < count;) {
    const end = Math.min(count, declared + DECLARED_AT_ONCE);
    for (let index = declared; index < end; index++) {
      connection.send(CHANNEL, "queue.declare", { queue: `${prefix}-${index}`, exclusive: true });
    }
    for (; declared < end; declared++) await connection.receive("queue.declare-ok");
  }
  return () => connection.close();
}

/** Publishes transient messages that wait in one queue. */
export async function holdMessages(target: Target, count: number, queue: string, bodyBytes: number): Promise<Release> {
  const connection = await Connection.open(target);
  connection.send(CHANNEL, "queue.declare", { queue });
  await connection.receive("queue.declare-ok");
  const publisher = await Publisher.open(target, {
    id: 0,
    queues: [queue],
    bodyBytes,
    confirmWindow: 0,
    ratePerSecond: 0,
  });
  await publisher.run(count);
  await publisher.close();
  for (;;) {
    connection.send(CHANNEL, "queue.declare", { queue, passive: true });
    if ((await connection.receive("queue.declare-ok")).messageCount >= count) break;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return async () => {
    connection.send(CHANNEL, "queue.delete", { queue });
    await connection.receive("queue.delete-ok");
    await connection.close();
  };
}

/** Opens connections with a channel and closes them, one after another. Returns the rate in connections a second. */
export async function churnConnections(target: Target, measureMs: number): Promise<number> {
  const startedMs = performance.now();
  let count = 0;
  let elapsedMs = 0;
  for (; elapsedMs < measureMs; count++) {
    const connection = await Connection.open(target);
    await connection.close();
    elapsedMs = performance.now() - startedMs;
  }
  return count * 1000 / elapsedMs;
}
