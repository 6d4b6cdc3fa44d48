import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ConsumerCapacity } from "../../../../src/broker/queue/consumers/consumer_capacity.ts";
import { consumption, TestHost, TestReceiver } from "../host.ts";

const isNear = (found: number, expected: number) =>
  assert.ok(Math.abs(found - expected) < 0.01, `${found} is not near ${expected}`);

describe("the capacity of consumers", () => {
  it("is the part of the time in which one could take a message", () => {
    let nowMs = 0;
    const capacity = new ConsumerCapacity(nowMs);
    for (let i = 0; i < 1000; i++) {
      capacity.unblock(nowMs += 30);
      capacity.block(nowMs += 10);
    }
    isNear(capacity.at(nowMs + 30), 0.25);
  });

  it("changes by half of the difference in a second", () => {
    const capacity = new ConsumerCapacity(0);
    isNear(capacity.at(1000), 0.5);
    isNear(capacity.at(2000), 0.25);
    capacity.unblock(2000);
    isNear(capacity.at(3000), 0.625);
    isNear(capacity.at(100_000), 1);
  });

  it("of a queue is 0 without consumers, 1 while one is ready, and falls while none is", async () => {
    const host = new TestHost();
    const queue = host.queue();
    assert.equal(queue.consumers.capacity, 0);
    const receiver = new TestReceiver(1);
    const consumer = queue.consume(receiver, consumption());
    assert.equal(queue.consumers.capacity, 1);
    host.publish(queue, 2);
    await host.clock.advance(1000);
    isNear(queue.consumers.capacity, 0.5);
    receiver.capacity = 2;
    queue.resume(consumer);
    host.endTurn();
    await host.clock.advance(1000);
    isNear(queue.consumers.capacity, 0.75);
    queue.cancel(consumer);
    assert.equal(queue.consumers.capacity, 0);
  });
});
