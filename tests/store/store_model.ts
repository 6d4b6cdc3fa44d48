import assert from "node:assert/strict";
import { canonicalTable } from "../../src/wire/field_table.ts";
import type { StoredBlock } from "../../src/store/block.ts";
import type { StoredIndex } from "../../src/store/index/stored_index.ts";
import { type Kind, recordTypeOf } from "../../src/store/record_types.ts";
import type { BindingRecord, RecordOf, TopologyRecord } from "../../src/store/topology_record.ts";

export type QueueDeclared = RecordOf<"queue.declared">;
type BindingAdded = Extract<TopologyRecord, { type: "binding.added" | "binding.removed" }>;

/** The parts of a message that a store keeps. */
export interface KeptMessage {
  /** Address, content header and body. */
  readonly content: Uint8Array;
  readonly time: number;
  readonly hasDied: boolean;
  readonly bodyBytes: number;
}

export interface ModelMessage extends KeptMessage {
  /** The numbers of the records that brought it and took it away. */
  readonly enqueued: number;
  settled: number;
  /** Its delivery counts, and the records that told them. */
  readonly returned: { readonly count: number; readonly number: number }[];
}

/** A sequence of messages: of a queue, a backing queue of one, or an exchange. */
export interface ModelQueue {
  readonly id: number;
  readonly record: QueueDeclared | RecordOf<"backing_queue.added"> | RecordOf<"sequence.added">;
  /** Declaration of the queue that it is, or is a backing queue of. */
  readonly queue: QueueDeclared | undefined;
  readonly declared: number;
  deleted: number;
  readonly messages: Map<number, ModelMessage>;
  nextPosition: number;
  /** Positions up to which messages were delivered, and the records that told them. */
  readonly delivered: { readonly upTo: number; readonly number: number }[];
}

/** Meanings of a name, each since some record; `undefined` for nothing. */
type History = { readonly number: number; readonly record: TopologyRecord | undefined }[];

/** A model of a store by the records that it was told, and so of what it may and must have when it is opened again. */
export class StoreModel {
  readonly queues = new Map<number, ModelQueue>();
  readonly exchanges = new Map<string, History>();
  readonly bindings = new Map<string, History>();
  /** Virtual hosts, users, permissions and parameters. */
  readonly others = new Map<string, History>();

  /** Notes a change of topology that a record made. */
  apply(record: TopologyRecord, number: number): void {
    switch (record.type) {
      case "exchange.declared":
        return note(this.exchanges, exchangeKey(record.vhost, record.exchange), number, record);
      case "exchange.deleted": {
        const source = exchangeKey(record.vhost, record.exchange);
        note(this.exchanges, source, number, undefined);
        for (const key of this.bindings.keys()) {
          if (key.startsWith(`${source}\0`)) note(this.bindings, key, number, undefined);
        }
        return;
      }
      case "queue.declared":
        return this.#add(record.queueId, record, record, number);
      case "backing_queue.added":
        return this.#add(record.sequenceId, record, this.queues.get(record.queueId)!.queue, number);
      case "queue.deleted":
        for (const queue of this.queues.values()) if (queue.queue?.queueId === record.queueId) queue.deleted = number;
        return;
      case "sequence.added":
        return this.#add(record.sequenceId, record, undefined, number);
      case "sequence.removed":
        this.queues.get(record.sequenceId)!.deleted = number;
        return;
      case "binding.added":
        return note(this.bindings, bindingKey(record.vhost, record.binding), number, record);
      case "binding.removed":
        return note(this.bindings, bindingKey(record.vhost, record.binding), number, undefined);
      default: {
        const isGone = recordTypeOf(record).effect === "delete";
        note(this.others, otherKey(record), number, isGone ? undefined : record);
      }
    }
  }

