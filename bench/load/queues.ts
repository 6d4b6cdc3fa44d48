import { EMPTY_TABLE, fieldTable } from "../../src/wire/field_table.ts";
import { CHANNEL, Connection, type Target } from "../../src/cli/perf/load/connection.ts";

/** The queues of a run, and the exchange in front of them, if any. */
export interface Queues {
  /** Prefix of their names. */
  readonly prefix: string;
  readonly queues: number;
  readonly isDurable: boolean;
  /** True for streams. */
  readonly isStream?: boolean;
  /** True when publishers publish to a fanout exchange in front of the queues. */
  readonly fansOut: boolean;
}

const DECLARED_AT_ONCE = 100;
const STREAM = fieldTable({ "x-queue-type": "stream" });

/** Returns the name of a queue; all names of a run have the same length. */
export function queueName({ prefix, queues }: Pick<Queues, "prefix" | "queues">, index: number): string {
  return `${prefix}-${`${index % queues}`.padStart(`${queues - 1}`.length, "0")}`;
}

export function fanoutName({ prefix }: Queues): string {
  return `${prefix}-fanout`;
}

export async function declareQueues(target: Target, of: Queues): Promise<void> {
  const { isDurable: durable, fansOut } = of;
  const queueArguments = of.isStream ? STREAM : EMPTY_TABLE;
  const connection = await Connection.open(target);
  if (fansOut) {
    connection.send(CHANNEL, "exchange.declare", { exchange: fanoutName(of), type: "fanout", durable });
    await connection.receive("exchange.declare-ok");
  }
  await inGroups(of.queues, async (start, end) => {
    for (let index = start; index < end; index++) {
      const queue = queueName(of, index);
      connection.send(CHANNEL, "queue.declare", { queue, durable, arguments: queueArguments });
      if (fansOut) connection.send(CHANNEL, "queue.bind", { queue, exchange: fanoutName(of) });
    }
    for (let index = start; index < end; index++) {
      await connection.receive("queue.declare-ok");
      if (fansOut) await connection.receive("queue.bind-ok");
    }
  });
  await connection.close();
}

/** Deletes the queues with their messages. Missing queues are fine. */
export async function deleteQueues(target: Target, of: Queues): Promise<void> {
  const connection = await Connection.open(target);
  await inGroups(of.queues, async (start, end) => {
    for (let index = start; index < end; index++) {
      connection.send(CHANNEL, "queue.delete", { queue: queueName(of, index) });
    }
    for (let index = start; index < end; index++) await connection.receive("queue.delete-ok");
  });
  if (of.fansOut) {
    connection.send(CHANNEL, "exchange.delete", { exchange: fanoutName(of) });
    await connection.receive("exchange.delete-ok");
  }
  await connection.close();
}

async function inGroups(count: number, run: (start: number, end: number) => Promise<void>): Promise<void> {
  for (let start = 0; start < count; start += DECLARED_AT_ONCE) {
    await run(start, Math.min(count, start + DECLARED_AT_ONCE));
  }
}
