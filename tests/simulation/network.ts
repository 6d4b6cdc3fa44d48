import { concat } from "../frames.ts";
import type { Transport } from "../../src/transport/transport.ts";
import type { Chance } from "./chance.ts";
import type { SimulatedTime } from "./simulated_time.ts";

/** Events of a client's connection. */
export interface LinkEvents {
  received(bytes: Uint8Array): void;
  /** Called when nothing more comes, as the broker ended the connection or it broke. */
  ended(): void;
}

const NOBODY: LinkEvents = { received: () => {}, ended: () => {} };
/** Largest chunk that a broker reads, in bytes. */
const CHUNK_BYTES_MAX = 64 * 1024;
const WINDOW_BYTES = [4 * 1024, 64 * 1024, 1024 * 1024];

/**
 * A connection over the network: bytes that arrive late and in pieces, a peer that does not read, one that disappears.
 */
export class Link {
  readonly transport: Transport;
  events = NOBODY;
  /** True when something happened that may end it. */
  isDisturbed = false;
  /** Resolves when the broker no longer uses it. */
  readonly letGo: Promise<void>;
  /** Called when the broker no longer uses it. */
  readonly onLetGo: () => void;
  /** Number of bytes that are on their way to the broker, or unread by it. */
  unreadBytes = 0;
  readonly #time: SimulatedTime;
  readonly #chance: Chance;
  readonly #latencyMs: number;

  // Towards the broker
  #input!: ReadableStreamDefaultController<Uint8Array>;
  readonly #arrived: Uint8Array[] = [];
  #isAsked = false;
  #isInputOver = false;
  #isFinishing = false;
  #inputAt = 0;

  // Towards the client
  #output!: WritableStreamDefaultController;
  readonly #waiting: Uint8Array[] = [];
  readonly #windowBytes: number;
  #unreadOutputBytes = 0;
  #outputAt = 0;
  #onRoom: (() => void) | undefined;
  #isReading = true;
  #isOutputFinished = false;
  /** True when nothing arrives any more, in either direction. */
  #isGone = false;

  constructor(time: SimulatedTime, chance: Chance, port: number) {
    ({ promise: this.letGo, resolve: this.onLetGo } = Promise.withResolvers<void>());
    this.#time = time;
    this.#chance = chance;
    this.#latencyMs = chance.scale(0.05, 3);
    this.#windowBytes = chance.pick(WINDOW_BYTES);
    this.transport = {
      readable: new ReadableStream({
        start: (controller) => {
          this.#input = controller;
        },
        pull: () => {
          this.#isAsked = true;
          this.#feed();
        },
        cancel: () => {
          this.#isInputOver = true;
        },
      }, { highWaterMark: 0 }),
      writable: new WritableStream({
        start: (controller) => {
          this.#output = controller;
        },
        write: (bytes) => this.#write(bytes),
        close: () => this.#sendToClient(undefined),
      }),
      isDoneWithWritten: chance.happens(0.5),
      peer: { host: "127.0.0.1", port },
      local: { host: "127.0.0.1", port: 5672 },
      abort: () => this.#abortedByBroker(),
    };
  }

