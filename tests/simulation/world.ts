import { crc32 } from "node:zlib";
import { FaultyFiles } from "../store/faulty_files.ts";
import type { StoreSizes } from "../../src/store/sizes.ts";
import { BrokerProcess } from "./broker_process.ts";
import { Chance } from "./chance.ts";
import { Client, type ClientHost } from "./client.ts";
import { Model } from "./model.ts";
import { SimulatedTime } from "./simulated_time.ts";
import { type Violation } from "./violation.ts";

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;
const FRAME_MAX = [4096, 10_000, 131_072];
/** Number of events between two checks of all counts of messages. */
const EVENTS_PER_COUNT = 100;
const DISK_FREE_LIMIT_BYTES = 64 * 1024;

export interface WorldOptions {
  readonly seed: number;
  /** Called with a line for each event. */
  readonly trace?: (line: string) => void;
}

/** The broker, its disk, its network and its clients, on one clock and from one seed. */
export class World implements ClientHost {
  readonly time = new SimulatedTime();
  readonly chance: Chance;
  readonly model = new Model(() => this.time.now());
  readonly clients = new Set<Client>();
  files: FaultyFiles;
  /** The broker, while it runs and accepts connections. */
  process: BrokerProcess | undefined;
  /** True when clients should finish and begin nothing new. */
  isStopping = false;
  /** True when all faults are over. */
  isHealed = false;
  faultCount = 0;
  mayFailToRead = false;
  /** True when a file could not be removed, and waits for the next start. */
  mayLeaveFiles = false;
  /** True when messages have taken all of their memory at some time. */
  isShortOfMemory = false;
  /** Time before which the disk does nothing. */
  diskStallsUntilMs = 0;
  /** Probability that an operation of the disk fails. */
  diskFailureProbability = 0;
  /** Resolves with the first violation. */
  readonly failed: Promise<Violation | Error>;
  readonly #onFailed: (error: Violation | Error) => void;
  readonly #traceLine: ((line: string) => void) | undefined;
  readonly #diskLatencyMs: number;
  readonly #sizes: StoreSizes;
  readonly #memoryHighWatermarkBytes: number;
  #hash = 0;

  constructor({ seed, trace }: WorldOptions) {
    ({ promise: this.failed, resolve: this.#onFailed } = Promise.withResolvers<Violation | Error>());
    this.#traceLine = trace;
    const chance = this.chance = new Chance(seed);
    this.time.onQuiet = () => this.#check();
    this.#diskLatencyMs = chance.scale(0.02, 5);
    // Small, so that a short run has many batches, files, segments and merges.
    const batchBytes = KIBIBYTE * chance.pick([4, 16, 64]);
    const journalFileBytes = KIBIBYTE * chance.pick([128, 256]);
    const segmentBytes = KIBIBYTE * chance.pick([16, 64, 256]);
    this.#sizes = { batchBytes, journalFileBytes, segmentBytes, blockBytes: KIBIBYTE * chance.pick([1, 8, 32]) };
    this.#memoryHighWatermarkBytes = chance.pick([2 * MEBIBYTE, 4 * MEBIBYTE, 64 * MEBIBYTE]);
    this.files = new FaultyFiles({ random: chance.random, delay: (callback) => this.#onDisk(callback) });
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

  // The disk

  #onDisk(callback: () => void): void {
    const stallMs = Math.max(0, this.diskStallsUntilMs - this.time.now());
    this.time.after(stallMs + this.#diskLatencyMs * (0.5 + this.chance.random()), callback);
  }

  /** Continues with other contents of the disk. */
  useFiles(files: FaultyFiles): void {
    this.mayLeaveFiles = false;
    this.files = files;
    files.failure = ({ type, name }) => {
      if (this.diskFailureProbability === 0 || type === "close" || type === "list") return undefined;
      if (!this.chance.happens(this.diskFailureProbability)) return undefined;
      if (type === "read" || type === "open") this.mayFailToRead = true;
      if (type === "remove") this.mayLeaveFiles = true;
      this.note(`the disk fails to ${type} ${name}`);
      return new Error(`Input/output error (${type} ${name})`);
    };
  }

  // The broker

  startProcess(): Promise<BrokerProcess> {
    return BrokerProcess.start({
      time: this.time,
      chance: this.chance,
      files: this.files,
      sizes: this.#sizes,
      memoryHighWatermarkBytes: this.#memoryHighWatermarkBytes,
      diskFreeLimitBytes: DISK_FREE_LIMIT_BYTES,
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
    const { turn, messages } = this.process.broker.node;
    turn.checkOver();
    if (this.time.eventCount % EVENTS_PER_COUNT === 0) messages.checkCounts();
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
