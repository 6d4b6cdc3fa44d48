import assert from "node:assert/strict";
import { EMPTY_TABLE } from "../../src/wire/field_table.ts";
import type { StoredIndex } from "../../src/store/index/stored_index.ts";
import { NO_METADATA, type RecordOf, type TopologyRecord } from "../../src/store/topology_record.ts";
import { checkBlocks } from "./block_checks.ts";
import { RandomMessages } from "./random_messages.ts";
import type { Random } from "./simulated_disk.ts";
import { type KeptMessage, keptOf, type ModelQueue, type QueueDeclared, StoreModel } from "./store_model.ts";

const VHOST = "/";
const QUEUE_NAMES = ["a", "b", "c", "d", "e", "f"];
/** With these a snapshot takes many batches. */
const MORE_QUEUE_NAMES = Array.from({ length: 50 }, (_, index) => `${index}-`.repeat(20));
const EXCHANGE_NAMES = ["x", "y", "z"];

/** An operation, and how often it is done in comparison with others. */
export type Weighted = readonly [weight: number, operation: () => void | Promise<void>];

/** Random operations on a store, and a model of the store. */
export class ScheduleOperations {
  store!: StoredIndex;
  model: StoreModel = new StoreModel();
  /** The process that has the store is gone. */
  isDead = false;
  /** Operations of the place have failed, so that a read may fail. */
  hadFaults = false;
  /** The highest id of a sequence that there is or was. */
  lastQueueId = 0;
  /** Error of a read that must not fail. */
  readFailure: unknown;
  readonly #random: Random;
  readonly #weighted: readonly Weighted[];
  readonly #queueNames: readonly string[];
  readonly #largeShare: number;
  /** Part of the messages that have a time, and part of those that have died. */
  readonly #timedShare: number;
  readonly #diedShare: number;
  readonly #messages: RandomMessages;
  #timeMs = 1_700_000_000_000;

