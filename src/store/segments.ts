import { StoredBlock } from "./block.ts";
import type { Crc32 } from "./crc32.ts";
import type { File, Files } from "./files.ts";
import { readBlock, type Segment } from "./segment.ts";
import type { Block, StoredQueue } from "./stored_queue.ts";

/** Number of segment files that are kept open for reading. */
const OPEN_FILES_MAX = 32;

/** The segment files: reads blocks, and removes files that are no longer needed. */
export class Segments {
  readonly byId = new Map<number, Segment>();
  readonly #files: Files;
  readonly #crc32: Crc32;
  /** Open files, the one that was used last at the end. */
  readonly #open = new Map<Segment, Promise<File>>();
  readonly #removed = new Set<Segment>();
  readonly #removing = new Set<Promise<void>>();

  constructor(files: Files, crc32: Crc32) {
    this.#files = files;
    this.#crc32 = crc32;
  }

  async read({ segment, offset, bytes }: Block, { live }: StoredQueue): Promise<StoredBlock> {
    segment.readerCount++;
    try {
      const file = await this.#fileOf(segment);
      const block = await readBlock(file, segment.name, offset, bytes, this.#crc32);
      return new StoredBlock(block.bytes, block.head, live);
    } finally {
      segment.readerCount--;
      if (this.#removed.has(segment)) this.#remove(segment);
      this.#closeOldest();
    }
  }

  #fileOf(segment: Segment): Promise<File> {
    const open = this.#open.get(segment) ?? this.#files.open(segment.name, { readOnly: true });
    this.#open.delete(segment);
    this.#open.set(segment, open);
    open.catch(() => this.#open.delete(segment));
    return open;
  }

  #closeOldest(): void {
    for (const [segment, open] of this.#open) {
      if (this.#open.size <= OPEN_FILES_MAX) return;
      if (segment.readerCount > 0) continue;
      this.#open.delete(segment);
      open.then((file) => file.close()).catch(() => {});
    }
  }

  /** Removes a file once no read of it is in progress. One that cannot be removed now is removed at the next start. */
  remove(segment: Segment): void {
    this.byId.delete(segment.id);
    this.#removed.add(segment);
    this.#remove(segment);
  }

  #remove(segment: Segment): void {
    if (segment.readerCount > 0) return;
    this.#removed.delete(segment);
    const open = this.#open.get(segment);
    this.#open.delete(segment);
    open?.then((file) => file.close()).catch(() => {});
    const removing = this.#files.remove(segment.name).catch(() => {}).then(() => {
      this.#removing.delete(removing);
    });
    this.#removing.add(removing);
  }

  async close(): Promise<void> {
    await Promise.all(this.#removing);
    for (const open of this.#open.values()) await open.then((file) => file.close()).catch(() => {});
    this.#open.clear();
  }
}
