import type { ConfirmChannel } from "amqplib";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { crc32 } from "node:zlib";
import { openFolder } from "../../src/runtime/files.ts";
import { verify } from "../../src/store/offline/verify.ts";
import { Haremq } from "../cli/haremq.ts";
import { seededRandom } from "../store/seeded_random.ts";
import { BARRIER, consume, get, type Manners, MARKS } from "./consuming.ts";
import { type Delivered, Ledger } from "./ledger.ts";
import { Peer, Session } from "./peer.ts";
import { flood, publish } from "./publishing.ts";
import { ChangingTopology, checkTransient, declareTransient } from "./topology.ts";
import { transact } from "./transactions.ts";

/** The plan of a round. */
export interface Plan {
  readonly seed: number;
  /** Many kinds of clients with messages of all sizes, or as many small messages as the broker takes. */
  readonly load: "mixed" | "heavy";
  readonly sync: "always" | "interval" | "never";
  /** Time of work before each kill of the broker. In milliseconds. */
  readonly workMs: readonly number[];
  /** Number of kills while the broker starts. */
  readonly killsDuringStart: number;
  /** Number of kills when all messages are delivered and none are acknowledged. */
  readonly killsBeforeAck: number;
  /** A memory limit so low that messages must leave memory. */
  readonly memory: string | undefined;
}

export function makePlan(seed: number, load?: Plan["load"]): Plan {
  const random = seededRandom(seed);
  const pick = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)];
  const kind = load ?? pick(["mixed", "mixed", "mixed", "heavy"] as const);
  const most = kind === "heavy" ? 4000 : 1200;
  return {
    seed,
    load: kind,
    sync: pick(["always", "always", "interval", "never"]),
    workMs: Array.from({ length: pick([1, 1, 2, 3]) }, () => Math.round(20 + random() * most)),
    killsDuringStart: pick([0, 0, 1, 3]),
    killsBeforeAck: pick([0, 0, 1]),
    memory: pick([undefined, undefined, "48MiB"]),
  };
}

export interface Outcome {
  readonly failures: readonly string[];
  readonly published: number;
  readonly confirmed: number;
  readonly drained: number;
  /** A copy of the data folder after the last kill; only after a failure. */
  readonly evidence: string | undefined;
}

const QUEUES = ["work", "jobs", "large", "untouched", "transactions", MARKS, BARRIER];
/** Time limit for a queue to deliver all its messages. In milliseconds. */
const DRAIN_MS = 60_000;
const STOP_MS = 20_000;
/** Time limit of a round. In milliseconds. */
const ROUND_MS = 180_000;

/** Lets a broker work, kills it, and checks its state after a restart. */
export async function runRound(plan: Plan): Promise<Outcome> {
  const round = new Round(plan, await mkdtemp(`${tmpdir()}/haremq-crash-`));
  return await round.run();
}

class Round {
  readonly #plan: Plan;
  readonly #folder: string;
  readonly #random: () => number;
  readonly #ledger = new Ledger();
  readonly #topology: ChangingTopology;
  #haremq: Haremq | undefined;
  #startMs = 300;
  #drained = 0;

  constructor(plan: Plan, folder: string) {
    this.#plan = plan;
    this.#folder = folder;
    this.#random = seededRandom(plan.seed);
    this.#topology = new ChangingTopology(this.#ledger, this.#random);
    this.#ledger.untouched.add("untouched");
  }