  /** @param others what else may happen between operations. */
  constructor(random: Random, others: readonly Weighted[]) {
    this.#random = random;
    this.#messages = new RandomMessages((end) => this.below(end));
    // Each schedule does more of some things and less of others.
    this.#weighted = [...this.#operations, ...others].map(([weight, operation]) => [weight * random() ** 2, operation]);
    this.#largeShare = random() ** 4;
    this.#timedShare = this.oneOf([0, 0.5, 1]);
    this.#diedShare = this.oneOf([0, 0.3]);
    this.#queueNames = this.oneOf([QUEUE_NAMES.slice(0, 2), QUEUE_NAMES, MORE_QUEUE_NAMES]);
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  /** Returns an integer from 0 on and below `end`. */
  below(end: number): number {
    return Math.floor(this.#random() * end);
  }

  oneOf<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }

  /** Declares most of the queues. */
  begin(): void {
    for (const _ of this.#queueNames) if (this.chance(0.7)) this.#declareQueue();
  }

  /** Does one thing. */
  async operate(): Promise<void> {
    let sum = 0;
    for (const [weight] of this.#weighted) sum += weight;
    let chosen = this.#random() * sum;
    const index = this.#weighted.findIndex(([weight]) => (chosen -= weight) < 0);
    await this.#weighted[Math.max(index, 0)][1]();
    if (this.readFailure !== undefined) throw this.readFailure;
  }

  readonly #operations: readonly Weighted[] = [
    [4, () => this.#declareQueue()],
    [1, () => this.#deleteQueue()],
    [1.5, () => this.#addBackingQueue()],
    [1, () => this.#addSequence()],
    [0.3, () => this.#removeSequence()],
    [1, () => this.#declareExchange()],
    [0.5, () => this.#deleteExchange()],
    [1, () => this.#bind()],
    [0.5, () => this.#unbind()],
    [0.2, () => this.#append({ type: "vhost.put", vhost: `vhost-${this.below(5)}`, ...NO_METADATA })],
    [0.1, () => this.#append({ type: "vhost.deleted", vhost: `vhost-${this.below(5)}` })],
    [0.2, () => this.#putUser()],
    [0.1, () => this.#append({ type: "user.deleted", user: `user-${this.below(5)}` })],
    [0.5, () => this.#setParameter()],
    [0.3, () => this.#clearParameter()],
    [20, () => this.#enqueueMany()],
    [12, () => this.#settleNext()],
    [4, () => this.#settleAny()],
    [2, () => this.#settleRange()],
    [2, () => this.#settleMost()],
    [2, () => this.#delivered()],
    [4, () => this.#returned()],
    [0.7, () => this.#purge()],
    [10, () => this.store.commit(this.chance(0.5))],
    [1, () => this.store.relieve()],
    [2, () => this.#read()],
    [1, () => this.#lookAtBlocks()],
  ];

  #append(record: TopologyRecord): void {
    this.store.append(record);
    this.model.apply(record, this.store.appended);
  }

  #declareQueue(): void {
    const used = new Set(this.model.liveQueues.map(([, { queue }]) => queue?.queue));
    const queue = this.oneOf(this.#queueNames);
    if (used.has(queue)) return;
    // Between durable queues there are others, which have ids of their own.
    const queueId = this.lastQueueId += this.chance(0.8) ? 1 : 2;
    this.#append({ type: "queue.declared", vhost: VHOST, queue, queueId, autoDelete: false, arguments: EMPTY_TABLE });
  }

  #deleteQueue(): void {
    const declared = this.#declared();
    if (declared === undefined) return;
    const { queueId, queue } = declared;
    this.#append({ type: "queue.deleted", vhost: VHOST, queue, queueId });
    this.#unbindAll("queue", queue);
  }

  #addBackingQueue(): void {
    const queueId = this.#declared()?.queueId;
    if (queueId === undefined) return;
    const priority = this.below(256);
    const isThere = this.model.liveQueues.some(([, { record }]) =>
      record.type === "backing_queue.added" && record.queueId === queueId && record.priority === priority
    );
    if (isThere) return;
    this.#append({ type: "backing_queue.added", queueId, priority, sequenceId: ++this.lastQueueId });
  }

  #unbindAll(type: "queue" | "exchange", destination: string): void {
    for (const record of this.model.now(this.model.bindings)) {
      if (record.type !== "binding.added") continue;
      if (record.binding.destinationType !== type || record.binding.destination !== destination) continue;
      this.#append({ ...record, type: "binding.removed" });
    }
  }

  #exchanges(): string[] {
    return this.model.now(this.model.exchanges).map((record) => "exchange" in record ? record.exchange : "");
  }

  #declareExchange(): void {
    const exchange = this.oneOf(EXCHANGE_NAMES);
    if (this.#exchanges().includes(exchange)) return;
    this.#append({
      type: "exchange.declared",
      vhost: VHOST,
      exchange,
      exchangeType: this.oneOf(["direct", "fanout", "topic"]),
      autoDelete: this.chance(0.5),
      internal: this.chance(0.5),
      arguments: EMPTY_TABLE,
    });
  }

  #deleteExchange(): void {
    const exchanges = this.#exchanges();
    if (exchanges.length === 0) return;
    const exchange = this.oneOf(exchanges);
    for (const { sequenceId } of this.#sequences(exchange)) this.#append({ type: "sequence.removed", sequenceId });
    this.#append({ type: "exchange.deleted", vhost: VHOST, exchange });
    this.#unbindAll("exchange", exchange);
  }

  #sequences(exchange: string): RecordOf<"sequence.added">[] {
    return this.model.liveQueues.map(([, { record }]) => record).filter((
      record,
    ): record is RecordOf<"sequence.added"> => record.type === "sequence.added" && record.exchange === exchange);
  }

  #addSequence(): void {
    const exchanges = this.#exchanges();
    if (exchanges.length === 0) return;
    const exchange = this.oneOf(exchanges);
    const purpose = this.oneOf(["delayed", "seen"] as const);
    if (this.#sequences(exchange).some((one) => one.purpose === purpose)) return;
    this.#append({ type: "sequence.added", vhost: VHOST, exchange, purpose, sequenceId: ++this.lastQueueId });
  }

  #removeSequence(): void {
    const sequence = this.#queue(({ record }) => record.type === "sequence.added");
    if (sequence !== undefined) this.#append({ type: "sequence.removed", sequenceId: sequence.id });
  }

  #bind(): void {
    const exchanges = this.#exchanges();
    const queue = this.#declared();
    if (exchanges.length === 0) return;
    const toQueue = queue !== undefined && this.chance(0.7);
    this.#append({
      type: "binding.added",
      vhost: VHOST,
      binding: {
        source: this.oneOf(exchanges),
        destination: toQueue ? queue.queue : this.oneOf(exchanges),
        destinationType: toQueue ? "queue" : "exchange",
        routingKey: this.oneOf(["", "k", "long.key"]),
        arguments: EMPTY_TABLE,
      },
    });
  }

  #unbind(): void {
    const bindings = this.model.now(this.model.bindings);
    if (bindings.length === 0) return;
    const record = this.oneOf(bindings);
    if (record.type === "binding.added") this.#append({ ...record, type: "binding.removed" });
  }

  #setParameter(): void {
    const name = `policy-${this.below(5)}`;
    this.#append({ type: "parameter.set", vhost: VHOST, component: "policy", name, value: `${this.below(1000)}` });
  }

  #clearParameter(): void {
    const name = `policy-${this.below(5)}`;
    this.#append({ type: "parameter.cleared", vhost: VHOST, component: "policy", name });
  }

  #putUser(): void {
    const passwordHash = Uint8Array.from({ length: this.below(40) }, () => this.below(256));
    const hashingAlgorithm = "rabbit_password_hashing_sha256";
    const tags = this.chance(0.5) ? ["administrator"] : [];
    this.#append({ type: "user.put", user: `user-${this.below(5)}`, passwordHash, hashingAlgorithm, tags });
  }

  /** A queue that is there. */
  #declared(): QueueDeclared | undefined {
    return this.#queue(({ queue }) => queue !== undefined)?.queue;
  }

  /** A sequence that is there. */
  #queue(isWanted: (queue: ModelQueue) => boolean = () => true): ModelQueue | undefined {
    const queues = this.model.liveQueues.map(([, queue]) => queue).filter(isWanted);
    return queues.length === 0 ? undefined : this.oneOf(queues);
  }

  #enqueueMany(): void {
    const count = this.chance(0.7) ? 1 : 1 + this.below(30);
    for (let i = 0; i < count; i++) {
      if ((this.store.isShortOfSpace || this.store.isBehind) && this.chance(0.9)) return;
      this.#enqueue();
    }
  }

  #enqueue(): void {
    const share = Math.min(0.4, 3 / this.#queueNames.length);
    const queues = this.model.liveQueues.map(([, queue]) => queue).filter(() => this.chance(share));
    if (queues.length === 0) return;
    const ids: number[] = [];
    const positions: number[] = [];
    for (const queue of queues) {
      // A transient message takes a position of which the store hears nothing.
      if (this.chance(0.05)) queue.nextPosition += 1 + this.below(10);
      ids.push(queue.id);
      positions.push(queue.nextPosition++);
    }
    const bytes = this.chance(this.#largeShare)
      ? this.below(this.oneOf([4096, 5000, 20_000, 60_000]))
      : this.below(200);
    const content = this.#messages.content(bytes);
    const time = this.chance(this.#timedShare) ? this.#timeMs += this.below(3) * 500 : 0;
    const message = this.#messages.message(content, time, this.chance(this.#diedShare));
    const { hasDied, bodyBytes } = message;
    // Behind the given count there may be anything.
    this.store.enqueue(message, [...ids, 7], [...positions, 7], ids.length);
    const enqueued = this.store.appended;
    assert.equal(this.store.enqueued, enqueued);
    queues.forEach((queue, i) =>
      queue.messages.set(positions[i], { content, time, hasDied, bodyBytes, enqueued, settled: Infinity, returned: [] })
    );
  }

  /** Settles positions in a row, one by one or a few at once. */
  #settleNext(): void {
    const queue = this.#queue();
    if (queue === undefined) return;
    let count = 1 + this.below(40);
    const isBackwards = this.chance(0.1);
    const left = [...queue.messages].filter(([, { settled }]) => settled === Infinity).map(([position]) => position);
    const next = isBackwards ? left.toReversed() : left;
    for (const position of next) {
      if (count-- === 0) return;
      this.#settle(queue, position, 1);
      if (this.chance(0.02)) this.#enqueue();
    }
  }

  /** Settles most messages; the others keep mostly dead segments alive. */
  #settleMost(): void {
    const queue = this.#queue();
    if (queue === undefined) return;
    for (const [position, { settled }] of queue.messages) {
      if (settled === Infinity && this.chance(0.9)) this.#settle(queue, position, 1);
    }
  }

  #settleAny(): void {
    const queue = this.#queue();
    if (queue === undefined || queue.nextPosition === 0) return;
    const count = 1 + this.below(10);
    for (let i = 0; i < count; i++) this.#settle(queue, this.below(queue.nextPosition), 1);
  }

  #settleRange(): void {
    const queue = this.#queue();
    if (queue === undefined || queue.nextPosition === 0) return;
    const first = this.below(queue.nextPosition);
    this.#settle(queue, first, 1 + this.below(queue.nextPosition - first));
  }

  #purge(): void {
    const queue = this.#queue();
    if (queue === undefined) return;
    if (this.chance(0.3)) queue.nextPosition += this.below(5);
    if (queue.nextPosition > 0) this.#settle(queue, 0, queue.nextPosition);
  }

  #settle({ id, messages }: ModelQueue, first: number, count: number): void {
    this.store.settle(id, first, count);
    for (let position = first; position < first + count; position++) {
      const message = messages.get(position);
      if (message !== undefined) message.settled = Math.min(message.settled, this.store.appended);
    }
  }

  #delivered(): void {
    const queue = this.#queue();
    if (queue === undefined) return;
    const upTo = this.below(queue.nextPosition + 1);
    this.store.delivered(queue.id, upTo);
    queue.delivered.push({ upTo, number: this.store.appended });
  }

  #returned(): void {
    const queue = this.#queue();
    if (queue === undefined || queue.messages.size === 0) return;
    const positions = [...queue.messages.keys()];
    const first = this.below(positions.length);
    for (const position of positions.slice(first, first + 1 + this.below(this.oneOf([1, 30])))) {
      const { returned } = queue.messages.get(position)!;
      // One that is settled may be said to have been returned too: a store forgets that.
      const count = (returned.at(-1)?.count ?? 0) + this.oneOf([1, 1, 70_000]);
      this.store.returned(queue.id, position, count);
      returned.push({ count, number: this.store.appended });
    }
  }

  #lookAtBlocks(): void {
    const queue = this.#queue();
    if (queue === undefined) return;
    checkBlocks(this.store, queue.id, new Map([...queue.messages].filter(([, { settled }]) => settled === Infinity)));
  }

  #read(): void {
    const queue = this.#queue();
    if (queue === undefined) return;
    const queueId = queue.id;
    const end = this.store.readableUpTo(queueId);
    const from = this.below(end);
    const store = this.store;
    const hadFaults = this.hadFaults;
    if (end === 0) return;
    store.read(queueId, from).then((block) => {
      if (store !== this.store || this.isDead) return;
      const last = block?.last ?? Infinity;
      const expected = [...queue.messages].filter(([position, { settled }]) =>
        position >= from && position <= last && position < end && settled === Infinity
      );
      const found = new Map<number, KeptMessage>();
      while (block?.next()) if (block.position >= from) found.set(block.position, keptOf(block));
      if (queue.deleted < Infinity) return;
      assert.deepEqual([...found.keys()].filter((position) => position < end), expected.map(([position]) => position));
      for (const [position, { content, time, hasDied, bodyBytes }] of expected) {
        assert.deepEqual(found.get(position), { content, time, hasDied, bodyBytes });
      }
    }).catch((error) => {
      if (!hadFaults && !this.hadFaults) this.readFailure ??= error;
    });
  }
}
