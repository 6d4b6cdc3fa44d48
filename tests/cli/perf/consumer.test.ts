import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Arrivals } from "../../../src/cli/perf/load/arrivals.ts";
import { CHANNEL, Connection, type Target, writeLong } from "../../../src/cli/perf/load/connection.ts";
import { Consumer } from "../../../src/cli/perf/load/consumer.ts";
import { encodeMessage, NUMBER_OFFSET, PUBLISHER_OFFSET } from "../../../src/cli/perf/load/message.ts";
import { type BrokerUnderTest, startBrokerUnderTest } from "../../broker_under_test.ts";

const FIRST_PUBLISHER = 5 * 65_536;

describe("a consumer of a shared queue", () => {
  let broker: BrokerUnderTest;
  let target: Target;
  before(async () => {
    broker = await startBrokerUnderTest();
    target = { host: broker.host, port: broker.port, user: "guest", password: "guest", vhost: "/" };
  });
  after(() => broker.close());

  it("tells repeated, disordered and foreign messages from those that others got", async () => {
    const queue = "perf-consumer";
    const connection = await Connection.open(target);
    connection.send(CHANNEL, "queue.declare", { queue });
    await connection.receive("queue.declare-ok");
    const numbers = [[0, 1], [0, 4], [0, 3], [0, 4], [7, 0], [0, 9]];
    for (const [publisher, number] of numbers) {
      const { bytes, bodyOffset } = encodeMessage({ routingKey: queue, bodyBytes: 20 });
      writeLong(bytes, bodyOffset + PUBLISHER_OFFSET, FIRST_PUBLISHER + publisher);
      writeLong(bytes, bodyOffset + NUMBER_OFFSET, number);
      connection.write(bytes);
    }
    const { promise: isConsumed, resolve } = Promise.withResolvers<void>();
    const arrivals = new (class extends Arrivals {
      override note(publisher: number, number: number): boolean {
        if (number === 9) resolve();
        return super.note(publisher, number);
      }
    })(1);
    const consumer = await Consumer.open(target, {
      queues: [queue],
      prefetch: 0,
      ackEvery: 1,
      publishers: 1,
      firstPublisher: FIRST_PUBLISHER,
      arrivals: [arrivals],
      notesLatency: false,
    });
    await isConsumed;
    await consumer.close();
    connection.send(CHANNEL, "queue.delete", { queue });
    assert.equal((await connection.receive("queue.delete-ok")).messageCount, 0);
    await connection.close();
    const { outOfOrder, repeated, foreign } = consumer;
    assert.deepEqual({ outOfOrder, repeated, foreign }, { outOfOrder: 1, repeated: 1, foreign: 1 });
    assert.equal(arrivals.count(0), 4);
  });
});
