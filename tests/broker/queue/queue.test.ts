import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import type { Consumer } from "../../../src/broker/queue/consumers/consumer.ts";
import type { Message } from "../../../src/broker/message/messages.ts";
import type { Queue } from "../../../src/broker/queue/queue.ts";
import { consumption, TestHost, TestReceiver } from "./host.ts";

function consumers(queue: Queue, count: number, capacity = Infinity): [TestReceiver[], Consumer[]] {
  const receivers = Array.from({ length: count }, () => new TestReceiver(capacity));
  return [receivers, receivers.map((receiver) => queue.consume(receiver, consumption()))];
}

describe("a queue's consumers", () => {
  it("are served in turn, a message each, across turns", () => {
    const host = new TestHost();
    const queue = host.queue();
    const [receivers] = consumers(queue, 3);
    const messages = [2, 3, 1, 4, 5].flatMap((count) => host.publish(queue, count));
    receivers.forEach((receiver, index) => {
      assert.deepEqual(receiver.messages, messages.filter((_, position) => position % 3 === index));
    });
  });

  it("that can take no more are skipped, and come behind the others when they can again", () => {
    const host = new TestHost();
    const queue = host.queue();
    const [[first, second], [consumer]] = consumers(queue, 2);
    first.capacity = 1;
    const messages = host.publish(queue, 4);
    assert.deepEqual(first.messages, [messages[0]]);
    assert.deepEqual(second.messages, messages.slice(1));
    first.capacity = 10;
    queue.resume(consumer);
    const later = host.publish(queue, 4);
    assert.deepEqual(first.messages.slice(1), [later[1], later[3]]);
    assert.deepEqual(second.messages.slice(3), [later[0], later[2]]);
  });

  it("are in the round robin once, however often they are resumed", () => {
    const host = new TestHost();
    const queue = host.queue();
    const [[first, second], [consumer]] = consumers(queue, 2);
    for (let i = 0; i < 10; i++) queue.resume(consumer);
    host.publish(queue, 10);
    assert.equal(first.delivered.length, 5);
    assert.equal(second.delivered.length, 5);
  });

  it("that are cancelled get nothing more, even if they were next, and the others keep their order", () => {
    const host = new TestHost();
    const queue = host.queue();
    const [receivers, all] = consumers(queue, 4);
    const messages = host.publish(queue, 1);
    queue.cancel(all[1]);
    messages.push(...host.publish(queue, 3));
    assert.deepEqual(receivers.map(({ messages }) => messages), [[messages[0], messages[3]], [], [messages[1]], [
      messages[2],
    ]]);
    assert.equal(queue.consumers.size, 3);
  });

  it("may be cancelled while one of them gets a delivery", () => {
    const host = new TestHost();
    const queue = host.queue();
    const [[first, second], all] = consumers(queue, 2);
    first.onDeliver = () => {
      for (const consumer of all) queue.cancel(consumer);
    };
    // It may take the message that it was asked about; after that only the consumer being served is asked.
    const [taken] = host.publish(queue, 5);
    assert.deepEqual([first.messages, second.messages], [[taken], []]);
    assert.equal(queue.readyCount, 4);
    host.publish(queue, 5);
    assert.deepEqual([first.messages, second.messages], [[taken], []]);
    assert.equal(queue.readyCount, 9);
  });

  it("that can't take anything are asked once each, not for every message", () => {
    const host = new TestHost();
    const queue = host.queue();
    const [blocked] = consumers(queue, 10_000, 0);
    const [[able]] = consumers(queue, 1);
    const asked = () => blocked.reduce((sum, receiver) => sum + receiver.asked, 0);
    for (let i = 0; i < 1000; i++) host.publish(queue, 1);
    assert.equal(able.delivered.length, 1000);
    assert.equal(asked(), 10_000);
    host.publish(queue, 1000);
    assert.equal(asked(), 10_000);
  });

  it("that come and go without any message leave nothing behind", () => {
    const host = new TestHost();
    const queue = host.queue();
    let looked = 0;
    for (let i = 0; i < 10_000; i++) {
      const consumer = queue.consume(new TestReceiver(), consumption());
      queue.cancel(consumer);
      Object.defineProperty(consumer, "isCancelled", { get: () => (looked++, true) });
      host.turn.end();
    }
    looked = 0;
    const [[receiver]] = consumers(queue, 1);
    host.publish(queue, 1);
    assert.equal(receiver.delivered.length, 1);
    assert.ok(looked < 100, `${looked} consumers that are gone were looked at`);
  });
});

