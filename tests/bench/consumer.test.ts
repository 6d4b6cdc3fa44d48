import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { CHANNEL, Connection, type Target, writeLong } from "../../src/cli/perf/load/connection.ts";
import { Consumer } from "../../src/cli/perf/load/consumer.ts";
import { encodeMessage, NUMBER_OFFSET } from "../../src/cli/perf/load/message.ts";
import { Publisher } from "../../src/cli/perf/load/publisher.ts";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";

const PATIENCE_MS = 20_000;

describe("the load generator", () => {
  let broker: BrokerUnderTest;
  let target: Target;
  before(async () => {
    broker = await startBrokerUnderTest();
    target = { host: broker.host, port: broker.port, user: "guest", password: "guest", vhost: "/" };
  });
  after(() => broker.close());

  async function consume(queue: string, expected: number, publish: () => Promise<void>): Promise<Consumer> {
    const connection = await Connection.open(target);
    connection.send(CHANNEL, "queue.declare", { queue, autoDelete: true });
    await connection.receive("queue.declare-ok");
    const consumer = await Consumer.open(target, {
      queues: [queue],
      prefetch: 10,
      ackEvery: 3,
      publishers: 1,
      notesLatency: true,
    });
    await publish();
    for (let waitedMs = 0; consumer.consumed < expected && waitedMs < PATIENCE_MS; waitedMs += 10) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await consumer.close();
    await connection.close();
    return consumer;
  }

  for (const confirmWindow of [0, 20]) {
    it(`publishes and consumes each message once and in order, with a confirm window of ${confirmWindow}`, async () => {
      const queue = `bench-whole-${confirmWindow}`;
      const consumer = await consume(queue, 1000, async () => {
        const options = { id: 0, queues: [queue], bodyBytes: 16, confirmWindow, ratePerSecond: 0 };
        const publisher = await Publisher.open(target, options);
        await publisher.run(1000);
        await publisher.close();
        assert.deepEqual([publisher.published, publisher.nacked], [1000, 0]);
      });
      const { consumed, outOfOrder, repeated } = consumer;
      assert.deepEqual({ consumed, outOfOrder, repeated }, { consumed: 1000, outOfOrder: 0, repeated: 0 });
      assert.equal(consumer.latenciesUs.length, 1000);
    });
  }

  it("finds messages that come early, late or again", async () => {
    const queue = "bench-faults";
    const consumer = await consume(queue, 6, async () => {
      const connection = await Connection.open(target);
      for (const number of [0, 1, 3, 2, 4, 4]) {
        const { bytes, bodyOffset } = encodeMessage({ routingKey: queue, bodyBytes: 16 });
        writeLong(bytes, bodyOffset, 0);
        writeLong(bytes, bodyOffset + NUMBER_OFFSET, number);
        connection.write(bytes);
      }
      await connection.close();
    });
    const { consumed, outOfOrder, repeated } = consumer;
    assert.deepEqual({ consumed, outOfOrder, repeated }, { consumed: 6, outOfOrder: 1, repeated: 2 });
  });

  it("publishes at the configured rate", async () => {
    const queue = "bench-rate";
    const startedMs = performance.now();
    await consume(queue, 100, async () => {
      const options = { id: 0, queues: [queue], bodyBytes: 16, confirmWindow: 0, ratePerSecond: 500 };
      const publisher = await Publisher.open(target, options);
      await publisher.run(100);
      await publisher.close();
    });
    assert.ok(performance.now() - startedMs >= 200, "100 messages at 500 a second take 200 ms");
  });
});
