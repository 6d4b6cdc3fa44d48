import type { Blocks } from "../../../src/store/blocks/blocks.ts";
import { FileBlocks } from "../../../src/store/blocks/file_blocks.ts";
import { MemoryBlocks } from "../../../src/store/blocks/memory_blocks.ts";
import { MemoryStorage } from "../../../src/store/memory_storage.ts";
import { FarBlocks } from "../far/far_blocks.ts";
import { FarConnection } from "../far/far_connection.ts";
import { FarLog } from "../far/far_log.ts";
import { FarStorage } from "../far/far_storage.ts";
import { FaultyFiles } from "../faulty_files.ts";
import { seededRandom } from "../seeded_random.ts";
import { SimulatedEvents } from "../simulated_events.ts";

/** A place of objects, for one process after the other. */
export interface BlockPlace {
  readonly events: SimulatedEvents;
  /** A second process can take the objects over while the first one has them. */
  readonly isShared: boolean;
  /** Opens the objects for a process. */
  open(): Promise<Blocks>;
  /** The process that opened them last ends at once. */
  kill(): void;
}

class FilePlace implements BlockPlace {
  readonly events: SimulatedEvents;
  readonly isShared = false;
  #files: FaultyFiles;

  constructor(seed: number) {
    const random = seededRandom(seed);
    this.events = new SimulatedEvents(random);
    this.#files = new FaultyFiles({ random, delay: this.events.answer });
  }

  async open(): Promise<Blocks> {
    const files = this.#files;
    await files.syncFolder();
    const blocks = new FileBlocks(files);
    await blocks.removeUnfinished();
    return blocks;
  }

  kill(): void {
    this.#files = this.#files.crash();
    this.events.clear();
  }
}

class MemoryPlace implements BlockPlace {
  readonly events: SimulatedEvents;
  readonly isShared = true;
  readonly #storage = new MemoryStorage();

  constructor(seed: number) {
    this.events = new SimulatedEvents(seededRandom(seed));
  }

  open(): Promise<Blocks> {
    return Promise.resolve(new MemoryBlocks(this.#storage, this.#storage.takeOver()));
  }

  kill(): void {}
}

class FarPlace implements BlockPlace {
  readonly events: SimulatedEvents;
  readonly isShared = true;
  readonly #storage: FarStorage;
  #connection: FarConnection | undefined;

  constructor(seed: number) {
    const random = seededRandom(seed);
    this.events = new SimulatedEvents(random);
    this.#storage = new FarStorage({ random, after: this.events.after, latencyMs: 1 });
    const failOver = () => {
      this.#storage.failOver();
      this.events.after(random() * 2000, failOver);
    };
    this.events.after(100, failOver);
  }

  async open(): Promise<Blocks> {
    const connection = this.#connection = new FarConnection(this.#storage);
    const { epoch } = await FarLog.open(connection);
    return new FarBlocks(connection, epoch);
  }

  kill(): void {
    this.#connection?.cut();
  }
}

/** Makes each kind of place, from a seed. */
export const BLOCK_PLACES: { readonly [name: string]: (seed: number) => BlockPlace } = {
  "in files": (seed) => new FilePlace(seed),
  "in memory": (seed) => new MemoryPlace(seed),
  "far away": (seed) => new FarPlace(seed),
};
