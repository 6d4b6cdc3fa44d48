import assert from "node:assert/strict";
import type { SyncMode } from "../../src/store/log/sync_mode.ts";
import type { StoredIndex } from "../../src/store/index/stored_index.ts";
import { recordTypeOf } from "../../src/store/record_types.ts";
import type { StoreSizes } from "../../src/store/sizes.ts";
import type { TopologyRecord } from "../../src/store/topology_record.ts";
import { removalOf } from "../../src/broker/topology/removal.ts";
import { checkBlocks } from "./block_checks.ts";
import { prune } from "./prune.ts";
import { ScheduleOperations } from "./schedule_operations.ts";
import { FarPlace, FilePlace, type SchedulePlace } from "./schedule_places.ts";
import { seededRandom } from "./seeded_random.ts";
import type { Random } from "./simulated_disk.ts";
import { SimulatedEvents } from "./simulated_events.ts";
import { readAll, StoreModel } from "./store_model.ts";

/** The dangers of a schedule. */
export interface Dangers {
  /** The power fails, the process is killed, or another one takes over, at any moment. */
  readonly death?: boolean;
  /** Operations on the disk fail, and it fills up; copies that lead fail. */
  readonly faults?: boolean;
  /** Default: `"always"`. */
  readonly sync?: SyncMode;
  /** The store is in a storage far away. Default: false, for files. */
  readonly isFar?: boolean;
}

/** Counts of what happened in a schedule. */
export interface ScheduleResult {
  readonly takeovers: number;
  readonly failovers: number;
  readonly lostBatches: number;
  /** Changes of an owner that was replaced, all of which were refused. */
  readonly refusals: number;
}

/** Runs the operations, deaths and starts of a process that a seed decides. Throws when the store is wrong. */
export async function runSchedule(seed: number, dangers: Dangers): Promise<ScheduleResult> {
  return await new Schedule(seed, dangers).run();
}

class Schedule {
  readonly #dangers: Dangers;
  readonly #random: Random;
  readonly #events: SimulatedEvents;
  readonly #place: SchedulePlace;
  readonly #operations: ScheduleOperations;
  readonly #sizes: StoreSizes;
  /** Number of the record up to which all must be there at the next start. */
  #durable = 0;
  /** The store of a process that was replaced and may not know. */
  #replaced: StoredIndex | undefined;
  #takeovers = 0;