  #add(id: number, record: ModelQueue["record"], queue: QueueDeclared | undefined, declared: number): void {
    const messages = new Map();
    this.queues.set(id, { id, record, queue, declared, deleted: Infinity, messages, nextPosition: 0, delivered: [] });
  }

  get liveQueues(): [number, ModelQueue][] {
    return [...this.queues].filter(([, { deleted }]) => deleted === Infinity);
  }

  now(histories: Map<string, History>): TopologyRecord[] {
    return [...histories.values()].map((history) => history.at(-1)!.record).filter((record) => record !== undefined);
  }

  /**
   * Checks what was found in a store that had all records up to `durable` on disk and may have any later ones. `contents` is
   * what was read back, by queue and position, in the order in which it was read.
   */
  check({ topology, queues, lastQueueId }: StoredIndex["recovered"], durable: number, contents: Contents): void {
    this.#checkTopology(topology, durable);
    const names = new Set<string>();
    const exchanges = new Set<string>();
    const found = new Set<number>();
    let newest = 0;
    for (const record of topology) {
      if (record.type === "exchange.declared") exchanges.add(exchangeKey(record.vhost, record.exchange));
      if (
        record.type !== "queue.declared" && record.type !== "backing_queue.added" && record.type !== "sequence.added"
      ) continue;
      const { id, name } = nameOf(record);
      assert.ok(!names.has(name), `there are two of ${name}`);
      names.add(name);
      if (record.type === "backing_queue.added") {
        assert.ok(found.has(record.queueId), `backing queue ${id} comes before its queue`);
      } else if (record.type === "sequence.added") {
        assert.ok(exchanges.has(exchangeKey(record.vhost, record.exchange)), `row ${id} comes before its exchange`);
      }
      found.add(id);
      assert.ok(id <= lastQueueId, `queue ${id} is newer than the last one, ${lastQueueId}`);
      const queue = this.queues.get(id);
      assert.ok(queue !== undefined, `queue ${id} was never declared`);
      assert.deepEqual(record, queue.record);
      assert.ok(queue.deleted > durable, `queue ${id} is back`);
      newest = Math.max(newest, this.#checkMessages(queue, durable, contents.get(id)!));
      this.#checkQueue(queue, durable, queues.find(({ queueId }) => queueId === id)!, contents.get(id)!);
    }
    assert.deepEqual(queues.map(({ queueId }) => queueId).sort(byNumber), [...found].sort(byNumber));
    for (const [id, { declared, deleted }] of this.queues) {
      if (declared <= durable && deleted === Infinity) assert.ok(found.has(id), `queue ${id} is gone`);
      if (declared <= durable) assert.ok(id <= lastQueueId, `the id ${id} could be given again`);
    }
    // Records are on disk in the order in which they were appended.
    for (const id of found) this.#checkMessages(this.queues.get(id)!, newest, contents.get(id)!, durable);
  }

  #checkTopology(topology: readonly TopologyRecord[], durable: number): void {
    const found = new Map<string, TopologyRecord>();
    const exchanges = new Set<string>();
    const queues = new Set<string>();
    for (const record of topology) {
      if (record.type === "exchange.declared") exchanges.add(exchangeKey(record.vhost, record.exchange));
      if (record.type === "queue.declared") queues.add(exchangeKey(record.vhost, record.queue));
      if (!IN_MAPS_OF_THEIR_OWN.has(recordTypeOf(record).kind)) found.set(`other ${otherKey(record)}`, record);
      if (record.type === "exchange.declared") {
        found.set(`exchange ${exchangeKey(record.vhost, record.exchange)}`, record);
      }
      if (record.type === "binding.added") found.set(`binding ${bindingKey(record.vhost, record.binding)}`, record);
    }
    for (const record of topology) {
      if (record.type !== "binding.added") continue;
      const { vhost, binding } = record;
      const destination = exchangeKey(vhost, binding.destination);
      const isThere = binding.destinationType === "queue" ? queues.has(destination) : exchanges.has(destination);
      assert.ok(isThere && exchanges.has(exchangeKey(vhost, binding.source)), "a binding hangs in the air");
    }
    const all = {
      exchange: this.exchanges,
      binding: this.bindings,
      other: this.others,
    };
    for (const [kind, histories] of Object.entries(all)) {
      for (const [key, history] of histories) {
        const record = found.get(`${kind} ${key}`);
        found.delete(`${kind} ${key}`);
        const last = history.findLastIndex(({ number }) => number <= durable);
        const possible: (TopologyRecord | undefined)[] = history.slice(Math.max(last, 0)).map(({ record }) => record);
        if (last < 0) possible.push(undefined);
        if (record === undefined && kind === "binding") {
          const { vhost, binding } = history.map(({ record }) => record).find(isBinding)!;
          const destination = exchangeKey(vhost, binding.destination);
          const isThere = binding.destinationType === "queue" ? queues.has(destination) : exchanges.has(destination);
          if (!isThere || !exchanges.has(exchangeKey(vhost, binding.source))) continue;
          if (this.#wasRemade(vhost, binding, durable)) continue;
        }
        const isPossible = possible.some((one) => one === record || (one !== undefined && same(one, record)));
        assert.ok(isPossible, `${kind} ${key.replaceAll("\0", " ")} ${record === undefined ? "is gone" : "is back"}`);
      }
    }
    assert.deepEqual([...found.keys()], [], "something is there that never was");
  }

  /** Returns whether the source or destination of a binding was deleted by a record that need not be on disk. */
  #wasRemade(vhost: string, binding: BindingRecord, durable: number): boolean {
    for (const name of [binding.source, binding.destination]) {
      const history = this.exchanges.get(exchangeKey(vhost, name)) ?? [];
      if (history.some(({ number, record }) => number > durable && record === undefined)) return true;
    }
    return [...this.queues.values()].some(({ queue, deleted }) =>
      queue?.queue === binding.destination && deleted > durable && deleted < Infinity
    );
  }

  /** Returns the number of the newest record whose message is there. */
  #checkMessages(
    { id: queueId, messages }: ModelQueue,
    durable: number,
    contents: ReadonlyMap<number, KeptMessage>,
    settledDurable: number = durable,
  ): number {
    let newest = 0;
    let previous = -1;
    for (const [position, kept] of contents) {
      const what = `the message at ${position} of queue ${queueId}`;
      assert.ok(position > previous, `${what} comes after that at ${previous}`);
      previous = position;
      const message = messages.get(position);
      assert.ok(message !== undefined, `${what} was never there`);
      assert.ok(message.settled > settledDurable, `${what} is back`);
      assert.ok(same(kept.content, message.content), `${what} has another content`);
      assert.equal(kept.time, message.time, `${what} has another time`);
      assert.equal(kept.hasDied, message.hasDied, `${what} has died, or has not`);
      newest = Math.max(newest, message.enqueued);
    }
    for (const [position, { enqueued, settled }] of messages) {
      if (enqueued > durable || settled < Infinity) continue;
      assert.ok(contents.has(position), `the message at ${position} of queue ${queueId} is gone`);
    }
    return newest;
  }

  #checkQueue(
    { id: queueId, messages, delivered }: ModelQueue,
    durable: number,
    { count, nextPosition, deliveredUpTo, deliveryCounts }: StoredIndex["recovered"]["queues"][number],
    contents: ReadonlyMap<number, KeptMessage>,
  ): void {
    assert.equal(count, contents.size, `queue ${queueId} does not have as many messages as it says`);
    for (const [position, { enqueued }] of messages) {
      if (enqueued > durable && !contents.has(position)) continue;
      assert.ok(nextPosition > position, `queue ${queueId} goes on at ${nextPosition}, and has had ${position}`);
    }
    for (const position of contents.keys()) {
      const { returned } = messages.get(position)!;
      const found = deliveryCounts.get(position) ?? 0;
      const least = Math.max(0, ...returned.filter(({ number }) => number <= durable).map(({ count }) => count));
      const isPossible = found === least || returned.some(({ count }) => count === found && count > least);
      assert.ok(isPossible, `the message at ${position} of queue ${queueId} was returned ${found} times`);
    }
    for (const position of deliveryCounts.keys()) {
      assert.ok(contents.has(position), "a message is counted that is gone");
    }
    const least = Math.max(0, ...delivered.filter(({ number }) => number <= durable).map(({ upTo }) => upTo));
    const most = Math.max(0, ...delivered.map(({ upTo }) => upTo));
    assert.ok(deliveredUpTo >= least && deliveredUpTo <= most, `queue ${queueId} is delivered up to ${deliveredUpTo}`);
    assert.ok(nextPosition >= deliveredUpTo, `queue ${queueId} gives positions again that were delivered`);
  }

  /** Returns a model of a store that was found to have this. */
  static of({ topology, queues }: StoredIndex["recovered"], contents: Contents): StoreModel {
    const model = new StoreModel();
    for (const record of topology) model.apply(record, 0);
    for (const { queueId, nextPosition, deliveredUpTo, deliveryCounts } of queues) {
      const queue = model.queues.get(queueId)!;
      queue.nextPosition = nextPosition;
      queue.delivered.push({ upTo: deliveredUpTo, number: 0 });
      for (const [position, kept] of contents.get(queueId)!) {
        const count = deliveryCounts.get(position);
        const returned = count === undefined ? [] : [{ count, number: 0 }];
        queue.messages.set(position, { ...kept, enqueued: 0, settled: Infinity, returned });
      }
    }
    return model;
  }
}

