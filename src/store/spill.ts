import type { File, Files } from "./files.ts";

/** Size at which a file is full and the next one is begun. In bytes. */
const SPILL_FILE_BYTES = 64 * 1024 * 1024;

const PREFIX = "spill-";
/** Returns whether a file is useless once the process that wrote it has exited. */
export const isSpill = (name: string): boolean => name.startsWith(PREFIX);

interface SpillFile {
  readonly name: string;
  readonly file: File;
  /** Number of bytes appended to it. */
  length: number;
  /** Number of its places in use. */
  placeCount: number;
}

/** Place of something that was put. */
export interface Place {
  readonly file: SpillFile;
  readonly offset: number;
  readonly bytes: number;
}

/**
 * Where what is kept by nothing but memory goes when there is too little of that. Nothing is synced, and nothing of it
 * outlives the process. A file goes when nothing in it is needed any more.
 */
export class Spill {
  readonly #files: Files;
  #current: SpillFile | undefined;
  #opening: Promise<SpillFile> | undefined;
  #lastNumber = 0;

  constructor(files: Files) {
    this.#files = files;
  }

  /** Rejects when it can't be written, as on a full disk. */
  async write(bytes: Uint8Array): Promise<Place> {
    const file = await this.#fileWithRoom();
    const place = { file, offset: file.length, bytes: bytes.length };
    file.length += bytes.length;
    file.placeCount++;
    try {
      await file.file.write(place.offset, bytes);
    } catch (error) {
      this.free(place);
      throw error;
    }
    return place;
  }

  async #fileWithRoom(): Promise<SpillFile> {
    while (this.#current === undefined || this.#current.length >= SPILL_FILE_BYTES) {
      const full = this.#current;
      const file = await (this.#opening ??= this.#open());
      this.#opening = undefined;
      if (this.#current === full) this.#current = file;
      if (full?.placeCount === 0) this.#remove(full);
    }
    return this.#current;
  }

  async #open(): Promise<SpillFile> {
    const name = `${PREFIX}${++this.#lastNumber}`;
    return { name, file: await this.#files.open(name, { create: true }), length: 0, placeCount: 0 };
  }

  /** Returns the bytes at a place. */
  async read({ file, offset, bytes }: Place): Promise<Uint8Array> {
    const read = new Uint8Array(bytes);
    const count = await file.file.read(offset, read);
    if (count < bytes) {
      throw new Error(`${file.name} ends at offset ${offset + count}, ${bytes - count} bytes too early`);
    }
    return read;
  }

  /** Frees a place. */
  free({ file }: Place): void {
    if (--file.placeCount > 0) return;
    if (file === this.#current) file.length = 0;
    else this.#remove(file);
  }

  #remove({ name, file }: SpillFile): void {
    file.close().then(() => this.#files.remove(name)).catch(() => {});
  }

  async close(): Promise<void> {
    if (this.#current === undefined) return;
    await this.#current.file.close();
    await this.#files.remove(this.#current.name);
  }
}
