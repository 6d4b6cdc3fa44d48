import { createReadStream, createWriteStream } from "node:fs";
import { appendFile, mkdir, rename, stat, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";

/** Conditions for the rotation of a log file, and the number of old files. */
export interface LogRotation {
  /** Returns the last time at which the file is rotated, up to now. Default: never. */
  readonly lastTime?: () => Date;
  /** Size above which the file is rotated. In bytes; 0 is any size. */
  readonly maxBytes?: number;
  /** Number of old files that are kept. */
  readonly count?: number;
  readonly isCompressed?: boolean;
}

/** Default number of old files that are kept. */
const COUNT = 5;
/** Endings of the names of old files. */
const ENDINGS = ["", ".gz"];

/**
 * A log file, with older ones beside it that end in `.0` (the newest), `.1` and so on. It is opened for each write, so
 * that a file that was moved away is created again.
 */
export class LogFile {
  readonly path: string;
  rotation: LogRotation;

  constructor(path: string, rotation: LogRotation = {}) {
    this.path = path;
    this.rotation = rotation;
  }

  /** Makes the file and its folder if they do not exist. */
  async open(): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    await appendFile(this.path, "");
  }

  /** Appends lines. Calls must not overlap. */
  async append(lines: string): Promise<void> {
    const maxBytes = this.rotation.maxBytes || Infinity;
    const found = await stat(this.path).catch(ignoreMissing);
    let size = found?.size ?? 0;
    if (found === undefined) await mkdir(dirname(this.path), { recursive: true });
    else if (size >= maxBytes || this.#isDue(found.mtime)) {
      await this.#rotate();
      size = 0;
    }
    let rest = new TextEncoder().encode(lines);
    while (size + rest.length > maxBytes) {
      // As in RabbitMQ, the line that exceeds the limit is the last one of its file.
      const end = rest.indexOf(LINE_FEED, Math.max(0, maxBytes - size - 1)) + 1;
      if (end === 0) break;
      await appendFile(this.path, rest.subarray(0, end));
      rest = rest.subarray(end);
      size = 0;
      if (rest.length > 0) await this.#rotate();
    }
    if (rest.length > 0) await appendFile(this.path, rest);
  }

  #isDue(lastWrite: Date): boolean {
    const { lastTime } = this.rotation;
    return lastTime !== undefined && lastWrite < lastTime();
  }

  /** Renames the file and older ones, and removes those that are too many. */
  async #rotate(): Promise<void> {
    const { count = COUNT, isCompressed = false } = this.rotation;
    for (let number = Math.max(0, count - 1); await this.#remove(number); number++);
    if (count === 0) return await unlink(this.path);
    for (let number = count - 1; number > 0; number--) {
      for (const ending of ENDINGS) {
        await rename(this.#old(number - 1, ending), this.#old(number, ending)).catch(ignoreMissing);
      }
    }
    await rename(this.path, this.#old(0));
    if (isCompressed) await compress(this.#old(0));
  }

  /** Removes an old file. Returns whether it existed. */
  async #remove(number: number): Promise<boolean> {
    let isRemoved = false;
    for (const ending of ENDINGS) {
      await unlink(this.#old(number, ending)).then(() => isRemoved = true, ignoreMissing);
    }
    return isRemoved;
  }

  #old(number: number, ending = ""): string {
    return `${this.path}.${number}${ending}`;
  }
}

const LINE_FEED = 0x0a;

/** Replaces a file by a compressed one that ends in `.gz`. */
async function compress(path: string): Promise<void> {
  const { createGzip } = await import("node:zlib");
  const unfinished = `${path}.gz.unfinished`;
  await pipeline(createReadStream(path), createGzip(), createWriteStream(unfinished));
  await rename(unfinished, `${path}.gz`);
  await unlink(path);
}

function ignoreMissing(error: Error & { readonly code?: string }): undefined {
  if (error.code !== "ENOENT") throw error;
}
