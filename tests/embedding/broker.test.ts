import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../mod.ts";
import { InProcessClient } from "../amqp091/in_process_client.ts";
import { FakeClock, settled } from "../fake_clock.ts";
import { HEADER_0_9_1 } from "../frames.ts";

describe("a broker in a program", () => {
  it("speaks AMQP over two streams, without a socket", async () => {
    const client = await InProcessClient.open(new Broker());
    await client.request(1, "queue.declare", { queue: "q" });
    client.publish(1, { routingKey: "q", body: "hello" });
    client.send(1, "basic.get", { queue: "q", noAck: true });
    assert.equal((await client.receiveAll(1, "basic.get-ok")).body, "hello");
    await client.request(0, "connection.close", { replyCode: 200 });
    client.finish();
    await client.connection.closed;
  });

  it("passes messages between AMQP and the program", async () => {
    const broker = new Broker();
    const orders = broker.vhost("/").queue("orders");
    const client = await InProcessClient.open(broker);
    client.publish(1, { routingKey: "orders", body: "from AMQP", properties: { messageId: "7" } });
    const reader = orders.consume().getReader();
    const { value: delivery } = await reader.read();
    assert.equal(new TextDecoder().decode(delivery!.body), "from AMQP");
    assert.equal(delivery!.properties.messageId, "7");
    assert.deepEqual([delivery!.exchange, delivery!.routingKey, delivery!.redelivered], ["", "orders", false]);
    delivery!.ack();
    await reader.cancel();
    await orders.publisher().getWriter().write({ body: "from the program" });
    client.send(1, "basic.get", { queue: "orders", noAck: true });
    assert.equal((await client.receiveAll(1, "basic.get-ok")).body, "from the program");
  });

  it("shares nothing with another one in the same program", async () => {
    const [first, second] = [new Broker(), new Broker()];
    const clients = await Promise.all([InProcessClient.open(first), InProcessClient.open(second)]);
    for (const client of clients) await client.request(1, "queue.declare", { queue: "q" });
    clients[0].publish(1, { routingKey: "q", body: "in the first" });
    await settled();
    assert.deepEqual([first, second].map((broker) => broker.vhost("/").queue("q").messageCount), [1, 0]);
    assert.ok(first.messageBytes > 0);
    assert.equal(second.messageBytes, 0);
    clients[0].finish();
    await clients[0].connection.closed;
    assert.deepEqual([first.connections.size, second.connections.size], [0, 1]);
  });

  it("reports the end of a connection, whichever side ended it", async () => {
    const broker = new Broker();
    const ends: ((client: InProcessClient) => Promise<unknown> | void)[] = [
      async (client) => {
        await client.request(0, "connection.close", { replyCode: 200 });
        client.finish();
        await client.heard();
      },
      (client) => client.finish(),
      async (client) => {
        const closing = client.connection.close("because");
        const close = await client.receive(0, "connection.close");
        assert.deepEqual([close.replyCode, close.replyText], [320, "CONNECTION_FORCED - because"]);
        client.send(0, "connection.close-ok");
        await client.heard();
        client.finish();
        await closing;
      },
    ];
    for (const end of ends) {
      const client = await InProcessClient.open(broker);
      assert.equal(broker.connections.has(client.connection), true);
      await end(client);
      await client.connection.closed;
      await settled();
      assert.equal(broker.connections.size, 0);
    }
  });

  it("closes all connections in any state, and its store, when it is closed", async () => {
    const clock = new FakeClock();
    const broker = new Broker({ clock });
    const open = await InProcessClient.open(broker);
    const [silent, starting] = [new InProcessClient(broker), new InProcessClient(broker)];
    starting.write(HEADER_0_9_1);
    await settled();
    const closing = broker.close();
    await open.receive(0, "connection.close");
    open.send(0, "connection.close-ok");
    await open.heard();
    for (const client of [silent, starting]) await client.heard();
    open.finish();
    await closing;
    assert.equal(broker.connections.size, 0);
    assert.equal(clock.timerCount, 0);
  });

  it("does not change the bytes that a reader keeps", async () => {
    const broker = new Broker();
    const queue = broker.vhost("/").queue("q");
    const toBroker = new TransformStream<Uint8Array, Uint8Array>();
    // A reader that is a few chunks behind, as behind a pipe.
    const fromBroker = new TransformStream<Uint8Array, Uint8Array>({}, undefined, { highWaterMark: 8 });
    broker.accept({ readable: toBroker.readable, writable: fromBroker.writable });
    const { frames } = await import("./session_frames.ts");
    const writer = toBroker.writable.getWriter();
    const reader = fromBroker.readable.getReader();
    const kept: Uint8Array[] = [];
    const copies: Uint8Array[] = [];
    let finished = false;
    const reading = (async () => {
      while (!finished) {
        const { value, done } = await reader.read();
        if (done) break;
        kept.push(value);
        copies.push(value.slice());
        await settled();
      }
    })();
    for (const frame of frames) {
      await writer.write(frame);
      await settled();
    }
    const publisher = queue.publisher().getWriter();
    for (let i = 0; i < 50; i++) {
      await publisher.write({ body: String(i).repeat(10) });
      await settled();
    }
    await writer.close();
    finished = true;
    await reading;
    assert.ok(
      kept.every((chunk, index) => chunk.every((byte, at) => byte === copies[index][at])),
      "bytes have changed",
    );
    assert.ok(
      kept.every(({ buffer, length }) => buffer.byteLength === length),
      "a chunk keeps more memory than its own",
    );
    const all = new TextDecoder().decode(new Uint8Array(kept.flatMap((chunk) => [...chunk])));
    for (let i = 0; i < 50; i++) assert.ok(all.includes(String(i).repeat(10)), `message ${i} was overwritten`);
  });
});
