import type { MeasuredBroker, StartedBroker } from "./broker.ts";
import type { Row } from "./cases.ts";
import { settledFolderBytes } from "./data_folder.ts";
import { type Faults, type Generator, queuePrefix } from "./generator.ts";
import type { Queues } from "./load/queues.ts";
import { settledResidentBytes, watchResidentBytes } from "./memory.ts";

const BODY_BYTES = 100;
const CONFIRM_WINDOW = 2000;
const ACK_EVERY = 100;
/** Prefetch for one queue, and for each of many. */
const PREFETCH = 1000;
const MANY_PREFETCH = 100;

/** Many messages in durable queues: written, kept through a crash of the broker if possible, and read again. */
export interface ScaleCase {
  readonly queues: number;
  readonly messages: number;
  readonly rows: Readonly<Record<ScaleRow, Row>>;
}

type ScaleRow =
  | "published"
  | "publishedFirst"
  | "publishedLast"
  | "peak"
  | "full"
  | "fullFolder"
  | "restart"
  | "restarted"
  | "drained"
  | "drainedFolder";

const QUEUE_COUNTS = [1, 1000];

export function scaleCases(messages: number): readonly ScaleCase[] {
  return QUEUE_COUNTS.map((queues) => {
    const title = `scale, ${queues === 1 ? "1 queue" : `${queues.toLocaleString("en")} queues`}`;
    const what = `${messages.toLocaleString("en")} persistent messages of ${BODY_BYTES} bytes`;
    return {
      queues,
      messages,
      rows: {
        published: { name: `${title}: ${what}, confirms`, unit: "messages/s", isBetter: "higher" },
        publishedFirst: { name: "  the first tenth of them", unit: "messages/s", isBetter: "higher" },
        publishedLast: { name: "  the last tenth of them", unit: "messages/s", isBetter: "higher" },
        peak: { name: "  resident memory, the most of it meanwhile", unit: "MB", isBetter: "lower" },
        full: { name: "  resident memory when all are in", unit: "MB", isBetter: "lower" },
        fullFolder: { name: "  data folder when all are in", unit: "MB", isBetter: "lower" },
        restart: { name: "  start after kill -9 to accepting connections", unit: "ms", isBetter: "lower" },
        restarted: { name: "  resident memory after that", unit: "MB", isBetter: "lower" },
        drained: { name: "  consumed, acked", unit: "messages/s", isBetter: "higher" },
        drainedFolder: { name: "  data folder when all are out", unit: "MB", isBetter: "lower" },
      },
    };
  });
}

/** Notes a figure as soon as it is known, as later steps may fail. */
export type Note = (row: Row, figure: number | undefined) => void;

/**
 * Runs a case. Memory is measured where the broker's process is known; a broker started by this program is killed and
 * restarted, and its data folder is measured.
 */
export async function measureScale(
  broker: MeasuredBroker | StartedBroker,
  { queues: count, messages, rows }: ScaleCase,
  generator: Generator,
  note: Note,
): Promise<Faults> {
  const queues: Queues = { prefix: queuePrefix(), queues: count, isDurable: true, fansOut: false };
  const started = "killAndRestart" in broker ? broker : undefined;
  const noteMemory = memoryNote(broker, note);
  const noteFolder = async (row: Row): Promise<void> => {
    if (started !== undefined) note(row, inMegabytes(await settledFolderBytes(started.dataFolder)));
  };
  try {
    const peakBytes = broker.pid === undefined ? undefined : watchResidentBytes(broker.pid);
    const fill = { queues, messages, bodyBytes: BODY_BYTES, confirmWindow: CONFIRM_WINDOW };
    const filled = await generator.fill(broker, fill).finally(() => note(rows.peak, inMegabytes(peakBytes?.())));
    note(rows.published, filled.perSecond);
    note(rows.publishedFirst, filled.firstPerSecond);
    note(rows.publishedLast, filled.lastPerSecond);
    await noteMemory(rows.full);
    await noteFolder(rows.fullFolder);
    if (started !== undefined) {
      await started.killAndRestart();
      note(rows.restart, started.startMs);
      await noteMemory(rows.restarted);
    }
    const prefetch = count === 1 ? PREFETCH : MANY_PREFETCH;
    const drained = await generator.drain(broker, { queues, messages, prefetch, ackEvery: ACK_EVERY });
    note(rows.drained, drained.perSecond);
    await noteFolder(rows.drainedFolder);
    // The queues of a broker started by this program are removed with it.
    if (started === undefined) await generator.deleteQueues(broker, queues);
    const { consumed, outOfOrder, repeated } = drained;
    return { lost: messages - (consumed - repeated), outOfOrder, repeated, nacked: filled.nacked };
  } catch (error) {
    if (started === undefined) await generator.deleteQueues(broker, queues).catch(() => {});
    throw error;
  }
}

export const inMegabytes = (bytes: number | undefined): number | undefined => bytes && bytes / 1e6;

/** Returns a function that notes a broker's resident memory once it is stable, where its process is known. */
export const memoryNote = (broker: MeasuredBroker, note: Note) => async (row: Row): Promise<void> => {
  if (broker.pid !== undefined) note(row, inMegabytes(await settledResidentBytes(broker.pid)));
};