describe("a queue", () => {
  it("gives requeued messages to the next consumer before all later ones, as redelivered", () => {
    const host = new TestHost();
    const queue = host.queue();
    const [[first], [consumer]] = consumers(queue, 1, 5);
    const messages = host.publish(queue, 8);
    queue.cancel(consumer);
    // Returned in any order, they are in their old one again.
    for (const index of [3, 0, 4, 1, 2]) queue.requeue(first.delivered[index].message, first.delivered[index].position);
    const [[second]] = consumers(queue, 1);
    host.turn.end();
    assert.deepEqual(second.messages, messages);
    assert.deepEqual(second.delivered.map(({ isRedelivered }) => isRedelivered), [
      ...[true, true, true, true, true],
      ...[false, false, false],
    ]);
  });

  it("counts ready and unacknowledged messages", () => {
    const host = new TestHost();
    const queue = host.queue();
    const [[receiver]] = consumers(queue, 1, 3);
    host.publish(queue, 5);
    assert.deepEqual([queue.readyCount, queue.unackedCount], [2, 3]);
    queue.settle(receiver.delivered[0].message, 0);
    queue.requeue(receiver.delivered[2].message, 2);
    assert.deepEqual([queue.readyCount, queue.unackedCount, host.messages.count], [3, 1, 4]);
    const taken = queue.fetch()!;
    assert.deepEqual([taken.position, taken.isRedelivered], [2, true]);
    assert.deepEqual([queue.readyCount, queue.unackedCount], [2, 2]);
  });

  it("gives its consumers earlier messages of a turn before another consumer is added or somebody else gets any", () => {
    const host = new TestHost();
    const queue = host.queue();
    const [[first]] = consumers(queue, 1, 2);
    queue.enqueue(host.message());
    const [[second]] = consumers(queue, 1, 1);
    assert.deepEqual([first.delivered.length, second.delivered.length], [1, 0]);
    for (let i = 0; i < 3; i++) queue.enqueue(host.message());
    assert.equal(queue.readNext(), undefined);
    assert.equal(queue.fetch()?.position, 3);
    assert.deepEqual([first.delivered.length, second.delivered.length], [2, 1]);
  });

  it("purges ready messages and keeps unacknowledged ones", () => {
    const host = new TestHost();
    const queue = host.queue();
    const [[receiver], [consumer]] = consumers(queue, 1, 3);
    host.publish(queue, 10);
    assert.equal(queue.purge(), 7);
    assert.deepEqual([queue.readyCount, queue.unackedCount, host.messages.count], [0, 3, 3]);
    const [, second] = receiver.delivered;
    queue.requeue(second.message, second.position);
    receiver.capacity = 10;
    queue.resume(consumer);
    host.publish(queue, 1);
    assert.deepEqual(receiver.delivered.slice(3).map(({ position, isRedelivered }) => [position, isRedelivered]), [
      [1, true],
      [10, false],
    ]);
  });

  it("that is deleted tells its consumers, whose deliveries can be settled but don't come back", () => {
    const host = new TestHost();
    const queue = host.queue();
    const [[receiver], [consumer]] = consumers(queue, 1, 3);
    host.publish(queue, 10);
    queue.delete();
    assert.deepEqual(receiver.deletedConsumers, [consumer]);
    assert.equal(queue.consumers.size, 0);
    assert.equal(host.messages.count, 3);
    const [first, second, third] = receiver.delivered;
    queue.settle(first.message, first.position);
    queue.requeue(second.message, second.position);
    receiver.capacity = 10;
    queue.resume(consumer);
    host.turn.end();
    queue.settle(third.message, third.position);
    assert.deepEqual([receiver.delivered.length, queue.readyCount, queue.unackedCount], [3, 0, 0]);
    assert.equal(host.messages.count, 0);
    assert.ok(host.messages.liveBytes === 0);
  });

  it("neither loses, duplicates nor reorders a message, whatever its consumers do", () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant("publish" as const), count: fc.integer({ min: 1, max: 20 }) }),
      fc.record({ do: fc.constant("consume" as const), capacity: fc.integer({ min: 0, max: 10 }) }),
      fc.record({ do: fc.constantFrom("cancel", "settle", "requeue", "resume", "get"), which: fc.nat() }),
      fc.record({ do: fc.constant("purge" as const) }),
    );
    fc.assert(fc.property(fc.array(step, { maxLength: 150, size: "max" }), (steps) => {
      const host = new TestHost();
      const queue = host.queue();
      const living: Consumer[] = [];
      const out: { message: Message; position: number }[] = [];
      const seen = new Set<number>();
      const positions: number[] = [];
      let published = 0;
      let settled = 0;
      const note = (message: Message, position: number, isRedelivered: boolean) => {
        assert.equal(seen.has(position), isRedelivered, "it is redelivered when it was delivered before");
        seen.add(position);
        positions.push(position);
        out.push({ message, position });
      };
      for (const step of steps) {
        positions.length = 0;
        const pick = <T>(list: T[]): T | undefined => "which" in step ? list[step.which % list.length] : undefined;
        switch (step.do) {
          case "publish":
            for (let i = 0; i < step.count; i++) {
              assert.equal(queue.enqueue(host.message()), published++);
            }
            break;
          case "consume": {
            const receiver = new TestReceiver(step.capacity);
            receiver.onDeliver = ({ message, position, isRedelivered }) => note(message, position, isRedelivered);
            living.push(queue.consume(receiver, consumption()));
            break;
          }
          case "cancel": {
            const consumer = pick(living);
            if (consumer === undefined) break;
            queue.cancel(consumer);
            living.splice(living.indexOf(consumer), 1);
            break;
          }
          case "resume": {
            const consumer = pick(living);
            if (consumer === undefined) break;
            (consumer.receiver as TestReceiver).capacity = 3;
            queue.resume(consumer);
            break;
          }
          case "get": {
            const taken = queue.fetch();
            if (taken !== undefined) note(taken.message, taken.position, taken.isRedelivered);
            break;
          }
          case "settle":
          case "requeue": {
            const one = pick(out);
            if (one === undefined) break;
            out.splice(out.indexOf(one), 1);
            if (step.do === "settle") settled++;
            queue[step.do](one.message, one.position);
            break;
          }
          case "purge":
            settled += queue.purge();
        }
        host.turn.end();
        assert.deepEqual(positions, [...positions].sort((a, b) => a - b), "a turn delivers in the queue's order");
        assert.equal(queue.unackedCount, out.length);
        assert.equal(queue.readyCount, published - settled - out.length);
        assert.equal(host.messages.count, published - settled);
        if (queue.readyCount > 0) {
          const idle = living.filter(({ receiver }) => (receiver as TestReceiver).capacity > 0);
          assert.equal(idle.length, 0, "messages wait only when nobody can take them");
        }
      }
    }));
  });
});

