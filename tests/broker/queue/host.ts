import { ANY_VERSION } from "../../../src/broker/compat/behaviour.ts";
import { DeadLetters } from "../../../src/broker/routing/dead_letters.ts";
import { Durability } from "../../../src/broker/node/durability.ts";
import { DiskCounts } from "../../../src/broker/message/disk_counts.ts";
import { DeathCounts } from "../../../src/broker/queue/rules/death_counts.ts";
import { type Message, Messages } from "../../../src/broker/message/messages.ts";
import type { Consumer, Consumption, Receiver } from "../../../src/broker/queue/consumers/consumer.ts";
import type { Queue } from "../../../src/broker/queue/queue.ts";
import { classicQueue } from "../../../src/broker/queue/classic/classic_queue.ts";
import type { QueueDeclaration, QueueHost, QueueVhost } from "../../../src/broker/queue/queue_host.ts";
import type { StoredSequence } from "../../../src/broker/sequence/stored_sequence.ts";
import { EMPTY_TABLE, fieldTable, type PlainTable } from "../../../src/wire/field_table.ts";
import { BlockCache } from "../../../src/broker/queue/stream/block_cache.ts";
import { Stream } from "../../../src/broker/queue/stream/stream.ts";
import { Schedule } from "../../../src/broker/turn/schedule.ts";
import { Turn } from "../../../src/broker/turn/turn.ts";
import { FakeClock } from "../../fake_clock.ts";
import { MemoryStore } from "../../../src/store/memory_store.ts";
import type { MessageContent } from "../../../src/store/message_content.ts";
import type { Store } from "../../../src/store/store.ts";
import { cachedViewOf } from "../../../src/wire/copy.ts";

/** The parts of a broker that a queue uses. */
export class TestHost implements QueueHost {
  readonly behaviour = ANY_VERSION;
  readonly messages = new Messages();
  readonly diskCounts = new DiskCounts();
  readonly deathCounts = new DeathCounts();
  readonly store: Store;
  readonly turn = new Turn(this.messages, (compact) => this.later(0, compact));
  readonly clock = new FakeClock();
  readonly blocks: BlockCache;
  readonly schedule = new Schedule(this.clock, () => this.endTurn());
  /** Lines that were logged for the operator. */
  readonly reports: string[] = [];
  readonly deadLetters: DeadLetters = new DeadLetters(this, () => new Map());
  readonly storedSequences = new Map<number, StoredSequence>();
  readonly vhost: QueueVhost = { name: "/", removeQueue: (queue) => queue.delete() };
  #lastQueueId = 0;
  readonly #durability = new Durability();

  constructor(store: Store = new MemoryStore()) {
    this.store = store;
    this.blocks = new BlockCache(store, this.diskCounts);
  }

  get timeMs(): number {
    return this.clock.time();
  }
  endTurn(): void {
    this.turn.end();
  }
  /** Calls back in {@linkcode safe} once the store is at this position. */
  whenDurable(position: number, callback: () => void): void {
    this.#durability.when(position, callback);
  }
  /** Calls back, in a turn, the waiters for what the store has by now. */
  safe(): void {
    this.#durability.resume(this.store.durable);
    this.endTurn();
  }
  /** Calls back when {@linkcode clock} is advanced, in a turn of its own. */
  later(delayMs: number, callback: () => void): void {
    this.clock.after(delayMs, () => {
      callback();
      this.endTurn();
    });
  }
  nextQueueId(): number {
    return ++this.#lastQueueId;
  }
  report(line: string): void {
    this.reports.push(line);
  }

  queue(declaration: Partial<QueueDeclaration> = {}): Queue {
    const name = `queue-${this.#lastQueueId + 1}`;
    const declared = { name, durable: false, autoDelete: false, owner: null, arguments: EMPTY_TABLE, ...declaration };
    return classicQueue(this.nextQueueId(), declared, this.vhost, this);
  }

  stream(queueArguments: PlainTable = {}): Stream {
    const name = `stream-${this.#lastQueueId + 1}`;
    const declared = { name, durable: true, autoDelete: false, owner: null, arguments: fieldTable(queueArguments) };
    return new Stream(this.nextQueueId(), declared, this);
  }

  /** Makes a message without a body; its number is unique while it exists. */
  message(): Message {
    return this.messages.create(cachedViewOf(Uint8Array.of(0, 0)), new Uint8Array(14), 0, 14, 0);
  }

  /** Publishes `count` messages to a queue and ends the turn; returns them. */
  publish(queue: Queue, count: number): Message[] {
    const published = Array.from({ length: count }, () => this.message());
    for (const message of published) queue.enqueue(message);
    this.turn.end();
    return published;
  }
}

export interface Delivered {
  readonly consumer: Consumer;
  readonly message: Message;
  readonly position: number;
  readonly isRedelivered: boolean;
  readonly shown: Message;
}

/** Takes messages up to its capacity, and records them. */
export class TestReceiver implements Receiver {
  capacity: number;
  asked = 0;
  readonly delivered: Delivered[] = [];
  /** Messages from streams. */
  readonly logged: { readonly consumer: Consumer; readonly offset: number; readonly body: string }[] = [];
  readonly deletedConsumers: Consumer[] = [];
  onDeliver: (delivered: Delivered) => void = () => {};

  constructor(capacity = Infinity) {
    this.capacity = capacity;
  }

  canTake(): boolean {
    this.asked++;
    return this.capacity > 0;
  }

  deliver(consumer: Consumer, message: Message, position: number, isRedelivered: boolean, shown: Message): void {
    this.capacity--;
    const delivered = { consumer, message, position, isRedelivered, shown };
    this.delivered.push(delivered);
    this.onDeliver(delivered);
  }

  deliverFromLog(consumer: Consumer, message: MessageContent, offset: number): void {
    this.capacity--;
    const { bytes, addressBytes, headerBytes, bodyBytes } = message;
    const start = message.offset + addressBytes + headerBytes;
    this.logged.push({ consumer, offset, body: new TextDecoder().decode(bytes.subarray(start, start + bodyBytes)) });
  }

  queueDeleted(consumer: Consumer): void {
    this.deletedConsumers.push(consumer);
  }

  get messages(): Message[] {
    return this.delivered.map(({ message }) => message);
  }
}

export function consumption(options: Partial<Consumption> = {}): Consumption {
  return { tag: "consumer", noAck: false, exclusive: false, prefetch: 0, arguments: EMPTY_TABLE, ...options };
}