const byNumber = (a: number, b: number): number => a - b;

export type Contents = ReadonlyMap<number, ReadonlyMap<number, KeptMessage>>;

/** A copy of the message at a block's cursor. */
export function keptOf(block: StoredBlock): KeptMessage {
  const { bytes, offset, addressBytes, headerBytes, bodyBytes, time, hasDied } = block;
  return { content: bytes.slice(offset, offset + addressBytes + headerBytes + bodyBytes), time, hasDied, bodyBytes };
}

/** Reads all messages of all queues that a store can read back. */
export async function readAll(store: StoredIndex): Promise<Contents> {
  const contents = new Map<number, Map<number, KeptMessage>>();
  for (const { queueId } of store.recovered.queues) {
    const found = new Map<number, KeptMessage>();
    for (let from = 0; from < store.readableUpTo(queueId);) {
      const block = await store.read(queueId, from);
      if (block === undefined) break;
      while (block.next()) found.set(block.position, keptOf(block));
      from = block.last + 1;
    }
    contents.set(queueId, found);
  }
  return contents;
}

export const exchangeKey = (vhost: string, name: string): string => `${vhost}\0${name}`;

export const bindingKey = (vhost: string, binding: BindingRecord): string =>
  [
    exchangeKey(vhost, binding.source),
    binding.destinationType,
    binding.destination,
    binding.routingKey,
    canonicalTable(binding.arguments),
  ].join("\0");

