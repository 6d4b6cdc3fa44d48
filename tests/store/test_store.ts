import { EMPTY_TABLE } from "../../src/wire/field_table.ts";
import type { StoredBlock } from "../../src/store/block.ts";
import type { StoredIndex } from "../../src/store/index/stored_index.ts";
import { type FileStoreOptions, openFileStore } from "../../src/store/file_store.ts";
import type { Files } from "../../src/store/files.ts";
import { MemoryFiles } from "../../src/store/memory_files.ts";
import type { State } from "../../src/store/state.ts";
import type { MessageBytes } from "../../src/store/message_content.ts";
import { encodeTopology } from "../../src/store/record_types.ts";
import type { TopologyRecord } from "../../src/store/topology_record.ts";
import { FakeClock, settled } from "../fake_clock.ts";

/** Small, so that few messages make many files. */
export const SMALL = { batchBytes: 4096, journalFileBytes: 16 * 1024, segmentBytes: 16 * 1024, blockBytes: 1024 };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A message with this body, a content header of 14 bytes, and what is kept beside these. */
export function messageOf(body: string | Uint8Array, time = 0, hasDied = false): MessageBytes {
  const bodyBytes = typeof body === "string" ? encoder.encode(body) : body;
  const bytes = new Uint8Array(16 + bodyBytes.length + 4);
  bytes.set(bodyBytes, 16);
  const view = new DataView(bytes.buffer);
  return { bytes, view, offset: 0, addressBytes: 2, headerBytes: 14, bodyBytes: bodyBytes.length, time, hasDied };
}

export function applyTopology(state: State, record: TopologyRecord): void {
  state.applyTopology(record, encodeTopology(record), () => {});
}

/** A store with a clock of its own, and its reports. */
export class TestStore {
  readonly store: StoredIndex;
  readonly clock: FakeClock;
  readonly reports: string[];
  readonly files: Files;
  /** By queue. */
  readonly #positions = new Map<number, number>();

  private constructor(store: StoredIndex, clock: FakeClock, reports: string[], files: Files) {
    this.store = store;
    this.clock = clock;
    this.reports = reports;
    this.files = files;
    for (const { queueId, nextPosition } of store.recovered.queues) this.#positions.set(queueId, nextPosition);
  }

  static async open(files: Files = new MemoryFiles(), options: Partial<FileStoreOptions> = {}): Promise<TestStore> {
    const clock = new FakeClock();
    const reports: string[] = [];
    const report = (_: string, line: string) => reports.push(line);
    // A pause in long work takes no time of the clock.
    const after = (delayMs: number, callback: () => void) =>
      delayMs === 0 ? afterTurn(callback) : clock.after(delayMs, callback);
    const store = await openFileStore({ diskFreeLimitBytes: 0, ...options, files, after, report });
    return new TestStore(store, clock, reports, files);
  }

  declare(queueId: number, queue: string = `queue-${queueId}`): void {
    this.store.append({
      type: "queue.declared",
      vhost: "/",
      queue,
      queueId,
      autoDelete: false,
      arguments: EMPTY_TABLE,
    });
  }

  /** Puts messages into queues, each at the next position of each. */
  enqueue(queueIds: number | readonly number[], ...bodies: (string | Uint8Array)[]): void {
    for (const body of bodies) this.enqueueMarked(queueIds, body, 0, false);
  }

  /** Puts a message into queues that has a time, or has died. */
  enqueueMarked(
    queueIds: number | readonly number[],
    body: string | Uint8Array,
    time: number,
    hasDied: boolean = false,
  ): void {
    const ids = typeof queueIds === "number" ? [queueIds] : queueIds;
    const positions = ids.map((id) => this.#positions.get(id) ?? 0);
    this.store.enqueue(messageOf(body, time, hasDied), ids, positions, ids.length);
    ids.forEach((id, i) => this.#positions.set(id, positions[i] + 1));
  }

  /** Resolves when all records are safe. */
  async flush(): Promise<void> {
    this.store.commit(true);
    while (this.store.durable < this.store.appended) await settled();
  }

  /** Moves everything from the journal to segments, so that all can be read back. */
  async relieve(): Promise<void> {
    this.store.relieve();
    await this.flush();
    await settled();
  }

  /** Reads the bodies of a queue back. */
  async bodies(queueId: number): Promise<string[]> {
    return (await this.contents(queueId)).map(({ body }) => decoder.decode(body));
  }

  async contents(queueId: number): Promise<{ readonly position: number; readonly body: Uint8Array }[]> {
    return await this.#each(queueId, ({ position, bytes, offset, addressBytes, headerBytes, bodyBytes }) => {
      const start = offset + addressBytes + headerBytes;
      return { position, body: bytes.slice(start, start + bodyBytes) };
    });
  }

  /** Position, time, and whether it has died, of each message that can be read back. */
  async marks(queueId: number): Promise<[position: number, time: number, hasDied: boolean][]> {
    return await this.#each(queueId, ({ position, time, hasDied }) => [position, time, hasDied]);
  }

  async #each<Value>(queueId: number, take: (cursor: StoredBlock) => Value): Promise<Value[]> {
    const taken: Value[] = [];
    for (let from = 0;;) {
      const block = await this.store.read(queueId, from);
      if (block === undefined) return taken;
      while (block.next()) taken.push(take(block));
      from = block.last + 1;
    }
  }

  /** Closes it, and opens what it left. */
  async reopen(options: Partial<FileStoreOptions> = {}): Promise<TestStore> {
    await this.store.close();
    return TestStore.open(this.files, options);
  }
}

/** The names of segment files. */
export const segmentsOf = async (files: Files): Promise<string[]> =>
  (await files.list()).filter((name) => name.startsWith("segment-"));

/** Returns the size of all files whose names begin so. In bytes. */
export async function bytesOf(files: Files, prefix: string): Promise<number> {
  let bytes = 0;
  for (const name of await files.list()) {
    if (!name.startsWith(prefix)) continue;
    const file = await files.open(name, { readOnly: true });
    bytes += await file.size();
    await file.close();
  }
  return bytes;
}

/** Changes a byte of a file, and has that survive a power loss. */
export async function breakByte(files: Files, name: string, at: number): Promise<void> {
  const file = await files.open(name);
  const byte = new Uint8Array(1);
  await file.read(at, byte);
  byte[0] ^= 0x5a;
  await file.write(at, byte);
  await file.sync();
  await file.close();
}

function afterTurn(callback: () => void): () => void {
  const timer = setTimeout(callback);
  return () => clearTimeout(timer);
}
