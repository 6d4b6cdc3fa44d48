import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker, fieldTable, type PlainTable } from "../../../../mod.ts";
import type { Channel } from "../../../../src/broker/session/channel.ts";
import { PairCounts, type PairLimits } from "../../../../src/broker/session/pairs/pair_counts.ts";
import { InProcessClient } from "../../../amqp091/in_process_client.ts";
import { settled } from "../../../fake_clock.ts";
import { SlowStore } from "../../../slow_store.ts";

const DETAILED = { statistics: { ratesMode: "detailed" } } as const;

/** Returns the counts that are not zero. */
const counted = (counts: object): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => typeof count === "number" && count !== 0));

const publishesOf = ({ pairs }: Channel) =>
  Object.fromEntries([...pairs!.publishes].map((pair) => [pair.exchange.name, counted(pair)]));
const deliveriesOf = ({ pairs }: Channel) =>
  Object.fromEntries([...pairs!.deliveries].map((pair) => [pair.queue.name, counted(pair)]));

/** Returns what each exchange routed to each queue, from all channels. */
function routedOf({ node }: Broker): Record<string, number> {
  const routed: Record<string, number> = {};
  const visiting = node.pairCounts!.visit({
    queueExchange({ exchange, queue, publish }) {
      routed[`${exchange.name} -> ${queue.name}`] = publish;
    },
  });
  while (!visiting.next().done);
  return routed;
}

const channelsOf = ({ node }: Broker): Channel[] => [...node.sessions].flatMap(({ channels }) => [...channels]);

/** Opens a broker that counts pairs, with other limits. */
function brokerWithLimits(limits: PairLimits) {
  const broker = new Broker(DETAILED);
  const reports: string[] = [];
  Object.assign(broker.node, { pairCounts: new PairCounts((line) => reports.push(line), limits) });
  return { broker, reports };
}

