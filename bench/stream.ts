import type { MeasuredBroker, StartedBroker } from "./broker.ts";
import { planOf, type Row, type Tools } from "./cases.ts";
import { settledFolderBytes } from "./data_folder.ts";
import { type Faults, queuePrefix } from "./generator.ts";
import { queueName, type Queues } from "./load/queues.ts";
import { watchResidentBytes } from "./memory.ts";
import { inMegabytes, memoryNote, type Note } from "./scale.ts";

const BODY_BYTES = 16;
const CONFIRM_WINDOW = 5000;
/** Number of readers at different positions. */
const READERS = 100;
const READ_MS = 5000;

/** A long stream on disk: written, and read from any position. */
export interface StreamCase {
  readonly messages: number;
  readonly rows: Readonly<Record<StreamRow, Row>>;
}

type StreamRow =
  | "published"
  | "peak"
  | "folder"
  | "restart"
  | "restarted"
  | "byOffset"
  | "byTime"
  | "again"
  | "one"
  | "many"
  | "full"
  | "classic"
  | "classicMeanwhile";

export function streamCase(messages: number): StreamCase {
  const what = `${messages.toLocaleString("en")} messages of ${BODY_BYTES} bytes`;
  return {
    messages,
    rows: {
      published: { name: `stream: ${what}, confirms`, unit: "messages/s", isBetter: "higher" },
      peak: { name: "  resident memory, the most of it meanwhile", unit: "MB", isBetter: "lower" },
      folder: { name: "  data folder", unit: "MB", isBetter: "lower" },
      restart: { name: "  start after kill -9 to accepting connections", unit: "ms", isBetter: "lower" },
      restarted: { name: "  resident memory after that", unit: "MB", isBetter: "lower" },
      byOffset: { name: "  first message from the middle by offset, just started", unit: "ms", isBetter: "lower" },
      byTime: { name: "  first message from the middle by timestamp", unit: "ms", isBetter: "lower" },
      again: { name: "  first message from three quarters by offset", unit: "ms", isBetter: "lower" },
      one: { name: "  1 consumer from the start, acked", unit: "messages/s", isBetter: "higher" },
      many: {
        name: `  ${READERS} consumers from different offsets, acked, together`,
        unit: "messages/s",
        isBetter: "higher",
      },
      full: { name: "  resident memory after that", unit: "MB", isBetter: "lower" },
      classic: {
        name: "  another queue alone, 1 publisher, 1 consumer, acked",
        unit: "messages/s",
        isBetter: "higher",
      },
      classicMeanwhile: { name: "  while a consumer reads the stream", unit: "messages/s", isBetter: "higher" },
    },
  };
}

/** Runs the case. A broker started by this program is killed and restarted. */
export async function measureStream(
  broker: MeasuredBroker | StartedBroker,
  { messages, rows }: StreamCase,
  tools: Tools,
  note: Note,
): Promise<Faults> {
  const { generator } = tools;
  const queues: Queues = { prefix: queuePrefix(), queues: 1, isDurable: true, isStream: true, fansOut: false };
  const stream = queueName(queues, 0);
  const started = "killAndRestart" in broker ? broker : undefined;
  const noteMemory = memoryNote(broker, note);
  try {
    const startedMs = Date.now();
    const fill = { queues, messages, bodyBytes: BODY_BYTES, confirmWindow: CONFIRM_WINDOW };
    const peakBytes = broker.pid === undefined ? undefined : watchResidentBytes(broker.pid);
    const { perSecond, nacked } = await generator.fill(broker, fill).finally(() =>
      note(rows.peak, inMegabytes(peakBytes?.()))
    );
    const middleMs = (startedMs + Date.now()) / 2;
    note(rows.published, perSecond);
    if (started !== undefined) {
      note(rows.folder, inMegabytes(await settledFolderBytes(started.dataFolder)));
      await started.killAndRestart();
      note(rows.restart, started.startMs);
      await noteMemory(rows.restarted);
    }
    note(rows.byOffset, await generator.seek(broker, { stream, from: { offset: Math.floor(messages / 2) } }));
    note(rows.byTime, await generator.seek(broker, { stream, from: { timeMs: middleMs } }));
    note(rows.again, await generator.seek(broker, { stream, from: { offset: Math.floor(messages * 3 / 4) } }));
    note(rows.one, await generator.read(broker, { stream, messages, consumers: 1, measureMs: READ_MS }));
    note(rows.many, await generator.read(broker, { stream, messages, consumers: READERS, measureMs: READ_MS }));
    await noteMemory(rows.full);
    const plan = planOf({}, tools);
    note(rows.classic, (await generator.run(broker, plan)).consumedPerSecond);
    const reading = generator.read(broker, { stream, messages, consumers: 1, measureMs: READ_MS });
    note(rows.classicMeanwhile, (await generator.run(broker, plan)).consumedPerSecond);
    await reading;
    return { lost: 0, outOfOrder: 0, repeated: 0, nacked };
  } finally {
    // The queues of a broker started by this program are removed with it.
    if (started === undefined) await generator.deleteQueues(broker, queues).catch(() => {});
  }
}
