import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { fieldTable } from "../../src/wire/field_table.ts";
import { type BrokerUnderTest, productUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { type Content, publishFrames, RawClient } from "../raw_client.ts";

let broker: BrokerUnderTest;
before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());

const replyTo = "amq.rabbitmq.reply-to";

/** Opens a client that consumes replies, with a queue for its requests. */
async function requester(): Promise<{ client: RawClient; requests: string }> {
  const client = await RawClient.open(broker, { channels: [1, 2] });
  const { queue: requests } = await client.request(1, "queue.declare", { exclusive: true });
  await client.request(1, "basic.consume", { queue: replyTo, consumerTag: "replies", noAck: true });
  return { client, requests };
}

async function fetchFrom(client: RawClient, queue: string): Promise<Content<"basic.get-ok">> {
  client.send(1, "basic.get", { queue, noAck: true });
  return await client.receiveContent(1, "basic.get-ok");
}

/** Sends a request and returns the reply-to address that the responder sees. */
async function ask(client: RawClient, requests: string): Promise<string> {
  client.publish(1, { routingKey: requests, body: "question", properties: { replyTo, correlationId: "7" } });
  const request = await fetchFrom(client, requests);
  assert.equal(request.properties.correlationId, "7");
  assert.equal(request.text, "question");
  return request.properties.replyTo!;
}

