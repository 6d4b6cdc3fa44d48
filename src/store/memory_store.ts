import type { BlockExtent } from "./message_reader.ts";
import type { Recovered } from "./recovered.ts";
import type { Store } from "./store.ts";
import type { Position } from "./sequence.ts";

/** A store that keeps nothing: everything is safe at once, and gone with the process. */
export class MemoryStore implements Store {
  appended = 0;
  declared = 0;
  enqueued = 0;
  readonly recovered: Recovered = { topology: [], queues: [], lastQueueId: 0 };
  readonly isShortOfSpace: boolean = false;
  readonly isBehind = false;

  get durable(): number {
    return this.appended;
  }

  readonly spill = undefined;

  listen(): void {}
  append(): void {
    this.declared = ++this.appended;
  }
  enqueue(): void {
    this.enqueued = ++this.appended;
  }
  settle(): void {
    this.appended++;
  }
  delivered(): void {}
  returned(): void {}
  commit(): void {}
  relieve(): void {}
  readableUpTo(): Position {
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
  close(): Promise<void> {
    return Promise.resolve();
  }
}
