import { phrase } from "../../phrase/phrase.ts";
import { EMPTY_TABLE } from "../../wire/field_table.ts";
import { COPY_SLACK } from "../../wire/copy.ts";
import { StoredBlock } from "../block.ts";
import type { Crc32 } from "../crc32.ts";
import { StoreError } from "../error.ts";
import { type FileStoreOptions, openFileStore } from "../file_store.ts";
import type { File, Files } from "../files.ts";
import type { StoredIndex } from "../index/stored_index.ts";
import { viewOf } from "../record.ts";
import type { MessageBytes } from "../message_content.ts";
import { survey } from "./survey.ts";
import type { Survey, SurveyedBlock, SurveyedQueue } from "./surveyed.ts";
import type { SequenceId } from "../sequence.ts";

/** Size of what is handed to the new folder's store before its write is awaited. In bytes. */
const FLUSH_BYTES = 4 * 1024 * 1024;

export interface SalvageOptions {
  readonly from: Files;
  /** An empty folder. */
  readonly to: Files;
  readonly crc32: Crc32;
  readonly after: FileStoreOptions["after"];
}

export interface Salvaged {
  /** The survey of the damaged folder. */
  readonly survey: Survey;
  readonly messageCount: number;
  /** The queues whose declaration is lost, with the names that they were given. */
  readonly named: readonly { readonly queue: SurveyedQueue; readonly name: string }[];
}

/** Writes all that is whole in a folder to another one. Throws `StoreError` when that is not empty or can't be written. */
export async function salvage({ from, to, crc32, after }: SalvageOptions): Promise<Salvaged> {
  await checkIsEmpty(to);
  const found = await survey(from, crc32);
  const store = await openFileStore({ files: to, crc32, after, sync: "never", diskFreeLimitBytes: 0 });
  const writer = new Writer(store, to.folder);
  for (const record of found.topology) store.append(record);
  const named: { queue: SurveyedQueue; name: string }[] = [];
  for (const queue of found.queues) {
    if (!queue.isUnknown) continue;
    const name = unusedName(found, `salvaged-${queue.id}`);
    const declaration = { vhost: "/", queue: name, queueId: queue.id, autoDelete: false, arguments: EMPTY_TABLE };
    store.append({ type: "queue.declared", ...declaration });
    named.push({ queue, name });
  }
  for (const queue of found.queues) {
    for await (const { position, message } of messagesOf(from, queue)) {
      await writer.enqueue(queue.id, position, message);
      store.returned(queue.id, position, queue.deliveryCounts.get(position) ?? 0);
    }
    store.delivered(queue.id, queue.deliveredUpTo);
  }
  await writer.flush();
  await store.close();
  return { survey: found, messageCount: writer.messageCount, named };
}

/** Throws `StoreError` when there is a file in a folder. */
export async function checkIsEmpty(folder: Files): Promise<void> {
  const [taken] = await folder.list();
  if (taken === undefined) return;
  throw new StoreError(
    phrase`The folder ${folder.folder} is not empty, there is ${taken} in it. Choose one that is not there yet.`,
  );
}

function unusedName({ topology }: Survey, wanted: string): string {
  const isUsed = (name: string) =>
    topology.some((record) => record.type === "queue.declared" && record.vhost === "/" && record.queue === name);
  let name = wanted;
  for (let number = 2; isUsed(name); number++) name = `${wanted}-${number}`;
  return name;
}

class Writer {
  messageCount = 0;
  readonly #store: StoredIndex;
  readonly #folder: string;
  #unflushedBytes = 0;
  #onChange = () => {};

  constructor(store: StoredIndex, folder: string) {
    this.#store = store;
    this.#folder = folder;
    store.listen({
      durable: () => this.#onChange(),
      readable: () => {},
      pressure: () => this.#onChange(),
      fenced: () => {},
    });
  }

  async enqueue(queueId: SequenceId, position: number, message: MessageBytes): Promise<void> {
    this.#store.enqueue(message, [queueId], [position], 1);
    this.messageCount++;
    this.#unflushedBytes += message.addressBytes + message.headerBytes + message.bodyBytes;
    if (this.#unflushedBytes > FLUSH_BYTES) await this.flush();
  }

  /** Waits until all is written. */
  async flush(): Promise<void> {
    const store = this.#store;
    this.#unflushedBytes = 0;
    store.commit(true);
    while (store.durable < store.appended) {
      if (store.isShortOfSpace) {
        throw new StoreError(
          phrase`The folder ${this.#folder} can't be written, most likely for want of room. Remove it, and choose one on a disk with more room.`,
        );
      }
      await new Promise<void>((resolve) => this.#onChange = resolve);
    }
  }
}

interface FoundMessage {
  readonly position: number;
  readonly message: MessageBytes;
}

/** The whole messages of a queue, in order, each once. */
async function* messagesOf(files: Files, queue: SurveyedQueue): AsyncGenerator<FoundMessage> {
  const journal = [...queue.journal].map(([position, message]) => ({ position, message }));
  journal.sort(byPosition);
  let last = -1;
  const isNew = ({ position }: FoundMessage) => position > last && (last = position) === position;
  let pending: FoundMessage[] = [];
  const reader = new BlockReader(files);
  try {
    for (const block of [...queue.blocks].sort((a, b) => a.first - b.first)) {
      // Blocks whose positions overlap are there twice: from before and after segments were merged.
      yield* [...takeBefore(block.first, pending, journal)].filter(isNew);
      pending.push(...await reader.read(block, queue));
      pending.sort(byPosition);
    }
    yield* [...takeBefore(Infinity, pending, journal)].filter(isNew);
    pending = [];
  } finally {
    await reader.close();
  }
}

const byPosition = (a: FoundMessage, b: FoundMessage): number => a.position - b.position;

/** Takes the messages before a position out of two lists, in order. */
function* takeBefore(end: number, ...lists: readonly FoundMessage[][]): Generator<FoundMessage> {
  const heads = lists.map(() => 0);
  for (;;) {
    let least = -1;
    for (const [index, list] of lists.entries()) {
      const next = list[heads[index]];
      if (next === undefined || next.position >= end) continue;
      if (least === -1 || next.position < lists[least][heads[least]].position) least = index;
    }
    if (least === -1) break;
    yield lists[least][heads[least]++];
  }
  for (const [index, list] of lists.entries()) list.splice(0, heads[index]);
}

/** Reads blocks, and keeps the file open that it read last. */
class BlockReader {
  readonly #files: Files;
  #name = "";
  #file: File | undefined;

  constructor(files: Files) {
    this.#files = files;
  }

  async read(
    { segment, offset, bytes: length, first, last }: SurveyedBlock,
    { whole }: SurveyedQueue,
  ): Promise<FoundMessage[]> {
    const bytes = new Uint8Array(length + COPY_SLACK);
    await (await this.#open(segment)).read(offset, bytes.subarray(0, length));
    const view = viewOf(bytes);
    const messages: FoundMessage[] = [];
    const block = new StoredBlock(bytes.subarray(0, length), { first, last }, whole);
    while (block.next()) {
      const { position, offset, addressBytes, headerBytes, bodyBytes, time, hasDied } = block;
      messages.push({
        position,
        message: { bytes, view, offset, addressBytes, headerBytes, bodyBytes, time, hasDied },
      });
    }
    return messages;
  }

  async #open(name: string): Promise<File> {
    if (this.#file !== undefined && this.#name === name) return this.#file;
    await this.close();
    this.#name = name;
    return this.#file = await this.#files.open(name, { readOnly: true });
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }
}
