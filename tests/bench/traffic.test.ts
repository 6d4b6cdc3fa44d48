import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { CHANNEL, Connection, type Target } from "../../src/cli/perf/load/connection.ts";
import { declareQueues, deleteQueues, queueName, type Queues } from "../../bench/load/queues.ts";
import { drainQueues, fillQueues, rateBetween } from "../../bench/load/scale.ts";
import { Consumers, Publishers, type Traffic } from "../../bench/load/traffic.ts";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";

const TRAFFIC: Traffic = {
  publishers: 1,
  consumers: 1,
  queues: 1,
  isDurable: true,
  fansOut: false,
  publishersPerConnection: 1,
  bodyBytes: 16,
  prefetch: 100,
  ackEvery: 10,
  confirmWindow: 10,
  ratePerSecond: 0,
  warmUpMs: 10,
  measureMs: 50,
};

describe("the load on durable queues", () => {
  let broker: BrokerUnderTest;
  let target: Target;
  before(async () => {
    broker = await startBrokerUnderTest();
    target = { host: broker.host, port: broker.port, user: "guest", password: "guest", vhost: "/" };
  });
  after(() => broker.close());

  /** Returns the number of messages in each queue, after all earlier operations. */
  async function messageCounts(queues: Queues): Promise<number[]> {
    const connection = await Connection.open(target);
    const counts = [];
    for (let index = 0; index < queues.queues; index++) {
      // Not passive, so that durability is checked too.
      connection.send(CHANNEL, "queue.declare", { queue: queueName(queues, index), durable: true });
      counts.push((await connection.receive("queue.declare-ok")).messageCount);
    }
    await connection.close();
    return counts;
  }

  it("reaches each queue when there are more queues than consumers, from publishers that share connections", async () => {
    const traffic = { ...TRAFFIC, publishers: 12, queues: 12, consumers: 5, publishersPerConnection: 5 };
    const queues = { ...traffic, prefix: "bench-shared" };
    await declareQueues(target, queues);
    const consumers = await Consumers.open(target, queues.prefix, traffic, false);
    const publishers = await Publishers.open(target, queues.prefix, traffic);
    const { published, nacked } = await publishers.run();
    const { consumed, outOfOrder, repeated } = await consumers.finish(published, 0);
    assert.ok(published >= traffic.publishers, `${published} were published`);
    assert.deepEqual({ consumed, outOfOrder, repeated, nacked }, {
      consumed: published,
      outOfOrder: 0,
      repeated: 0,
      nacked: 0,
    });
    assert.deepEqual(await messageCounts(queues), Array(12).fill(0));
    await deleteQueues(target, queues);
  });

  it("reaches all queues by a fanout exchange", async () => {
    const traffic = { ...TRAFFIC, queues: 11, consumers: 0, fansOut: true };
    const queues = { ...traffic, prefix: "bench-fanout" };
    await declareQueues(target, queues);
    const { published } = await (await Publishers.open(target, queues.prefix, traffic)).run();
    assert.ok(published > 0);
    assert.deepEqual(await messageCounts(queues), Array(11).fill(published));
    await deleteQueues(target, queues);
  });

  for (const count of [1, 7]) {
    it(`fills and drains ${count} of them`, async () => {
      const queues = { prefix: `bench-scale-${count}`, queues: count, isDurable: true, fansOut: false };
      const filled = await fillQueues(target, { queues, messages: 1000, bodyBytes: 100, confirmWindow: 40 });
      assert.equal(filled.nacked, 0);
      assert.ok(filled.perSecond > 0 && filled.firstPerSecond > 0 && filled.lastPerSecond > 0);
      const counts = await messageCounts(queues);
      assert.equal(Math.max(...counts) - Math.min(...counts) <= 1, true, "they are filled evenly");

      const { consumed, outOfOrder, repeated } = await drainQueues(target, {
        queues,
        messages: 1000,
        prefetch: 20,
        ackEvery: 10,
      });
      assert.deepEqual({ consumed, outOfOrder, repeated }, { consumed: 1000, outOfOrder: 0, repeated: 0 });
      assert.deepEqual(await messageCounts(queues), Array(count).fill(0));
      await deleteQueues(target, queues);
    });
  }
});

describe("a rate", () => {
  it("is computed between two counts, wherever they lie between samples", () => {
    const samples = [[0, 0], [100, 50], [200, 50], [300, 250]].map(([atMs, count]) => ({ atMs, count }));
    assert.equal(rateBetween(samples, 0, 250), 250 * 1000 / 300);
    assert.equal(rateBetween(samples, 0, 25), 25 * 1000 / 50);
    assert.equal(rateBetween(samples, 150, 250), 100 * 1000 / 50);
  });
});