  constructor(seed: number, dangers: Dangers) {
    this.#dangers = dangers;
    this.#random = seededRandom(seed);
    this.#events = new SimulatedEvents(this.#random);
    this.#place = dangers.isFar
      ? new FarPlace(this.#random, this.#events)
      : new FilePlace(this.#random, this.#events, dangers.sync ?? "always");
    const operations = this.#operations = new ScheduleOperations(this.#random, [
      [20, () => this.#pass()],
      [1, () => this.#wait()],
      [0.7, () => this.#changeFaults()],
    ]);
    // Small, so that a short schedule has many batches, files, segments and merges.
    const batchBytes = operations.oneOf([1024, 2048, 4096]);
    const journalFileBytes = batchBytes * operations.oneOf([2, 4, 8]);
    const segmentBytes = operations.oneOf([1024, 2048, 16 * 1024]);
    this.#sizes = { batchBytes, journalFileBytes, segmentBytes, blockBytes: operations.oneOf([200, 1024]) };
  }

  get #isDead(): boolean {
    return this.#operations.isDead = this.#place.isDead;
  }

  async run(): Promise<ScheduleResult> {
    const operations = this.#operations;
    const lives = 1 + operations.below(4);
    for (let life = 0; life < lives; life++) {
      await this.#open();
      if (life === 0) operations.begin();
      if (this.#dangers.death && operations.chance(0.7)) {
        this.#place.dieAfter(1 + operations.below(operations.oneOf([20, 100, 400, 1000])));
      }
      const count = operations.below(operations.oneOf([10, 60, 400]));
      for (let i = 0; i < count && !this.#isDead; i++) await operations.operate();
      this.#place.heal();
      if (!this.#isDead && operations.chance(0.2)) await this.#calm();
      await this.#end();
    }
    await this.#open();
    const { failovers = 0, lostBatches = 0, refusals = 0 } = this.#place instanceof FarPlace ? this.#place.storage : {};
    return { takeovers: this.#takeovers, failovers, lostBatches, refusals };
  }

  // Starting and ending

  async #open(): Promise<void> {
    const operations = this.#operations;
    for (let attempt = 0;; attempt++) {
      const canFail = this.#dangers.faults && attempt < 3 && operations.chance(0.3);
      if (canFail) this.#fail(0.05);
      const opening = this.#place.open(this.#sizes);
      if (this.#dangers.death && attempt < 3 && operations.chance(0.3)) this.#place.dieAfter(1 + operations.below(30));
      let contents: ReturnType<typeof readAll> | undefined;
      const reading = opening.then((store) => {
        operations.store = store;
        this.#place.heal();
        return contents = readAll(store);
      });
      const isOpen = await this.#events.until(reading, () => this.#isDead);
      const hasFailed = isOpen && canFail && await reading.then(() => false, () => true);
      if (!isOpen || hasFailed) {
        this.#place.heal();
        this.#die();
        continue;
      }
      await reading;
      this.#place.heal();
      if (contents === undefined) throw new Error("nothing was read");
      this.#check(await contents);
      return;
    }
  }

  #check(contents: Awaited<ReturnType<typeof readAll>>): void {
    const operations = this.#operations;
    const { store } = operations;
    const { recovered } = store;
    const { kept, dropped } = prune(recovered.topology);
    // What comes of a change of which the last records were lost is dropped by the broker, and forgotten by the store.
    for (const record of dropped) store.append(removalOf(record)!);
    const ids = sequenceIdsOf(kept);
    const found = {
      ...recovered,
      topology: kept,
      queues: recovered.queues.filter(({ queueId }) => ids.has(queueId)),
    };
    // What the one before hears late was durable before it was replaced.
    operations.model.check(found, Math.max(this.#durable, this.#replaced?.durable ?? 0), contents);
    for (const { queueId, bodyBytes } of found.queues) {
      checkBlocks(store, queueId, contents.get(queueId)!);
      assert.equal(bodyBytes, store.bodyBytesFrom(queueId, 0));
    }
    operations.model = StoreModel.of(found, contents);
    operations.lastQueueId = recovered.lastQueueId;
    this.#durable = 0;
    this.#replaced = undefined;
  }

  /** The process ends, or another one is about to take over. */
  #die(): void {
    const { keepsDurable, isUnnoticed } = this.#place.die();
    if (!keepsDurable) this.#durable = 0;
    if (!isUnnoticed || this.#replaced !== undefined || this.#operations.store === undefined) return;
    this.#takeovers++;
    this.#replaced = this.#operations.store;
    // So there is something under way meanwhile.
    this.#replaced.commit(true);
  }

  async #end(): Promise<void> {
    const operations = this.#operations;
    const { store } = operations;
    if (!this.#isDead && (!this.#dangers.death || operations.chance(0.5))) {
      if (this.#dangers.death && operations.chance(0.5)) this.#place.dieAfter(1 + operations.below(30));
      const closing = store.close();
      if (await this.#events.until(closing, () => this.#isDead)) {
        await closing;
        this.#durable = store.appended;
        // The same process can open it again: nothing of the closed store may be under way then.
        if (this.#dangers.death && operations.chance(0.5)) this.#place.die();
        return;
      }
    }
    this.#durable = store.durable;
    this.#die();
  }

  /** With nothing to do and a disk that works, everything becomes safe and no alarm stays. */
  async #calm(): Promise<void> {
    const { store } = this.#operations;
    store.commit(false);
    const endMs = this.#events.nowMs + 10_000;
    while (this.#events.nowMs < endMs && !this.#isDead) await this.#events.next();
    if (this.#isDead) return;
    assert.equal(store.durable, store.appended, "something does not become safe");
    assert.equal(store.isShortOfSpace, false, "the disk alarm stays");
    assert.equal(store.isBehind, false, "the store stays behind");
  }

  // What happens between operations

  async #pass(): Promise<void> {
    const events = 1 + this.#operations.below(20);
    for (let i = 0; i < events && !this.#isDead; i++) await this.#events.next();
  }

  async #wait(): Promise<void> {
    const endMs = this.#events.nowMs + this.#random() * 1500;
    while (this.#events.nowMs < endMs && !this.#isDead) await this.#events.next();
  }

  #fail(probability: number): void {
    this.#operations.hadFaults = true;
    this.#place.fail(probability);
  }

  #changeFaults(): void {
    if (!this.#dangers.faults) return;
    const kind = this.#operations.below(4);
    if (kind === 0) this.#fail(this.#random() ** 3);
    else if (kind === 1) this.#place.limit(this.#operations.below(200_000));
    else this.#place.heal();
  }
}

function sequenceIdsOf(topology: readonly TopologyRecord[]): Set<number> {
  return new Set(topology.map((record) => recordTypeOf(record).sequence?.(record).id ?? -1));
}
