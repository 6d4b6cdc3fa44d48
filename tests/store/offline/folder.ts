import assert from "node:assert/strict";
import { COPY_SLACK } from "../../../src/wire/copy.ts";
import { EMPTY_TABLE, fieldTable } from "../../../src/wire/field_table.ts";
import type { StoredBlock } from "../../../src/store/block.ts";
import { crc32 } from "../../../src/store/crc32.ts";
import type { StoredIndex } from "../../../src/store/index/stored_index.ts";
import { openFileStore } from "../../../src/store/file_store.ts";
import type { File, Files, OpenOptions } from "../../../src/store/files.ts";
import { MemoryFiles } from "../../../src/store/memory_files.ts";
import type { MessageBytes } from "../../../src/store/message_content.ts";
import type { TopologyRecord } from "../../../src/store/topology_record.ts";

/** Sizes at which a few hundred messages take many files, batches and blocks. */
export const SIZES = { batchBytes: 4096, journalFileBytes: 64 * 1024, segmentBytes: 16 * 1024, blockBytes: 1024 };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function openStore(files: Files): Promise<StoredIndex> {
  const after = (delayMs: number, callback: () => void) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  };
  return openFileStore({ files, after, crc32, ...SIZES });
}

/** A message with nothing but a body, and what is kept beside it. */
export function message(body: string, time = 0, hasDied = false): MessageBytes {
  const content = encoder.encode(`\0\0${body}`);
  const bytes = new Uint8Array(content.length + COPY_SLACK);
  bytes.set(content);
  const view = new DataView(bytes.buffer);
  return { bytes, view, offset: 0, addressBytes: 2, headerBytes: 0, bodyBytes: content.length - 2, time, hasDied };
}

const declared = (queue: string, queueId: number): TopologyRecord => {
  return { type: "queue.declared", vhost: "/", queue, queueId, autoDelete: false, arguments: EMPTY_TABLE };
};

/** Bodies of the fixture's messages; some take several blocks. */
export const bodyOf = (queue: string, position: number): string =>
  `${queue} ${position} ${"x".repeat(position % 50 === 49 ? 5000 : position % 40)}`;

/** When the broker took them: some have no time. And whether they have died. */
export const timeOf = (position: number): number => position % 4 === 0 ? 0 : 1_700_000_000_000.5 + position;
export const hasDied = (position: number): boolean => position % 3 === 0;

const fixtureMessage = (queue: string, position: number): MessageBytes =>
  message(bodyOf(queue, position), timeOf(position), hasDied(position));

/** The messages of a folder, by queue: their bodies by position. */
export type Contents = ReadonlyMap<string, ReadonlyMap<number, string>>;

/** Content of the folder that {@linkcode makeFolder} makes. */
export const CONTENTS: Contents = new Map([
  ["orders", bodies("orders", 100, 400)],
  ["jobs", bodies("jobs", 0, 300, (position) => position % 3 !== 0)],
]);

function bodies(queue: string, from: number, end: number, isThere = (_: number) => true): Map<number, string> {
  const all = new Map<number, string>();
  for (let position = from; position < end; position++) {
    if (isThere(position)) all.set(position, bodyOf(queue, position));
  }
  return all;
}

/**
 * A folder as a broker leaves it that was killed: a policy, two queues, two exchanges and two bindings, with messages in segments
 * and in the journal. `orders` has delivered what is before position 150.
 */
