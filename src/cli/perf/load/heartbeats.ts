import { FRAME_END, FRAME_HEARTBEAT } from "../../../amqp091/frame.ts";

const HEARTBEAT_FRAME = Uint8Array.of(FRAME_HEARTBEAT, 0, 0, 0, 0, 0, 0, FRAME_END);

/** Returns the interval of heartbeats that a client agrees on with the broker; 0 means none. In seconds. */
export const agreedHeartbeat = (wanted: number, offered: number): number =>
  wanted === 0 || offered === 0 ? wanted : Math.min(wanted, offered);

/** The heartbeats of a connection: it sends them, and notices when the broker's don't come (AMQP 0-9-1 §4.2.7). */
export class Heartbeats {
  readonly #timer: ReturnType<typeof setInterval>;
  #heardMs = performance.now();
  #isListening = true;

  /** @param onMissed handles that nothing has come for two intervals. */
  constructor(seconds: number, send: (frame: Uint8Array) => void, onMissed: () => void) {
    this.#timer = setInterval(() => {
      send(HEARTBEAT_FRAME);
      if (!this.#isListening || performance.now() - this.#heardMs < seconds * 2000) return;
      this.stop();
      onMissed();
    }, seconds * 500);
  }

  /** Notes that something has come. */
  noteHeard(): void {
    this.#heardMs = performance.now();
  }

  /** Notes whether the connection is read: nothing comes while it is not. */
  noteListening(isListening: boolean): void {
    this.#isListening = isListening;
    this.noteHeard();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
