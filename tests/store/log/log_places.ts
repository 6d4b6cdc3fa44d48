import type { Log } from "../../../src/store/log/log.ts";
import { FileLog } from "../../../src/store/log/file_log.ts";
import { MemoryLog } from "../../../src/store/log/memory_log.ts";
import type { SyncMode } from "../../../src/store/log/sync_mode.ts";
import { MemoryStorage } from "../../../src/store/memory_storage.ts";
import { FarConnection } from "../far/far_connection.ts";
import { FarLog } from "../far/far_log.ts";
import { FarStorage } from "../far/far_storage.ts";
import { FaultyFiles } from "../faulty_files.ts";
import { seededRandom } from "../seeded_random.ts";
import { SimulatedEvents } from "../simulated_events.ts";

/** A place of a log, for one process after the other. */
export interface LogPlace {
  readonly events: SimulatedEvents;
  /** A second process can take the log over while the first one has it. */
  readonly isShared: boolean;
  /** Opens the log for a process. */
  open(): Promise<Log>;
  /** The process that opened the log last ends at once. What was not durable may be lost. */
  kill(): void;
  /** Something fails, of which the log recovers. */
  disturb(): void;
}

const FILE_BYTES = 32 * 1024;
const LATENCY_MS = 1;

export class FilePlace implements LogPlace {
  readonly events: SimulatedEvents;
  readonly isShared = false;
  readonly #sync: SyncMode;
  #files: FaultyFiles;

  constructor(seed: number, sync: SyncMode = "always") {
    const random = seededRandom(seed);
    this.#sync = sync;
    this.events = new SimulatedEvents(random);
    this.#files = new FaultyFiles({ random, delay: this.events.answer });
  }

  open(): Promise<Log> {
    const { after } = this.events;
    // A log gets over a failed write while it runs. Its opening may fail by one, when there is a torn batch to cut off.
    this.#files.mend();
    return FileLog.open({ files: this.#files, after, sync: this.#sync, fileBytes: FILE_BYTES, batchBytes: 4096 });
  }

  kill(): void {
    // Without a sync for each batch only a process may end, and the power must not.
    this.#files = this.#sync === "always" ? this.#files.crash() : this.#files.kill();
    this.events.clear();
  }

  disturb(): void {
    this.#files.failNext("write");
  }
}

export class MemoryPlace implements LogPlace {
  readonly events: SimulatedEvents;
  readonly isShared = true;
  readonly #storage = new MemoryStorage();

  constructor(seed: number) {
    this.events = new SimulatedEvents(seededRandom(seed));
  }

  open(): Promise<Log> {
    return Promise.resolve(new MemoryLog(this.#storage, this.#storage.takeOver()));
  }

  kill(): void {}
  disturb(): void {}
}

export class FarPlace implements LogPlace {
  readonly events: SimulatedEvents;
  readonly isShared = true;
  readonly storage: FarStorage;
  #connection: FarConnection | undefined;

  constructor(seed: number) {
    const random = seededRandom(seed);
    this.events = new SimulatedEvents(random);
    this.storage = new FarStorage({ random, after: this.events.after, latencyMs: LATENCY_MS });
  }

  async open(): Promise<Log> {
    const connection = this.#connection = new FarConnection(this.storage);
    return (await FarLog.open(connection)).log;
  }

  kill(): void {
    this.#connection?.cut();
  }

  disturb(): void {
    this.storage.failOver();
  }
}

/** Makes each kind of place, from a seed. */
export const LOG_PLACES: { readonly [name: string]: (seed: number) => LogPlace } = {
  "in files": (seed) => new FilePlace(seed),
  "in files, synced at intervals": (seed) => new FilePlace(seed, "interval"),
  "in memory": (seed) => new MemoryPlace(seed),
  "far away": (seed) => new FarPlace(seed),
};