const IN_MAPS_OF_THEIR_OWN: ReadonlySet<Kind> = new Set(["exchange", "queue", "sequence", "binding"]);

function otherKey(record: TopologyRecord): string {
  const { kind, key } = recordTypeOf(record);
  return `${kind}\0${key(record)}`;
}

/** The id, and what there is one of. */
function nameOf(record: ModelQueue["record"]): { readonly id: number; readonly name: string } {
  switch (record.type) {
    case "queue.declared":
      return { id: record.queueId, name: `queue ${record.vhost} ${record.queue}` };
    case "backing_queue.added":
      return { id: record.sequenceId, name: `priority ${record.priority} of queue ${record.queueId}` };
    default:
      return { id: record.sequenceId, name: `row ${record.purpose} of ${record.vhost} ${record.exchange}` };
  }
}

const isBinding = (record: TopologyRecord | undefined): record is BindingAdded => record?.type === "binding.added";

function note(histories: Map<string, History>, key: string, number: number, record: TopologyRecord | undefined): void {
  const history = histories.get(key);
  if (history === undefined) histories.set(key, [{ number, record }]);
  else history.push({ number, record });
}

function same(a: unknown, b: unknown): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    return a.length === b.length && a.every((byte, index) => byte === b[index]);
  }
  try {
    assert.deepEqual(a, b);
    return true;
  } catch {
    return false;
  }
}
