import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Consumer } from "../../ui/api/types.ts";
import { type ChannelPace, judgeConsumer } from "../../ui/components/consumers/consumer_health.ts";

const consumer: Consumer = {
  consumer_tag: "worker",
  ack_required: true,
  exclusive: false,
  active: true,
  activity_status: "up",
  prefetch_count: 10,
  arguments: {},
  queue: { name: "orders", vhost: "/" },
  channel_details: { name: "a (1)" },
};

const channel = (changes: Partial<ChannelPace>, ack = 0, deliver = 0): ChannelPace => ({
  name: "a (1)",
  consumer_count: 1,
  messages_unacknowledged: 0,
  prefetch_count: 0,
  global_prefetch_count: 0,
  message_stats: { ack_details: { rate: ack }, deliver_get_details: { rate: deliver } },
  ...changes,
});

describe("a consumer", () => {
  it("is stuck when it holds messages and acknowledges none", () => {
    const health = judgeConsumer(consumer, channel({ messages_unacknowledged: 10 }), 5);
    assert.deepEqual(health, { state: "stuck", unacked: 10 });
  });

  it("is slow when its prefetch is full while messages wait", () => {
    const health = judgeConsumer(consumer, channel({ messages_unacknowledged: 10 }, 2, 2), 5);
    assert.deepEqual(health, { state: "slow", ackRate: 2 });
  });

  it("shares a prefetch limit with the other consumers of its channel", () => {
    const shared = { messages_unacknowledged: 10, consumer_count: 2 };
    assert.equal(judgeConsumer(consumer, channel(shared, 2, 2), 5)?.state, "working");
    assert.equal(judgeConsumer(consumer, channel({ ...shared, global_prefetch_count: 10 }, 2, 2), 5)?.state, "slow");
  });

  it("works while no more than it can take waits", () => {
    assert.equal(judgeConsumer(consumer, channel({ messages_unacknowledged: 10 }, 2, 2), 0)?.state, "working");
    assert.equal(judgeConsumer(consumer, channel({ messages_unacknowledged: 1 }, 2, 2), 5)?.state, "working");
  });

  it("is idle while nothing comes", () => {
    const idle_since = "2026-01-01T00:00:00.000+00:00";
    assert.deepEqual(judgeConsumer(consumer, channel({ idle_since }), 0), { state: "idle", since: idle_since });
  });

  it("is never slow when it acknowledges automatically", () => {
    const automatic = { ...consumer, ack_required: false };
    assert.equal(judgeConsumer(automatic, channel({}, 0, 100), 5)?.state, "working");
  });

  it("is not judged while it waits for its turn, or by another channel", () => {
    const full = channel({ messages_unacknowledged: 10 });
    assert.equal(judgeConsumer({ ...consumer, active: false }, full, 5), undefined);
    assert.equal(judgeConsumer(consumer, { ...full, name: "b (1)" }, 5), undefined);
    assert.equal(judgeConsumer(consumer, undefined, 5), undefined);
  });
});
