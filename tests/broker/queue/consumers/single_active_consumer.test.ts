import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fieldTable } from "../../../../src/wire/field_table.ts";
import type { Consumer } from "../../../../src/broker/queue/consumers/consumer.ts";
import type { Queue } from "../../../../src/broker/queue/queue.ts";
import { quorumQueue } from "../../../../src/broker/queue/quorum/quorum_queue.ts";
import { consumption, TestHost, TestReceiver } from "../host.ts";

/** Takes messages, and acknowledges them on request. */
class Acknowledging extends TestReceiver {
  override deliver(...delivery: Parameters<TestReceiver["deliver"]>): void {
    delivery[0].unackedCount++;
    super.deliver(...delivery);
  }

  ack(queue: Queue): void {
    const { consumer, message, position } = this.delivered.pop()!;
    consumer.unackedCount--;
    queue.settle(message, position);
    if (!consumer.isWaiting) queue.resume(consumer);
  }
}

function open() {
  const host = new TestHost();
  const queueArguments = fieldTable({ "x-queue-type": "quorum", "x-single-active-consumer": true });
  const declaration = { name: "q", durable: true, autoDelete: false, owner: null, arguments: queueArguments };
  const queue = quorumQueue(host.nextQueueId(), declaration, host.vhost, host);
  const join = (priority: number): { receiver: Acknowledging; consumer: Consumer } => {
    const receiver = new Acknowledging();
    const asked = consumption({ arguments: fieldTable({ "x-priority": priority }) });
    return { receiver, consumer: queue.consume(receiver, asked) };
  };
  return { host, queue, join };
}

const counts = (...joined: { receiver: TestReceiver }[]) => joined.map(({ receiver }) => receiver.delivered.length);

describe("a single active consumer that yields to a higher priority", () => {
  it("does so at once when it has no deliveries", () => {
    const { host, queue, join } = open();
    const [low, high, same] = [join(1), join(2), join(2)];
    host.publish(queue, 3);
    assert.deepEqual(counts(low, high, same), [0, 3, 0]);
    assert.deepEqual([low, high, same].map(({ consumer }) => consumer.isActive), [false, true, false]);
  });

  it("gets no more messages, and nobody does until it has settled all", () => {
    const { host, queue, join } = open();
    const low = join(1);
    host.publish(queue, 2);
    const high = join(2);
    host.publish(queue, 1);
    low.receiver.ack(queue);
    host.endTurn();
    assert.deepEqual(counts(low, high), [1, 0]);
    low.receiver.ack(queue);
    host.endTurn();
    assert.deepEqual(counts(low, high), [0, 1]);
  });

  it("yields when it is cancelled, whatever it still has", () => {
    const { host, queue, join } = open();
    const low = join(1);
    host.publish(queue, 1);
    const [higher, highest] = [join(2), join(3)];
    queue.cancel(low.consumer);
    host.publish(queue, 1);
    assert.deepEqual(counts(low, higher, highest), [1, 0, 1]);
  });

  it("continues itself when nobody of a higher priority is left by then", () => {
    const { host, queue, join } = open();
    const [low, lowest] = [join(1), join(0)];
    host.publish(queue, 1);
    const high = join(2);
    queue.cancel(high.consumer);
    low.receiver.ack(queue);
    host.publish(queue, 1);
    assert.deepEqual(counts(low, lowest, high), [1, 0, 0]);
  });
});
