import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker, ChannelError, type Delivery, type EmbeddedQueue, fieldTable } from "../../mod.ts";
import { settled } from "../fake_clock.ts";

const hasCode = (code: number) => (error: unknown): boolean => error instanceof ChannelError && error.code === code;

const text = ({ body }: Delivery): string => new TextDecoder().decode(body);

async function publish(queue: EmbeddedQueue, ...bodies: string[]): Promise<void> {
  const writer = queue.publisher().getWriter();
  for (const body of bodies) await writer.write({ body });
  await writer.close();
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));

describe("a queue in a program", () => {
  it("is written and read as streams", async () => {
    const orders = new Broker().vhost("/").queue("orders");
    const body = new TextEncoder().encode("an order");
    await orders.publisher().getWriter().write({ body });
    for await (const m of orders.consume()) {
      assert.deepEqual(m.body, body);
      m.ack();
      break;
    }
    assert.equal(orders.messageCount, 0);
  });

  it("can be the end of a pipe from any stream", async () => {
    const queue = new Broker().vhost("/").queue("q");
    const lines = new ReadableStream<string>({
      start(controller) {
        for (const line of ["a", "b", "c"]) controller.enqueue(line);
        controller.close();
      },
    });
    await lines
      .pipeThrough(new TransformStream({ transform: (body, controller) => controller.enqueue({ body }) }))
      .pipeTo(queue.publisher());
    assert.equal(queue.messageCount, 3);
  });

  it("keeps the properties of its messages", async () => {
    const queue = new Broker().vhost("/").queue("q");
    const properties = { contentType: "text/plain", deliveryMode: 2, priority: 3, correlationId: "c" };
    await queue.publisher().getWriter().write({ body: "", properties });
    const { value } = await queue.consume().getReader().read();
    const { contentType, deliveryMode, priority, correlationId } = value!.properties;
    assert.deepEqual({ contentType, deliveryMode, priority, correlationId }, properties);
    assert.equal(value!.body.length, 0);
  });

  it("gives a reader no more than it takes; the rest waits in the queue", async () => {
    const queue = new Broker().vhost("/").queue("q");
    await publish(queue, ...numbers(1000));
    const reader = queue.consume({ noAck: true }).getReader();
    await settled();
    assert.ok(queue.messageCount >= 1000 - 256, `${1000 - queue.messageCount} deliveries wait for a reader`);
    for (let i = 0; i < 1000; i++) {
      assert.equal(text((await reader.read()).value!), String(i));
      assert.ok(queue.messageCount >= 1000 - i - 257);
    }
    assert.equal(queue.messageCount, 0);
  });

  it("gives a reader no more than prefetch unacknowledged messages", async () => {
    const queue = new Broker().vhost("/").queue("q");
    await publish(queue, ...numbers(10));
    const reader = queue.consume({ prefetch: 3 }).getReader();
    const deliveries = [];
    for (let i = 0; i < 3; i++) deliveries.push((await reader.read()).value!);
    let fourth: string | undefined;
    reader.read().then(({ value }) => fourth = text(value!));
    await settled();
    assert.equal(fourth, undefined);
    assert.equal(queue.messageCount, 7);
    deliveries[1].ack();
    await settled();
    assert.equal(fourth, "3");
  });

  it("takes back unacknowledged messages in their order when a loop is left", async () => {
    const queue = new Broker().vhost("/").queue("q");
    await publish(queue, ...numbers(20));
    for await (const delivery of queue.consume()) {
      if (text(delivery) === "5") break;
      if (Number(text(delivery)) % 2 === 0) delivery.ack();
    }
    assert.equal(queue.consumerCount, 0);
    const again: [string, boolean][] = [];
    for await (const delivery of queue.consume({ noAck: true })) {
      again.push([text(delivery), delivery.redelivered]);
      if (queue.messageCount === 0 && again.length === 17) break;
    }
    assert.deepEqual(again.map(([body]) => body), ["1", "3", "5", ...numbers(20).slice(6)]);
    assert.deepEqual(again.slice(0, 3).map(([, redelivered]) => redelivered), [true, true, true]);
  });

  it("drops or takes back rejected messages, and ignores a second answer", async () => {
    const queue = new Broker().vhost("/").queue("q");
    await publish(queue, "back", "drop", "done");
    const reader = queue.consume({ prefetch: 3 }).getReader();
    const [back, drop, done] = [await reader.read(), await reader.read(), await reader.read()].map(({ value }) =>
      value!
    );
    drop.nack({ requeue: false });
    done.ack();
    done.nack();
    back.nack();
    back.ack();
    const again = (await reader.read()).value!;
    assert.deepEqual([text(again), again.redelivered], ["back", true]);
    again.ack();
    await reader.cancel();
    assert.deepEqual([queue.messageCount, queue.consumerCount], [0, 0]);
    done.ack();
    drop.nack();
    assert.equal(queue.messageCount, 0);
  });

  it("dead-letters rejected messages, whatever the program put into their headers", async () => {
    const vhost = new Broker().vhost("/");
    const dead = vhost.queue("dead");
    const deadLetterTo = { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead" };
    const queue = vhost.queue("q", { arguments: deadLetterTo });
    const properties = { headers: fieldTable({ "x-death": "a text, where RabbitMQ has an array", CC: [1, "key"] }) };
    await queue.publisher().getWriter().write({ body: "refused", properties });
    for await (const m of queue.consume()) {
      m.nack({ requeue: false });
      break;
    }
    assert.equal(dead.messageCount, 1);
  });

  it("shares its messages among its readers", async () => {
    const queue = new Broker().vhost("/").queue("q");
    const readers = [1, 2].map(() => queue.consume().getReader());
    await settled();
    await publish(queue, ...numbers(10));
    for (let i = 0; i < 10; i++) assert.equal(text((await readers[i % 2].read()).value!), String(i));
  });

  it("ends its readers when it is deleted, and accepts no more messages", async () => {
    const broker = new Broker();
    const queue = broker.vhost("/").queue("passing", { autoDelete: true, durable: false });
    await publish(queue, "a");
    const [first, second] = [queue.consume().getReader(), queue.consume().getReader()];
    await first.read();
    await first.cancel();
    assert.equal(queue.consumerCount, 1);
    await second.cancel();
    assert.equal((await second.read()).done, true);
    await assert.rejects(queue.publisher().getWriter().write({ body: "b" }), hasCode(404));
    // The name is free again.
    assert.equal(broker.vhost("/").queue("passing").messageCount, 0);
  });

  it("delays writes while memory is low", async () => {
    const queue = new Broker({ memoryHighWatermarkBytes: 1024 * 1024 }).vhost("/").queue("q");
    const writer = queue.publisher().getWriter();
    let written = 0;
    const writing = (async () => {
      for (let i = 0; i < 30; i++) {
        await writer.write({ body: new Uint8Array(100_000).fill(i) });
        written++;
      }
    })();
    for (let i = 0; i < 20; i++) await settled();
    assert.ok(written >= 9 && written <= 12, `${written} messages of 100 KB were taken in with a limit of 1 MiB`);
    let read = 0;
    for await (const delivery of queue.consume({ prefetch: 1 })) {
      assert.equal(delivery.body[99_999], read++);
      delivery.ack();
      if (read === 30) break;
    }
    await writing;
    assert.equal(queue.messageCount, 0);
  });

  it("is the existing one, unless its properties differ", () => {
    const vhost = new Broker().vhost("/");
    vhost.queue("q", { durable: false });
    assert.equal(vhost.queue("q").name, "q");
    assert.throws(
      () => vhost.queue("q", { durable: true }),
      (error) => error instanceof ChannelError && error.code === 406,
    );
    assert.throws(() => vhost.queue("amq.mine"), (error) => error instanceof ChannelError && error.code === 403);
  });
});
