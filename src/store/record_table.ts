import { decodeTopology, type Kind, KINDS, recordTypeOf, scope } from "./record_types.ts";
import type { TopologyRecord } from "./topology_record.ts";
import { recordType, viewOf } from "./record.ts";
import { NO_SEQUENCE, type SequenceId } from "./sequence.ts";

/** The newest record of a key. */
interface Row {
  readonly kind: Kind;
  readonly key: string | number;
  /** The record on disk. */
  readonly bytes: Uint8Array;
  /** The scope of what it goes with. */
  readonly within: string | undefined;
  /** The sequence that comes with it; -1 for none. */
  readonly sequenceId: SequenceId;
  /** The decoded `bytes`, until {@linkcode RecordTable.takeRecords}. */
  record: TopologyRecord | undefined;
}

/**
 * The newest record of each key, as a compacted log has it. What records mean is for others: the table knows what
 * {@linkcode RecordType} says. To apply a record again changes nothing, but for the place of one that is added.
 */
export class RecordTable {
  readonly #kinds = Object.fromEntries(KINDS.map((kind) => [kind, new Map()])) as Readonly<
    Record<Kind, Map<string | number, Row>>
  >;
  /** True while records of a snapshot and a journal are read, which are decoded once. */
  #keepsDecoded = true;
  /** By scope: what goes with a thing. */
  readonly #within = new Map<string, Set<Row>>();

  /** Applies a record, of which `bytes` is what is on disk. */
  apply(record: TopologyRecord, bytes: Uint8Array): void {
    const type = recordTypeOf(record);
    const { kind } = type;
    const key = type.key(record);
    if (type.effect === "delete") return this.#delete(kind, key);
    const rows = this.#kinds[kind];
    const before = rows.get(key);
    if (before !== undefined) this.#leave(before);
    if (before !== undefined && type.effect === "add") rows.delete(key);
    const sequenceId = type.sequence?.(record).id ?? NO_SEQUENCE;
    const within = type.within?.(record);
    const row = { kind, key, bytes, within, sequenceId, record: this.#keepsDecoded ? record : undefined };
    rows.set(key, row);
    if (row.within !== undefined) this.#enter(row.within, row);
  }

  #enter(within: string, row: Row): void {
    const members = this.#within.get(within);
    if (members === undefined) this.#within.set(within, new Set([row]));
    else members.add(row);
  }

  #leave(row: Row): void {
    if (row.within === undefined) return;
    const members = this.#within.get(row.within);
    if (members?.delete(row) && members.size === 0) this.#within.delete(row.within);
  }

  #delete(kind: Kind, key: string | number): void {
    const row = this.#kinds[kind].get(key);
    if (row !== undefined) {
      this.#kinds[kind].delete(key);
      this.#leave(row);
    }
    // It is the scope of others even where it is not there itself: its record may be lost.
    const ownScope = scope(kind, key);
    const members = this.#within.get(ownScope);
    this.#within.delete(ownScope);
    for (const member of members ?? []) this.#kinds[member.kind].delete(member.key);
  }

  /** The ids of the sequences that go with a record that deletes. */
  sequencesOf(record: TopologyRecord): readonly SequenceId[] {
    const { kind, effect, key, sequence } = recordTypeOf(record);
    if (effect !== "delete") return [];
    const ids = sequence === undefined ? [] : [sequence(record).id];
    for (const { sequenceId } of this.#within.get(scope(kind, key(record))) ?? []) {
      if (sequenceId !== NO_SEQUENCE) ids.push(sequenceId);
    }
    return ids;
  }

  /** Yields all records on disk, in an order in which each can be applied. */
  *bytes(): IterableIterator<Uint8Array> {
    for (const kind of KINDS) for (const { bytes } of this.#kinds[kind].values()) yield bytes;
  }

  /** Returns all records on disk as they are now, in the same order, to be taken in later turns. */
  bytesNow(): IterableIterator<Uint8Array> {
    return bytesOf(KINDS.map((kind) => [...this.#kinds[kind].values()]));
  }

  /** All records, in the same order. From now on their bytes alone are kept. To be called once. */
  takeRecords(): TopologyRecord[] {
    this.#keepsDecoded = false;
    const records: TopologyRecord[] = [];
    for (const kind of KINDS) {
      for (const row of this.#kinds[kind].values()) {
        records.push(row.record!);
        row.record = undefined;
      }
    }
    return records;
  }

  /** All records, in the same order. */
  *records(): IterableIterator<TopologyRecord> {
    for (const bytes of this.bytes()) yield decodeTopology(bytes, 0, recordType(viewOf(bytes), 0))!;
  }
}

function* bytesOf(all: readonly (readonly Row[])[]): IterableIterator<Uint8Array> {
  for (const rows of all) for (const { bytes } of rows) yield bytes;
}
