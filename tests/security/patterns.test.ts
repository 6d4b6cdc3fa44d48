import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type BrokerUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { Neighbour } from "../conformance/neighbour.ts";
import { RawClient } from "../raw_client.ts";

/** Patterns with exponential time in backtracking engines, and a name that triggers it. */
const EXPLODING = [
  "^(a+)+$",
  "^(a|a)*$",
  "^(a|aa)+$",
  "^([a-z]+)*\\d$",
  "(.*a){25}x",
  "^(?:a?){60}a{60}b$",
  "(x+x+)+y|^(a+)+$",
];
const NAME = `${"a".repeat(200)}!`;

describe("a pattern with exponential time in other engines", () => {
  let broker: BrokerUnderTest;
  before(async () => {
    broker = await startBrokerUnderTest();
  });
  after(() => broker.close());

  const EVERYTHING = { configure: ".*", write: ".*", read: ".*" };

  it("decides as a permission, while others are served", async () => {
    const neighbour = await Neighbour.start(broker);
    const { users } = broker.embedded!;
    await users.add({ name: "carrot", password: "crunch" });
    for (const pattern of EXPLODING) {
      await users.permit("carrot", "/", { configure: pattern, write: pattern, read: pattern });
      await using client = await RawClient.open(broker, { user: "carrot", password: "crunch", channels: [1, 2, 3] });
      client.send(1, "queue.declare", { queue: NAME });
      client.send(2, "basic.get", { queue: NAME });
      client.publish(3, { exchange: NAME, routingKey: "k", body: "message" });
      for (const channel of [1, 2, 3]) assert.equal((await client.receiveClose(channel))[0], 403, pattern);
    }
    await neighbour.stop();
  });

  it("decides as a topic permission, while others are served", async () => {
    const neighbour = await Neighbour.start(broker);
    const { users } = broker.embedded!;
    await users.add({ name: "carrot", password: "crunch" });
    await users.permit("carrot", "/", EVERYTHING);
    for (const pattern of EXPLODING) {
      await users.permitTopic("carrot", "/", "amq.topic", { write: pattern, read: pattern });
      await using client = await RawClient.open(broker, { user: "carrot", password: "crunch", channels: [1, 2] });
      const { queue } = await client.request(1, "queue.declare", { exclusive: true });
      client.send(1, "queue.bind", { queue, exchange: "amq.topic", routingKey: NAME });
      client.publish(2, { exchange: "amq.topic", routingKey: NAME, body: "message" });
      for (const channel of [1, 2]) assert.equal((await client.receiveClose(channel))[0], 403, pattern);
    }
    await neighbour.stop();
  });

  it("selects queues as a policy, while others are served", async () => {
    const neighbour = await Neighbour.start(broker);
    const { node } = broker.embedded!;
    const policies = node.vhosts.get("/")!.policies.users;
    await using client = await RawClient.open(broker);
    for (const [at, pattern] of EXPLODING.entries()) {
      policies.set({ name: "exploding", pattern, definition: { "max-length": 1 } });
      node.endTurn();
      const queue = NAME.slice(at);
      await client.request(1, "queue.declare", { queue, exclusive: true });
      assert.equal(node.vhosts.get("/")!.queues.get(queue)!.effectivePolicy.policy, undefined, pattern);
      await client.request(1, "queue.delete", { queue });
    }
    await neighbour.stop();
  });
});
