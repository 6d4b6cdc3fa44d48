import { Binding } from "../../src/broker/exchange/binding.ts";
import { ByteWriter } from "../../src/wire/byte_writer.ts";
import { fieldTable, type PlainTable, plainTable, type PlainValue } from "../../src/wire/field_table.ts";
import { PropertiesView, writeContentHeader } from "../../src/wire/properties.ts";
import { REFUSED, UNROUTED } from "../../src/broker/message/receipt.ts";
import { publish } from "../../src/broker/routing/publish.ts";
import type { Exchange } from "../../src/broker/exchange/exchange.ts";
import { Node } from "../../src/broker/node/node.ts";
import type { Queue } from "../../src/broker/queue/queue.ts";
import type { VirtualHost } from "../../src/broker/topology/vhost.ts";
import { MemoryFiles } from "../../src/store/memory_files.ts";
import type { Recovered } from "../../src/store/recovered.ts";
import type { Files } from "../../src/store/files.ts";
import { cachedViewOf } from "../../src/wire/copy.ts";
import { FakeClock, settled } from "../fake_clock.ts";
import { SMALL, TestStore } from "../store/test_store.ts";

export interface Publishing {
  readonly body?: string;
  readonly routingKey?: string;
  readonly headers?: PlainTable;
  /** Default: true. */
  readonly persistent?: boolean;
  readonly expiration?: string;
  readonly priority?: number;
}

/** A message from a queue. */
export interface Got {
  readonly body: string;
  readonly headers: { readonly [name: string]: PlainValue };
}

/** Returns the types of a store's records, without those that every broker has. */
export function typesOf({ topology }: Recovered): string[] {
  const ofEveryBroker = ["ids.reserved", "default_data.inserted", "vhost.put"];
  return topology.map(({ type }) => type).filter((type) => !ofEveryBroker.includes(type));
}

/** A broker on a store in memory, whose time passes while it is restarted. */
export class TestBroker {
  readonly clock: FakeClock;
  readonly test: TestStore;
  readonly node: Node;
  readonly reports: string[] = [];

  private constructor(test: TestStore, clock: FakeClock) {
    this.test = test;
    this.clock = clock;
    this.node = new Node({
      clock,
      store: test.store,
      memoryHighWatermarkBytes: 1024 * 1024 * 1024,
      report: (line) => this.reports.push(line),
    });
  }

  static async open(files: Files = new MemoryFiles(), clock = new FakeClock()): Promise<TestBroker> {
    return new TestBroker(await TestStore.open(files, SMALL), clock);
  }

  /** Kills the process, as `kill -9` does, once everything is safe, and starts another one after a while. */
  async restart(afterMs = 0): Promise<TestBroker> {
    await this.safe();
    this.node.schedule.close();
    await this.clock.advance(afterMs);
    return await TestBroker.open(this.test.files, this.clock);
  }

  /** Resolves when the store has everything. */
  async safe(): Promise<void> {
    this.node.endTurn();
    await this.test.flush();
  }

  get vhost(): VirtualHost {
    return this.node.vhosts.get("/")!;
  }

  exchange(name: string, type: string, exchangeArguments: PlainTable = {}, durable = true): Exchange {
    return this.vhost.declareExchange({
      name,
      type,
      durable,
      autoDelete: false,
      internal: false,
      arguments: fieldTable(exchangeArguments),
    });
  }

  queue(name: string, queueArguments: PlainTable = {}, durable = true): Queue {
    const declaration = { name, durable, autoDelete: false, owner: null, arguments: fieldTable(queueArguments) };
    return this.vhost.declareQueue(declaration) as Queue;
  }

  bind(exchange: string, queue: string, routingKey = ""): void {
    this.vhost.bind(
      new Binding(this.vhost.exchange(exchange), this.vhost.queue(queue, null), routingKey, fieldTable({})),
    );
  }

  /** Publishes a message in a turn of its own. Returns false when a queue refused it; `undefined` without a route. */
  publish(exchange: string, publishing: Publishing): boolean | undefined {
    const { body = "", routingKey = "", headers = {}, persistent = true, expiration, priority } = publishing;
    const { messages } = this.node;
    const address = new ByteWriter();
    address.shortstr(exchange);
    address.shortstr(routingKey);
    const bytes = new TextEncoder().encode(body);
    const header = new ByteWriter();
    const properties = { headers: fieldTable(headers), deliveryMode: persistent ? 2 : 1, expiration, priority };
    writeContentHeader(header, bytes.length, properties);
    const message = messages.create(cachedViewOf(address.written()), header.written(), 0, header.length, bytes.length);
    messages.write(message, 0, bytes, 0, bytes.length);
    const { exchanges } = this.vhost;
    const receipt = publish(this.node, exchanges, exchanges.get(exchange)!, message, [routingKey]);
    this.node.endTurn();
    return receipt === UNROUTED ? undefined : receipt !== REFUSED;
  }

  /** Takes the current messages of a queue out of it. */
  async drain(name: string): Promise<Got[]> {
    const queue = this.vhost.queue(name, null) as Queue;
    const { messages } = this.node;
    const all: Got[] = [];
    while (queue.readyCount > 0) {
      await queue.readNext();
      const taken = queue.fetch();
      if (taken === undefined) break;
      const { headers } = new PropertiesView(messages.header(taken.message));
      const body = new TextDecoder().decode(messages.body(taken.message));
      all.push({ body, headers: { ...plainTable(headers ?? fieldTable({})) } });
      queue.settle(taken.message, taken.position);
    }
    this.node.endTurn();
    return all;
  }

  async bodies(queue: string): Promise<string[]> {
    return (await this.drain(queue)).map(({ body }) => body);
  }

  /** Advances the time, and does everything that becomes due. */
  async advance(ms: number): Promise<void> {
    await this.clock.advance(ms);
    await this.quiet();
  }

  /** Resolves when everything is done that waits only for the store. */
  async quiet(): Promise<void> {
    for (let turn = 0; turn < 10; turn++) await settled();
  }

  /** Makes messages leave memory that the store can read back. */
  async leaveMemory(): Promise<void> {
    await this.safe();
    await this.test.relieve();
    await this.quiet();
  }

  async close(): Promise<void> {
    this.node.schedule.close();
    await this.test.store.close();
  }
}