describe("direct reply-to", () => {
  it("gives each request an address of its own, whose replies come to the consumer", async () => {
    const { client, requests } = await requester();
    await using _ = client;
    await using responder = await RawClient.open(broker);

    const address = await ask(client, requests);
    responder.publish(1, { routingKey: address, body: "answer", properties: { correlationId: "7" } });

    assert.match(address, /^amq\.rabbitmq\.reply-to\../);
    const { method, text, properties } = await client.receiveContent(1, "basic.deliver");
    assert.deepEqual(
      [method.consumerTag, method.exchange, method.routingKey, method.redelivered, text, properties.correlationId],
      ["replies", "", address, false, "answer", "7"],
    );
  });

  it("no longer exists for the responder once the requester's channel is closed", async () => {
    const { client, requests } = await requester();
    await using _ = client;
    const address = await ask(client, requests);
    await client.request(2, "queue.declare", { queue: address, passive: true });

    await client.request(1, "channel.close");

    client.send(2, "queue.declare", { queue: address, passive: true });
    const text = `NOT_FOUND - no queue '${address}' in vhost '/'`;
    assert.deepEqual(await client.receiveClose(2), [404, text, 50, 10]);
  });

  it("ends when its consumer is cancelled, and can start again", async () => {
    const { client, requests } = await requester();
    await using _ = client;
    await client.request(1, "basic.cancel", { consumerTag: "replies" });
    await client.request(1, "basic.consume", { queue: replyTo, consumerTag: "again", noAck: true });

    const address = await ask(client, requests);
    client.publish(2, { routingKey: address, body: "answer" });

    assert.equal((await client.receiveContent(1, "basic.deliver")).method.consumerTag, "again");
  });

  it("reports that somebody waits for replies", async () => {
    const { client, requests } = await requester();
    await using _ = client;
    const queue = await ask(client, requests);

    const declared = await client.request(2, "queue.declare", { queue });

    assert.deepEqual([declared.queue, declared.messageCount, declared.consumerCount], [queue, 0, 1]);
  });

  const refusals = {
    "a consumer that acknowledges": [
      { queue: replyTo },
      [406, "PRECONDITION_FAILED - reply consumer cannot acknowledge", 60, 20],
    ],
    "a second consumer on the channel": [
      { queue: replyTo, noAck: true },
      [406, "PRECONDITION_FAILED - reply consumer already set", 60, 20],
    ],
  } as const;
  for (const [name, [fields, reason]] of Object.entries(refusals)) {
    it(`refuses ${name}`, async () => {
      const { client } = await requester();
      await using _ = client;

      client.send(1, "basic.consume", { ...fields, consumerTag: "other" });

      assert.deepEqual(await client.receiveClose(1), [...reason]);
    });
  }

  it("refuses a request from a channel that consumes no replies", async () => {
    const { client, requests } = await requester();
    await using _ = client;

    client.write(publishFrames(2, { routingKey: requests, body: "question", properties: { replyTo } }));

    const text = "PRECONDITION_FAILED - fast reply consumer does not exist";
    assert.deepEqual(await client.receiveClose(2), [406, text, 60, 40]);
  });

  it("accepts mandatory replies, and drops a reply that nobody waits for", {
    // RabbitMQ before 4.2 returns both, and delivers the first.
    skip: productUnderTest === "rabbitmq",
  }, async () => {
    const { client, requests } = await requester();
    await using _ = client;
    await using responder = await RawClient.open(broker);
    await responder.request(1, "confirm.select");
    const address = await ask(client, requests);

    responder.publish(1, { routingKey: address, body: "answer", mandatory: true });
    await responder.receive(1, "basic.ack");
    const { text } = await client.receiveContent(1, "basic.deliver");
    await client.request(1, "channel.close");
    responder.publish(1, { routingKey: address, body: "late", mandatory: true });
    await responder.receive(1, "basic.ack");

    assert.equal(text, "answer");
  });

  it("returns a mandatory message without a requester's address", async () => {
    await using client = await RawClient.open(broker);

    for (const routingKey of [replyTo, `${replyTo}.nobody`]) {
      client.publish(1, { routingKey, body: "answer", mandatory: true });

      const { method } = await client.receiveContent(1, "basic.return");
      assert.deepEqual([method.replyCode, method.replyText, method.routingKey], [312, "NO_ROUTE", routingKey]);
    }
  });

  it("accepts replies by CC too, but through no other exchange", async () => {
    const { client, requests } = await requester();
    await using _ = client;
    const address = await ask(client, requests);

    client.publish(2, { exchange: "amq.direct", routingKey: address, body: "astray" });
    const headers = fieldTable({ CC: [address] });
    client.publish(2, { routingKey: "nowhere", body: "copy", properties: { headers } });

    assert.equal((await client.receiveContent(1, "basic.deliver")).text, "copy");
  });

  it("ignores exclusivity and priority of a consumer", async () => {
    await using client = await RawClient.open(broker);

    await client.request(1, "basic.consume", {
      queue: replyTo,
      noAck: true,
      exclusive: true,
      arguments: fieldTable({ "x-priority": "high" }),
    });
  });

  it("works on several channels, each of which gets its own replies", async () => {
    const { client, requests } = await requester();
    await using _ = client;
    await client.request(2, "basic.consume", { queue: replyTo, consumerTag: "others", noAck: true });
    const first = await ask(client, requests);
    client.publish(2, { routingKey: requests, properties: { replyTo } });
    const second = (await fetchFrom(client, requests)).properties.replyTo!;

    client.publish(1, { routingKey: second, body: "to the second" });
    client.publish(1, { routingKey: first, body: "to the first" });

    const delivered = [
      await client.receiveContent(1, "basic.deliver"),
      await client.receiveContent(2, "basic.deliver"),
    ];
    assert.deepEqual(delivered.map(({ method, text }) => [method.consumerTag, text]), [
      ["replies", "to the first"],
      ["others", "to the second"],
    ]);
  });

  it("is not a queue that can be deleted, bound or fetched from", async () => {
    const { client, requests } = await requester();
    await using _ = client;
    const address = await ask(client, requests);

    assert.equal((await client.request(2, "queue.delete", { queue: address })).messageCount, 0);
    client.publish(2, { routingKey: address, body: "still there" });
    assert.equal((await client.receiveContent(1, "basic.deliver")).text, "still there");
    client.send(2, "queue.bind", { queue: replyTo, exchange: "amq.direct", routingKey: "key" });
    assert.deepEqual(await client.receiveClose(2), [404, `NOT_FOUND - no queue '${replyTo}' in vhost '/'`, 50, 20]);
    client.send(1, "basic.get", { queue: replyTo });
    assert.deepEqual(await client.receiveClose(1), [404, `NOT_FOUND - no queue '${replyTo}' in vhost '/'`, 60, 70]);
  });

  it("does not change other reply-to addresses", async () => {
    const { client, requests } = await requester();
    await using _ = client;

    client.publish(1, { routingKey: requests, properties: { replyTo: "elsewhere" } });

    const { properties } = await fetchFrom(client, requests);
    assert.equal(properties.replyTo, "elsewhere");
  });
});
