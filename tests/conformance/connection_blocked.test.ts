import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, before, describe, it } from "node:test";
import { type BrokerUnderTest, productUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { closeQuietly, connect, Inbox, openChannel, openConfirmChannel, publish, unique, within } from "./client.ts";

let broker: BrokerUnderTest;
before(async () => {
  broker = await startBrokerUnderTest({ memoryHighWatermarkBytes: 1024 * 1024 });
});
after(() => broker.close());

describe("a memory alarm", {
  // RabbitMQ would need a configuration for it.
  skip: productUnderTest === "rabbitmq",
}, () => {
  it("blocks publishers and tells them, until consumers have made room; everything that was sent arrives", async () => {
    const [publishing, consuming] = [await connect(broker), await connect(broker)];
    const told: string[] = [];
    publishing.on("blocked", (reason: string) => told.push(`blocked: ${reason}`));
    const blocked = new Promise<void>((resolve) => publishing.once("blocked", () => resolve()));
    const unblocked = new Promise<void>((resolve) => publishing.once("unblocked", () => resolve()));
    consuming.on("blocked", () => told.push("the consumer too"));
    const channel = await openConfirmChannel(publishing);
    const queue = unique("blocked");
    await channel.assertQueue(queue, { durable: false });

    const published = Array.from({ length: 40 }, () => publish(channel, "", queue, Buffer.alloc(100 * 1024)));
    await within("connection.blocked", blocked);
    const consumer = await openChannel(consuming);
    await (await Inbox.open(consumer, queue, { noAck: true })).take(40);
    await within("connection.unblocked", unblocked);
    await Promise.all(published);

    assert.equal(told[0], "blocked: low on memory");
    assert.ok(!told.includes("the consumer too"));
    await consumer.deleteQueue(queue);
    await closeQuietly(publishing);
    await closeQuietly(consuming);
  });
});
