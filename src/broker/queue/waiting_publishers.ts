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

  /** Whether nobody waits, or so many messages are still too many. */
  mustWait(count: number): boolean {
    return this.#callbacks.length === 0 || count > this.#limit;
  }

  wake(): void {
    if (this.#callbacks.length === 0) return;
    const callbacks = this.#callbacks;
    this.#callbacks = [];
    for (const callback of callbacks) callback();
  }
}
