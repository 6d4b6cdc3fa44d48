import assert from "node:assert/strict";
import { RawClient } from "../raw_client.ts";

/**
 * A client that works while others misbehave: it publishes and consumes continuously, and fails when a message is
 * missing, duplicated, changed or out of order.
 */
export class Neighbour {
  readonly #client: RawClient;
  readonly #queue: string;
  readonly #working: Promise<void>;
  #isDone = false;
  #messages = 0;

  private constructor(client: RawClient, queue: string) {
    this.#client = client;
    this.#queue = queue;
    this.#working = this.#work();
    this.#working.catch(() => {}); // Reported by stop().
  }

  static async start(address: { readonly host: string; readonly port: number }): Promise<Neighbour> {
    const client = await RawClient.open(address);
    const { queue } = await client.request(1, "queue.declare", { exclusive: true });
    await client.request(1, "basic.consume", { queue, noAck: true });
    return new Neighbour(client, queue);
  }

  /** Ends the work. Rejects if anything went wrong; resolves to the number of messages consumed. */
  async stop(): Promise<number> {
    this.#isDone = true;
    try {
      await this.#working;
      const { messageCount } = await this.#client.request(1, "queue.declare", { queue: this.#queue, passive: true });
      assert.equal(messageCount, 0);
      return this.#messages;
    } finally {
      await this.#client[Symbol.asyncDispose]();
    }
  }

  async #work(): Promise<void> {
    const ahead = 5;
    for (let n = 0; n < ahead; n++) this.#publish(n);
    while (!this.#isDone) {
      await this.#receive();
      this.#publish(this.#messages + ahead - 1);
    }
    for (let n = 0; n < ahead; n++) await this.#receive();
  }

  #publish(n: number): void {
    this.#client.publish(1, { routingKey: this.#queue, body: `message ${n}`, properties: { messageId: `${n}` } });
  }

  async #receive(): Promise<void> {
    const { text, properties, method } = await this.#client.receiveContent(1, "basic.deliver");
    assert.deepEqual([text, properties.messageId], [`message ${this.#messages}`, `${this.#messages}`]);
    this.#messages++;
    assert.deepEqual([method.deliveryTag, method.redelivered], [BigInt(this.#messages), false]);
  }
}
