import type { Access } from "../access/access.ts";
import type { Connection } from "../amqp091/connection.ts";
import { Broker, type BrokerOptions } from "../embedding/broker.ts";
import type { Node } from "../broker/node/node.ts";
import type { Clock } from "../broker/turn/clock.ts";
import type { VirtualHost } from "../broker/topology/vhost.ts";
import { runtime } from "../runtime/current.ts";
import type { Listener } from "../runtime/runtime.ts";
import { formatAddress, type Transport } from "../transport/transport.ts";
import { TestClock } from "./clock.ts";
import { TestConnection } from "./connection.ts";
import { type DeadLetter, DeadLetterRecord } from "./dead_letters.ts";
import { type Fault, Faults } from "./fault.ts";
import { type NackOptions, Nacks, RefusingPublisher } from "./nacks.ts";
import { TestQueue } from "./queue.ts";
import { Settling } from "./settling.ts";
import { Delay, delayed } from "./slow_transport.ts";
import { TestStore, Turns } from "./turns.ts";

/** Default time limit of {@linkcode TestBroker.until}. In milliseconds. */
const UNTIL_MS = 5000;

/** Options of a test broker. Every field may be left out. */
export interface TestBrokerOptions extends Omit<BrokerOptions, "clock" | "connectionClock" | "store"> {
  /** True to serve the management API and metrics on a free port. Default: false. */
  readonly servesManagement?: boolean;
  /** True for a clock that stands still until the test moves it. Default: false. */
  readonly stopsClock?: boolean;
}

/** Options of {@linkcode TestBroker.until}. */
export interface UntilOptions {
  /** In milliseconds of real time. Default: 5000. */
  readonly timeoutMs?: number;
}

/** An open connection with its transport. */
interface Accepted {
  readonly connection: Connection;
  readonly test: TestConnection;
  readonly transport: Transport;
}

/** Everything that {@linkcode testBroker} has opened. */
interface Opened {
  readonly broker: Broker;
  readonly clock: TestClock;
  readonly turns: Turns;
  readonly store: TestStore;
}

/**
 * A broker for tests of applications: in memory, on a free port of this machine, with a clock that the test moves, with
 * everything in it to be seen, and with faults on demand. As many as needed run in one process.
 *
 * ```ts
 * await using broker = await testBroker();
 * const connection = await amqp.connect(broker.url);
 * ```
 */
export class TestBroker {
  /** The broker itself, which publishes and consumes without a connection. */
  readonly embedded: Broker;
  /** Clock of the broker, which the test moves. */
  readonly clock: TestClock;
  /** `amqp://guest:guest@127.0.0.1:PORT` */
  url = "";
  /** Port of AMQP. */
  port = 0;
  readonly #turns: Turns;
  readonly #store: TestStore;
  readonly #node: Node;
  readonly #faults = new Faults();
  readonly #nacks = new Nacks();
  readonly #delay = new Delay();
  readonly #deadLetters: DeadLetterRecord;
  readonly #accepted = new Set<Accepted>();
  #listener: Listener | undefined;
  #http: { readonly url: string; close(): Promise<void> } | undefined;
  #closed: Promise<void> | undefined;

  /** Called by {@linkcode testBroker} only. */
  constructor({ broker, clock, turns, store }: Opened) {
    this.embedded = broker;
    this.clock = clock;
    this.#turns = turns;
    this.#store = store;
    this.#node = broker.node;
    this.#node.newPublisher = (channel, sink) => new RefusingPublisher(channel, sink, this.#nacks);
    this.#deadLetters = new DeadLetterRecord(this.#node);
  }

