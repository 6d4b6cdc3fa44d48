import type { Broker } from "../embedding/broker.ts";

/** Number of rounds of the event loop without traffic after which clients have answered. */
const STILL_ROUNDS = 8;
/** Time of a round. In milliseconds. */
const ROUND_MS = 1;
/** Maximum time for clients to answer. In milliseconds. */
const ANSWERS_MAX_MS = 1000;

/** Waits until clients and consumers have answered what a broker has sent to them. */
export class Settling {
  readonly #broker: Broker;
  #before: string;

  constructor(broker: Broker) {
    this.#broker = broker;
    this.#before = this.#activity;
  }

  /** Resolves at once when nothing was sent or received since the last call, or else when that has ended. */
  async settled(): Promise<void> {
    // Consumers inside the process act now.
    await Promise.resolve();
    if (!this.#hasChanged) return;
    const end = performance.now() + ANSWERS_MAX_MS;
    for (let still = 0; still < STILL_ROUNDS && performance.now() < end;) {
      await new Promise((resolve) => setTimeout(resolve, ROUND_MS));
      still = this.#hasChanged ? 0 : still + 1;
    }
  }

  /** True when there was traffic since the last look. */
  get #hasChanged(): boolean {
    const before = this.#before;
    this.#before = this.#activity;
    return this.#before !== before;
  }

  /** Text that changes when anything is sent, received, delivered or settled. */
  get #activity(): string {
    const { node, connections } = this.#broker;
    let frames = 0;
    for (const { traffic } of connections) frames += traffic.sentFrames + traffic.receivedFrames;
    let calls = 0;
    for (const { counts, isInternal } of node.sessions.all) {
      if (isInternal) calls += counts.deliver + counts.deliverNoAck + counts.ack + counts.publish;
    }
    return `${connections.size} ${frames} ${calls}`;
  }
}
