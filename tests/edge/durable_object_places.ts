import type { Blocks } from "../../src/store/blocks/blocks.ts";
import { DurableObjectBlocks } from "../../src/store/durable_object/durable_object_blocks.ts";
import { DurableObjectLog } from "../../src/store/durable_object/durable_object_log.ts";
import { takeOver } from "../../src/store/durable_object/ownership.ts";
import type { DurableObjectStorage, SqlStorage } from "../../src/store/durable_object/storage.ts";
import type { Log } from "../../src/store/log/log.ts";
import type { BlockPlace } from "../store/blocks/block_places.ts";
import type { LogPlace } from "../store/log/log_places.ts";
import { seededRandom } from "../store/seeded_random.ts";
import { SimulatedEvents } from "../store/simulated_events.ts";

const TABLES = ["haremq_owner", "haremq_log", "haremq_object", "haremq_part"];

/**
 * A Durable Object's storage, which answers a sync when a test lets time pass, and fails when a test wants it. The sync
 * itself takes real time, which that clock does not have: tests of a whole broker wait for it.
 */
class SlowStorage implements DurableObjectStorage {
  readonly #storage: DurableObjectStorage;
  readonly #events: SimulatedEvents;
  /** Number of changes and syncs that fail next. */
  failures = 0;

  constructor(storage: DurableObjectStorage, events: SimulatedEvents) {
    this.#storage = storage;
    this.#events = events;
  }

  get sql(): SqlStorage {
    return this.#storage.sql;
  }

  transactionSync<Result>(change: () => Result): Result {
    return this.#storage.transactionSync(() => {
      const result = change();
      this.#fail();
      return result;
    });
  }

  async sync(): Promise<void> {
    void this.#storage.sync();
    await new Promise<void>((resolve) => this.#events.answer(resolve));
    this.#fail();
  }

  #fail(): void {
    if (this.failures === 0) return;
    this.failures--;
    throw new Error("the storage fails, as the test wants");
  }

  getAlarm(): Promise<number | null> {
    return this.#storage.getAlarm();
  }

  setAlarm(atMs: number): Promise<void> {
    return this.#storage.setAlarm(atMs);
  }
}

/** What a Durable Object keeps, for one process after the other. A new place begins with nothing. */
class DurableObjectPlace {
  readonly events: SimulatedEvents;
  readonly isShared = true;
  protected readonly storage: SlowStorage;

  constructor(storage: DurableObjectStorage, seed: number) {
    takeOver(storage);
    for (const table of TABLES) storage.sql.exec(`DELETE FROM ${table}`);
    this.events = new SimulatedEvents(seededRandom(seed));
    this.storage = new SlowStorage(storage, this.events);
  }

  kill(): void {
    this.events.clear();
  }

  disturb(): void {
    this.storage.failures++;
  }
}

export class DurableObjectLogPlace extends DurableObjectPlace implements LogPlace {
  // deno-lint-ignore require-await -- so that a thrown error becomes a rejection
  async open(): Promise<Log> {
    const { storage, events: { after } } = this;
    return new DurableObjectLog({ storage, ownership: takeOver(storage), after });
  }
}

export class DurableObjectBlockPlace extends DurableObjectPlace implements BlockPlace {
  open(): Promise<Blocks> {
    const { storage } = this;
    return Promise.resolve(new DurableObjectBlocks({ storage, ownership: takeOver(storage) }));
  }
}
