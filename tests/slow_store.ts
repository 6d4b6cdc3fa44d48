import type { MessageBytes } from "../src/store/message_content.ts";
import type { BlockExtent } from "../src/store/message_reader.ts";
import type { Recovered } from "../src/store/recovered.ts";
import type { Store, StoreEvents } from "../src/store/store.ts";
import type { TopologyRecord } from "../src/store/topology_record.ts";

/** A record that was appended, with copies of its bytes. */
export type SlowRecord =
  | TopologyRecord
  | {
    readonly type: "enqueued";
    readonly body: string;
    readonly queueIds: readonly number[];
    readonly positions: readonly number[];
  }
  | { readonly type: "settled"; readonly queueId: number; readonly first: number; readonly count: number };

/** A store whose disk is as slow as a test wants: nothing is safe before {@linkcode sync}. */
export class SlowStore implements Store {
  readonly records: SlowRecord[] = [];
  readonly recovered: Recovered = { topology: [], queues: [], lastQueueId: 0 };
  durable = 0;
  declared = 0;
  enqueued = 0;
  isShortOfSpace = false;
  isBehind = false;
  readonly spill = undefined;
  /** Number of turns at whose end somebody waited. */
  awaitedCommits = 0;
  #events!: StoreEvents;

  get appended(): number {
    return this.records.length;
  }

  listen(events: StoreEvents): void {
    this.#events = events;
  }

  append(record: TopologyRecord): void {
    this.records.push(record);
    this.declared = this.records.length;
  }

  enqueue(message: MessageBytes, queueIds: readonly number[], positions: readonly number[], count: number): void {
    const { bytes, offset, addressBytes, headerBytes, bodyBytes } = message;
    const start = offset + addressBytes + headerBytes;
    const body = new TextDecoder().decode(bytes.subarray(start, start + bodyBytes));
    this.records.push({
      type: "enqueued",
      body,
      queueIds: queueIds.slice(0, count),
      positions: positions.slice(0, count),
    });
    this.enqueued = this.records.length;
  }

  settle(queueId: number, first: number, count: number): void {
    this.records.push({ type: "settled", queueId, first, count });
  }

  delivered(): void {}
  returned(): void {}
  relieve(): void {}
  commit(isAwaited: boolean): void {
    if (isAwaited) this.awaitedCommits++;
  }
  readableUpTo(): number {
    return 0;
  }
  read(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  blocks(): readonly BlockExtent[] {
    return [];
  }
  bodyBytesFrom(): number {
    return 0;
  }
  firstPosition(): undefined {}
  positionAt(): undefined {}

  /** Makes the records up to a position safe, by default all, and reports it. */
  sync(upTo: number = this.appended): void {
    this.durable = upTo;
    this.#events.durable();
  }

  /** Sets whether the disk is full and whether the store is behind. */
  press(pressure: { readonly isShortOfSpace?: boolean; readonly isBehind?: boolean }): void {
    Object.assign(this, pressure);
    this.#events.pressure();
  }

  async close(): Promise<void> {
    this.sync();
    await Promise.resolve();
  }

  types(): string[] {
    return this.records.map(({ type }) => type);
  }
}
