/** Publishers that wait for a queue to become shorter. */
export class WaitingPublishers {
  #callbacks: (() => void)[] = [];
  #limit = 0;

  /** Calls back once, when the queue has come down to `limit` messages. Returns what takes that back. */
  add(limit: number, callback: () => void): () => void {
    this.#callbacks.push(callback);
    this.#limit = limit;
    return () => {
      const index = this.#callbacks.indexOf(callback);
      if (index !== -1) this.#callbacks.splice(index, 1);
    };
  }

  /** Wakes the publishers when `count`, the queue's messages, is not above their limit. */
  wakeIfBelow(count: number): void {
    if (count <= this.#limit) this.wake();
  }

  wake(): void {
    if (this.#callbacks.length === 0) return;
    const callbacks = this.#callbacks;
    this.#callbacks = [];
    for (const callback of callbacks) callback();
  }
}
