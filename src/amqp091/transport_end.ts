import type { Clock } from "../broker/turn/clock.ts";
import type { Transport } from "../transport/transport.ts";
import type { ChunkReader } from "./chunk_reader.ts";
import type { Output } from "./output.ts";

/** Time limit for a peer to read the last output, or to end the transport. In milliseconds. */
const LINGER_MS = 3000;

const NOTHING = () => {};

/** Ends the transport of a connection: at once, when the peer has read everything, or at a deadline. */
export class TransportEnd {
  readonly #clock: Clock;
  readonly #transport: Transport;
  readonly #input: ChunkReader;
  readonly #output: Output;
  #cancelDeadline: () => void = NOTHING;

  constructor(clock: Clock, transport: Transport, input: ChunkReader, output: Output) {
    this.#clock = clock;
    this.#transport = transport;
    this.#input = input;
    this.#output = output;
  }

  /** Sets the connection's only deadline, in place of an earlier one. */
  setDeadline(ms: number, callback: () => void): void {
    this.#cancelDeadline();
    this.#cancelDeadline = this.#clock.after(ms, callback);
  }

  clearDeadline(): void {
    this.#cancelDeadline();
    this.#cancelDeadline = NOTHING;
  }

  /** Gives the peer some time to end the transport; calls `late` when it does not. */
  awaitPeer(late: () => void): void {
    this.setDeadline(LINGER_MS, late);
  }

  /**
   * Ends the output once the peer has read it; calls `late` when it does not. After an abrupt close the peer's TCP
   * would drop unread output while the peer is still sending.
   */
  linger(late: () => void): void {
    this.setDeadline(LINGER_MS, late);
    this.#output.end();
  }

  /** Ends the transport at once, unread output included. */
  abort(): void {
    this.#transport.abort?.();
    // Without `abort`, a transport ends like this: a waiting read is done, and a write is not awaited.
    this.#input.cancel();
    this.#output.abort();
  }

  /**
   * Ends the transport after the peer has ended its side, and waits as {@linkcode linger} does until the output is
   * read.
   */
  async finish(late: () => void): Promise<void> {
    this.setDeadline(LINGER_MS, late);
    // A peer that is gone and is owed nothing needs no further output.
    if (!this.#output.isIdle || this.#transport.abort === undefined) {
      this.#output.end();
      await this.#output.ended;
    }
    this.#cancelDeadline();
    this.#transport.abort?.();
  }
}