describe("a publisher that waits for a queue to become shorter", () => {
  function behind() {
    const host = new TestHost();
    const queue = host.queue();
    const [[receiver], [consumer]] = consumers(queue, 1, 0);
    host.publish(queue, 3000);
    return { host, queue, receiver, consumer };
  }

  it("waits only while there are consumers that are behind", () => {
    const host = new TestHost();
    const queue = host.queue();
    host.publish(queue, 3000);
    assert.equal(queue.isBehindBy(2048), false);
    const [, [consumer]] = consumers(queue, 1, 0);
    assert.equal(queue.isBehindBy(2048), true);
    assert.equal(queue.isBehindBy(3000), false);
    queue.cancel(consumer);
    assert.equal(queue.isBehindBy(2048), false);
  });

  it("is called once, when no more than the limit are ready", () => {
    const { host, queue, receiver, consumer } = behind();
    let calls = 0;
    queue.whenBelow(1024, () => calls++);
    receiver.capacity = 1975;
    queue.resume(consumer);
    host.turn.end();
    assert.deepEqual([queue.readyCount, calls], [1025, 0]);
    receiver.capacity = 1;
    queue.resume(consumer);
    host.turn.end();
    assert.deepEqual([queue.readyCount, calls], [1024, 1]);
    host.publish(queue, 5000);
    receiver.capacity = Infinity;
    queue.resume(consumer);
    host.turn.end();
    assert.deepEqual([queue.readyCount, calls], [0, 1]);
  });

  for (
    const [what, act] of [
      ["is purged", (queue) => void queue.purge()],
      ["is deleted", (queue) => queue.delete()],
      ["has lost its last consumer", (queue, consumer) => queue.cancel(consumer)],
    ] as readonly [string, (queue: Queue, consumer: Consumer) => void][]
  ) {
    it(`is called when the queue ${what}`, () => {
      const { queue, consumer } = behind();
      let calls = 0;
      queue.whenBelow(1024, () => calls++);
      queue.whenBelow(1024, () => calls++);
      act(queue, consumer);
      assert.equal(calls, 2);
    });
  }

  it("is not called after it was cancelled", () => {
    const { queue } = behind();
    const calls: string[] = [];
    const takeBack = queue.whenBelow(1024, () => calls.push("first"));
    queue.whenBelow(1024, () => calls.push("second"));
    takeBack();
    takeBack();
    queue.purge();
    assert.deepEqual(calls, ["second"]);
    takeBack();
  });
});