describe("counts by pairs", () => {
  it("are not kept unless they are wanted", async () => {
    for (const ratesMode of ["basic", "none"] as const) {
      const broker = new Broker({ statistics: { ratesMode } });
      await InProcessClient.open(broker);
      assert.deepEqual([broker.node.pairCounts, channelsOf(broker)[0].pairs], [undefined, undefined]);
    }
  });

  it("cover what a channel publishes to each exchange, and to each queue by it", async () => {
    const broker = new Broker(DETAILED);
    const client = await InProcessClient.open(broker);
    for (const queue of ["a", "b"]) {
      await client.request(1, "queue.declare", { queue });
      await client.request(1, "queue.bind", { queue, exchange: "amq.fanout" });
    }
    for (let i = 0; i < 3; i++) client.publish(1, { exchange: "amq.fanout", routingKey: "", body: "x" });
    for (let i = 0; i < 2; i++) client.publish(1, { routingKey: "a", body: "x" });
    client.publish(1, { routingKey: "nowhere", body: "x" });
    client.publish(1, { exchange: "amq.direct", routingKey: "nowhere", mandatory: true, body: "x" });
    await settled();
    assert.deepEqual(publishesOf(channelsOf(broker)[0]), {
      "amq.fanout": { publish: 3 },
      "": { publish: 3, dropUnroutable: 1 },
      "amq.direct": { publish: 1, returnUnroutable: 1 },
    });
    assert.deepEqual(routedOf(broker), { "amq.fanout -> a": 3, "amq.fanout -> b": 3, " -> a": 2 });
    assert.equal(broker.node.pairCounts!.size, 3 + 3 * 2);
  });

  it("cover confirms one by one and of several, but not refusals", async () => {
    const store = new SlowStore();
    const broker = new Broker({ ...DETAILED, store });
    const client = await InProcessClient.open(broker);
    const declare = async (queue: string, durable: boolean, options: PlainTable = {}) => {
      client.send(1, "queue.declare", { queue, durable, arguments: fieldTable(options) });
      await settled();
      store.sync();
      await client.receive(1, "queue.declare-ok");
    };
    await declare("q", true);
    await declare("full", false, { "x-max-length": 0, "x-overflow": "reject-publish" });
    client.send(1, "queue.bind", { queue: "q", exchange: "amq.direct", routingKey: "q" });
    await settled();
    store.sync();
    client.send(1, "confirm.select");
    await settled();
    const persistent = { properties: { deliveryMode: 2 }, body: "x" };
    client.publish(1, { routingKey: "q", ...persistent });
    client.publish(1, { exchange: "amq.direct", routingKey: "q", ...persistent });
    client.publish(1, { exchange: "amq.direct", routingKey: "q", ...persistent });
    client.publish(1, { routingKey: "full", body: "x" });
    await settled();
    const [channel] = channelsOf(broker);
    assert.deepEqual(publishesOf(channel), { "": { publish: 2 }, "amq.direct": { publish: 2 } });
    store.sync();
    await settled();
    assert.deepEqual(publishesOf(channel), {
      "": { publish: 2, confirm: 1 },
      "amq.direct": { publish: 2, confirm: 2 },
    });
  });

  it("cover what a channel is delivered, fetches, acknowledges, and is redelivered from each queue", async () => {
    const broker = new Broker(DETAILED);
    const client = await InProcessClient.open(broker, { channels: [1, 2] });
    broker.vhost("/").queue("q");
    broker.vhost("/").queue("other");
    for (const body of ["a", "b", "c", "d"]) client.publish(1, { routingKey: "q", body });
    client.publish(1, { routingKey: "other", body: "x" });
    client.send(1, "basic.get", { queue: "q" });
    client.send(1, "basic.get", { queue: "q", noAck: true });
    client.send(1, "basic.nack", { deliveryTag: 1n, requeue: true });
    client.send(1, "basic.consume", { queue: "q" });
    await settled();
    client.send(1, "basic.ack", { deliveryTag: 5n, multiple: true });
    client.send(1, "basic.get", { queue: "q" });
    client.send(2, "basic.consume", { queue: "other", noAck: true });
    await settled();
    const [first, second] = channelsOf(broker);
    assert.deepEqual(deliveriesOf(first), {
      q: { get: 1, getNoAck: 1, getEmpty: 1, deliver: 3, ack: 3, redeliver: 1 },
    });
    assert.deepEqual(deliveriesOf(second), { other: { deliverNoAck: 1 } });
  });

  it("add up to those of the channel, in a transaction too", async () => {
    const broker = new Broker(DETAILED);
    const client = await InProcessClient.open(broker);
    broker.vhost("/").queue("q");
    await client.request(1, "tx.select");
    for (const routingKey of ["q", "q", "nowhere"]) client.publish(1, { routingKey, body: "x" });
    await client.request(1, "tx.commit");
    client.send(1, "basic.get", { queue: "q" });
    client.send(1, "basic.ack", { deliveryTag: 1n });
    await settled();
    const [channel] = channelsOf(broker);
    assert.deepEqual(deliveriesOf(channel), { q: { get: 1 } });
    client.send(1, "tx.commit");
    await settled();
    assert.deepEqual(deliveriesOf(channel), { q: { get: 1, ack: 1 } });
    assert.deepEqual(publishesOf(channel), { "": { publish: 3, dropUnroutable: 1 } });
    const { publish, dropUnroutable, get, ack } = channel.counts;
    assert.deepEqual([publish, dropUnroutable, get, ack], [3, 1, 1, 1]);
  });

  it("leave queues for direct reply-to out", async () => {
    const broker = new Broker(DETAILED);
    const client = await InProcessClient.open(broker);
    broker.vhost("/").queue("requests");
    await client.request(1, "basic.consume", { queue: "amq.rabbitmq.reply-to", noAck: true });
    client.publish(1, { routingKey: "requests", properties: { replyTo: "amq.rabbitmq.reply-to" }, body: "x" });
    await settled();
    const [replies] = [...broker.node.vhosts.get("/")!.replyQueues.keys()];
    client.publish(1, { routingKey: replies, body: "reply" });
    await settled();
    const [channel] = channelsOf(broker);
    assert.equal(channel.counts.deliverNoAck, 1);
    assert.deepEqual([deliveriesOf(channel), publishesOf(channel)], [{}, { "": { publish: 2 } }]);
    assert.deepEqual(routedOf(broker), { " -> requests": 1 });
  });

  it("of a channel end with it; those of queue and exchange do not", async () => {
    const broker = new Broker(DETAILED);
    const client = await InProcessClient.open(broker, { channels: [1, 2] });
    broker.vhost("/").queue("q");
    for (const channel of [1, 2]) client.publish(channel, { routingKey: "q", body: "x" });
    client.send(1, "basic.get", { queue: "q" });
    await settled();
    const { pairCounts } = broker.node;
    assert.equal(pairCounts!.size, 6);
    client.send(1, "channel.close");
    await settled();
    assert.deepEqual([pairCounts!.size, routedOf(broker)], [3, { " -> q": 2 }]);
    client.send(2, "channel.close");
    await settled();
    assert.deepEqual([pairCounts!.size, routedOf(broker)], [1, { " -> q": 2 }]);
  });

  it("end with their queue, and an acknowledgement after that makes none", async () => {
    const broker = new Broker(DETAILED);
    const client = await InProcessClient.open(broker);
    for (const name of ["q", "kept"]) broker.vhost("/").queue(name);
    for (const routingKey of ["q", "kept"]) client.publish(1, { routingKey, body: "x" });
    client.send(1, "basic.get", { queue: "q" });
    await settled();
    client.send(1, "queue.delete", { queue: "q" });
    client.send(1, "basic.ack", { deliveryTag: 1n });
    await settled();
    const [channel] = channelsOf(broker);
    assert.deepEqual([deliveriesOf(channel), routedOf(broker)], [{}, { " -> kept": 1 }]);
    assert.equal(broker.node.pairCounts!.size, 3);
  });

  it("end with their exchange", async () => {
    const broker = new Broker(DETAILED);
    const client = await InProcessClient.open(broker);
    await client.request(1, "exchange.declare", { exchange: "x", type: "fanout" });
    await client.request(1, "queue.declare", { queue: "q" });
    await client.request(1, "queue.bind", { queue: "q", exchange: "x" });
    client.publish(1, { exchange: "x", routingKey: "", body: "x" });
    await settled();
    assert.equal(broker.node.pairCounts!.size, 3);
    await client.request(1, "exchange.delete", { exchange: "x" });
    assert.deepEqual([broker.node.pairCounts!.size, publishesOf(channelsOf(broker)[0])], [0, {}]);
  });

  it("end with their virtual host", async () => {
    const broker = new Broker(DETAILED);
    const vhost = broker.vhost("other");
    broker.users.permit("guest", "other");
    const client = await InProcessClient.open(broker, { virtualHost: "other" });
    vhost.queue("q");
    client.publish(1, { routingKey: "q", body: "x" });
    client.send(1, "basic.get", { queue: "q" });
    await client.receive(1, "basic.get-ok");
    assert.equal(broker.node.pairCounts!.size, 4);
    const deleted = broker.node.deleteVirtualHost("other");
    broker.node.endTurn();
    await client.receive(0, "connection.close");
    client.send(0, "connection.close-ok");
    client.finish();
    await client.connection.closed;
    await deleted;
    assert.equal(broker.node.pairCounts!.size, 0);
  });

  it("of a channel have a limit, beyond which messages pass without being counted by pairs", async () => {
    const { broker, reports } = brokerWithLimits({ perChannel: 4, total: 100 });
    const client = await InProcessClient.open(broker, { channels: [1, 2] });
    for (const name of ["a", "b", "c"]) broker.vhost("/").queue(name);
    for (let round = 0; round < 2; round++) {
      for (const routingKey of ["a", "b", "c"]) client.publish(1, { routingKey, body: "x" });
    }
    client.send(1, "basic.get", { queue: "a" });
    client.send(1, "basic.get", { queue: "b", noAck: true });
    client.send(1, "basic.get", { queue: "c" });
    client.send(1, "basic.ack", { deliveryTag: 3n, multiple: true });
    client.publish(2, { routingKey: "c", body: "x" });
    await settled();
    const [first, second] = channelsOf(broker);
    assert.deepEqual(publishesOf(first), { "": { publish: 6 } });
    assert.deepEqual([routedOf(broker), publishesOf(second)], [{ " -> a": 2, " -> b": 2, " -> c": 3 }, {
      "": { publish: 1 },
    }]);
    assert.deepEqual(deliveriesOf(first), {});
    assert.deepEqual([first.counts.publish, first.counts.get, first.counts.ack], [6, 2, 2]);
    assert.deepEqual(reports, [
      "the limit of 4 pairs of a channel is reached: management.rates_mode = detailed counts no further ones",
    ]);
    client.send(1, "queue.delete", { queue: "a" });
    client.send(1, "basic.get", { queue: "b", noAck: true });
    await settled();
    assert.deepEqual(deliveriesOf(first), { b: { getNoAck: 1 } }, "there is room after others have ended");
  });

  it("have a limit for all channels together", async () => {
    const { broker, reports } = brokerWithLimits({ perChannel: 100, total: 4 });
    const client = await InProcessClient.open(broker, { channels: [1, 2] });
    for (const name of ["a", "b"]) broker.vhost("/").queue(name);
    await client.request(1, "confirm.select");
    for (const routingKey of ["a", "b"]) client.publish(1, { routingKey, body: "x" });
    client.send(1, "basic.get", { queue: "a" });
    client.publish(2, { routingKey: "a", body: "x" });
    await settled();
    const [first, second] = channelsOf(broker);
    assert.deepEqual(publishesOf(first), { "": { publish: 2, confirm: 2 } });
    assert.deepEqual([routedOf(broker), deliveriesOf(first), publishesOf(second)], [
      { " -> a": 1 },
      { a: { get: 1 } },
      {},
    ]);
    assert.equal(broker.node.pairCounts!.size, 4);
    assert.deepEqual(reports, [
      "the limit of 4 pairs is reached: management.rates_mode = detailed counts no further ones",
    ]);
  });
});