  /** Called by {@linkcode testBroker} only. */
  async listen(servesManagement: boolean): Promise<void> {
    const listener = await runtime.listen({ host: "127.0.0.1", port: 0 }, (transport) => this.#accept(transport));
    this.#listener = listener;
    this.port = listener.address.port;
    this.url = `amqp://guest:guest@${formatAddress(listener.address)}`;
    this.embedded.listeners = [{ protocol: "amqp", ...listener.address }];
    if (servesManagement) this.#http = await (await import("./management.ts")).serveManagement(this.embedded);
  }

  #accept(transport: Transport): void {
    const delay = new Delay();
    const connection = this.embedded.accept(delayed(transport, [this.#delay, delay]));
    const test = new TestConnection(connection, transport, this.#node, this.#faults, delay);
    const accepted = { connection, test, transport };
    this.#accepted.add(accepted);
    connection.closed.then(() => {
      this.#accepted.delete(accepted);
      this.#turns.ended();
    });
  }

  /**
   * `http://guest:guest@127.0.0.1:PORT`, where the management API is at `/api`. Throws `TypeError` without
   * {@linkcode TestBrokerOptions.servesManagement}.
   */
  get managementUrl(): string {
    if (this.#http === undefined) {
      throw new TypeError("Call testBroker({ servesManagement: true }) for a managementUrl.");
    }
    return this.#http.url;
  }

  // What is in it

  /** The open connections, in the order in which they were accepted. */
  get connections(): readonly TestConnection[] {
    return [...this.#accepted].map(({ test }) => test);
  }

  /** Returns a queue. Throws `RangeError` when it does not exist. */
  queue(name: string, vhost = "/"): TestQueue {
    const host = this.#vhost(vhost);
    const queue = host.queues.get(name);
    if (queue === undefined) {
      const others = [...host.queues.keys()].map((other) => `'${other}'`).join(", ");
      const instead = others === "" ? "There is none." : `There are: ${others}.`;
      throw new RangeError(`No queue '${name}' in virtual host '${vhost}'. ${instead}`);
    }
    return this.#testQueue(host, queue);
  }

  /** Returns whether a queue exists. Throws `RangeError` for a virtual host that does not. */
  hasQueue(name: string, vhost = "/"): boolean {
    return this.#vhost(vhost).queues.has(name);
  }

  /** Returns all queues of a virtual host. */
  queues(vhost = "/"): readonly TestQueue[] {
    const host = this.#vhost(vhost);
    return [...host.queues.values()].map((queue) => this.#testQueue(host, queue));
  }

  #testQueue(...[host, queue]: [VirtualHost, ConstructorParameters<typeof TestQueue>[0]]): TestQueue {
    return new TestQueue(queue, host, this.#node, this.#faults, this.#deadLetters);
  }

  #vhost(name: string): VirtualHost {
    const vhost = this.#node.vhosts.get(name);
    if (vhost === undefined) throw new RangeError(`No virtual host '${name}'.`);
    return vhost;
  }

  /** Returns the number of messages that an exchange delays. Throws `RangeError` when it does not exist. */
  delayedCount(exchange: string, vhost = "/"): number {
    const found = this.#vhost(vhost).exchanges.get(exchange);
    if (found === undefined) throw new RangeError(`No exchange '${exchange}' in virtual host '${vhost}'.`);
    return found.delayed?.count ?? 0;
  }

  /** The last 10,000 messages that died in a queue and went to its dead letter exchange, the oldest first. */
  get deadLetters(): readonly DeadLetter[] {
    return this.#deadLetters.letters;
  }

  /**
   * Resolves with the first result of `condition` that is neither false nor missing; it is asked after each change in
   * the broker, and every 10 ms. Rejects when `condition` throws, and with `Error` after 5 s.
   *
   * ```ts
   * await broker.until(() => broker.queue("orders").readyCount === 3);
   * ```
   */
  until<Result>(
    condition: () => Result | Promise<Result>,
    { timeoutMs = UNTIL_MS }: UntilOptions = {},
  ): Promise<Result> {
    return this.#turns.until(condition, timeoutMs, () => this.#describe());
  }

  #describe(): string {
    const queues = [...this.#node.vhosts.keys()].flatMap((vhost) => this.queues(vhost));
    if (queues.length === 0) return "There are no queues.";
    return `There are: ${
      queues.map(({ name, readyCount, unackedCount, consumers }) =>
        `queue '${name}' with ${readyCount} ready and ${unackedCount} unacknowledged messages and ` +
        `${consumers.length} consumers`
      ).join("; ")
    }.`;
  }

  // Faults

  /** Blocks publishers, as an alarm does (RabbitMQ: Blocked Connections), until the fault ends. */
  block(reason: "low on memory" | "low on disk" = "low on memory"): Fault {
    const set = (isOn: boolean) => {
      if (reason === "low on disk") this.#store.isShortOfSpace = isOn;
      else this.#node.memoryHighWatermarkBytes = isOn ? -1 : before;
      this.#node.endTurn();
    };
    const before = this.#node.memoryHighWatermarkBytes;
    set(true);
    return this.#faults.begin(() => set(false));
  }

  /**
   * Refuses publishes on channels with confirms: no queue gets them, and clients get `basic.nack`.
   *
   * ```ts
   * broker.nack({ count: 2, exchange: "orders" });
   * ```
   */
  nack(options: NackOptions = {}): Fault {
    return this.#faults.begin(this.#nacks.add(options));
  }

  /** Delays everything that is sent to clients; by `Infinity` until the fault ends. In milliseconds of real time. */
  slow(delayMs: number): Fault {
    this.#delay.delayMs = delayMs;
    return this.#faults.begin(() => this.#delay.delayMs = 0);
  }

  /** Refuses all logins, with 403 ACCESS_REFUSED, until the fault ends. */
  refuseLogins(): Fault {
    const { access } = this.#node;
    const refusing: Access = {
      get version() {
        return access.version;
      },
      login: () => ({ refused: "a test refuses logins" }),
      mayOpen: (...request) => access.mayOpen(...request),
      may: (...request) => access.may(...request),
      mayUseTopic: (...request) => access.mayUseTopic(...request),
    };
    this.#node.access = refusing;
    return this.#faults.begin(() => {
      if (this.#node.access === refusing) this.#node.access = access;
    });
  }

  /** Closes all connections with `connection.close`, as when the broker is shut down. Resolves when they are over. */
  async closeConnections(code = 320, text = "closed by a test"): Promise<void> {
    await Promise.all(this.connections.map((connection) => connection.close(code, text)));
  }

  /** Drops all connections without a word, as when the broker's machine fails. Clients can connect again at once. */
  dropConnections(): void {
    for (const connection of this.connections) connection.drop();
  }

  /** Ends all faults. */
  endFaults(): void {
    this.#faults.end();
  }

  // The end

  /** Closes the broker and all connections. Nothing of it is left then. A second call waits for the first. */
  close(): Promise<void> {
    return this.#closed ??= this.#close();
  }

  async #close(): Promise<void> {
    this.#faults.end();
    this.#listener?.close();
    await this.#http?.close();
    await this.embedded.close();
    for (const { transport } of this.#accepted) transport.abort!();
    await Promise.all([...this.#accepted].map(({ connection }) => connection.closed));
    this.clock.close();
  }

  /** Closes the broker at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Starts a broker for tests, in memory, on a free port. It takes some milliseconds.
 *
 * ```ts
 * await using broker = await testBroker();
 * ```
 */
export async function testBroker(options: TestBrokerOptions = {}): Promise<TestBroker> {
  const { servesManagement = false, stopsClock = false, ...brokerOptions } = options;
  const turns = new Turns();
  const store = new TestStore();
  const clock: TestClock = new TestClock(() => settling.settled());
  const broker = new Broker({ ...brokerOptions, store, clock, connectionClock: REAL_CLOCK });
  const settling = new Settling(broker);
  store.onTurn = () => turns.ended();
  const test = new TestBroker({ broker, clock, turns, store });
  if (stopsClock) clock.stop();
  await test.listen(servesManagement);
  return test;
}

/** Clock of connections, which no test moves. */
const REAL_CLOCK: Clock = {
  now: () => performance.now(),
  time: () => Date.now(),
  after(delayMs: number, callback: () => void) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
