import { StoredIndex } from "../../src/store/index/stored_index.ts";
import { openFileStore } from "../../src/store/file_store.ts";
import type { SyncMode } from "../../src/store/log/sync_mode.ts";
import type { StoreSizes } from "../../src/store/sizes.ts";
import { FarBlocks } from "./far/far_blocks.ts";
import { FarConnection } from "./far/far_connection.ts";
import { FarLog } from "./far/far_log.ts";
import { FarStorage } from "./far/far_storage.ts";
import { FaultyFiles } from "./faulty_files.ts";
import type { Random } from "./simulated_disk.ts";
import type { SimulatedEvents } from "./simulated_events.ts";

/** The end of a process. */
export interface Death {
  /** True when all durable records are still there. */
  readonly keepsDurable: boolean;
  /** True when the process does not know that it was replaced, and goes on. */
  readonly isUnnoticed: boolean;
}

/** A place of a store, for one process after the other. */
export interface SchedulePlace {
  /** The process has died by {@linkcode dieAfter}. */
  readonly isDead: boolean;
  open(sizes: StoreSizes): Promise<StoredIndex>;
  /** Kills the process in the middle of its work, after a number of operations of its store. */
  dieAfter(operations: number): void;
  /** Ends the process. */
  die(): Death;
  /** Makes operations fail with a probability. */
  fail(probability: number): void;
  /** Limits the room to a number of bytes. */
  limit(bytes: number): void;
  /** Ends the effects of {@linkcode fail} and {@linkcode limit}. */
  heal(): void;
}

/** A folder of files, on a disk that fails and loses power. */
export class FilePlace implements SchedulePlace {
  isDead = false;
  readonly #random: Random;
  readonly #events: SimulatedEvents;
  readonly #sync: SyncMode;
  #files: FaultyFiles;

  constructor(random: Random, events: SimulatedEvents, sync: SyncMode) {
    this.#random = random;
    this.#events = events;
    this.#sync = sync;
    this.#files = new FaultyFiles({ random, delay: events.answer });
    this.#watch();
  }

  #watch(): void {
    this.isDead = false;
    const files = this.#files;
    files.died.then(() => {
      if (files === this.#files) this.isDead = true;
    });
  }

  open(sizes: StoreSizes): Promise<StoredIndex> {
    const { after } = this.#events;
    return openFileStore({ ...sizes, files: this.#files, after, sync: this.#sync, diskFreeLimitBytes: 0 });
  }

  dieAfter(operations: number): void {
    this.#files.dieAfter(operations);
  }

  die(): Death {
    const isKilled = this.#random() < 0.3;
    this.#files = isKilled ? this.#files.kill() : this.#files.crash();
    this.#events.clear();
    this.#watch();
    return { keepsDurable: isKilled || this.#sync === "always", isUnnoticed: false };
  }

  fail(probability: number): void {
    const canSyncFail = this.#sync === "always";
    this.#files.failure = ({ type }) =>
      (type !== "sync" || canSyncFail) && this.#random() < probability ? new Error("Input/output error") : undefined;
  }

  limit(bytes: number): void {
    this.#files.capacityBytes = bytes;
  }

  heal(): void {
    this.#files.failure = () => undefined;
    this.#files.capacityBytes = Infinity;
  }
}

/** A storage far away, whose owner is replaced, and whose copies fail. */
export class FarPlace implements SchedulePlace {
  isDead = false;
  readonly storage: FarStorage;
  readonly #random: Random;
  readonly #events: SimulatedEvents;
  #connection: FarConnection | undefined;

  constructor(random: Random, events: SimulatedEvents) {
    this.#random = random;
    this.#events = events;
    this.storage = new FarStorage({ random, after: events.after, latencyMs: 0.2 });
  }

  async open(sizes: StoreSizes): Promise<StoredIndex> {
    const connection = this.#connection = new FarConnection(this.storage);
    connection.onCut = () => {
      if (connection === this.#connection) this.isDead = true;
    };
    const { log, epoch } = await FarLog.open(connection);
    return await StoredIndex.open({
      ...sizes,
      log,
      blocks: new FarBlocks(connection, epoch),
      after: this.#events.after,
    });
  }

  dieAfter(questions: number): void {
    if (this.#connection !== undefined) this.#connection.questionsLeft = questions;
  }

  die(): Death {
    const isUnnoticed = !this.isDead && this.#random() < 0.5;
    if (!isUnnoticed) this.#connection?.cut();
    this.isDead = false;
    return { keepsDurable: true, isUnnoticed };
  }

  fail(probability: number): void {
    // Most schedules are short, and few changes are under way at once.
    this.storage.failureProbability = Math.sqrt(probability);
  }

  limit(): void {}

  heal(): void {
    this.storage.failureProbability = 0;
  }
}
