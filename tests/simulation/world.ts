import { crc32 } from "node:zlib";
import { BrokerProcess } from "./broker_process.ts";
import { Census } from "./census.ts";
import { Chance } from "./chance.ts";
import { Client, type ClientHost } from "./client.ts";
import { FarPlace } from "./far_place.ts";
import { FilePlace } from "./file_place.ts";
import { Model } from "./model.ts";
import type { Place } from "./place.ts";
import { SimulatedTime } from "./simulated_time.ts";
import type { Violation } from "./violation.ts";

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;
const FRAME_MAX = [4096, 10_000, 131_072];
/** Number of events between two checks of all counts of messages. */
const EVENTS_PER_COUNT = 100;
/** Number of seeds of which one has its store far away. */
const SEEDS_PER_FAR = 4;

export interface WorldOptions {
  readonly seed: number;
  /** Called with a line for each event. */
  readonly trace?: (line: string) => void;
}

/** The broker, the place of its store, its network and its clients, on one clock and from one seed. */
export class World implements ClientHost {
  readonly time = new SimulatedTime();
  readonly chance: Chance;
  readonly model = new Model(() => this.time.now());
  readonly clients = new Set<Client>();
  readonly census = new Census();
  readonly place: Place;
  /** The broker, while it runs and accepts connections. */
  process: BrokerProcess | undefined;
  /** True when clients should finish and begin nothing new. */
  isStopping = false;
  /** True when all faults are over. */
  isHealed = false;
  faultCount = 0;
  /** Number of brokers that were replaced and noticed it. */
  fencedCount = 0;
  mayFailToRead = false;
  /** True when messages have taken all of their memory at some time. */
  isShortOfMemory = false;
  /** Resolves with the first violation. */
  readonly failed: Promise<Violation | Error>;
  readonly #onFailed: (error: Violation | Error) => void;
  readonly #traceLine: ((line: string) => void) | undefined;
  readonly #memoryHighWatermarkBytes: number;
  #hash = 0;

  constructor({ seed, trace }: WorldOptions) {
    ({ promise: this.failed, resolve: this.#onFailed } = Promise.withResolvers<Violation | Error>());
    this.#traceLine = trace;
    const chance = this.chance = new Chance(seed);
    this.time.onQuiet = () => this.#check();
    const latencyMs = chance.scale(0.02, 5);
    // Small, so that a short life sees many batches, files, segments and merges.
    const batchBytes = KIBIBYTE * chance.pick([4, 16, 64]);
    const journalFileBytes = KIBIBYTE * chance.pick([128, 256]);
    const segmentBytes = KIBIBYTE * chance.pick([16, 64, 256]);
    const sizes = { batchBytes, journalFileBytes, segmentBytes, blockBytes: KIBIBYTE * chance.pick([1, 8, 32]) };
    this.#memoryHighWatermarkBytes = chance.pick([2 * MEBIBYTE, 4 * MEBIBYTE, 64 * MEBIBYTE]);
    const isFar = seed % SEEDS_PER_FAR === 0;
    this.place = isFar ? new FarPlace(this, sizes, latencyMs) : new FilePlace(this, sizes, latencyMs);
  }

  // Events

  /** Hash of all events so far. */
  get hash(): number {
    return this.#hash;
  }

  note(line: string): void {
    const text = `${this.time.now().toFixed(3)} ${line}`;
    this.#hash = crc32(text, this.#hash);
    this.#traceLine?.(text);
  }

  noteReceived(bytes: Uint8Array): void {
    this.#hash = crc32(bytes, this.#hash);
  }

  trace(line: () => string): void {
    this.#traceLine?.(`${this.time.now().toFixed(3)} ${line()}`);
  }

  fail(error: Violation | Error): void {
    this.#onFailed(error);
  }

  // Time

  after(delayMs: number, callback: () => void): () => void {
    return this.time.after(delayMs, callback);
  }

  sleep(leastMs: number, mostMs = leastMs): Promise<void> {
    return this.time.sleep(leastMs === mostMs ? leastMs : this.chance.scale(leastMs, mostMs));
  }

  /** Starts an actor that acts at the same time as others. */
  start(actor: () => Promise<void>): void {
    actor().catch((error) => this.fail(error));
  }

  // The broker

  startProcess(): Promise<BrokerProcess> {
    return BrokerProcess.start({
      time: this.time,
      chance: this.chance,
      place: this.place,
      memoryHighWatermarkBytes: this.#memoryHighWatermarkBytes,
      log: (line) => {
        if (line.includes("blocked: low on memory")) this.isShortOfMemory = true;
        this.note(`broker: ${line}`);
      },
      fail: (violation) => this.fail(violation),
    });
  }

  /** Checks between two events that no turn is open and no count of messages is wrong. */
  #check(): void {
    if (this.process === undefined) return;
    const { node } = this.process.broker;
    if (this.time.eventCount % EVENTS_PER_COUNT === 0) node.checkBetweenTurns();
    else node.turn.checkOver();
  }

  // Clients

  /** Connects and logs in. Resolves to `undefined` when that fails. */
  async connect(process = this.process): Promise<Client | undefined> {
    if (process === undefined) return undefined;
    const { chance } = this;
    const heartbeatSeconds = chance.int(1, 20);
    const client = new Client(this, process.connect(), { heartbeatSeconds, frameMax: chance.pick(FRAME_MAX) });
    this.clients.add(client);
    client.link.letGo.then(() => this.clients.delete(client));
    return await client.open() ? client : undefined;
  }
}