export async function makeFolder(): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  const first = await openStore(files);
  const exchange = { vhost: "/", exchangeType: "fanout", autoDelete: false, internal: false, arguments: EMPTY_TABLE };
  first.append({ type: "exchange.declared", exchange: "shop", ...exchange });
  first.append({
    type: "exchange.declared",
    exchange: "archive",
    ...exchange,
    arguments: fieldTable({ kept: "long" }),
  });
  first.append({ type: "parameter.set", vhost: "/", component: "policy", name: "all", value: '{"priority":0}' });
  first.append(declared("orders", 1));
  first.append(declared("jobs", 2));
  for (const destination of ["orders", "jobs"]) {
    const binding = { source: "shop", destination, routingKey: "", arguments: EMPTY_TABLE };
    first.append({ type: "binding.added", vhost: "/", binding: { ...binding, destinationType: "queue" } });
  }
  for (let position = 0; position < 250; position++) {
    first.enqueue(fixtureMessage("orders", position), [1], [position], 1);
    if (position < 200) first.enqueue(fixtureMessage("jobs", position), [2], [position], 1);
  }
  first.settle(1, 0, 100);
  for (let position = 0; position < 200; position += 3) first.settle(2, position, 1);
  await first.close();

  const second = await openStore(files);
  for (let position = 200; position < 400; position++) {
    if (position >= 250) second.enqueue(fixtureMessage("orders", position), [1], [position], 1);
    if (position < 300) second.enqueue(fixtureMessage("jobs", position), [2], [position], 1);
  }
  second.delivered(1, 150);
  for (let position = 201; position < 300; position += 3) second.settle(2, position, 1);
  await new Promise<void>((resolve) => {
    second.listen({
      durable: () => {
        if (second.durable === second.appended) resolve();
      },
      readable: () => {},
      fenced: () => {},
      pressure: () => {},
    });
    second.commit(true);
  });
  const copy = await copyOf(files);
  await second.close();
  return copy;
}

export async function copyOf(files: Files): Promise<MemoryFiles> {
  const copy = new MemoryFiles();
  for (const name of await files.list()) await write(copy, name, await read(files, name));
  return copy;
}

export async function read(files: Files, name: string): Promise<Uint8Array> {
  const file = await files.open(name, { readOnly: true });
  const bytes = new Uint8Array(await file.size());
  await file.read(0, bytes);
  await file.close();
  return bytes;
}

/** Gives a file this content, and no more. */
export async function write(files: Files, name: string, bytes: Uint8Array): Promise<void> {
  await files.remove(name);
  const file = await files.open(name, { create: true });
  await file.write(0, bytes);
  await file.close();
}

/** Turns a byte of a file into another one. */
export async function flip(files: Files, name: string, at: number): Promise<void> {
  const bytes = await read(files, name);
  bytes[at] ^= 0xff;
  await write(files, name, bytes);
}

/** The messages that a broker finds in a folder. Their times and whether they have died must be the fixture's. */
export async function contentsOf(files: Files): Promise<Contents> {
  const store = await openStore(files);
  const contents = new Map<string, Map<number, string>>();
  for (const record of store.recovered.topology) {
    if (record.type !== "queue.declared") continue;
    const messages = new Map<number, string>();
    contents.set(record.queue, messages);
    const { count } = store.recovered.queues.find(({ queueId }) => queueId === record.queueId)!;
    for (let from = 0; messages.size < count;) {
      const block: StoredBlock = (await store.read(record.queueId, from))!;
      while (block.next()) {
        assert.deepEqual([block.time, block.hasDied], [timeOf(block.position), hasDied(block.position)]);
        const start = block.offset + block.addressBytes + block.headerBytes;
        messages.set(block.position, decoder.decode(block.bytes.subarray(start, start + block.bodyBytes)));
      }
      from = block.last + 1;
    }
  }
  await store.close();
  return contents;
}

/** A folder that can't be changed. */
export class FrozenFiles implements Files {
  readonly folder = "(frozen)";
  readonly #files: Files;

  constructor(files: Files) {
    this.#files = files;
  }

  list(): Promise<string[]> {
    return this.#files.list();
  }

  open(name: string, options: OpenOptions = {}): Promise<File> {
    if (!options.readOnly) throw new Error(`${name} is opened to be written`);
    return this.#files.open(name, options);
  }

  rename(): Promise<void> {
    throw new Error("a file is renamed");
  }

  remove(): Promise<void> {
    throw new Error("a file is removed");
  }

  syncFolder(): Promise<void> {
    throw new Error("the folder is written");
  }

  freeBytes(): Promise<number> {
    return this.#files.freeBytes();
  }
}