  get #dataFolder(): string {
    return `${this.#folder}/data`;
  }

  get #copy(): string {
    return `${this.#folder}/as-killed`;
  }

  async run(): Promise<Outcome> {
    const ledger = this.#ledger;
    const timer = setTimeout(() => {
      ledger.fail(`the round did not end within ${ROUND_MS / 1000} s`);
      this.#haremq?.child.kill("SIGKILL");
    }, ROUND_MS);
    try {
      for (const workMs of this.#plan.workMs) {
        await this.#work(workMs);
        await this.#startAgain();
      }
      await this.#drain();
      await this.#stop();
    } catch (error) {
      ledger.fail((error as Error).stack ?? String(error));
    }
    clearTimeout(timer);
    this.#haremq?.child.kill("SIGKILL");
    await this.#haremq?.ended;
    const hasFailed = ledger.failures.length > 0;
    if (!hasFailed) await rm(this.#folder, { recursive: true });
    return {
      failures: ledger.failures,
      published: ledger.publishers.reduce((sum, { sent }) => sum + sent, 0),
      confirmed: ledger.publishers.reduce((sum, { confirmedCount }) => sum + confirmedCount, 0),
      drained: this.#drained,
      evidence: hasFailed ? this.#folder : undefined,
    };
  }

  #start(): Haremq {
    const { sync, memory } = this.#plan;
    const memoryFlags = memory === undefined ? [] : ["--vm-memory-high-watermark", memory];
    return this.#haremq = new Haremq("--port", "0", "--data-dir", this.#dataFolder, "--sync", sync, ...memoryFlags);
  }

  async #kill(): Promise<void> {
    const { child, ended } = this.#haremq!;
    child.kill("SIGKILL");
    await ended;
  }

  /** Lets clients use the broker for some time, and kills it. */
  async #work(workMs: number): Promise<void> {
    const haremq = this.#haremq ?? this.#start();
    const session = new Session(await haremq.address(), (what) => this.#ledger.fail(what));
    if (this.#ledger.epoch === 0) await this.#declare(session);
    await declareTransient(session);
    if (this.#plan.load === "heavy") this.#startHeavyLoad(session);
    else this.#startMixedLoad(session);
    session.start("the changes of topology", () => this.#topology.change(session));
    await Promise.race([sleep(workMs), haremq.ended]);
    session.isOver = haremq.child.exitCode === null;
    await this.#kill();
    await session.end();
  }

  async #declare(session: Session): Promise<void> {
    const peer = await session.connect();
    const channel = await peer.channel();
    for (const queue of QUEUES) await peer.until(channel.assertQueue(queue));
    await peer.until(channel.assertExchange("everyone", "fanout"));
    await peer.until(channel.assertExchange("front", "topic"));
    for (const queue of ["work", "untouched"]) await peer.until(channel.bindQueue(queue, "everyone", ""));
    await peer.until(channel.bindExchange("everyone", "front", "in.#"));
  }

  #startMixedLoad(session: Session): void {
    const random = this.#random;
    const start = (name: string, exchange: string, key: string, queues: string[], bytes: Bytes, window: number) => {
      const publisher = this.#ledger.addPublisher(queues, bytes);
      const pace = { window, burst: 1 + Math.floor(random() * 100), restMs: random() * 10 };
      session.start(name, () => publish(session, publisher, { exchange, routingKey: key }, pace));
    };
    start("a publisher that waits for each confirm", "", "jobs", ["jobs"], small, 1);
    start("a publisher of some", "", "jobs", ["jobs"], medium, 100);
    start("a publisher to all", "everyone", "", ["work", "untouched"], small, 1000);
    start("a publisher to all by another exchange", "front", "in.front", ["work", "untouched"], medium, 20);
    start("a publisher of large messages", "", "large", ["large"], large, 4);
    this.#startTransient(session, "large");
    this.#startConsumer(session, "work", 10);
    this.#startConsumer(session, "work", 1000);
    this.#startConsumer(session, "jobs", 100);
    session.start("a client that gets", () => get(session, this.#ledger, "large", random));
    this.#startTransactions(session);
  }

  #startHeavyLoad(session: Session): void {
    const window = [2000, 10_000, 50_000][Math.floor(this.#random() * 3)];
    const toAll = this.#ledger.addPublisher(["work", "untouched"], small);
    const toOne = this.#ledger.addPublisher(["jobs"], small);
    session.start("a flood to all", () => flood(session, toAll, { exchange: "everyone", routingKey: "" }, window));
    session.start("a flood to one", () => flood(session, toOne, { exchange: "", routingKey: "jobs" }, window));
    this.#startTransient(session, "large");
    this.#startConsumer(session, "work", 5000);
    if (this.#random() < 0.5) this.#startConsumer(session, "jobs", 1000);
    this.#startTransactions(session);
  }

  #startTransient(session: Session, queue: string): void {
    const publisher = this.#ledger.addPublisher([queue], small, { isTransient: true });
    const pace = { window: 100, burst: 10, restMs: 1 };
    session.start(
      "a transient publisher",
      () => publish(session, publisher, { exchange: "", routingKey: queue }, pace),
    );
  }

  #startConsumer(session: Session, queue: string, prefetch: number): void {
    const random = this.#random;
    const manners: Manners = {
      prefetch,
      ackEvery: [1, 7, 100][Math.floor(random() * 3)],
      returned: random() * 0.05,
      rejected: random() * 0.05,
      markEvery: 1 + Math.floor(random() * prefetch * 2),
      publishes: this.#plan.memory === undefined && random() < 0.5,
      random,
    };
    session.start(`a consumer of ${queue}`, () => consume(session, this.#ledger, queue, manners));
  }

  #startTransactions(session: Session): void {
    const publisher = this.#ledger.addPublisher(["transactions"], modest);
    const run = () => transact(session, this.#ledger, publisher, "transactions", this.#random);
    session.start("transactions", run);
  }

  /** Restarts the broker, and checks its state. */
  async #startAgain(): Promise<void> {
    const ledger = this.#ledger;
    ledger.restarted();
    await rm(this.#copy, { recursive: true, force: true });
    // A killed broker leaves its socket, which can't be copied.
    const filter = (path: string): boolean => !path.endsWith(".sock");
    await cp(this.#dataFolder, this.#copy, { recursive: true, filter });
    await this.#verify(this.#copy);
    for (let left = this.#plan.killsDuringStart; left > 0; left--) {
      this.#start();
      await sleep(this.#random() * this.#startMs * 1.2);
      await this.#kill();
    }
    const startedAt = performance.now();
    const address = await this.#start().address();
    this.#startMs = performance.now() - startedAt;
    const peer = await Peer.connect(address);
    await checkTransient(peer, ledger);
    await this.#topology.check(peer);
    await this.#checkCounts(peer);
    await this.#topology.checkBindings(peer);
    await peer.close();
  }

  get #queues(): readonly (readonly [name: string, key: string])[] {
    return [...QUEUES.map((name) => [name, name] as const), ...this.#topology.queues];
  }

  async #checkCounts(peer: Peer): Promise<void> {
    const channel = await peer.channel();
    for (const [name, key] of this.#queues) {
      const { messageCount } = await peer.until(channel.checkQueue(name));
      this.#ledger.checkCount(key, messageCount);
    }
    await peer.until(channel.close());
  }

  /** Takes all messages out, after delivering them once more or several times. */
  async #drain(): Promise<void> {
    for (let left = this.#plan.killsBeforeAck;; left--) {
      const peer = await Peer.connect(await this.#haremq!.address());
      const drained: { readonly channel: ConfirmChannel; readonly messages: Delivered[] }[] = [];
      for (const [name, key] of this.#queues) {
        const channel = await peer.channel();
        const messages = await this.#deliverAll(peer, channel, name, key);
        this.#ledger.checkAll(key, messages);
        drained.push({ channel, messages });
      }
      this.#ledger.untouched.clear();
      this.#drained = drained.reduce((sum, { messages }) => sum + messages.length, 0);
      if (left === 0) {
        for (const { channel, messages } of drained) {
          for (const message of messages) this.#ledger.settled(message);
          channel.ackAll();
        }
      }
      for (const { channel, messages } of drained) {
        await peer.until(channel.purgeQueue(BARRIER));
        for (const message of messages) {
          if (left === 0) this.#ledger.settledForSure(message);
          else this.#ledger.deliveredForSure(message);
        }
      }
      if (left === 0) return;
      await this.#kill();
      peer.drop();
      await this.#startAgain();
    }
  }

  /** Makes a queue deliver all its messages, and no more than it has reported. */
  async #deliverAll(peer: Peer, channel: ConfirmChannel, name: string, key: string): Promise<Delivered[]> {
    const { messageCount } = await peer.until(channel.checkQueue(name));
    const messages: Delivered[] = [];
    let count = 0;
    let onMessage = () => {};
    await peer.until(channel.consume(name, (message) => {
      if (message === null) return;
      count++;
      const delivered = this.#ledger.delivered(key, message.content, message.fields.redelivered);
      if (delivered !== undefined) messages.push(delivered);
      onMessage();
    }));
    const deadline = performance.now() + DRAIN_MS;
    while (count < messageCount && performance.now() < deadline) {
      await peer.until(Promise.race([new Promise<void>((resolve) => onMessage = resolve), sleep(100)]));
    }
    await sleep(10);
    if (count !== messageCount) {
      this.#ledger.fail(`${key} said it had ${messageCount} messages, and delivered ${count}`);
    }
    return messages;
  }

  /** Stops the broker, which must leave nothing to be replayed and nothing forgotten. */
  async #stop(): Promise<void> {
    const peer = await Peer.connect(await this.#haremq!.address());
    const { child, ended } = this.#haremq!;
    // Deno's child.kill reports of any child that it ended by the signal.
    process.kill(child.pid!, "SIGTERM");
    const code = await Promise.race([ended, sleep(STOP_MS, "no end", { ref: false })]);
    if (code !== 0) this.#ledger.fail(`on SIGTERM the broker ended with ${code}`);
    await peer.close();
    const generations = await this.#verify(this.#dataFolder);
    if (generations.length > 0) {
      this.#ledger.fail(`generations ${generations} are left to be replayed after a clean stop`);
    }
    this.#ledger.restarted();
    const again = await Peer.connect(await this.#start().address());
    await this.#topology.check(again);
    await this.#checkCounts(again);
    await again.close();
  }

  /** Checks that a folder is complete, and returns the generations of the journal that must be replayed. */
  async #verify(folder: string): Promise<readonly number[]> {
    const { damages, generations } = await verify(await openFolder(folder), crc32);
    for (const { file, offset, what } of damages) {
      this.#ledger.fail(`${file} is damaged at offset ${offset}: ${what}`);
    }
    return generations;
  }
}

type Bytes = (sequence: number) => number;

/** Returns a number that differs for each sequence number. */
const scatter = (sequence: number): number => Math.imul(sequence + 1, 2654435761) >>> 8;

const small: Bytes = (sequence) => 16 + scatter(sequence) % 240;
/** Returns a size that fits into one body frame, for clients that send no more than one. */
const modest: Bytes = (sequence) => scatter(sequence) % (sequence % 20 === 19 ? 100 * 1024 : 500);
const medium: Bytes = (sequence) => scatter(sequence) % (sequence % 50 === 49 ? 300 * 1024 : 2000);
const large: Bytes = (sequence) => {
  if (sequence % 8 === 7) return 2 * 1024 * 1024 - scatter(sequence) % 3;
  return sequence % 8 === 3 ? 512 * 1024 - 100 + scatter(sequence) % 100 : scatter(sequence) % (100 * 1024);
};
