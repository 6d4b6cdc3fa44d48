import { Broker } from "../../mod.ts";
import type { Connection } from "../../src/amqp091/connection.ts";
import { CorruptStoreError } from "../../src/store/error.ts";
import type { StoredIndex } from "../../src/store/index/stored_index.ts";
import type { Chance } from "./chance.ts";
import { Link } from "./network.ts";
import type { Place } from "./place.ts";
import { ProcessClock, type SimulatedTime } from "./simulated_time.ts";
import { Violation } from "./violation.ts";

export interface BrokerProcessOptions {
  readonly time: SimulatedTime;
  readonly chance: Chance;
  readonly place: Place;
  readonly memoryHighWatermarkBytes: number;
  readonly log: (line: string) => void;
  readonly fail: (violation: Violation) => void;
}

/** One run of the broker, from its start until it is closed or dies. */
export class BrokerProcess {
  readonly clock: ProcessClock;
  readonly broker: Broker;
  readonly store: StoredIndex;
  readonly links = new Map<Link, Connection>();
  readonly #options: BrokerProcessOptions;
  #lastPort = 50_000;
  #isDead = false;

  private constructor(options: BrokerProcessOptions, clock: ProcessClock, store: StoredIndex) {
    this.#options = options;
    this.clock = clock;
    this.store = store;
    const { chance, log, fail, memoryHighWatermarkBytes } = options;
    this.broker = new Broker({
      store,
      clock,
      memoryHighWatermarkBytes,
      randomBytes: (bytes) => chance.bytes(bytes),
      log: (level, line) => {
        if (this.#isDead) return;
        log(`${level}: ${line}`);
        if (line.includes("internal error:")) fail(new Violation(line));
      },
    });
  }

  /** Starts the broker on the contents of its place. Rejects when that can't be read or written. */
  static async start(options: BrokerProcessOptions): Promise<BrokerProcess> {
    const { time, place, log } = options;
    const clock = new ProcessClock(time);
    try {
      const report = (level: string, line: string) => log(`store, ${level}: ${line}`);
      const store = await place.open({ after: clock.after, report });
      return new BrokerProcess(options, clock, store);
    } catch (error) {
      clock.stop();
      if (error instanceof CorruptStoreError) throw new Violation(`the store does not open: ${error.message}`);
      throw error;
    }
  }

  /** Connects a client. */
  connect(): Link {
    const { time, chance } = this.#options;
    const link = new Link(time, chance, ++this.#lastPort);
    const connection = this.broker.accept(link.transport);
    this.links.set(link, connection);
    connection.closed.then(() => {
      this.links.delete(link);
      if (!this.#isDead) link.onLetGo();
    });
    return link;
  }

  /** Kills the broker: nobody sees anything that it still does. */
  die(clientsHearAfterMs: () => number): void {
    this.#isDead = true;
    this.clock.stop();
    for (const link of this.links.keys()) link.brokerDied(clientsHearAfterMs());
    this.links.clear();
  }

  /** Closes the broker in an orderly way. */
  async close(): Promise<void> {
    for (const link of this.links.keys()) link.isDisturbed = true;
    await this.broker.close();
    this.die(() => 1);
  }
}
