import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { AMQPClient, type AMQPMessage, AMQPSession } from "@cloudamqp/amqp-client";
import { type AsyncMessage, Connection, ConsumerStatus, type ReturnedMessage } from "rabbitmq-client";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { unique, within } from "./client.ts";

let broker: BrokerUnderTest;

before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());

describe("@cloudamqp/amqp-client", () => {
  let client: AMQPClient;

  beforeEach(async () => {
    client = new AMQPClient(broker.url);
    client.logger = undefined;
    await client.connect();
  });
  afterEach(() => client.close());

  it("declares, publishes with confirms, consumes and acknowledges", async () => {
    const channel = await client.channel();
    await channel.confirmSelect();
    const queue = await channel.queueDeclare("", { exclusive: true });
    for (let i = 1; i <= 10; i++) assert.equal(await channel.basicPublish("", queue.name, `message ${i}`), i);
    await channel.basicQos(3);

    const bodies: (string | null)[] = [];
    await within(
      "ten messages",
      new Promise<void>((resolve) =>
        channel.basicConsume(queue.name, { noAck: false }, async (message) => {
          bodies.push(message.bodyString());
          await message.ack();
          if (bodies.length === 10) resolve();
        })
      ),
    );

    assert.deepEqual(bodies, Array.from({ length: 10 }, (_, i) => `message ${i + 1}`));
    const left = await channel.queueDeclare(queue.name, { passive: true });
    assert.deepEqual(left, { name: queue.name, messageCount: 0, consumerCount: 1 });
  });

  it("iterates over a consumer's messages and cancels it", async () => {
    const channel = await client.channel();
    const queue = await channel.queueDeclare("", { exclusive: true, autoDelete: false });
    const consumer = await channel.basicConsume(queue.name, { noAck: true });
    for (const body of ["a", "b", "c"]) await channel.basicPublish("", queue.name, body);

    const bodies: (string | null)[] = [];
    for await (const message of consumer.messages) {
      bodies.push(message.bodyString());
      if (bodies.length === 3) break;
    }

    assert.deepEqual(bodies, ["a", "b", "c"]);
    assert.equal((await channel.queueDeclare(queue.name, { passive: true })).consumerCount, 0);
  });

  it("gets, rejects and gets again", async () => {
    const channel = await client.channel();
    const queue = await channel.queueDeclare("", { exclusive: true });
    await channel.basicPublish("", queue.name, new Uint8Array([1, 2, 3]), {
      contentType: "application/octet-stream",
      headers: { string: "s", integer: 1, large: 2 ** 40, boolean: true, list: [1, "2"], table: { a: null } },
      timestamp: new Date(1700000000_000),
      correlationId: "c",
    });

    const first = await channel.basicGet(queue.name, { noAck: false });
    await first!.reject(true);
    const second = await channel.basicGet(queue.name, { noAck: false });
    await second!.ack();

    assert.deepEqual([first!.redelivered, second!.redelivered], [false, true]);
    assert.deepEqual([...second!.body as Uint8Array], [1, 2, 3]);
    assert.deepEqual(second!.properties, {
      contentType: "application/octet-stream",
      headers: { string: "s", integer: 1, large: 2 ** 40, boolean: true, list: [1, "2"], table: { a: null } },
      timestamp: new Date(1700000000_000),
      correlationId: "c",
    });
    assert.equal(await channel.basicGet(queue.name), null);
  });

  it("routes by exchanges and bindings of every kind", async () => {
    const channel = await client.channel();
    const queue = await channel.queueDeclare("", { exclusive: true });
    const [source, destination] = [unique("x"), unique("x")];
    await channel.exchangeDeclare(source, "topic", { autoDelete: true, durable: false });
    await channel.exchangeDeclare(destination, "fanout", { autoDelete: true, durable: false });
    await channel.exchangeBind(destination, source, "orders.*");
    await channel.queueBind(queue.name, destination, "");
    await channel.confirmSelect();

    await channel.basicPublish(source, "orders.new", "wanted");
    await channel.basicPublish(source, "invoices.new", "unwanted");
    const message = await channel.basicGet(queue.name, { noAck: true });
    await channel.queueUnbind(queue.name, destination, "");

    assert.equal(message!.bodyString(), "wanted");
    assert.equal(message!.exchange, source);
    await assert.rejects(channel.exchangeDeclare(source, "topic", { passive: true }), /NOT_FOUND - no exchange/);
  });

  it("gets unroutable mandatory messages back", async () => {
    const channel = await client.channel();
    await channel.confirmSelect();
    const returned = new Promise<AMQPMessage>((resolve) => channel.onReturn = resolve);

    await channel.basicPublish("amq.direct", unique("nowhere"), "back", {}, true);

    const message = await within("a return", returned);
    assert.deepEqual([message.replyCode, message.replyText, message.bodyString()], [312, "NO_ROUTE", "back"]);
  });

  it("commits and rolls back transactions", async () => {
    const channel = await client.channel();
    const queue = await channel.queueDeclare("", { exclusive: true });
    await channel.txSelect();
    await channel.basicPublish("", queue.name, "undone");
    await channel.txRollback();
    await channel.basicPublish("", queue.name, "done");

    await channel.txCommit();

    assert.deepEqual(await channel.queuePurge(queue.name), { messageCount: 1 });
  });

  it("sends large messages", async () => {
    const channel = await client.channel();
    await channel.confirmSelect();
    const queue = await channel.queueDeclare("", { exclusive: true });
    const body = new Uint8Array(1_000_000).map((_, i) => i);

    await channel.basicPublish("", queue.name, body);
    const message = await channel.basicGet(queue.name, { noAck: true });

    assert(Buffer.from(message!.body as Uint8Array).equals(Buffer.from(body)));
  });

  it("reports what the broker refused, and continues on another channel", async () => {
    const channel = await client.channel();
    const name = unique("q");

    await assert.rejects(channel.queueDeclare(name, { passive: true }), {
      message: `channel 1 closed: NOT_FOUND - no queue '${name}' in vhost '/' (404)`,
    });

    assert((await (await client.channel()).queueDeclare("", { exclusive: true })).name);
  });

  it("in a session publishes to and subscribes a queue", async () => {
    const session = await AMQPSession.connect(broker.url, { logger: null });
    const queue = await session.queue("", { exclusive: true, durable: false });
    const seen = new Promise<string | null>((resolve) =>
      queue.subscribe({ prefetch: 1 }, (message) => resolve(message.bodyString()))
    );

    await queue.publish("hello", { deliveryMode: 2 });

    assert.equal(await within("the message", seen), "hello");
    await session.stop();
  });
});

