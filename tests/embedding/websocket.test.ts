import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AMQPWebSocketClient } from "@cloudamqp/amqp-client/amqp-websocket-client";
import { Broker } from "../../mod.ts";

/** Makes the parts of a WebSocket that a client needs, with a broker of this process at the other end. */
function webSocketTo(broker: Broker): typeof WebSocket {
  class BrokerSocket extends EventTarget {
    binaryType = "arraybuffer";
    onmessage: (event: { data: ArrayBuffer }) => void = () => {};
    readonly #writer: WritableStreamDefaultWriter<Uint8Array>;

    constructor() {
      super();
      const toBroker = new TransformStream<Uint8Array, Uint8Array>();
      this.#writer = toBroker.writable.getWriter();
      const writable = new WritableStream<Uint8Array>({
        // A message is a buffer and an event of its own.
        write: ({ buffer }) => void setTimeout(() => this.onmessage({ data: buffer as ArrayBuffer }), 0),
        close: () => this.#end(),
      });
      broker.accept({ readable: toBroker.readable, writable });
      queueMicrotask(() => this.dispatchEvent(new Event("open")));
    }

    send(bytes: Uint8Array): void {
      this.#writer.write(bytes.slice());
    }

    close(): void {
      this.#writer.close().catch(() => {});
    }

    #end(): void {
      this.dispatchEvent(Object.assign(new Event("close"), { wasClean: true, code: 1000 }));
    }
  }
  return BrokerSocket as unknown as typeof WebSocket;
}

describe("a client library for browsers", () => {
  it("publishes, consumes and closes over a WebSocket to a broker in the process", async () => {
    const broker = new Broker();
    const { WebSocket } = globalThis;
    globalThis.WebSocket = webSocketTo(broker);
    try {
      const client = new AMQPWebSocketClient("ws://in-process", "/", "guest", "guest");
      const connection = await client.connect();
      const channel = await connection.channel();
      await channel.confirmSelect();
      await channel.queueDeclare("orders", { durable: true });
      const received: string[] = [];
      const bodies = Array.from({ length: 200 }, (_, i) => `order ${i} `.repeat(i + 1));
      const done = new Promise<void>((resolve) => {
        channel.basicConsume("orders", { noAck: false }, (message) => {
          received.push(message.bodyString()!);
          message.ack();
          if (received.length === bodies.length) resolve();
        });
      });
      for (const body of bodies) await channel.basicPublish("", "orders", body, { deliveryMode: 2 });
      await done;
      assert.deepEqual(received, bodies);
      await connection.close();
      assert.equal(broker.vhost("/").queue("orders", { durable: true }).messageCount, 0);
    } finally {
      globalThis.WebSocket = WebSocket;
    }
  });
});
