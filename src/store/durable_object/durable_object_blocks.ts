import type { Blocks, BlockWriter } from "../blocks/blocks.ts";
import { OutdatedWriterError } from "../error.ts";
import type { Epoch } from "../log/position.ts";
import { IS_OWNER, type Ownership } from "./ownership.ts";
import type { DurableObjectStorage } from "./storage.ts";

/** Size of a part of an object. A row may be 2 MB. In bytes. */
const PART_BYTES = 2 ** 20;
/** Maximum number of parts of an object. The key of a part is that of its object × this + its number. */
const PARTS_MAX = 2 ** 20;
/** Size of a Durable Object's storage at most. In bytes. */
const STORAGE_MAX_BYTES = 10 * 10 ** 9;

export interface DurableObjectBlocksOptions {
  readonly storage: DurableObjectStorage;
  readonly ownership: Ownership;
  /** Size of the storage at most. In bytes. Default: 10 GB, the platform's limit. */
  readonly maxBytes?: number;
}

/** Objects in a Durable Object's storage: rows of parts, and a row that makes them an object once all are there. */
export class DurableObjectBlocks implements Blocks {
  readonly #storage: DurableObjectStorage;
  readonly #epoch: Epoch;
  readonly #maxBytes: number;
  #nextId: number;

  constructor({ storage, ownership, maxBytes = STORAGE_MAX_BYTES }: DurableObjectBlocksOptions) {
    this.#storage = storage;
    this.#epoch = ownership.epoch;
    this.#maxBytes = maxBytes;
    const { sql } = storage;
    // Rests of objects that an earlier owner did not finish.
    sql.exec(`DELETE FROM haremq_part WHERE key / ${PARTS_MAX} NOT IN (SELECT id FROM haremq_object)`);
    const [{ id }] = sql.exec("SELECT coalesce(max(id), 0) AS id FROM haremq_object").toArray();
    this.#nextId = id as number + 1;
  }

  list(): Promise<string[]> {
    const rows = this.#storage.sql.exec("SELECT name FROM haremq_object").toArray();
    return Promise.resolve(rows.map(({ name }) => name as string));
  }

  put(name: string): Promise<BlockWriter> {
    const id = this.#nextId++;
    const part = new Uint8Array(PART_BYTES);
    let partBytes = 0;
    let size = 0;
    const writePart = () => {
      this.#putPart(id * PARTS_MAX + Math.floor((size - 1) / PART_BYTES), part.subarray(0, partBytes));
      partBytes = 0;
    };
    return Promise.resolve({
      // deno-lint-ignore require-await -- so that a thrown error becomes a rejection
      write: async (bytes) => {
        for (let at = 0; at < bytes.length;) {
          const count = Math.min(bytes.length - at, PART_BYTES - partBytes);
          part.set(bytes.subarray(at, at + count), partBytes);
          at += count;
          partBytes += count;
          size += count;
          if (partBytes === PART_BYTES) writePart();
        }
      },
      finish: async () => {
        if (partBytes > 0) writePart();
        this.#change(() => {
          this.#drop(name);
          this.#storage.sql.exec("INSERT INTO haremq_object VALUES (?, ?, ?)", name, id, size);
        });
        await this.#storage.sync();
      },
      // deno-lint-ignore require-await -- so that a thrown error becomes a rejection
      abandon: async () => this.#dropParts(id),
    });
  }

  #putPart(key: number, bytes: Uint8Array): void {
    const query = `INSERT INTO haremq_part SELECT ?, ? WHERE ${IS_OWNER} RETURNING key`;
    if (this.#storage.sql.exec(query, key, bytes, this.#epoch).toArray().length === 0) throw new OutdatedWriterError();
  }

  /** Makes a change, all or nothing, unless there is another owner. */
  #change(change: () => void): void {
    const { sql } = this.#storage;
    this.#storage.transactionSync(() => {
      const [{ epoch }] = sql.exec("SELECT epoch FROM haremq_owner").toArray();
      if (epoch !== this.#epoch) throw new OutdatedWriterError();
      change();
    });
  }

  #drop(name: string): void {
    const rows = this.#storage.sql.exec("DELETE FROM haremq_object WHERE name = ? RETURNING id", name).toArray();
    for (const { id } of rows) this.#dropParts(id as number);
  }

  #dropParts(id: number): void {
    const [first, end] = [id * PARTS_MAX, (id + 1) * PARTS_MAX];
    const query = `DELETE FROM haremq_part WHERE key >= ? AND key < ? AND ${IS_OWNER}`;
    this.#storage.sql.exec(query, first, end, this.#epoch);
  }

  // deno-lint-ignore require-await -- so that a thrown error becomes a rejection
  async size(name: string): Promise<number> {
    return this.#find(name).size;
  }

  // deno-lint-ignore require-await -- so that a thrown error becomes a rejection
  async read(name: string, at: number, into: Uint8Array): Promise<number> {
    const { id, size } = this.#find(name);
    const end = Math.min(size, at + into.length);
    for (let from = at; from < end;) {
      const inPart = from % PART_BYTES;
      const count = Math.min(end - from, PART_BYTES - inPart);
      const [{ bytes }] = this.#storage.sql.exec(
        "SELECT substr(bytes, ?, ?) AS bytes FROM haremq_part WHERE key = ?",
        inPart + 1,
        count,
        id * PARTS_MAX + Math.floor(from / PART_BYTES),
      ).toArray();
      into.set(new Uint8Array(bytes as ArrayBuffer), from - at);
      from += count;
    }
    return Math.max(0, end - at);
  }

  #find(name: string): { readonly id: number; readonly size: number } {
    const [row] = this.#storage.sql.exec("SELECT id, size FROM haremq_object WHERE name = ?", name).toArray();
    if (row === undefined) throw new Error(`there is no ${name}`);
    return row as { id: number; size: number };
  }

  // deno-lint-ignore require-await -- so that a thrown error becomes a rejection
  async remove(name: string): Promise<void> {
    this.#change(() => this.#drop(name));
  }

  freeBytes(): Promise<number> {
    return Promise.resolve(Math.max(0, this.#maxBytes - this.#storage.sql.databaseSize));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
