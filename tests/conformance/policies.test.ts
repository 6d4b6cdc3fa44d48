import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import type { ChannelModel, ConfirmChannel, ConsumeMessage } from "amqplib";
import type { AppliedPolicies } from "../../src/broker/policy/applied_policies.ts";
import type { PolicyDeclaration } from "../../src/broker/policy/policy.ts";
import { type BrokerUnderTest, productUnderTest, startBrokerUnderTest } from "../broker_under_test.ts";
import { closeQuietly, connect, drain, openConfirmChannel, publish, refusal, text, unique, within } from "./client.ts";

let broker: BrokerUnderTest;
let policies: AppliedPolicies;
let connection: ChannelModel;
let channel: ConfirmChannel;

/** Sets a policy as an operator would, and waits until it has taken effect. */
async function set(declaration: Omit<PolicyDeclaration, "name">, kind: "users" | "operators" = "users") {
  policies[kind].set({ name: unique("policy"), ...declaration });
  broker.embedded!.node.endTurn();
  await policies.whenApplied();
}

async function publishAll(queue: string, bodies: readonly string[]): Promise<void> {
  for (const body of bodies) await publish(channel, "", queue, body);
}

/** Returns the next message that a queue delivers. */
function nextOf(queue: string) {
  return new Promise<ConsumeMessage>((resolve) => {
    channel.consume(queue, (message) => message && resolve(message), { noAck: true });
  });
}

/** Resolves when a queue no longer exists. */
async function gone(queue: string): Promise<void> {
  const { queues } = broker.embedded!.node.vhosts.get("/")!;
  while (queues.has(queue)) await new Promise((resolve) => setTimeout(resolve, 5));
}

