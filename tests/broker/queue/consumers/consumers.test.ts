import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { fieldTable } from "../../../../src/wire/field_table.ts";
import type { Consumer } from "../../../../src/broker/queue/consumers/consumer.ts";
import type { Queue } from "../../../../src/broker/queue/queue.ts";
import { consumption, TestHost, TestReceiver } from "../host.ts";

interface Joined {
  readonly receiver: TestReceiver;
  readonly consumer: Consumer;
}

function join(queue: Queue, priority?: number, capacity = Infinity): Joined {
  const receiver = new TestReceiver(capacity);
  const asked = priority === undefined ? {} : { arguments: fieldTable({ "x-priority": priority }) };
  const consumer = queue.consume(receiver, consumption(asked));
  return { receiver, consumer };
}

const counts = (...joined: Joined[]) => joined.map(({ receiver }) => receiver.delivered.length);

describe("consumers with priorities", () => {
  it("are served in falling order, while the highest can take more", () => {
    const host = new TestHost();
    const queue = host.queue();
    const plain = join(queue);
    const low = join(queue, -5);
    const high = join(queue, 10, 3);
    const messages = host.publish(queue, 5);
    assert.deepEqual(high.receiver.messages, messages.slice(0, 3));
    assert.deepEqual(plain.receiver.messages, messages.slice(3));
    assert.deepEqual(counts(low), [0]);
  });

  it("of one priority are served in turn", () => {
    const host = new TestHost();
    const queue = host.queue();
    const [a, low, b, c] = [join(queue, 2), join(queue, 1), join(queue, 2), join(queue, 2)];
    for (const count of [1, 2, 3, 1, 2]) host.publish(queue, count);
    assert.deepEqual(counts(a, b, c, low), [3, 3, 3, 0]);
  });

  it("get messages before others as soon as they can take some again", () => {
    const host = new TestHost();
    const queue = host.queue();
    const [low, high] = [join(queue, 0), join(queue, 1, 1)];
    host.publish(queue, 3);
    assert.deepEqual(counts(high, low), [1, 2]);
    high.receiver.capacity = 2;
    queue.resume(high.consumer);
    host.publish(queue, 3);
    assert.deepEqual(counts(high, low), [3, 3]);
  });

  it("that are blocked are skipped without being asked for every message", () => {
    const host = new TestHost();
    const queue = host.queue();
    const blocked = Array.from({ length: 100 }, (_, priority) => join(queue, priority + 1, 0));
    const low = join(queue);
    for (let i = 0; i < 100; i++) host.publish(queue, 2);
    assert.deepEqual(counts(low), [200]);
    assert.equal(blocked.reduce((sum, { receiver }) => sum + receiver.asked, 0), 100);
  });

  it("leave nothing behind when they are cancelled, whatever their priorities", () => {
    const host = new TestHost();
    const queue = host.queue();
    const last = join(queue, -1);
    let looked = 0;
    for (let i = 0; i < 10_000; i++) {
      const { consumer } = join(queue, i);
      queue.cancel(consumer);
      Object.defineProperty(consumer, "isCancelled", { get: () => (looked++, true) });
    }
    looked = 0;
    host.publish(queue, 10);
    assert.deepEqual([counts(last), looked], [[10], 0]);
  });
});