  #delay(): number {
    const chance = this.#chance;
    return this.#latencyMs * (chance.happens(0.02) ? chance.scale(1, 100) : 0.5 + chance.random());
  }

  // Actions of the client

  send(bytes: Uint8Array): void {
    if (this.#isGone || this.#isFinishing) return;
    const pieces = bytes.length > 1 && this.#chance.happens(0.1) ? this.#chance.int(2, 5) : 1;
    let from = 0;
    for (let piece = 1; piece <= pieces; piece++) {
      const to = piece === pieces ? bytes.length : this.#chance.int(from, bytes.length);
      const part = bytes.slice(from, to);
      from = to;
      if (part.length === 0) continue;
      this.unreadBytes += part.length;
      this.#inputAt = Math.max(this.#inputAt, this.#time.now() + this.#delay());
      this.#time.at(this.#inputAt, () => {
        if (this.#isGone) return;
        this.#arrived.push(part);
        this.#feed();
      });
    }
  }

  /** Closes the connection in an orderly way (FIN), behind everything sent. */
  finish(): void {
    if (this.#isGone || this.#isFinishing) return;
    this.#isFinishing = true;
    this.#inputAt = Math.max(this.#inputAt, this.#time.now() + this.#delay());
    this.#time.at(this.#inputAt, () => this.#feed());
  }

  /** Breaks the connection (RST): data on the way is lost, and both ends are told. */
  reset(): void {
    if (this.#isGone) return;
    this.isDisturbed = true;
    this.#isGone = true;
    this.#breakBrokerEnd();
    this.#tellEnd();
  }

  /** Interrupts the connection without telling anybody. */
  vanish(): void {
    this.isDisturbed = true;
    this.#isGone = true;
  }

  /** Stops the client's reading. */
  pause(): void {
    this.#isReading = false;
  }

  resume(): void {
    this.#isReading = true;
    for (const bytes of this.#waiting.splice(0)) this.#read(bytes);
  }

  /**
   * Ends the link after the process at the other end has died; the client is told later. Some of the output still
   * arrives.
   */
  brokerDied(afterMs: number): void {
    this.isDisturbed = true;
    this.#isInputOver = true;
    this.onLetGo();
    this.#time.after(afterMs, () => {
      if (this.#isGone) return;
      this.#isGone = true;
      this.#tellEnd();
    });
  }

  // The broker's end

  #feed(): void {
    if (this.#isInputOver || !this.#isAsked) return;
    if (this.#arrived.length === 0) {
      if (!this.#isFinishing || this.unreadBytes > 0 || this.#time.now() < this.#inputAt) return;
      this.#isInputOver = true;
      this.#input.close();
      return;
    }
    this.#isAsked = false;
    let count = 0;
    let bytes = 0;
    while (count < this.#arrived.length && bytes < CHUNK_BYTES_MAX) bytes += this.#arrived[count++].length;
    this.unreadBytes -= bytes;
    const parts = this.#arrived.splice(0, count);
    this.#input.enqueue(parts.length === 1 ? parts[0] : concat(...parts));
  }

  #write(bytes: Uint8Array): Promise<void> | undefined {
    // The broker may reuse its memory when the write is done.
    this.#sendToClient(bytes.slice());
    if (this.#unreadOutputBytes <= this.#windowBytes) return undefined;
    return new Promise((resolve) => this.#onRoom = resolve);
  }

  /** Sends bytes, or the end of all bytes. */
  #sendToClient(bytes: Uint8Array | undefined): void {
    this.#unreadOutputBytes += bytes?.length ?? 0;
    this.#outputAt = Math.max(this.#outputAt, this.#time.now() + this.#delay());
    this.#time.at(this.#outputAt, () => {
      if (this.#isGone) return;
      if (bytes !== undefined) {
        if (this.#isReading) this.#read(bytes);
        else this.#waiting.push(bytes);
        return;
      }
      this.#isOutputFinished = true;
      if (this.#isReading) this.#tellEnd();
    });
  }

  #read(bytes: Uint8Array): void {
    this.#unreadOutputBytes -= bytes.length;
    if (this.#unreadOutputBytes <= this.#windowBytes) {
      this.#onRoom?.();
      this.#onRoom = undefined;
    }
    if (bytes.length > 1 && this.#chance.happens(0.1)) {
      const at = this.#chance.int(1, bytes.length - 1);
      this.events.received(bytes.subarray(0, at));
      this.events.received(bytes.subarray(at));
    } else {
      this.events.received(bytes);
    }
    if (this.#isOutputFinished && this.#waiting.length === 0) this.#tellEnd();
  }

  #abortedByBroker(): void {
    this.#breakBrokerEnd();
    if (this.#isGone) return;
    this.#time.after(this.#delay(), () => {
      if (this.#isGone) return;
      this.#isGone = true;
      this.#tellEnd();
    });
  }

  #breakBrokerEnd(): void {
    const error = new Error("Connection reset by peer");
    if (!this.#isInputOver) {
      this.#isInputOver = true;
      this.#input.error(error);
    }
    this.#output.error(error);
    this.#onRoom?.();
    this.#onRoom = undefined;
  }

  #tellEnd(): void {
    const { events } = this;
    this.events = NOBODY;
    events.ended();
  }
}
