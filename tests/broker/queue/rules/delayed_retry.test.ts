import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fieldTable, type PlainTable } from "../../../../src/wire/field_table.ts";
import type { Message } from "../../../../src/broker/message/messages.ts";
import { retryDelayMs } from "../../../../src/broker/queue/rules/delayed_retry.ts";
import { quorumQueue } from "../../../../src/broker/queue/quorum/quorum_queue.ts";
import { definitionOf, settingsOf } from "../../../../src/broker/queue/settings.ts";
import { TestHost } from "../host.ts";

const settings = (queueArguments: PlainTable) => settingsOf(definitionOf(fieldTable(queueArguments)));
const delays = (queueArguments: PlainTable) =>
  [[false, 0], [false, 3], [true, 1], [true, 3], [true, 100]].map(([hasFailed, count]) =>
    retryDelayMs(settings(queueArguments), hasFailed as boolean, count as number)
  );

describe("the delay of a message that returns to a quorum queue", () => {
  const bounds = { "x-delayed-retry-min": 100, "x-delayed-retry-max": 1000 };

  it("grows with each failure of a consumer, up to the maximum", () => {
    assert.deepEqual(delays({ "x-delayed-retry-type": "all", ...bounds }), [100, 300, 100, 300, 1000]);
  });

  it("applies to messages with which a consumer failed, or to the others, if so configured", () => {
    assert.deepEqual(delays({ "x-delayed-retry-type": "failed", ...bounds }), [0, 0, 100, 300, 1000]);
    assert.deepEqual(delays({ "x-delayed-retry-type": "returned", ...bounds }), [100, 300, 0, 0, 0]);
  });

  it("does not grow without a maximum", () => {
    assert.deepEqual(delays({ "x-delayed-retry-type": "all", "x-delayed-retry-min": 5 }), [5, 5, 5, 5, 5]);
  });

  for (
    const asked of [
      bounds,
      { "x-delayed-retry-type": "disabled", ...bounds },
      { "x-delayed-retry-type": "sometimes", ...bounds },
      { "x-delayed-retry-type": "all", "x-delayed-retry-max": 5 },
      { "x-delayed-retry-type": "all", "x-delayed-retry-min": 0 },
      { "x-delayed-retry-type": "all", "x-delayed-retry-min": "long" },
    ] as PlainTable[]
  ) {
    it(`is none for ${JSON.stringify(asked)}`, () => assert.deepEqual(delays(asked), [0, 0, 0, 0, 0]));
  }
});

describe("delayed messages of a quorum queue", () => {
  function open(queueArguments: PlainTable = {}) {
    const host = new TestHost();
    const queueArgumentsOf = fieldTable({
      "x-queue-type": "quorum",
      "x-delayed-retry-type": "all",
      "x-delayed-retry-min": 100,
      "x-delayed-retry-max": 200,
      ...queueArguments,
    });
    const declaration = { name: "q", durable: true, autoDelete: false, owner: null, arguments: queueArgumentsOf };
    const queue = quorumQueue(host.nextQueueId(), declaration, host.vhost, host);
    const takeAll = () => {
      const taken: { message: Message; position: number }[] = [];
      while (queue.readyCount > 0) taken.push(queue.fetch()!);
      return taken;
    };
    return { host, queue, takeAll };
  }

  it("are ready when they are due, in the order in which they were returned", async () => {
    const { host, queue, takeAll } = open();
    const messages = host.publish(queue, 4);
    const taken = takeAll();
    for (const index of [2, 0, 1]) queue.requeue(taken[index].message, taken[index].position);
    await host.clock.advance(50);
    queue.requeue(taken[3].message, taken[3].position);
    assert.equal(queue.readyCount, 0);
    await host.clock.advance(50);
    assert.deepEqual(takeAll().map(({ message }) => message), [messages[2], messages[0], messages[1]]);
    await host.clock.advance(50);
    assert.deepEqual(takeAll().map(({ message }) => message), [messages[3]]);
  });

  it("count for the length limit meanwhile", async () => {
    const { host, queue, takeAll } = open({ "x-max-length": 1, "x-overflow": "reject-publish" });
    host.publish(queue, 1);
    const [{ message, position }] = takeAll();
    assert.equal(queue.refuses(message), false);
    queue.fail(message, position);
    assert.equal(queue.refuses(message), true);
    await host.clock.advance(100);
    assert.equal(queue.readyCount, 1);
  });

  it("are purged and deleted with the others", async () => {
    const { host, queue, takeAll } = open();
    host.publish(queue, 2);
    const [first, second] = takeAll();
    queue.requeue(first.message, first.position);
    assert.equal(queue.purge(), 1);
    queue.requeue(second.message, second.position);
    queue.delete();
    assert.deepEqual([host.messages.count, host.schedule.count], [0, 0]);
    await host.clock.advance(200);
    assert.equal(queue.readyCount, 0);
  });
});
