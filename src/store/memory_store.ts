import type { Store } from "./store.ts";

/** Keeps nothing: what a broker without a disk can promise is safe at once, and gone with the process. */
export class MemoryStore implements Store {
  appended = 0;
  onDurable: () => void = () => {};

  get durable(): number {
    return this.appended;
  }

  append(): void {
    this.appended++;
  }
  enqueue(): void {
    this.appended++;
  }
  settle(): void {
    this.appended++;
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}
