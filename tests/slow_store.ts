import type { Store, StoredMessage, TopologyRecord } from "../src/store/store.ts";

/** What was appended, with copies of the bytes. */
export type SlowRecord =
  | TopologyRecord
  | {
    readonly type: "enqueued";
    readonly body: string;
    readonly queueIds: readonly number[];
    readonly positions: readonly number[];
  }
  | { readonly type: "settled"; readonly queueId: number; readonly position: number };

/** A store whose disk is as slow as a test wants: nothing is safe before {@linkcode sync}. */
export class SlowStore implements Store {
  readonly records: SlowRecord[] = [];
  durable = 0;
  onDurable: () => void = () => {};

  get appended(): number {
    return this.records.length;
  }

  append(record: TopologyRecord): void {
    this.records.push(record);
  }

  enqueue({ body }: StoredMessage, queueIds: readonly number[], positions: readonly number[]): void {
    const text = new TextDecoder().decode(body);
    this.records.push({ type: "enqueued", body: text, queueIds: [...queueIds], positions: [...positions] });
  }

  settle(queueId: number, position: number): void {
    this.records.push({ type: "settled", queueId, position });
  }

  /** Makes the records up to a number safe, by default all, and says so. */
  sync(upTo: number = this.appended): void {
    this.durable = upTo;
    this.onDurable();
  }

  async close(): Promise<void> {
    this.sync();
    await Promise.resolve();
  }

  types(): string[] {
    return this.records.map(({ type }) => type);
  }
}