describe("rabbitmq-client", () => {
  let client: Connection;

  beforeEach(async () => {
    client = new Connection(broker.url);
    await client.onConnect(5000);
  });
  afterEach(() => within("the client to close", client.close()));

  it("declares, publishes with confirms, gets and deletes", async () => {
    const queue = unique("q");
    await client.queueDeclare({ queue, exclusive: true });
    const publisher = client.createPublisher({ confirm: true });

    await publisher.send(queue, { order: 1 });
    await publisher.send({ routingKey: queue, durable: true, headers: { attempt: 2 } }, "text");

    const [first, second] = [
      await client.basicGet({ queue, noAck: true }),
      await client.basicGet({ queue, noAck: true }),
    ];
    assert.deepEqual([first!.body, first!.contentType, first!.messageCount], [{ order: 1 }, "application/json", 1]);
    assert.deepEqual([second!.body, second!.durable, { ...second!.headers }], ["text", true, { attempt: 2 }]);
    assert.equal(await client.basicGet({ queue }), undefined);
    await publisher.close();
    assert.deepEqual({ ...await client.queueDelete({ queue }) }, { messageCount: 0 });
  });

  it("runs a consumer that declares what it needs, and acknowledges, requeues or drops", async () => {
    const exchange = unique("x");
    const queue = unique("q");
    const seen: { body: unknown; redelivered: boolean }[] = [];
    let finish: () => void;
    const finished = new Promise<void>((resolve) => finish = resolve);
    const consumer = client.createConsumer({
      queue,
      queueOptions: { exclusive: true },
      qos: { prefetchCount: 1 },
      exchanges: [{ exchange, type: "topic", autoDelete: true }],
      queueBindings: [{ exchange, routingKey: "users.*" }],
    }, (message: AsyncMessage) => {
      seen.push({ body: message.body, redelivered: message.redelivered });
      if (message.body === "last") finish();
      if (message.body === "again" && !message.redelivered) return ConsumerStatus.REQUEUE;
      if (message.body === "dropped") return ConsumerStatus.DROP;
      return ConsumerStatus.ACK;
    });
    await within("the consumer", new Promise<void>((resolve) => consumer.once("ready", resolve)));
    const publisher = client.createPublisher({ confirm: true });

    for (const body of ["first", "again", "dropped", "last"]) {
      await publisher.send({ exchange, routingKey: "users.new" }, body);
    }
    await publisher.send({ exchange, routingKey: "orders.new" }, "not for users");
    await within("the last message", finished);
    await publisher.close();
    await consumer.close();

    assert.deepEqual(seen, [
      { body: "first", redelivered: false },
      { body: "again", redelivered: false },
      { body: "again", redelivered: true },
      { body: "dropped", redelivered: false },
      { body: "last", redelivered: false },
    ]);
    const { messageCount } = await client.queueDeclare({ queue, passive: true });
    assert.equal(messageCount, 0);
  });

  it("replies to requests through a reply queue", async () => {
    const [requests, replies] = [unique("q"), unique("q")];
    await client.queueDeclare({ queue: replies, exclusive: true });
    const server = client.createConsumer(
      { queue: requests, queueOptions: { exclusive: true } },
      (message: AsyncMessage, reply) => reply(`${message.body}!`),
    );
    await within("the server", new Promise<void>((resolve) => server.once("ready", resolve)));
    const publisher = client.createPublisher({ confirm: true });

    await publisher.send({ routingKey: requests, replyTo: replies, correlationId: "7" }, "ping");

    const channel = await client.acquire();
    const answer = await within(
      "the reply",
      new Promise<AsyncMessage>((resolve) => channel.basicConsume({ queue: replies, noAck: true }, resolve)),
    );
    await channel.close();
    await publisher.close();
    await server.close();
    assert.deepEqual([answer.body, answer.correlationId], ["ping!", "7"]);
  });

  it("gets unroutable mandatory messages back", async () => {
    const publisher = client.createPublisher({ confirm: true });
    const returned = new Promise<ReturnedMessage>((resolve) => publisher.once("basic.return", resolve));

    await publisher.send({ routingKey: unique("nowhere"), mandatory: true }, "back");

    const message = await within("a return", returned);
    await publisher.close();
    assert.deepEqual([message.replyCode, message.replyText, message.body], [312, "NO_ROUTE", "back"]);
  });

  it("commits and rolls back transactions", async () => {
    const channel = await client.acquire();
    const { queue } = await channel.queueDeclare({ exclusive: true });
    await channel.txSelect();
    await channel.basicPublish(queue, "undone");
    await channel.txRollback();
    await channel.basicPublish(queue, "done");

    await channel.txCommit();

    assert.equal((await channel.basicGet({ queue, noAck: true }))!.body, "done");
    assert.equal(await channel.basicGet({ queue, noAck: true }), undefined);
    await channel.close();
  });

  it("reports what the broker refused, and continues on another channel", async () => {
    const queue = unique("q");
    const channel = await client.acquire();

    await assert.rejects(channel.queueDeclare({ queue, passive: true }), {
      code: "NOT_FOUND",
      message: `QueueDeclare: NOT_FOUND - no queue '${queue}' in vhost '/'`,
    });

    assert((await client.queueDeclare({ exclusive: true })).queue);
  });

  it("notices that its consumer is cancelled when the queue is deleted, and declares it again", async () => {
    const queue = unique("q");
    const consumer = client.createConsumer({ queue, queueOptions: { exclusive: true } }, () => {});
    consumer.on("error", () => {});
    await within("the consumer", new Promise<void>((resolve) => consumer.once("ready", resolve)));
    const recovered = new Promise<void>((resolve) => consumer.once("ready", resolve));

    await client.queueDelete({ queue });

    await within("the consumer's recovery", recovered);
    assert.equal((await client.queueDeclare({ queue, passive: true })).consumerCount, 1);
    await consumer.close();
  });
});
