import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "../../../mod.ts";
import { InProcessClient } from "../../amqp091/in_process_client.ts";

const REPLY_TO = "amq.rabbitmq.reply-to";
const MEBIBYTE = 1024 * 1024;

/** Opens a client that consumes replies, with the reply-to address of its requests. */
async function requester(broker: Broker): Promise<{ client: InProcessClient; address: string }> {
  const client = await InProcessClient.open(broker);
  await client.request(1, "queue.declare", { queue: "requests" });
  await client.request(1, "basic.consume", { queue: REPLY_TO, noAck: true });
  const requests = broker.vhost("/").queue("requests").consume({ noAck: true }).getReader();
  client.publish(1, { routingKey: "requests", properties: { replyTo: REPLY_TO } });
  const { value } = await requests.read();
  await requests.cancel();
  return { client, address: value!.properties.replyTo! };
}

describe("a requester that does not read its replies", () => {
  it("loses the oldest of them, so that they take no more than 16 MiB", async () => {
    const broker = new Broker();
    const { client, address } = await requester(broker);
    const responder = await InProcessClient.open(broker);
    const body = "x".repeat(100 * 1024);
    for (let i = 0; i < 400; i++) await responder.publish(1, { routingKey: address, body: `${i} ${body}` });
    assert.ok(broker.messageBytes < 24 * MEBIBYTE, `${broker.messageBytes} bytes are taken`);
    const numbers = (await client.heard()).map(({ body }) => Number.parseInt(body!));
    assert.equal(numbers.at(-1), 399);
    assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b));
    assert.ok(numbers.length >= 160 && numbers.length < 200, `${numbers.length} came`);
  });
});

describe("a channel's queue for replies", () => {
  it("is deleted with the channel, even if its consumer was refused for its tag", async () => {
    const broker = new Broker();
    const { client } = await requester(broker);
    const vhost = client.connection.vhost!;
    const taken = await InProcessClient.open(broker);
    await taken.request(1, "queue.declare", { queue: "q", exclusive: true });
    await taken.request(1, "basic.consume", { queue: "q", consumerTag: "tag" });
    taken.send(1, "basic.consume", { queue: REPLY_TO, noAck: true, consumerTag: "tag" });
    assert.equal((await taken.receive(0, "connection.close")).replyCode, 530);
    assert.equal(vhost.replyQueues.size, 1);
    await client.request(1, "channel.close");
    assert.equal(vhost.replyQueues.size, 0);
  });

  it("is not among the virtual host's queues", async () => {
    const { client } = await requester(new Broker());
    assert.deepEqual([...client.connection.vhost!.queues.keys()], ["requests"]);
  });
});
