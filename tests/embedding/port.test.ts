import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AMQPStreamClient } from "../../examples/tab/stream_client.ts";
import { Broker } from "../../mod.ts";
import { portTransport } from "../../src/transport/port_transport.ts";

describe("a client library over a MessagePort", () => {
  it("publishes, consumes and closes", async () => {
    const broker = new Broker();
    const { port1, port2 } = new MessageChannel();
    const accepted = broker.accept(portTransport(port1));
    const connection = await new AMQPStreamClient(portTransport(port2)).connect();
    const channel = await connection.channel();
    await channel.confirmSelect();
    await channel.queueDeclare("orders", { durable: true });
    const bodies = Array.from({ length: 200 }, (_, i) => `order ${i} `.repeat(i * 50 + 1));
    const received: string[] = [];
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
    await accepted.closed;
    assert.equal(broker.connections.size, 0);
  });

  it("learns that the broker has dropped it", async () => {
    const broker = new Broker();
    const { port1, port2 } = new MessageChannel();
    const transport = portTransport(port1);
    broker.accept(transport);
    const client = new AMQPStreamClient(portTransport(port2));
    await client.connect();
    const lost = new Promise<Error | undefined>((resolve) => client.ondisconnect = resolve);
    client.onerror = () => {};
    transport.abort();
    assert.match(`${await lost}`, /The connection is lost: The other side of the port is gone/);
  });
});
