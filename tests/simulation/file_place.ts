import { crc32 } from "node:zlib";
import { openFileStore } from "../../src/store/file_store.ts";
import type { StoredIndex } from "../../src/store/index/stored_index.ts";
import type { StoreSizes } from "../../src/store/sizes.ts";
import { FaultyFiles } from "../store/faulty_files.ts";
import type { End, Fault, Place, ProcessMeans } from "./place.ts";
import { mustHold } from "./violation.ts";
import type { World } from "./world.ts";

const DISK_FREE_LIMIT_BYTES = 64 * 1024;
/** Maximum number of the journal's files. */
const JOURNAL_FILES_MAX = 5;
/** Maximum size of the snapshot when all queues are empty. In bytes. */
const SNAPSHOT_BYTES_MAX = 64 * 1024;
/** More than the size of all files. In bytes. */
const LARGE_BYTES = 2 ** 40;

/** A folder of files on a disk that stalls, fails, fills up and loses power. */
export class FilePlace implements Place {
  readonly faults: { readonly [name: string]: Fault } = {
    "the disk stalls": [6, (world) => this.#stall(world)],
    "the disk fails": [4, async (world) => {
      this.#failureProbability = world.chance.pick([0.02, 0.2, 1]);
      await world.sleep(5, 3000);
      this.#failureProbability = 0;
    }],
    "the disk is full": [4, async (world) => {
      const room = world.chance.pick([0, 10_000, 200_000]);
      this.#files.capacityBytes = await this.#usedBytes() + room;
      await world.sleep(50, 5000);
      this.#files.capacityBytes = Infinity;
    }],
  };
  readonly #world: World;
  readonly #sizes: StoreSizes;
  readonly #latencyMs: number;
  #files: FaultyFiles;
  /** The disk does nothing before this time. */
  #stallsUntilMs = 0;
  /** Probability that an operation fails. */
  #failureProbability = 0;
  /** A file could not be removed, and waits for the next start. */
  #mayLeaveFiles = false;

  constructor(world: World, sizes: StoreSizes, latencyMs: number) {
    this.#world = world;
    this.#sizes = sizes;
    this.#latencyMs = latencyMs;
    const { random } = world.chance;
    this.#files = new FaultyFiles({ random, delay: (callback) => this.#onDisk(callback) });
    this.#use(this.#files);
  }

  #onDisk(callback: () => void): void {
    const { time, chance } = this.#world;
    const stallMs = Math.max(0, this.#stallsUntilMs - time.now());
    time.after(stallMs + this.#latencyMs * (0.5 + chance.random()), callback);
  }

  async #stall(world: World): Promise<void> {
    const stallMs = world.chance.scale(10, 5000);
    this.#stallsUntilMs = world.time.now() + stallMs;
    await world.sleep(stallMs);
  }

  async #usedBytes(): Promise<number> {
    const files = this.#files;
    const capacity = files.capacityBytes;
    files.capacityBytes = LARGE_BYTES;
    const free = await files.freeBytes().catch(() => 0);
    files.capacityBytes = capacity;
    return LARGE_BYTES - free;
  }

  /** Goes on with what is left on the disk. */
  #use(files: FaultyFiles): void {
    this.#mayLeaveFiles = false;
    this.#files = files;
    const world = this.#world;
    files.failure = ({ type, name }) => {
      if (this.#failureProbability === 0 || type === "close" || type === "list") return undefined;
      if (!world.chance.happens(this.#failureProbability)) return undefined;
      if (type === "read" || type === "open") world.mayFailToRead = true;
      if (type === "remove") this.#mayLeaveFiles = true;
      world.note(`the disk fails to ${type} ${name}`);
      return new Error(`Input/output error (${type} ${name})`);
    };
  }

  get died(): Promise<void> {
    return this.#files.died;
  }

  open({ after, report }: ProcessMeans): Promise<StoredIndex> {
    const diskFreeLimitBytes = DISK_FREE_LIMIT_BYTES;
    return openFileStore({ ...this.#sizes, files: this.#files, after, crc32, diskFreeLimitBytes, report });
  }

  dieAfter(operations: number): void {
    this.#files.dieAfter(operations);
  }

  end(how: End): void {
    this.#use(how === "killed" ? this.#files.kill() : this.#files.crash());
  }

  heal(): void {
    this.#stallsUntilMs = 0;
    this.#failureProbability = 0;
    this.#files.capacityBytes = Infinity;
  }

  async checkNothingIsLeft(): Promise<void> {
    const names = await this.#files.list();
    const segments = names.filter((name) => name.startsWith("segment-"));
    mustHold(segments.length === 0 || this.#mayLeaveFiles, () => `all queues are empty, and there is ${segments}`);
    const journal = names.filter((name) => name.startsWith("journal-"));
    mustHold(journal.length <= JOURNAL_FILES_MAX, () => `there are ${journal.length} journal files`);
    const file = await this.#files.open("snapshot", { readOnly: true });
    const bytes = await file.size();
    mustHold(bytes <= SNAPSHOT_BYTES_MAX, () => `all queues are empty, and the snapshot takes ${bytes} bytes`);
    await file.close();
  }
}