describe("a single active consumer", () => {
  const singleActive = { arguments: fieldTable({ "x-single-active-consumer": true }) };

  it("gets all messages while others wait, even when it can't take any", () => {
    const host = new TestHost();
    const queue = host.queue(singleActive);
    const [first, second, urgent] = [join(queue, 0, 3), join(queue), join(queue, 10)];
    host.publish(queue, 5);
    queue.resume(second.consumer);
    host.turn.end();
    assert.deepEqual(counts(first, second, urgent), [3, 0, 0]);
    assert.deepEqual([first, second, urgent].map(({ consumer }) => consumer.isActive), [true, false, false]);
    assert.equal(queue.readyCount, 2);
  });

  it("is followed by the earliest one of the highest priority", () => {
    const host = new TestHost();
    const queue = host.queue(singleActive);
    const [first, plain, urgent, later] = [join(queue), join(queue), join(queue, 10), join(queue, 10)];
    for (const one of [first, urgent, later]) {
      host.publish(queue, 1);
      queue.cancel(one.consumer);
    }
    host.publish(queue, 1);
    assert.deepEqual(counts(first, plain, urgent, later), [1, 1, 1, 1]);
    assert.deepEqual(plain.receiver.delivered[0].position, 3);
  });

  it("leaves waiting messages to the next one at once, and keeps its deliveries", () => {
    const host = new TestHost();
    const queue = host.queue(singleActive);
    const [first, second] = [join(queue, 0, 2), join(queue)];
    const messages = host.publish(queue, 5);
    queue.cancel(first.consumer);
    host.turn.end();
    assert.deepEqual(second.receiver.messages, messages.slice(2));
    assert.equal(queue.unackedCount, 5);
    const [held] = first.receiver.delivered;
    queue.requeue(held.message, held.position);
    host.turn.end();
    assert.deepEqual(second.receiver.delivered.at(-1), { ...held, consumer: second.consumer, isRedelivered: true });
  });

  it("stays active when another one is cancelled, and a new one becomes active when all others are", () => {
    const host = new TestHost();
    const queue = host.queue(singleActive);
    const [first, second] = [join(queue), join(queue)];
    queue.cancel(second.consumer);
    host.publish(queue, 1);
    queue.cancel(first.consumer);
    const third = join(queue);
    host.publish(queue, 1);
    assert.deepEqual(counts(first, second, third), [1, 0, 1]);
  });

  it("is found in a few steps when many are cancelled one after the other", () => {
    const queue = new TestHost().queue(singleActive);
    let looks = 0;
    const joined = Array.from({ length: 10_000 }, () => join(queue));
    for (const { consumer } of joined) {
      Object.defineProperty(consumer, "priority", { get: () => (looks++, 0) });
    }
    for (const { consumer } of joined) queue.cancel(consumer);
    assert.ok(looks <= 10_000, `there were ${looks} looks`);
  });

  it("is not set by an argument of false", () => {
    const host = new TestHost();
    const queue = host.queue({ arguments: fieldTable({ "x-single-active-consumer": false }) });
    const [first, second] = [join(queue), join(queue)];
    host.publish(queue, 2);
    assert.deepEqual(counts(first, second), [1, 1]);
  });

  it("excludes exclusive consumers, even without consumers", () => {
    const host = new TestHost();
    assert.equal(host.queue(singleActive).consumers.isClosedTo(true), true);
    assert.equal(host.queue(singleActive).consumers.isClosedTo(false), false);
    assert.equal(host.queue().consumers.isClosedTo(true), false);
  });
});

describe("consumers that are added, cancelled, blocked and resumed", () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant("publish" as const), count: fc.integer({ min: 1, max: 10 }) }),
    fc.record({
      do: fc.constant("consume" as const),
      priority: fc.integer({ min: -2, max: 2 }),
      capacity: fc.integer({ min: 0, max: 5 }),
    }),
    fc.record({ do: fc.constantFrom("cancel" as const, "resume" as const), which: fc.nat() }),
  );

  for (const isSingleActive of [false, true]) {
    const queueArguments = fieldTable({ "x-single-active-consumer": isSingleActive });
    const name = isSingleActive ? "the single active one" : "one of the highest priority that can take it";
    it(`leave each message to ${name}`, () => {
      fc.assert(fc.property(fc.array(step, { maxLength: 100, size: "max" }), (steps) => {
        const host = new TestHost();
        const queue = host.queue({ arguments: queueArguments });
        let living: Joined[] = [];
        let active: Joined | undefined;
        const mayTake = (): Joined[] => {
          const able = (isSingleActive ? living.filter((one) => one === active) : living)
            .filter(({ receiver }) => receiver.capacity > 0);
          const highest = Math.max(...able.map(({ consumer }) => consumer.priority));
          return able.filter(({ consumer }) => consumer.priority === highest);
        };
        for (const step of steps) {
          const one = "which" in step ? living[step.which % living.length] : undefined;
          if (step.do === "publish") {
            for (let i = 0; i < step.count; i++) queue.enqueue(host.message());
          } else if (step.do === "consume") {
            const joined = join(queue, step.priority, step.capacity);
            joined.receiver.onDeliver = ({ consumer }) => {
              // It has been counted already.
              joined.receiver.capacity++;
              assert.ok(mayTake().some((other) => other.consumer === consumer));
              joined.receiver.capacity--;
            };
            living.push(joined);
            active ??= joined;
          } else if (one !== undefined && step.do === "cancel") {
            queue.cancel(one.consumer);
            living = living.filter((other) => other !== one);
            if (active === one) {
              active = living.reduce<Joined | undefined>(
                (best, other) => best && best.consumer.priority >= other.consumer.priority ? best : other,
                undefined,
              );
            }
          } else if (one !== undefined) {
            one.receiver.capacity = 3;
            queue.resume(one.consumer);
          }
          host.turn.end();
          if (queue.readyCount > 0) assert.deepEqual(mayTake(), []);
          if (isSingleActive) {
            assert.deepEqual(
              living.filter(({ consumer }) => consumer.isActive),
              living.filter((one) => one === active),
            );
          }
        }
      }));
    });
  }
});
