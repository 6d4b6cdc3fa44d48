import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findProblems, type WatchedQueue } from "../../ui/pages/overview/problems.ts";
import { effectiveKeys } from "../../ui/pages/queues/policy_sources.ts";

const QUEUE: WatchedQueue = {
  name: "orders",
  vhost: "/",
  type: "classic",
  messages: 0,
  messages_ready: 0,
  messages_unacknowledged: 0,
  consumers: 1,
};

const kindsOf = (queue: Partial<WatchedQueue>) =>
  findProblems({ nodes: [], queues: [{ ...QUEUE, ...queue }], logins: [] }).map(({ kind }) => kind);

const acking = { ack: 1, ack_details: { rate: 5 }, deliver_get: 1, deliver_get_details: { rate: 5 } };

describe("problems of the broker", () => {
  it("are none when all is well", () => {
    assert.deepEqual(kindsOf({}), []);
    assert.deepEqual(kindsOf({ messages: 5, messages_ready: 5, message_stats: acking }), []);
  });

  it("are alarms", () => {
    const nodes = [{ name: "haremq@a", running: true, mem_alarm: true, disk_free_alarm: true }];
    const problems = findProblems({ nodes, queues: [], logins: [] });
    assert.deepEqual(problems.map(({ kind }) => kind), ["memoryAlarm", "diskAlarm"]);
  });

  it("are queues whose messages nobody takes", () => {
    assert.deepEqual(kindsOf({ messages: 3, messages_ready: 3, consumers: 0 }), ["noConsumers"]);
  });

  it("are consumers that acknowledge nothing", () => {
    const stuck = { messages: 30, messages_ready: 20, messages_unacknowledged: 10 };
    assert.deepEqual(kindsOf(stuck), ["idle"]);
    assert.deepEqual(kindsOf({ ...stuck, message_stats: acking }), []);
  });

  it("are queues that grow", () => {
    const growing = { messages: 200, messages_ready: 200, messages_details: { rate: 12 }, message_stats: acking };
    assert.deepEqual(kindsOf(growing), ["growing"]);
    assert.deepEqual(kindsOf({ ...growing, messages: 20 }), []);
  });

  it("are slow consumers", () => {
    const slow = { messages: 500, messages_ready: 500, consumer_capacity: 0.1, message_stats: acking };
    assert.deepEqual(kindsOf(slow), ["slow"]);
  });

  it("are no streams, which keep their messages", () => {
    assert.deepEqual(kindsOf({ type: "stream", messages: 9, messages_ready: 9, consumers: 0 }), []);
  });

  it("are refused logins", () => {
    const logins = [{ protocol: "amqp091", auth_attempts_failed: 2, auth_attempts_succeeded: 7 }];
    assert.deepEqual(findProblems({ nodes: [], queues: [], logins }), [
      { kind: "refusedLogins", protocol: "amqp091", value: 2 },
    ]);
  });

  it("name a queue once, the gravest problem first", () => {
    const growing = { ...QUEUE, name: "a", messages: 200, messages_details: { rate: 12 }, message_stats: acking };
    const without = { ...QUEUE, name: "b", messages: 1, messages_ready: 1, consumers: 0 };
    const problems = findProblems({ nodes: [], queues: [growing, without, growing], logins: [] });
    assert.deepEqual(problems.map(({ kind }) => kind), ["noConsumers", "growing"]);
  });
});

describe("a queue's effective policy", () => {
  it("tells which policy sets each key", () => {
    const keys = effectiveKeys(
      { "max-length": 10, expires: 5, other: 1 },
      { name: "users", definition: { "max-length": 20, expires: 5 } },
      { name: "operators", definition: { "max-length": 10 } },
    );
    assert.deepEqual(keys.map(({ key, policy, isOperators }) => [key, policy, isOperators]), [
      ["max-length", "operators", true],
      ["expires", "users", false],
      ["other", undefined, false],
    ]);
  });
});