// Policies are outside AMQP, and RabbitMQ's own interfaces for them are not tested here.
if (productUnderTest === "haremq") {
  before(async () => {
    broker = await startBrokerUnderTest();
    policies = broker.embedded!.node.vhosts.get("/")!.policies;
  });
  after(() => broker.close());
  beforeEach(async () => {
    connection = await connect(broker);
    channel = await openConfirmChannel(connection);
  });
  afterEach(async () => {
    await closeQuietly(connection);
    for (const kind of [policies.users, policies.operators]) for (const { name } of kind.list()) kind.clear(name);
  });

  describe("a policy with max-length", () => {
    it("drops the oldest messages of an existing queue", async () => {
      const queue = unique("long");
      await channel.assertQueue(queue, { exclusive: true });
      await publishAll(queue, ["1", "2", "3", "4"]);
      await set({ pattern: "^long", definition: { "max-length": 2 } });
      assert.deepEqual(await drain(channel, queue), ["3", "4"]);
    });

    it("applies to a queue that is declared later, unless its name does not match", async () => {
      await set({ pattern: "^long", definition: { "max-length": 1 } });
      const [long, other] = [unique("long"), unique("other")];
      for (const queue of [long, other]) {
        await channel.assertQueue(queue, { exclusive: true });
        await publishAll(queue, ["1", "2"]);
      }
      assert.deepEqual(await drain(channel, long), ["2"]);
      assert.deepEqual(await drain(channel, other), ["1", "2"]);
    });

    it("applies to a queue named by the server", async () => {
      await set({ pattern: "^amq\\.gen-", definition: { "max-length": 1 } });
      const { queue } = await channel.assertQueue("", { exclusive: true });
      await publishAll(queue, ["1", "2"]);
      assert.deepEqual(await drain(channel, queue), ["2"]);
    });

    it("and overflow reject-publish refuses messages without room", async () => {
      const { queue } = await channel.assertQueue("", { exclusive: true });
      await publish(channel, "", queue, "1");
      await set({ pattern: "", definition: { "max-length": 1, overflow: "reject-publish" } });
      await assert.rejects(publish(channel, "", queue, "2"));
      assert.deepEqual(await drain(channel, queue), ["1"]);
    });

    it("counts when it is lower than the argument, and otherwise does not", async () => {
      await set({ pattern: "", definition: { "max-length": 2 } });
      for (const [argument, left] of [[1, ["3"]], [3, ["2", "3"]]] as const) {
        const { queue } = await channel.assertQueue("", { exclusive: true, maxLength: argument });
        await publishAll(queue, ["1", "2", "3"]);
        assert.deepEqual(await drain(channel, queue), left);
      }
    });

    it("counts together with an operator's: the lower limit applies", async () => {
      await set({ pattern: "", definition: { "max-length": 3 } });
      await set({ pattern: "", definition: { "max-length": 1 } }, "operators");
      const { queue } = await channel.assertQueue("", { exclusive: true });
      await publishAll(queue, ["1", "2"]);
      assert.deepEqual(await drain(channel, queue), ["2"]);
    });
  });

  describe("a policy with message-ttl and a dead letter exchange", () => {
    it("makes messages expire and sends them there", async () => {
      const { queue: dead } = await channel.assertQueue("", { exclusive: true });
      await set({
        pattern: "^short",
        definition: { "message-ttl": 0, "dead-letter-exchange": "", "dead-letter-routing-key": dead },
      });
      const queue = unique("short");
      await channel.assertQueue(queue, { exclusive: true });
      await publish(channel, "", queue, "late");
      const letter = await within("the dead letter", nextOf(dead));
      assert.deepEqual([text(letter), letter.properties.headers?.["x-first-death-reason"]], ["late", "expired"]);
    });

    it("does not override the queue's own arguments for dead letters", async () => {
      const { queue: own } = await channel.assertQueue("", { exclusive: true });
      await set({ pattern: "", definition: { "dead-letter-exchange": "", "dead-letter-routing-key": "nowhere" } });
      const deadLetterRoutingKey = own;
      const { queue } = await channel.assertQueue("", {
        exclusive: true,
        deadLetterExchange: "",
        deadLetterRoutingKey,
      });
      await publish(channel, "", queue, "refused");
      const message = await channel.get(queue);
      assert.ok(message);
      channel.reject(message, false);
      assert.equal(text(await within("the dead letter", nextOf(own))), "refused");
    });
  });

  describe("a policy with delivery-limit", () => {
    it("limits redeliveries of a quorum queue, and does not apply to classic queues", async () => {
      await set({ pattern: "", definition: { "delivery-limit": 1, "max-length": 1 } });
      const quorum = unique("quorum");
      await channel.assertQueue(quorum, { arguments: { "x-queue-type": "quorum" } });
      await publish(channel, "", quorum, "bad");
      for (let delivery = 0; delivery < 2; delivery++) {
        const message = await channel.get(quorum);
        assert.ok(message);
        channel.reject(message, true);
      }
      assert.equal(await channel.get(quorum), false);
      await channel.deleteQueue(quorum);

      const { queue: classic } = await channel.assertQueue("", { exclusive: true });
      await publishAll(classic, ["1", "2"]);
      assert.deepEqual(await drain(channel, classic), ["1", "2"]);
    });
  });

  describe("a policy with an alternate exchange", () => {
    it("receives what an exchange can't route, from then on and on cached routes too", async () => {
      const [exchange, alternate] = [unique("x"), unique("alternate")];
      await channel.assertExchange(exchange, "direct", { durable: false, autoDelete: true });
      await channel.assertExchange(alternate, "fanout", { durable: false, autoDelete: true });
      const { queue } = await channel.assertQueue("", { exclusive: true });
      await channel.bindQueue(queue, alternate, "");
      await publish(channel, exchange, "key", "lost");
      await set({ pattern: `^${exchange}$`, definition: { "alternate-exchange": alternate }, applyTo: "exchanges" });
      await publish(channel, exchange, "key", "caught");
      for (const { name } of policies.users.list()) policies.users.clear(name);
      await publish(channel, exchange, "key", "lost again");
      assert.deepEqual(await drain(channel, queue), ["caught"]);
      await channel.deleteExchange(exchange);
    });

    it("that matches the default exchange changes nothing there: mandatory messages are returned", async () => {
      const { queue } = await channel.assertQueue("", { exclusive: true });
      await channel.bindQueue(queue, "amq.fanout", "");
      await set({ pattern: "", definition: { "alternate-exchange": "amq.fanout" }, applyTo: "all" });
      const returned: string[] = [];
      channel.on("return", (message) => returned.push(text(message)));
      await publish(channel, "", unique("missing"), "returned", { mandatory: true });
      assert.deepEqual(returned, ["returned"]);
      assert.deepEqual(await drain(channel, queue), []);
    });
  });

  describe("a policy with expires", () => {
    it("deletes unused queues", async () => {
      const { queue } = await channel.assertQueue("", { exclusive: true });
      await set({ pattern: "", definition: { expires: 1 } });
      await within("the queue to go", gone(queue));
      assert.match((await refusal(channel.checkQueue(queue))).replyText, /^NOT_FOUND - no queue/);
    });
  });
}
