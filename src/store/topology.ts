import { canonicalTable } from "../wire/field_table.ts";
import { encodeTopology } from "./record.ts";
import type { BindingRecord, LevelRecord, ParameterKey, RowRecord, TopologyRecord } from "./store.ts";

type QueueRecord = Extract<TopologyRecord, { type: "queue.declared" }>;

/** A record, and what it is on disk. */
interface Kept<R extends TopologyRecord = TopologyRecord> {
  readonly record: R;
  readonly bytes: Uint8Array;
}

/** The durable virtual hosts, parameters, exchanges with their rows, queues with their levels, and bindings: what their records amount to. */
export class Topology {
  readonly #vhosts = new Map<string, Kept>();
  readonly #parameters = new Map<string, Kept>();
  readonly #exchanges = new Map<string, Kept>();
  /** By their ids. */
  readonly #rows = new Map<number, Kept<RowRecord>>();
  readonly #queues = new Map<number, Kept<QueueRecord>>();
  /** By queue, and then by the level's own id. */
  readonly #levels = new Map<number, Map<number, Kept<LevelRecord>>>();
  /** By source, and then by what makes a binding different from others. */
  readonly #bindings = new Map<string, Map<string, Kept>>();

  /** Carries out a record. Doing it again changes nothing. `bytes` is the record on disk, where that is at hand. */
  apply(record: TopologyRecord, bytes: Uint8Array = encodeTopology(record)): void {
    switch (record.type) {
      case "vhost.added":
        this.#vhosts.set(record.vhost, { record, bytes });
        break;
      case "parameter.set":
        this.#parameters.set(parameterKey(record), { record, bytes });
        break;
      case "parameter.cleared":
        this.#parameters.delete(parameterKey(record));
        break;
      case "exchange.declared":
        this.#exchanges.set(exchangeKey(record.vhost, record.exchange), { record, bytes });
        break;
      case "exchange.deleted": {
        const key = exchangeKey(record.vhost, record.exchange);
        this.#exchanges.delete(key);
        this.#bindings.delete(key);
        break;
      }
      case "row.added":
        // A snapshot may know that the exchange was deleted later.
        if (!this.#exchanges.has(exchangeKey(record.vhost, record.exchange))) break;
        this.#rows.set(record.rowId, { record, bytes });
        break;
      case "row.removed":
        this.#rows.delete(record.rowId);
        break;
      case "queue.declared":
        this.#queues.set(record.queueId, { record, bytes });
        break;
      case "queue.deleted":
        this.#queues.delete(record.queueId);
        this.#levels.delete(record.queueId);
        break;
      case "level.added": {
        // A snapshot may know that the queue was deleted later.
        if (!this.#queues.has(record.queueId)) break;
        let levels = this.#levels.get(record.queueId);
        if (levels === undefined) this.#levels.set(record.queueId, levels = new Map());
        levels.set(record.levelId, { record, bytes });
        break;
      }
      case "binding.added": {
        const key = exchangeKey(record.vhost, record.binding.source);
        let bindings = this.#bindings.get(key);
        if (bindings === undefined) this.#bindings.set(key, bindings = new Map());
        const binding = bindingKey(record.binding);
        // Where it is there already, for a snapshot knows it, what comes behind it has still to be carried out again. The
        // order of bindings has to come out as it was: it says where a consistent hash exchange sends what.
        bindings.delete(binding);
        bindings.set(binding, { record, bytes });
        break;
      }
      case "binding.removed": {
        const key = exchangeKey(record.vhost, record.binding.source);
        const bindings = this.#bindings.get(key);
        bindings?.delete(bindingKey(record.binding));
        if (bindings?.size === 0) this.#bindings.delete(key);
      }
    }
  }

  /** Whether it is kept of a queue's blocks what their messages can be found by. */
  isStream(queueId: number): boolean {
    return this.#queues.get(queueId)?.record.arguments.get("x-queue-type")?.value === "stream";
  }

  hasRow(rowId: number): boolean {
    return this.#rows.has(rowId);
  }

  /** The ids of a queue's levels. */
  levelIds(queueId: number): readonly number[] {
    return [...this.#levels.get(queueId)?.keys() ?? []];
  }

  /**
   * Forgets bindings from or to what is not there: the process ended between the record of a deletion and those of the
   * bindings that went with it. Forgets queues too in whose place there is one that is older: the snapshot
   * knows of a new one, and the record that deleted the old one was lost; and likewise rows, and those whose exchange is not
   * there. Returns the ids of queues, their levels, and rows that were forgotten.
   */
  prune(): number[] {
    const queues = new Set<string>();
    const forgotten: number[] = [];
    for (const { record } of [...this.#queues.values()].sort((a, b) => a.record.queueId - b.record.queueId)) {
      const key = exchangeKey(record.vhost, record.queue);
      if (queues.has(key)) forgotten.push(record.queueId);
      queues.add(key);
    }
    const forgottenLevels = forgotten.flatMap((queueId) => this.levelIds(queueId));
    for (const queueId of forgotten) {
      this.#queues.delete(queueId);
      this.#levels.delete(queueId);
    }
    const isExchange = (vhost: string, name: string) =>
      name === "" || name.startsWith("amq.") || this.#exchanges.has(exchangeKey(vhost, name));
    for (const [source, bindings] of this.#bindings) {
      for (const [key, { record }] of bindings) {
        if (record.type !== "binding.added") continue;
        const { vhost, binding } = record;
        const hasDestination = binding.destinationType === "queue"
          ? queues.has(exchangeKey(vhost, binding.destination))
          : isExchange(vhost, binding.destination);
        if (!hasDestination || !isExchange(vhost, binding.source)) bindings.delete(key);
      }
      if (bindings.size === 0) this.#bindings.delete(source);
    }
    return [...forgotten, ...forgottenLevels, ...this.#pruneRows()];
  }

  #pruneRows(): number[] {
    const rows = new Set<string>();
    const forgotten: number[] = [];
    for (const { record } of [...this.#rows.values()].sort((a, b) => a.record.rowId - b.record.rowId)) {
      const exchange = exchangeKey(record.vhost, record.exchange);
      const key = `${exchange}\0${record.purpose}`;
      if (rows.has(key) || !this.#exchanges.has(exchange)) forgotten.push(record.rowId);
      rows.add(key);
    }
    for (const rowId of forgotten) this.#rows.delete(rowId);
    return forgotten;
  }

  /** All there is, in an order in which each can be carried out. */
  *kept(): IterableIterator<Kept> {
    yield* this.#vhosts.values();
    yield* this.#parameters.values();
    yield* this.#exchanges.values();
    yield* this.#rows.values();
    for (const [queueId, queue] of this.#queues) {
      yield queue;
      const levels = this.#levels.get(queueId);
      if (levels !== undefined) yield* levels.values();
    }
    for (const bindings of this.#bindings.values()) yield* bindings.values();
  }
}

const exchangeKey = (vhost: string, name: string): string => `${vhost}\0${name}`;

const parameterKey = ({ vhost, component, name }: ParameterKey): string => [vhost, component, name].join("\0");

const bindingKey = (binding: BindingRecord): string =>
  [binding.destinationType, binding.destination, binding.routingKey, canonicalTable(binding.arguments)].join("\0");
