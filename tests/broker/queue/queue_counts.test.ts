import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TestBroker } from "../test_broker.ts";
import { consumption, TestHost, TestReceiver } from "./host.ts";

describe("the counts of a queue", () => {
  it("cover new, delivered, acknowledged and returned messages", () => {
    const host = new TestHost();
    const queue = host.queue();
    const receiver = new TestReceiver();
    const consumer = queue.consume(receiver, consumption());
    host.publish(queue, 3);
    const [first, second, third] = receiver.delivered;
    queue.settle(first.message, first.position);
    queue.reject(second.message, second.position);
    queue.requeue(third.message, third.position);
    queue.cancel(consumer);
    host.endTurn();
    const { publishIn, deliver, deliverNoAck, ack, redeliver } = queue.stats;
    assert.deepEqual({ publishIn, deliver, deliverNoAck, ack, redeliver }, {
      publishIn: 3,
      deliver: 3,
      deliverNoAck: 0,
      ack: 1,
      redeliver: 0,
    });
    const fetched = queue.fetch()!;
    assert.deepEqual([queue.stats.get, queue.stats.redeliver, queue.stats.ack], [1, 1, 1]);
    queue.settle(fetched.message, fetched.position);
    assert.equal(queue.stats.ack, 2);
    assert.equal(queue.fetch(), undefined);
    assert.equal(queue.stats.getEmpty, 1);
  });

  it("count deliveries without acknowledgement separately", () => {
    const host = new TestHost();
    const queue = host.queue();
    host.publish(queue, 2);
    const { message, position } = queue.fetch(true)!;
    queue.release(message, position);
    const receiver = new TestReceiver();
    receiver.onDeliver = (delivered) => queue.release(delivered.message, delivered.position);
    queue.consume(receiver, consumption({ noAck: true }));
    host.endTurn();
    const { getNoAck, deliverNoAck, deliver, ack } = queue.stats;
    assert.deepEqual([getNoAck, deliverNoAck, deliver, ack], [1, 1, 0, 0]);
  });

  for (const type of ["classic", "quorum"]) {
    it(`count deaths of a ${type} queue, and start again with the broker`, async () => {
      const before = await TestBroker.open();
      before.exchange("x", "fanout");
      const queue = before.queue("q", { "x-queue-type": type, "x-max-length": 1 });
      before.bind("x", "q");
      for (const body of ["a", "b"]) before.publish("x", { body });
      assert.equal(queue.stats.dropped, 1);
      before.publish("x", { body: "c", expiration: "10" });
      await before.advance(11);
      assert.deepEqual([queue.stats.publishIn, queue.stats.dropped, queue.stats.expired], [3, 2, 1]);
      before.publish("x", { body: "d" });
      const broker = await before.restart();
      await broker.drain("q");
      const { publishIn, get, ack } = (broker.vhost.queues.get("q") as typeof queue).stats;
      assert.deepEqual([publishIn, get, ack], [0, 1, 1]);
      await broker.close();
    });
  }
});
