import { crc32 } from "node:zlib";
import { StoredIndex } from "../../src/store/index/stored_index.ts";
import type { StoreSizes } from "../../src/store/sizes.ts";
import { FarBlocks } from "../store/far/far_blocks.ts";
import { FarConnection } from "../store/far/far_connection.ts";
import { FarLog } from "../store/far/far_log.ts";
import { FarStorage } from "../store/far/far_storage.ts";
import { takeOver } from "./lives.ts";
import type { Fault, Place, ProcessMeans } from "./place.ts";
import { mustHold } from "./violation.ts";
import type { World } from "./world.ts";

/** A storage far away, whose copies fail, and whose owner is replaced. */
export class FarPlace implements Place {
  readonly faults: { readonly [name: string]: Fault } = {
    "the copy that leads fails": [8, () => this.storage.failOver()],
    "copies that lead fail one after the other": [4, async (world) => {
      this.storage.failureProbability = world.chance.pick([0.02, 0.2]);
      await world.sleep(5, 3000);
      this.storage.failureProbability = 0;
    }],
    "another broker takes over": [4, (world) => takeOver(world, this)],
  };
  readonly storage: FarStorage;
  died!: Promise<void>;
  readonly #sizes: StoreSizes;
  #connection: FarConnection;

  constructor({ chance, time }: World, sizes: StoreSizes, latencyMs: number) {
    this.#sizes = sizes;
    const after = (delayMs: number, callback: () => void) => void time.after(delayMs, callback);
    this.storage = new FarStorage({ random: chance.random, after, latencyMs });
    this.#connection = this.#connect();
  }

  #connect(): FarConnection {
    const connection = new FarConnection(this.storage);
    this.died = new Promise((resolve) => connection.onCut = resolve);
    return this.#connection = connection;
  }

  async open({ after, report }: ProcessMeans): Promise<StoredIndex> {
    const connection = this.#connection;
    const { log, epoch } = await FarLog.open(connection);
    return await StoredIndex.open({
      ...this.#sizes,
      log,
      blocks: new FarBlocks(connection, epoch),
      after,
      crc32,
      report,
    });
  }

  dieAfter(questions: number): void {
    this.#connection.questionsLeft = questions;
  }

  end(): void {
    this.#connection.cut();
    this.#connect();
  }

  /** Lets the next process take over from the current one. Returns a function that ends the latter. */
  replace(): () => void {
    const replaced = this.#connection;
    this.#connect();
    return () => replaced.cut();
  }

  heal(): void {
    this.storage.failureProbability = 0;
  }

  async checkNothingIsLeft(): Promise<void> {
    const names = await this.#connection.askUntilAnswered(this.storage.owner, (storage) => storage.names());
    const segments = names.filter((name) => name.startsWith("segment-"));
    mustHold(segments.length === 0, () => `all queues are empty, and there is ${segments}`);
  }
}
