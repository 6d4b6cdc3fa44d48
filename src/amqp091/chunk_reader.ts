/** The receiver of a transport's chunks. */
export interface ChunkHandler {
  /** Handles a chunk from `at` on, all of it or until reading has to wait. Returns where it stopped. */
  receive(chunk: Uint8Array, at: number): number;
  /** Returns a promise that reading waits for; `undefined` when there is none. Called after each part of a chunk. */
  obstacle(): Promise<void> | undefined;
}

const NOTHING = () => {};

/** Reads the chunks of a transport one after the other, and stops while there is an obstacle. */
export class ChunkReader {
  /** Number of received bytes. */
  receivedBytes = 0;
  /** True while reading waits for something other than the peer. */
  isHeldBack = false;

  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #handler: ChunkHandler;
  #letGo: () => void = NOTHING;

  constructor(readable: ReadableStream<Uint8Array>, handler: ChunkHandler) {
    this.#reader = readable.getReader();
    this.#handler = handler;
  }

  /** Reads until the end of the transport. Rejects when the transport fails. */
  async run(): Promise<void> {
    for (;;) {
      const { value: chunk, done } = await this.#reader.read();
      if (done) return;
      this.receivedBytes += chunk.length;
      let at = 0;
      while (at < chunk.length) {
        at = this.#handler.receive(chunk, at);
        const obstacle = this.#handler.obstacle();
        if (obstacle !== undefined) await this.#holdBack(obstacle);
      }
    }
  }

  async #holdBack(obstacle: Promise<void>): Promise<void> {
    this.isHeldBack = true;
    await new Promise<void>((resolve) => {
      this.#letGo = resolve;
      obstacle.then(resolve);
    });
    this.isHeldBack = false;
    this.#letGo = NOTHING;
  }

  /** Continues reading although the obstacle is still there. */
  letGo(): void {
    this.#letGo();
  }

  /** Ends a waiting read, and with it {@linkcode run}. */
  cancel(): void {
    this.#reader.cancel().catch(() => {});
  }
}
