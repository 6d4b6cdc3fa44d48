/** Publishers that wait for a queue to become shorter. */
export class WaitingPublishers {
  #callbacks: (() => void)[] = [];
  #limit = 0;

  /** Calls back once, when the queue has no more than `limit` messages. Returns a function that cancels the call. */
  add(limit: number, callback: () => void): () => void {
    this.#callbacks.push(callback);
    this.#limit = limit;
    return () => {
      const index = this.#callbacks.indexOf(callback);
      if (index !== -1) this.#callbacks.splice(index, 1);
    };
  }

  /** Wakes the publishers whose limit is not below `count`, the number of the queue's messages. */
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
