import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { fieldTable } from "../../src/wire/field_table.ts";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { RawClient } from "../raw_client.ts";

let broker: BrokerUnderTest;
before(async () => {
  broker = await startBrokerUnderTest();
});
after(() => broker.close());

/** Opens a client with two consumers of an exclusive queue on channel 1. */
async function consumer(capabilities: Record<string, boolean>): Promise<{ client: RawClient; queue: string }> {
  const clientProperties = fieldTable({ product: "raw client", capabilities });
  const client = await RawClient.open(broker, { channels: [1, 2], clientProperties });
  const { queue } = await client.request(1, "queue.declare", { exclusive: true });
  await client.request(1, "basic.consume", { queue, consumerTag: "first" });
  await client.request(1, "basic.consume", { queue, consumerTag: "second" });
  return { client, queue };
}

describe("consumer cancel notification", () => {
  it("tells each consumer of a deleted queue, and expects no answer", async () => {
    const { client, queue } = await consumer({ consumer_cancel_notify: true });
    await using _ = client;

    await client.request(2, "queue.delete", { queue });

    const tags: string[] = [];
    for (let i = 0; i < 2; i++) {
      const { consumerTag, nowait } = await client.receive(1, "basic.cancel");
      assert.equal(nowait, true);
      tags.push(consumerTag);
    }
    assert.deepEqual(tags.sort(), ["first", "second"]);
    await client.request(1, "basic.qos", { prefetchCount: 1 });
  });

  for (const capabilities of [{ consumer_cancel_notify: false }, {}] as Record<string, boolean>[]) {
    it(`sends nothing to a client that announces ${JSON.stringify(capabilities)}`, async () => {
      const { client, queue } = await consumer(capabilities);
      await using _ = client;

      await client.request(2, "queue.delete", { queue });

      await client.request(1, "basic.qos", { prefetchCount: 1 });
      const { queue: other } = await client.request(1, "queue.declare", { exclusive: true });
      // The tags are free again.
      await client.request(1, "basic.consume", { queue: other, consumerTag: "first" });
    });
  }

  it("lets deliveries of the deleted queue be acknowledged without effect", async () => {
    const { client, queue } = await consumer({ consumer_cancel_notify: true });
    await using _ = client;
    client.publish(1, { routingKey: queue, body: "a" });
    const { method } = await client.receiveContent(1, "basic.deliver");

    await client.request(2, "queue.delete", { queue });
    for (let i = 0; i < 2; i++) await client.receive(1, "basic.cancel");
    client.send(1, "basic.ack", { deliveryTag: method.deliveryTag });

    await client.request(1, "basic.qos", { prefetchCount: 1 });
  });
});
