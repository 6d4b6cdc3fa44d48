import type { Transport } from "../transport/transport.ts";

/** A delay before each write, which can be changed at any time. */
export class Delay {
  #delayMs = 0;
  readonly #cancels = new Set<() => void>();

  /** Delay in milliseconds; `Infinity` holds everything back. A shorter delay than before lets waiting output go at once. */
  set delayMs(delayMs: number) {
    const isShorter = delayMs < this.#delayMs;
    this.#delayMs = delayMs;
    if (isShorter) { for (const cancel of [...this.#cancels]) cancel(); }
  }
  get delayMs(): number {
    return this.#delayMs;
  }

  wait(): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#cancels.delete(end);
        resolve();
      };
      const timer = this.#delayMs === Infinity ? undefined : setTimeout(end, this.#delayMs);
      this.#cancels.add(end);
    });
  }
}

/** Returns a transport whose writes wait for the delays that are set. */
export function delayed(transport: Transport, delays: readonly Delay[]): Transport {
  const writer = transport.writable.getWriter();
  const writable = new WritableStream<Uint8Array>({
    async write(chunk) {
      for (const delay of delays) if (delay.delayMs > 0) await delay.wait();
      await writer.write(chunk);
    },
    close: () => writer.close(),
    abort: (reason) => writer.abort(reason),
  });
  return {
    readable: transport.readable,
    writable,
    isDoneWithWritten: transport.isDoneWithWritten,
    peer: transport.peer,
    local: transport.local,
    tls: transport.tls,
    abort: () => transport.abort?.(),
  };
}
